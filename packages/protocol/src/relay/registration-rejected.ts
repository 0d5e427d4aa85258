import * as z from 'zod/mini'

/** A function was not taken. The connection stays open. */
export const registrationRejected = z.object({
  type: z.literal('registrationrejected'),
  code: z.string(),
  namespace: z.string(),
  function_id: z.string(),
  owner_worker_id: z.optional(z.string()),
  message: z.string(),
})
export type RegistrationRejected = z.infer<typeof registrationRejected>
