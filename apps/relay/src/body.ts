import type { IncomingMessage } from 'node:http'
import type { Json } from '@tabwright/protocol'
import type { Refusal } from './refusal'

/** The whole body, or why not. Stops reading at the limit, whether or not the length was announced. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | Refusal> {
  const tooLarge: Refusal = {
    status: 413,
    type: 'too_large',
    message: `The request is larger than ${Math.floor(limit / 1024 / 1024)} MiB.`,
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) return tooLarge
  const parts: Buffer[] = []
  let size = 0
  const stream: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false })
  try {
    for await (const part of stream) {
      size += part.length
      if (size > limit) return tooLarge
      parts.push(part)
    }
  } catch (thrown) {
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

/** Reads a flat JSON object of texts. An empty body is an empty object. */
export async function readFields(request: IncomingMessage, limit: number): Promise<Fields | Refusal> {
  const body = await readBody(request, limit)
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
