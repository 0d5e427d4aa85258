import * as z from 'zod/mini'
import { description, json, maybe, nameText } from './names'

/** A worker provides a kind of trigger: bindings to it are handed to this worker. */
export const registerTriggerType = z.object({
  type: z.literal('registertriggertype'),
  id: nameText,
  description: maybe(description),
  trigger_request_format: maybe(json),
  call_request_format: maybe(json),
})
export type RegisterTriggerType = z.infer<typeof registerTriggerType>
