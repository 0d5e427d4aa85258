import { isJsonObject, type Json, type NetworkRequest } from '@tabwright/protocol'
import { isGitQuestion, isGitRefs, type GitRead } from './git-read'
import type { NpmRequest } from './npm-read'
import { describePush, type Announced, type PushContents } from './push'

/** The name that requests to the network have for rules and cards. */
export const FETCH_TOOL = 'fetch'
/** What an approval of a request is bound to beside its bytes: another meaning of the description is another tool. */
export const FETCH_IDENTITY = 'fetch v1'

/** So much of a body is shown and logged as it is sent; a larger one by its size and hash. */
export const SHOWN_BODY = 16_384

/** What a platform made of an address: the one spelling that is shown, judged and sent. */
export interface Address {
  readonly href: string
  /** Scheme, host and port, such as `https://example.org`. */
  readonly origin: string
  readonly host: string
}

/** What is known of a request beside what it says. */
export interface KnownOfRequest {
  readonly address: Address
  /** Of the body, lower-case hex; undefined without one. */
  readonly sha256: string | undefined
  readonly reads?: GitRead | undefined
  readonly npm?: NpmRequest | undefined
  /** All that a yes speaks for by name. */
  readonly wishes?: readonly string[] | undefined
  readonly push?: PushContents | undefined
  /** A push that comes after it, and that a yes speaks for too. */
  readonly announced?: Announced | undefined
}

/** A request as it is judged, shown and logged. */
export function describeFetch(
  request: NetworkRequest,
  { address, sha256, reads, npm, wishes = [], push, announced }: KnownOfRequest,
): Json {
  const { method, headers, body, purpose, useToken, connectMs, wholeMs } = request
  return {
    method,
    url: address.href,
    origin: address.origin,
    headers: headers.map(([name, value]) => [name, value]),
    ...(purpose !== '' && { purpose }),
    ...(useToken && { token: `the token kept for ${address.host}` }),
    ...(connectMs !== undefined && { connectMs }),
    ...(wholeMs !== undefined && { wholeMs }),
    ...(reads && { covers: coveredBy(reads, address) }),
    ...(npm &&
      wishes.length > 0 && {
        covers: `what else npm reads from ${npm.registry} in this command: ${wishes.join(', ')}, and what they need`,
      }),
    ...(push && { push: describePush(push) }),
    ...(announced && {
      covers: `the push that is shown, byte for byte, with the token kept for ${address.host} where it is asked for`,
      next: describeNext(announced),
    }),
    ...(body !== undefined && sha256 !== undefined && { body: describeBody(body, sha256) }),
  }
}

/** A yes speaks for more than this one request, so the request says for what. */
function coveredBy({ repository }: GitRead, { host }: Address): string {
  return `what else git reads of ${repository} in this command, with the token kept for ${host} where it is asked for`
}

function describeNext({ request: { url, headers, body, purpose }, sha256, contents }: Announced): Json {
  return {
    method: 'POST',
    url,
    headers: headers.map(([name, value]) => [name, value]),
    ...(purpose !== '' && { purpose }),
    push: describePush(contents),
    body: describeBody(body, sha256),
  }
}

function describeBody(body: Uint8Array, sha256: string): Json {
  const known = { bytes: body.length, sha256 }
  return body.length <= SHOWN_BODY ? { ...known, text: escaped(body) } : known
}

/** Every byte can be told: printable ASCII and line ends as they are, all else as `\xHH`. */
function escaped(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    if (byte === 0x5c) text += '\\\\'
    else if (byte === 0x0a || byte === 0x09 || (byte >= 0x20 && byte < 0x7f)) text += String.fromCharCode(byte)
    else text += `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return text
}

/** Headers by which somebody is known. A request with one of them is never let out by a rule for reading. */
const TELLS_WHO = /^(?:authorization|proxy-authorization|cookie|.*(?:token|api-?key|secret|auth|session|credential|signature).*)$/i

/** Headers that some servers read as another method or another address than the ones that were judged. */
const TELLS_OTHERWISE = /(?:method|-url|-uri|-path|-host|forwarded)/i
/** All that git says of itself. Beside a kept token nothing else goes out by a rule: what a header means is up to the server. */
const OF_GIT = /^(?:user-agent|accept|accept-encoding|content-type|git-protocol)$/i

/** Where a request goes, whatever it does there. */
export function originOf(input: Json): string | undefined {
  const origin = isJsonObject(input) ? input['origin'] : undefined
  return typeof origin === 'string' ? origin : undefined
}

/**
 * Where a request only reads from, when that is all it does: `GET` or `HEAD` with nothing sent along, or git's own question for names and
 * objects. No credentials, but for git the token that the relay keeps for that origin, which is then said. The input is that of {@link describeFetch}.
 */
export function readsFrom(input: Json): string | undefined {
  if (!isJsonObject(input)) return undefined
  const { method, url, origin, headers, body, token, next } = input
  // A yes speaks for more than reading.
  if (next !== undefined) return undefined
  if (typeof url !== 'string' || typeof origin !== 'string' || !Array.isArray(headers)) return undefined
  const names = headers.map((header) => (Array.isArray(header) ? String(header[0]) : ''))
  if (names.some((name) => name === '' || TELLS_WHO.test(name) || TELLS_OTHERWISE.test(name))) return undefined
  const isPlain = (method === 'GET' || method === 'HEAD') && body === undefined
  const isGit = names.every((name) => OF_GIT.test(name)) && (isGitQuestion(input) || (isPlain && isGitRefs(url)))
  if (token !== undefined) return isGit ? `${origin}, by git with the token kept for it` : undefined
  return isPlain || isGit ? origin : undefined
}
