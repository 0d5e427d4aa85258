import type { IncomingMessage, ServerResponse } from 'node:http'
import { readShareFrame, SHARE_ID } from '@tabwright/protocol'
import { bucketOf } from './address'
import { readBody } from './body'
import type { Limits } from './limits'
import type { Rate } from './rate'
import { API_HEADERS, refuse, type Refusal } from './refusal'
import type { ShareGiving } from './share-giving'
import { ShareFull, type ShareStore } from './share-store'

/** What a request about shared sessions may use. */
export interface ShareParts {
  readonly shares: ShareStore
  readonly limits: Pick<Limits, 'sharePart' | 'shares'>
  /** Where they are read; undefined where nobody named an address for that. */
  readonly origin: () => string | undefined
  readonly reads: Rate
  readonly writes: Rate
  readonly giving: ShareGiving
  readonly now: () => number
}

/** 32 random bytes that the tab keeps: proof that a link is its own. */
const TOKEN = /^[0-9a-f]{64}$/

const HEADERS = { ...API_HEADERS, 'x-robots-tag': 'noindex, nofollow' }

/**
 * Gives out ciphertext to whoever has its name, which is not to be guessed.
 * @param counts it is a reader's page that asks, and not the app
 */
export function readShare(
  { incoming, outgoing }: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse },
  { parts, id, counts }: { parts: ShareParts; id: string; counts: boolean },
): Response {
  const address = bucketOf(incoming.socket.remoteAddress)
  const wait = parts.reads(address)
  if (wait > 0) return refuse(tooMany(wait))
  if (!SHARE_ID.test(id)) return refuse(UNKNOWN)
  // Before it is counted and read: whoever is told to wait did not open it.
  if (incoming.method === 'GET' && !parts.giving.begin(outgoing, { address, bytes: parts.shares.size(id) })) return refuse(BUSY)
  const found = parts.shares.open(id, counts && incoming.method === 'GET')
  if (typeof found !== 'string') {
    return new Response(new Uint8Array(found), { headers: { ...HEADERS, 'content-type': 'application/octet-stream' } })
  }
  return refuse(found === 'unknown' ? UNKNOWN : found === 'revoked' ? REVOKED : EXPIRED)
}

/** What is shared from here and how often each was opened. Behind a bearer. */
export function listShares({ shares, origin }: ShareParts): Response {
  return json({ origin: origin() ?? null, shares: shares.list() })
}

/** Keeps one, or replaces it. Behind a bearer, and for one that is there behind its own token. */
export async function writeShare(incoming: IncomingMessage, parts: ShareParts, id: string): Promise<Response> {
  const wait = parts.writes(bucketOf(incoming.socket.remoteAddress))
  if (wait > 0) return refuse(tooMany(wait))
  const token = tokenOf(incoming)
  if (!SHARE_ID.test(id) || token === undefined)
    return refuse(bad('A shared session needs a name of 22 letters and a token of 64 hex digits.'))
  const bytes = await readBody(incoming, parts.limits.sharePart)
  if (!Buffer.isBuffer(bytes)) return refuse(bytes)
  const frame = readShareFrame(bytes)
  if (typeof frame === 'string') return refuse(bad('What was sent is not a sealed session of this version. Reload the page.'))
  if (frame.expires !== 0 && frame.expires <= parts.now()) return refuse(bad('The time until which it is to be read is over already.'))
  return whileThereIsRoom(() => {
    const done = parts.shares.put({ id, token, expires: frame.expires, bytes })
    if (done === 'kept') return json({})
    if (done === 'too-many') return refuse({ ...FULL, message: `This relay shares ${parts.limits.shares} sessions; revoke one of them.` })
    return refuse(done === 'revoked' ? REVOKED : NOT_YOURS)
  })
}

/** Ends one for good. Behind a bearer and its own token. */
export function revokeShare(incoming: IncomingMessage, { shares }: ShareParts, id: string): Response {
  const token = tokenOf(incoming)
  if (!SHARE_ID.test(id) || token === undefined) return refuse(UNKNOWN)
  return whileThereIsRoom(() => {
    const done = shares.revoke(id, token)
    if (done === 'done') return json({})
    return refuse(done === 'unknown' ? UNKNOWN : NOT_YOURS)
  })
}

function tokenOf({ headersDistinct }: IncomingMessage): string | undefined {
  const [token = '', another] = headersDistinct['share-token'] ?? []
  return another === undefined && TOKEN.test(token) ? token : undefined
}

const UNKNOWN: Refusal = {
  status: 404,
  type: 'share_unknown',
  message: 'There is no shared session of this name here. The link may be cut off or mistyped, or the session was shared elsewhere.',
}

const REVOKED: Refusal = { status: 410, type: 'share_revoked', message: 'Whoever shared this session has taken it back.' }

const EXPIRED: Refusal = {
  status: 410,
  type: 'share_expired',
  message: 'The time for which this session was shared is over. Ask for a new link.',
}

const NOT_YOURS: Refusal = { status: 403, type: 'share_not_yours', message: 'This link was made by another browser; nothing was changed.' }

const FULL: Refusal = {
  status: 507,
  type: 'relay_full',
  message: 'The relay has no room for another shared session. Revoke one, or free space on its disk; what it shares stays.',
}

const BUSY: Refusal = {
  status: 503,
  type: 'busy',
  message: 'Too many shared sessions are on their way to their readers just now. Try again in a moment.',
  retryAfterMs: 5_000,
}

const bad = (message: string): Refusal => ({ status: 400, type: 'bad_request', message })

function tooMany(waitMs: number): Refusal {
  const message = `Too many requests for shared sessions from this address. Try again in ${Math.ceil(waitMs / 1000)} s.`
  return { status: 429, type: 'too_many_requests', message, retryAfterMs: waitMs }
}

function whileThereIsRoom(write: () => Response): Response {
  try {
    return write()
  } catch (thrown) {
    if (!(thrown instanceof ShareFull)) throw thrown
    return refuse(FULL)
  }
}

function json(body: object): Response {
  return new Response(JSON.stringify(body), { headers: { ...HEADERS, 'content-type': 'application/json' } })
}
