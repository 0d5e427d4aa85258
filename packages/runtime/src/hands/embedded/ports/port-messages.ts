import * as z from 'zod/mini'

/**
 * A request to a program that listens on a port, and its answer, on each of the ways that it takes: host and kernel, kernel and program.
 * A request goes whole, an answer in pieces. Whoever asked numbers the exchange; who takes a piece says so, and of those that nobody
 * took there may be only so many.
 */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** Most bytes of an answer in one message, and most messages that nobody took yet. */
export const MAX_PORT_PIECE = 262_144
export const PIECES_AHEAD = 16
/** Most that a request may bring along. */
export const MAX_PORT_BODY = 64 * 1024 * 1024
/** Most requests on their way at once in one sandbox. */
export const MAX_EXCHANGES = 256
/** Most programs' ports at once. */
export const MAX_PORTS = 256

const headers = z.array(z.tuple([z.string().check(z.maxLength(256)), z.string().check(z.maxLength(65_536))])).check(z.maxLength(512))
const port = z.int().check(z.gte(0), z.lte(65_535))
const id = z.int().check(z.gte(0))

/** A request without its number. */
const ask = {
  port,
  method: z.string().check(z.minLength(1), z.maxLength(32)),
  /** With its query. */
  path: z.string().check(z.minLength(1), z.maxLength(65_536)),
  headers,
  body: z.optional(bytes.check(z.refine((value) => value.length <= MAX_PORT_BODY))),
}

const refusal = z.object({
  /** `unreachable`: nobody listens there. `busy`: too many requests. `cut`: it broke off, or its program ended. */
  type: z.enum(['unreachable', 'busy', 'cut']),
  message: z.string().check(z.maxLength(1000)),
})
/** Why there is no answer, or not all of it. */
export type PortRefusal = z.infer<typeof refusal>

/** From whoever asks. */
export const portAsking = [
  z.object({ type: z.literal('port.request'), id, ...ask }),
  /** A piece of the answer was taken. */
  z.object({ type: z.literal('port.took'), id }),
  /** Nobody wants the rest. */
  z.object({ type: z.literal('port.drop'), id }),
] as const
const asking = z.discriminatedUnion('type', portAsking)
export type PortAsking = z.infer<typeof asking>
/** Whether a message asks a program. */
export function isPortAsking(message: { readonly type: string }): message is PortAsking {
  return message.type === 'port.request' || message.type === 'port.took' || message.type === 'port.drop'
}
export type PortAsk = Omit<Extract<PortAsking, { type: 'port.request' }>, 'type' | 'id'>

/** What is wrong with a request, as the other side will read it; undefined: nothing. What it cannot read ends the whole sandbox. */
export function badAsk(ask: PortAsk): 'too_large' | 'bad_input' | undefined {
  if ((ask.body?.length ?? 0) > MAX_PORT_BODY) return 'too_large'
  return asking.safeParse({ type: 'port.request', id: 0, ...ask }).success ? undefined : 'bad_input'
}

/** From whoever answers. */
export const portAnswering = [
  z.object({
    type: z.literal('port.head'),
    id,
    status: z.int().check(z.gte(100), z.lte(999)),
    statusText: z.string().check(z.maxLength(1000)),
    headers,
  }),
  z.object({ type: z.literal('port.bytes'), id, bytes: bytes.check(z.refine((value) => value.length <= MAX_PORT_PIECE)) }),
  /** Over: whole, or for this reason. */
  z.object({ type: z.literal('port.end'), id, refusal: z.optional(refusal) }),
] as const
const answering = z.discriminatedUnion('type', portAnswering)
export type PortAnswering = z.infer<typeof answering>
/** An answer of a place that nobody vouches for; undefined for what is none. */
export function readPortAnswering(message: unknown): PortAnswering | undefined {
  const read = answering.safeParse(message)
  return read.success ? read.data : undefined
}
/** Whether a message answers whoever asked. */
export function isPortAnswering(message: { readonly type: string }): message is PortAnswering {
  return message.type === 'port.head' || message.type === 'port.bytes' || message.type === 'port.end'
}

/** From a program about its own ports. */
export const portOwning = [
  /** 0: any that is free. Answered with `port.listening`. */
  z.object({ type: z.literal('port.listen'), id, port }),
  /** No more requests; those on their way go on. */
  z.object({ type: z.literal('port.close'), port }),
] as const
const owning = z.discriminatedUnion('type', portOwning)
export type PortOwning = z.infer<typeof owning>

/** To a program: whether it listens now. */
export const portListening = z.object({
  type: z.literal('port.listening'),
  id,
  port,
  /** Left out where all is well. */
  code: z.optional(z.enum(['EADDRINUSE', 'EMFILE'])),
})
export type PortListening = z.infer<typeof portListening>

/** Kernel to host: on which ports somebody listens, whenever that changed. */
export const portList = z.object({ type: z.literal('port.list'), ports: z.array(port).check(z.maxLength(MAX_PORTS)) })
