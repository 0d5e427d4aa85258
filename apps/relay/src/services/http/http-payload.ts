import type { IncomingMessage } from 'node:http'
import type { Json, JsonObject } from '@tabwright/protocol'
import { bodyParts, LEAST_OF_WHOLE, type BodyBounds, type Pace } from '../../body'
import { EngineError, type LocalChannel } from '../../engine/built-in'
import { readFrame } from '../../engine/frame-text'
import type { Matched } from './route-table'

/** Of a request: what its function is told. */
export interface HttpPayload extends JsonObject {
  readonly path_params: JsonObject
  readonly query_params: JsonObject
  readonly headers: JsonObject
  readonly method: string
}

/** The bearer opens the relay, not the function behind it; cookies are the app's. */
const KEPT_BACK: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
])

export function payloadOf(incoming: IncomingMessage, { route, params }: Matched): HttpPayload {
  const { searchParams } = new URL(incoming.url ?? '/', 'http://relay')
  return {
    path_params: params,
    query_params: Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, oneOrAll(searchParams.getAll(name))])),
    headers: Object.fromEntries(
      Object.entries(incoming.headersDistinct)
        .filter(([name]) => !KEPT_BACK.has(name))
        .map(([name, values = []]) => [name, oneOrAll(values)]),
    ),
    path: route.path,
    method: route.method,
    trigger: { type: 'http', path: route.path, method: route.method },
  }
}

function oneOrAll(values: readonly string[]): Json {
  return values.length === 1 ? (values[0] ?? '') : [...values]
}

/** A body that is handed over with the call, for functions that take no stream. */
export type HttpBody =
  | { readonly type: 'read'; readonly value: Json | undefined; readonly bytes: Buffer }
  /** Too large, or of a kind that only its function knows: it comes as a stream and nowhere else. */
  | { readonly type: 'stream'; readonly begun: readonly Buffer[] }
  | { readonly type: 'bad'; readonly message: string }

/**
 * @param most bytes that go into a call
 * @throws BodySilent
 */
export async function readHttpBody(incoming: IncomingMessage, { most, silenceMs }: BodyBounds): Promise<HttpBody> {
  const type = (incoming.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isJson = type === 'application/json' || type.endsWith('+json')
  const isText = type.startsWith('text/') || type === 'application/x-www-form-urlencoded'
  if (hasNone(incoming)) return { type: 'read', value: undefined, bytes: Buffer.alloc(0) }
  if (!isJson && !isText) return { type: 'stream', begun: [] }
  const begun: Buffer[] = []
  let size = 0
  for await (const part of bodyParts(incoming, { silenceMs, least: LEAST_OF_WHOLE })) {
    begun.push(part)
    size += part.length
    if (size > most) return { type: 'stream', begun }
  }
  const bytes = Buffer.concat(begun)
  const text = bytes.toString('utf8')
  if (isText || text === '') return { type: 'read', value: isText ? text : undefined, bytes }
  const read = readFrame(text)
  if (read.type === 'unread') return { type: 'bad', message: read.message.replace('frame', 'body') }
  return { type: 'read', value: read.value, bytes }
}

function hasNone({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0'
}

/** Bytes of a message of a channel. */
const PART = 64 * 1024

/** Why a body is not taken in. */
export function bodyTooLarge(most: number): EngineError {
  return new EngineError('too_large', `The body of a request has at most ${most} bytes.`)
}

/** Whether its length is said, and is too much. What is said too small does not count: the parser reads no further than that. */
export function saysTooMuch({ headers }: IncomingMessage, most: number): boolean {
  return Number(headers['content-length'] ?? 0) > most
}

interface Streaming {
  readonly channel: LocalChannel
  /** Bytes of the whole body. */
  readonly most: number
  readonly pace: Pace
}

/**
 * Hands the body to whoever reads the channel, at the reader's pace. Ends early where nobody wants it.
 * @throws EngineError `too_large` at the first byte too many, BodySilent where nothing more comes; the channel has no end then, so nobody takes what came for all of it
 */
export async function streamBody(
  incoming: IncomingMessage,
  body: Exclude<HttpBody, { type: 'bad' }>,
  { channel, most, pace }: Streaming,
): Promise<void> {
  if (body.type === 'read') await writeAll(body.bytes, channel)
  else {
    let size = 0
    for (const part of body.begun) {
      size += part.length
      await writeAll(part, channel)
    }
    for await (const part of bodyParts(incoming, pace)) {
      size += part.length
      if (size > most) throw bodyTooLarge(most)
      await writeAll(part, channel)
    }
  }
  channel.end()
}

async function writeAll(bytes: Buffer, channel: LocalChannel): Promise<void> {
  for (let at = 0; at < bytes.length; at += PART) await channel.write(bytes.subarray(at, at + PART))
}
