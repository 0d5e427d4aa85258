import * as z from 'zod/mini'
import { action } from './action'
import { json, maybe, nameText, trace, uuid } from './names'

/** A call: from the caller to the relay, and with the same id from the relay to the function's owner. */
export const invokeFunction = z.object({
  type: z.literal('invokefunction'),
  /** The caller's own. A call that wants no answer has none. */
  invocation_id: maybe(uuid),
  function_id: nameText,
  data: z.optional(json),
  metadata: maybe(json),
  action: maybe(action),
  namespace: maybe(z.string().check(z.maxLength(256))),
  /** From its arrival; the relay's own default and ceiling count too. Clients that send none have their own clock. */
  timeout_ms: maybe(z.int().check(z.gte(1), z.lte(600_000))),
  ...trace,
})
export type InvokeFunction = z.infer<typeof invokeFunction>
