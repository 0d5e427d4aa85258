import * as z from 'zod/mini'
import { description, json, jsonObject, maybe, nameText } from './names'

const secretName = z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/))

/** A function that lives behind an address: the relay posts the payload there. Credentials are names of variables that the operator listed. */
const httpInvocation = z.object({
  url: z.string().check(z.maxLength(8192)),
  method: maybe(z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])),
  timeout_ms: maybe(z.int().check(z.gte(1), z.lte(600_000))),
  headers: maybe(z.record(z.string().check(z.maxLength(128)), z.string().check(z.maxLength(8192)))),
  auth: maybe(
    z.union([
      z.object({ type: z.literal('bearer'), token_key: secretName }),
      z.object({ type: z.literal('hmac'), secret_key: secretName }),
      z.object({ type: z.literal('api_key'), header: z.string().check(z.maxLength(128)), value_key: secretName }),
    ]),
  ),
})
export type HttpInvocation = z.infer<typeof httpInvocation>

/** A worker offers a function. There is no answer unless it is refused. */
export const registerFunction = z.object({
  type: z.literal('registerfunction'),
  id: nameText,
  description: maybe(description),
  request_format: maybe(json),
  response_format: maybe(json),
  metadata: maybe(jsonObject),
  invocation: maybe(httpInvocation),
})
export type RegisterFunction = z.infer<typeof registerFunction>
