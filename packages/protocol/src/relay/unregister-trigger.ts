import * as z from 'zod/mini'
import { idText, json, maybe, nameText } from './names'

/** Undoes a binding, both ways. */
export const unregisterTrigger = z.object({
  type: z.literal('unregistertrigger'),
  id: idText,
  trigger_type: maybe(nameText),
  function_id: maybe(nameText),
  config: z.optional(json),
})
export type UnregisterTrigger = z.infer<typeof unregisterTrigger>
