import * as z from 'zod/mini'

/** A heartbeat for clients that cannot send one of the WebSocket protocol. Answered with {@link Pong}. */
export const ping = z.object({ type: z.literal('ping') })
export type Ping = z.infer<typeof ping>
export const pong = z.object({ type: z.literal('pong') })
export type Pong = z.infer<typeof pong>
