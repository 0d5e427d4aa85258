import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Json } from '@tabwright/protocol'
import { EngineError } from './engine/built-in'
import type { Limits } from './limits'
import { BODY_SILENT, type Refusal } from './refusal'

/** A body did not come to its end, and nothing more of it came. */
export class BodySilent extends EngineError {
  constructor() {
    super(BODY_SILENT.type, BODY_SILENT.message)
  }
}

/** How a body is read that comes at the pace of whoever sends it. */
export interface Pace {
  /** The longest wait for a further part. Time in which nobody asks for one does not count. */
  readonly silenceMs: number
  /** Bytes that have to come within that time, unless it is the end; one where nothing is said. */
  readonly least?: number
  /** While this is so it is waited on: whoever sends is being answered already and may be waiting for that. */
  readonly mayBeSilent?: () => boolean
}

/** Of a body that is wanted whole before anything is done with it: what drips in holds its place for nothing. */
export const LEAST_OF_WHOLE = 1024

/**
 * The parts of a body as they come. Leaves the stream as it is when no more is wanted.
 * @throws BodySilent
 */
export async function* bodyParts(body: Readable, { silenceMs, least = 1, mayBeSilent }: Pace): AsyncGenerator<Buffer, void, undefined> {
  const parts: AsyncIterator<Buffer> = body.iterator({ destroyOnReturn: false })
  let left = silenceMs
  let bytes = 0
  for (;;) {
    const since = performance.now()
    const next = parts.next()
    let late: NodeJS.Timeout | undefined
    const silent = new Promise<'silent'>((resolve) => {
      const look = () => (mayBeSilent?.() === true ? (late = setTimeout(look, silenceMs)) : resolve('silent'))
      late = setTimeout(look, left)
    })
    const got = await Promise.race([next, silent]).finally(() => clearTimeout(late))
    if (got === 'silent') {
      // It ends with the connection, and nobody waits for it any more.
      next.catch(() => undefined)
      throw new BodySilent()
    }
    if (got.done === true) return
    bytes += got.value.length
    const isEnough = bytes >= least
    left = isEnough ? silenceMs : Math.max(1, left - (performance.now() - since))
    if (isEnough) bytes = 0
    yield got.value
  }
}

/** Bytes that a body may have, and the longest wait for more of it. */
export interface BodyBounds {
  readonly most: number
  readonly silenceMs: number
}

/** Bounds of this size, at the pace that everybody has. */
export function bodyBounds(most: number, { bodySilenceMs }: Pick<Limits, 'bodySilenceMs'>): BodyBounds {
  return { most, silenceMs: bodySilenceMs }
}

/** The whole body, or why not. Stops reading at the limit, whether or not the length was announced. */
export async function readBody(request: IncomingMessage, { most: limit, silenceMs }: BodyBounds): Promise<Buffer | Refusal> {
  const tooLarge: Refusal = {
    status: 413,
    type: 'too_large',
    message: `The request is larger than ${limit < 1024 * 1024 ? `${Math.floor(limit / 1024)} KiB` : `${Math.floor(limit / 1024 / 1024)} MiB`}.`,
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) return tooLarge
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of bodyParts(request, { silenceMs, least: LEAST_OF_WHOLE })) {
      size += part.length
      if (size > limit) return tooLarge
      parts.push(part)
    }
  } catch (thrown) {
    if (thrown instanceof BodySilent) return BODY_SILENT
    if (!request.destroyed) throw thrown
    return { status: 400, type: 'bad_request', message: 'The request broke off.' }
  }
  return Buffer.concat(parts)
}

/** The text fields of a JSON body, by name. */
export interface Fields {
  readonly type: 'fields'
  readonly get: (name: string) => string | undefined
}

/** Of bodies that are fields. */
export type FieldLimits = Pick<Limits, 'body' | 'bodySilenceMs'>

/** Reads a flat JSON object of texts. An empty body is an empty object. */
export async function readFields(request: IncomingMessage, limits: FieldLimits): Promise<Fields | Refusal> {
  const body = await readBody(request, bodyBounds(limits.body, limits))
  if (!Buffer.isBuffer(body)) return body
  const bad: Refusal = { status: 400, type: 'bad_request', message: 'The body must be one JSON object whose values are texts.' }
  if (body.length === 0) return { type: 'fields', get: () => undefined }
  const value = parse(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad
  const fields = Object.entries(value)
  if (fields.length > 16 || fields.some(([, one]) => typeof one !== 'string')) return bad
  const texts = new Map(fields.flatMap(([name, one]) => (typeof one === 'string' ? [[name, one] as const] : [])))
  return { type: 'fields', get: (name) => texts.get(name) }
}

function parse(body: Buffer): Json | undefined {
  try {
    const value: Json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return value
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof TypeError) return undefined
    throw thrown
  }
}
