import * as z from 'zod/mini'
import { idText, json, maybe, nameText } from './names'

/** Binds a function to a trigger type: from the binder to the relay, and with the same id from the relay to the type's provider. */
export const registerTrigger = z.object({
  type: z.literal('registertrigger'),
  id: idText,
  trigger_type: nameText,
  function_id: nameText,
  config: z.optional(json),
  metadata: maybe(json),
})
export type RegisterTrigger = z.infer<typeof registerTrigger>
