import * as z from 'zod/mini'

/** One end of a channel, as it travels inside a payload. Whoever holds it may open that end. */
export const channelRef = z.object({
  channel_id: z.string().check(z.maxLength(64)),
  access_key: z.string().check(z.maxLength(128)),
  direction: z.enum(['read', 'write']),
})
export type ChannelRef = z.infer<typeof channelRef>
