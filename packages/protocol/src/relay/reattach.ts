import * as z from 'zod/mini'
import { maybe } from './names'

const text = z.string().check(z.maxLength(128))

/**
 * First frame of a socket that goes on where an earlier one of the same worker broke off. `again`: it runs a call once for an id however often it
 * comes, so calls that may have been lost on their way to the broken socket are to be sent once more. The published SDK does not say so.
 */
export const reattach = z.object({
  type: z.literal('reattach'),
  previous_worker_id: text,
  reattach_token: maybe(text),
  again: maybe(z.literal(true)),
})
export type Reattach = z.infer<typeof reattach>
