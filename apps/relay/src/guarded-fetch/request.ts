import type { IncomingMessage } from 'node:http'
import { FETCH_REQUEST_HEADER, parseFetchRequest, type FetchRequest } from '@tabwright/protocol'
import { readBody, type BodyBounds } from '../body'
import type { Refusal } from '../refusal'

/** What a caller wants fetched. */
export interface Asked extends FetchRequest {
  readonly body: Buffer
}

/** Reads a request: its description from the header, its body as it is to be sent. */
export async function readAsked(incoming: IncomingMessage, bounds: BodyBounds): Promise<Asked | Refusal> {
  const [header, ...more] = incoming.headersDistinct[FETCH_REQUEST_HEADER] ?? []
  const parsed = header === undefined || more.length > 0 ? undefined : parseFetchRequest(Buffer.from(header, 'base64url').toString())
  if (parsed === undefined) {
    const message = `The header ${FETCH_REQUEST_HEADER} must describe what to fetch, as JSON in base64url.`
    return { status: 400, type: 'bad_request', message }
  }
  const body = await readBody(incoming, bounds)
  return Buffer.isBuffer(body) ? { ...parsed, body } : body
}

/** Set by us, or about this one connection: a caller may not choose them. */
const OURS =
  /^(?:host|content-length|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|forwarded|x-forwarded-.*|origin|sec-.*)$/i
/** Kept when a redirect leads to another origin: none of them says who is asking. */
const HARMLESS = /^(?:accept|accept-language|accept-encoding|user-agent|content-type|range|git-protocol|if-none-match|if-modified-since)$/i

/** Headers of one hop. @param isFirstOrigin the hop goes where the caller named itself */
export function hopHeaders(asked: Asked, isFirstOrigin: boolean): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'accept-encoding': 'identity', 'user-agent': 'tabwright' }
  const named = new Set<string>()
  for (const [name, value] of asked.headers) {
    if (OURS.test(name) || (!isFirstOrigin && !HARMLESS.test(name))) continue
    const key = name.toLowerCase()
    const before = named.has(key) ? headers[key] : undefined
    named.add(key)
    // A header that is named twice goes out twice.
    headers[key] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return headers
}
