import * as z from 'zod/mini'

/** The relay's first frame: who this connection is, and what takes up its place after a broken socket. */
export const workerRegistered = z.object({ type: z.literal('workerregistered'), worker_id: z.string(), reattach_token: z.string() })
export type WorkerRegistered = z.infer<typeof workerRegistered>
