import { fail, FailureError, isJsonObject, type Json } from '@tabwright/protocol'
import { objectOf, readAnswer, refusalOf } from './answer'
import type { Line } from './line'

/** What a relay tells of a session that is shared there. */
export interface ShareEntry {
  readonly id: string
  readonly opens: number
  readonly state: 'open' | 'revoked' | 'expired'
}

/**
 * The relay's place for sealed sessions that others may read. Every call throws a FailureError whose message can be shown: `offline`,
 * `storage_full` when the relay has no room, `too_large`, `busy`, `unavailable` without a relay.
 */
export interface ShareLine {
  /** `origin`: where they are read; undefined where this relay has no address for that. */
  list(): Promise<{ readonly origin: string | undefined; readonly shares: readonly ShareEntry[] }>
  /** Durable when it resolves. @param token proof of the same browser for the next time, 64 hex digits */
  put(id: string, token: string, sealed: Uint8Array<ArrayBuffer>): Promise<void>
  /** Ends it for good; one that the relay does not know is ended already. */
  revoke(id: string, token: string): Promise<void>
}

const ASKED = 'Sharing'

/** Shared sessions behind a relay's line. */
export function openShares(line: Line): ShareLine {
  return {
    async list() {
      const { origin, shares } = objectOf(await line.call({ method: 'GET', path: '/shares', asked: ASKED }), ASKED)
      if (!Array.isArray(shares)) return unreadable()
      return { origin: typeof origin === 'string' ? origin : undefined, shares: shares.map(entryOf) }
    },
    async put(id, token, sealed) {
      await line.bytes({ method: 'PUT', path: `/shares/${id}`, asked: ASKED, body: sealed, headers: { 'share-token': token } })
    },
    async revoke(id, token) {
      await line.bytes({ method: 'DELETE', path: `/shares/${id}`, asked: ASKED, allow: [404], headers: { 'share-token': token } })
    },
  }
}

/**
 * A sealed session, for whoever has its name: without a bearer.
 * @param base where the relay is; default: the page's own origin
 * @throws FailureError `offline`, and what the relay says of one that ended or never was
 */
export async function readSealed(
  id: string,
  base = '',
  send: typeof fetch = (input, init) => fetch(input, init),
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await send(`${base}/shares/${id}`, { credentials: 'omit', cache: 'no-store' }).catch(gone)
  if (!response.ok) throw refusalOf(await readAnswer(response), 'The shared session')
  return new Uint8Array(await response.arrayBuffer().catch(gone))
}

function gone(cause: unknown): never {
  const message = 'The server that has this session does not answer. Look whether you are online, and load the page again.'
  throw new FailureError({ code: 'offline', message }, { cause })
}

function entryOf(value: Json): ShareEntry {
  const { id, opens, state } = isJsonObject(value) ? value : {}
  if (typeof id !== 'string' || typeof opens !== 'number') return unreadable()
  return state === 'open' || state === 'revoked' || state === 'expired' ? { id, opens, state } : unreadable()
}

function unreadable(): never {
  return fail('bad_response', `${ASKED}: the relay's answer could not be read.`)
}
