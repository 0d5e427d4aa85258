import * as z from 'zod/mini'
import { errorBody } from './error-code'
import { json, maybe, nameText, trace, uuid } from './names'

/** The one answer to a call. A result of `null` is left out. */
export const invocationResult = z.object({
  type: z.literal('invocationresult'),
  invocation_id: uuid,
  function_id: maybe(nameText),
  result: z.optional(json),
  error: maybe(errorBody),
  ...trace,
})
export type InvocationResult = z.infer<typeof invocationResult>
