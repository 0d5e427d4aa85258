import * as z from 'zod/mini'
import { maybe } from './names'

/** How a caller wants to be answered: not at all, or by the receipt of a queue. Absent: by the result. */
export const action = z.union([
  z.object({ type: z.literal('void') }),
  z.object({ type: z.literal('enqueue'), queue: z.string().check(z.minLength(1), z.maxLength(256)), key: maybe(z.string()) }),
])
export type Action = z.infer<typeof action>
