import type { IncomingMessage, ServerResponse } from 'node:http'
import { readShareFrame, SHARE_ID } from '@tabwright/protocol'
import { bucketOf } from './address'
import { bodyBounds, readBody } from './body'
import type { Limits } from './limits'
import type { Rate } from './rate'
import { API_HEADERS, refuse, type Refusal } from './refusal'
import type { ShareGiving } from './share-giving'
import { shareToken, SHARE_REFUSALS } from './share-refusals'
import { ShareFull, type ShareStore } from './share-store'

/** What a request about shared sessions may use. */
export interface ShareParts {
  readonly shares: ShareStore
  readonly limits: Pick<Limits, 'sharePart' | 'shares' | 'bodySilenceMs'>
  /** Where they are read; undefined where nobody named an address for that. */
  readonly origin: () => string | undefined
  readonly reads: Rate
  readonly writes: Rate
  readonly giving: ShareGiving
  readonly now: () => number
}

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
  if (wait > 0) return refuse(SHARE_REFUSALS.tooMany(wait))
  if (!SHARE_ID.test(id)) return refuse(SHARE_REFUSALS.unknown)
  // Before it is counted and read: whoever is told to wait did not open it.
  if (incoming.method === 'GET' && !parts.giving.begin(outgoing, { address, bytes: parts.shares.size(id) })) return refuse(BUSY)
  const found = parts.shares.open(id, counts && incoming.method === 'GET')
  if (typeof found !== 'string') {
    return new Response(new Uint8Array(found), { headers: { ...HEADERS, 'content-type': 'application/octet-stream' } })
  }
  return refuse(found === 'unknown' ? SHARE_REFUSALS.unknown : found === 'revoked' ? SHARE_REFUSALS.revoked : SHARE_REFUSALS.expired)
}

/** What is shared from here and how often each was opened. Behind a bearer. */
export function listShares({ shares, origin }: ShareParts): Response {
  return json({ origin: origin() ?? null, shares: shares.list() })
}

/** Keeps one, or replaces it. Behind a bearer, and for one that is there behind its own token. */
export async function writeShare(incoming: IncomingMessage, parts: ShareParts, id: string): Promise<Response> {
  const wait = parts.writes(bucketOf(incoming.socket.remoteAddress))
  if (wait > 0) return refuse(SHARE_REFUSALS.tooMany(wait))
  const token = shareToken(incoming)
  if (!SHARE_ID.test(id) || token === undefined)
    return refuse(SHARE_REFUSALS.bad('A shared session needs a name of 22 letters and a token of 64 hex digits.'))
  const bytes = await readBody(incoming, bodyBounds(parts.limits.sharePart, parts.limits))
  if (!Buffer.isBuffer(bytes)) return refuse(bytes)
  const frame = readShareFrame(bytes)
  if (typeof frame === 'string')
    return refuse(SHARE_REFUSALS.bad('What was sent is not a sealed session of this version. Reload the page.'))
  if (frame.expires !== 0 && frame.expires <= parts.now())
    return refuse(SHARE_REFUSALS.bad('The time until which it is to be read is over already.'))
  return whileThereIsRoom(() => {
    const done = parts.shares.put({ id, token, expires: frame.expires, bytes })
    if (done === 'kept') return json({})
    if (done === 'too-many')
      return refuse({ ...SHARE_REFUSALS.full, message: `This relay shares ${parts.limits.shares} sessions; revoke one of them.` })
    return refuse(done === 'revoked' ? SHARE_REFUSALS.revoked : SHARE_REFUSALS.notYours)
  })
}

/** Ends one for good. Behind a bearer and its own token. */
export function revokeShare(incoming: IncomingMessage, { shares }: ShareParts, id: string): Response {
  const token = shareToken(incoming)
  if (!SHARE_ID.test(id) || token === undefined) return refuse(SHARE_REFUSALS.unknown)
  return whileThereIsRoom(() => {
    const done = shares.revoke(id, token)
    if (done === 'done') return json({})
    return refuse(done === 'unknown' ? SHARE_REFUSALS.unknown : SHARE_REFUSALS.notYours)
  })
}

const BUSY: Refusal = {
  status: 503,
  type: 'busy',
  message: 'Too many shared sessions are on their way to their readers just now. Try again in a moment.',
  retryAfterMs: 5_000,
}

function whileThereIsRoom(write: () => Response): Response {
  try {
    return write()
  } catch (thrown) {
    if (!(thrown instanceof ShareFull)) throw thrown
    return refuse(SHARE_REFUSALS.full)
  }
}

function json(body: object): Response {
  return new Response(JSON.stringify(body), { headers: { ...HEADERS, 'content-type': 'application/json' } })
}
