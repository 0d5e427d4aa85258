import * as z from 'zod/mini'

/** Nobody waits for the answer of this call any more. Clients that do not know the frame go on; their answer is dropped. */
export const cancelInvocation = z.object({
  type: z.literal('cancelinvocation'),
  invocation_id: z.string(),
  reason: z.enum(['cancelled', 'deadline', 'caller_gone']),
})
export type CancelInvocation = z.infer<typeof cancelInvocation>
