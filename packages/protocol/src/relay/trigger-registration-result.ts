import * as z from 'zod/mini'
import { errorBody } from './error-code'
import { idText, maybe, nameText } from './names'

/** What a provider made of a binding; passed on to the binder when it is an error. */
export const triggerRegistrationResult = z.object({
  type: z.literal('triggerregistrationresult'),
  id: idText,
  trigger_type: maybe(nameText),
  function_id: maybe(nameText),
  error: maybe(errorBody),
})
export type TriggerRegistrationResult = z.infer<typeof triggerRegistrationResult>
