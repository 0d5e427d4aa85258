import type { Failure, ModelInfo } from '@tabwright/protocol'
import { z } from 'zod/mini'

/**
 * The fixed message table of the key worker. A port can ask for one of two requests by name; it cannot name an address,
 * a header that carries a credential, or the key.
 */

const id = z.int().check(z.positive())
const version = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/))
/** The API itself refuses larger bodies. */
const MAX_BODY = 32 * 1024 * 1024

const portMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('messages'),
    id,
    version,
    beta: z.optional(z.string().check(z.regex(/^[a-z0-9,_ -]{1,500}$/i))),
    body: z.string().check(z.maxLength(MAX_BODY)),
  }),
  z.strictObject({ type: z.literal('models'), id, version, query: z.string().check(z.regex(/^(\?[\w=&%.-]{1,300})?$/)) }),
  /** Send me one more chunk. */
  z.strictObject({ type: z.literal('pull'), id }),
  z.strictObject({ type: z.literal('abort'), id }),
])

const controlMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('put'), n: id, key: z.string(), origin: z.string() }),
  z.strictObject({ type: z.literal('forget'), n: id }),
  /** The port travels in the transfer list. */
  z.strictObject({ type: z.literal('grant'), n: id }),
])

export type PortMessage = z.infer<typeof portMessage>
export type ControlMessage = z.infer<typeof controlMessage>

/** What the key worker sends over a granted port. */
export type PortReply =
  | { readonly type: 'head'; readonly id: number; readonly status: number; readonly headers: readonly (readonly [string, string])[] }
  | { readonly type: 'chunk'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'end'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure }
  /** The message was none of the table. */
  | { readonly type: 'refused' }

/** What the key worker answers to the page that started it. */
export type ControlReply =
  | { readonly type: 'kept'; readonly n: number; readonly models: readonly ModelInfo[] }
  | { readonly type: 'done'; readonly n: number }
  | { readonly type: 'failed'; readonly n: number; readonly failure: Failure }

/** `undefined` for everything that is not in the table. */
export function parsePortMessage(data: unknown): PortMessage | undefined {
  return z.safeParse(portMessage, data).data
}

/** `undefined` for everything that is not in the table. */
export function parseControlMessage(data: unknown): ControlMessage | undefined {
  return z.safeParse(controlMessage, data).data
}
