import {
  fail,
  failureOf,
  isJsonObject,
  sessionId,
  SHARE_KEY_BYTES,
  SHARE_LIFETIMES,
  shareAddress,
  toBase64Url,
  type Clock,
  type Json,
  type JsonObject,
  type Random,
  type SessionId,
  type ShareAddress,
  type SharedLink,
} from '@tabwright/protocol'
import type { ShareEntry, ShareLine } from '@tabwright/relay-client'
import type { NewLink, ShareShelf } from '../client/share-api'
import type { ShareWorker } from '../client/worker-api'
import type { SessionCatalogue } from '../io/catalogue-idb'
import type { Locks } from '../io/lock-web'
import { openShare, sealShare, shareProblem } from '../portable/share-seal'

const SETTING = 'shares'
const LOCK = 'tabwright-shares'
const ID_BYTES = 16
/** The relay may have kept what was sent: a proxy in between answered, or nobody. */
const UNSURE = new Set(['offline', 'unavailable', 'busy', 'aborted', 'unexpected'])
const TOKEN_BYTES = 32

/** What sharing takes from outside. */
export interface ShareOptions {
  readonly catalogue: () => Promise<Pick<SessionCatalogue, 'readSetting' | 'saveSetting'>>
  readonly line: ShareLine
  readonly read: (id: string) => Promise<Uint8Array<ArrayBuffer>>
  /** Keeps an archive as a session that can be written. */
  readonly keep: (archive: Uint8Array<ArrayBuffer>) => Promise<SessionId>
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
  /** The platform's; null where there are none. */
  readonly locks: Locks | null
}

/** A link as this browser keeps it: with its key, and the token that ends it. */
interface KeptLink extends ShareAddress {
  readonly token: string
  readonly origin: string
  readonly session: SessionId
  readonly title: string
  readonly at: number
  readonly expires: number
}

/** Makes, lists and ends links. Each is kept before the relay has it: one that nobody can end must not come to be. */
export function createShareWorker(options: ShareOptions): ShareWorker {
  const { catalogue, line, clock, locks } = options
  const read = async (): Promise<readonly KeptLink[]> => linksIn(await (await catalogue()).readSetting(SETTING))
  /** Two tabs change the list one after the other. */
  const change = async (next: (links: readonly KeptLink[]) => readonly KeptLink[]): Promise<void> => {
    const work = async (): Promise<void> => {
      const links = next(await read())
      await (
        await catalogue()
      ).saveSetting(
        SETTING,
        links.map((link): JsonObject => ({ ...link })),
      )
    }
    await (locks ? locks.request(LOCK, {}, work) : work())
  }
  const without = (id: string) => (links: readonly KeptLink[]) => links.filter((link) => link.id !== id)
  return {
    listShares: async () => shelfOf(await read(), options),
    async createShare(wish) {
      const { origin } = await line.list()
      if (origin === undefined) return fail('unavailable', NO_ORIGIN)
      const before = wish.replaces === undefined ? undefined : (await read()).find(({ id }) => id === wish.replaces)
      if (wish.replaces !== undefined && !before)
        return fail('not_found', 'This link is not in this browser any more; nothing was changed.')
      const link = linkOf(wish, before, { ...options, origin })
      const sealed = await sealShare(wish.bytes, link, { created: link.at, expires: link.expires })
      await change((links) => [...without(link.id)(links), link])
      try {
        await line.put(link.id, link.token, sealed)
      } catch (error) {
        // What the relay refused is not there. Where its answer did not come nobody knows, and the link stays to be ended.
        if (!UNSURE.has(failureOf(error).code)) await change((links) => [...without(link.id)(links), ...(before ? [before] : [])])
        throw error
      }
      return shownLink(link, undefined, clock.now())
    },
    async revokeShare(id) {
      const link = (await read()).find((one) => one.id === id)
      if (!link) return
      await line.revoke(id, link.token)
      await change(without(id))
    },
    async forkShare(address) {
      return options.keep(await openShare(await options.read(address.id), address, clock.now()))
    },
  }
}

/** Said where a relay has no name for shared sessions. */
export const NO_ORIGIN =
  'This relay has no address of its own at which shared sessions could be read: whoever runs it names one with TABWRIGHT_SHARE_ORIGIN. A file needs none.'

async function shelfOf(links: readonly KeptLink[], { line, clock }: ShareOptions): Promise<ShareShelf> {
  const now = clock.now()
  const insecure = shareProblem()
  try {
    const { origin, shares } = await line.list()
    const known = new Map(shares.map((entry) => [entry.id, entry]))
    const problem = insecure ?? (origin === undefined ? NO_ORIGIN : undefined)
    return { links: links.map((link) => shownLink(link, known.get(link.id) ?? 'gone', now)), ...(problem !== undefined && { problem }) }
  } catch (error) {
    return { links: links.map((link) => shownLink(link, undefined, now)), problem: insecure ?? failureOf(error).message }
  }
}

/** @param entry what the relay says of it; `gone`: it has none of that name */
function shownLink(
  { id, key, session, title, origin, at, expires }: KeptLink,
  entry: ShareEntry | 'gone' | undefined,
  now: number,
): SharedLink {
  const isOver = expires !== 0 && expires <= now
  const state = isOver ? 'expired' : entry === undefined ? 'open' : entry === 'gone' ? 'unknown' : entry.state
  return {
    id,
    session,
    title,
    address: shareAddress(origin, { id, key }),
    at,
    expires,
    opens: typeof entry === 'object' ? entry.opens : undefined,
    state,
  }
}

function linkOf(
  { session, title, lifetime }: NewLink,
  before: KeptLink | undefined,
  { clock, random, origin }: Pick<ShareOptions, 'clock' | 'random'> & { readonly origin: string },
): KeptLink {
  const at = clock.now()
  const lasts = SHARE_LIFETIMES[lifetime]
  const about = { session, title, at, expires: lasts === 0 ? 0 : at + lasts, origin }
  if (before) return { ...before, ...about }
  const token = Array.from(random(TOKEN_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return { ...about, id: toBase64Url(random(ID_BYTES)), key: toBase64Url(random(SHARE_KEY_BYTES)), token }
}

function linksIn(stored: Json | undefined): readonly KeptLink[] {
  if (!Array.isArray(stored)) return []
  return stored.flatMap((one: Json): readonly KeptLink[] => {
    const { id, key, token, origin, session, title, at, expires } = isJsonObject(one) ? one : {}
    const isText = typeof id === 'string' && typeof key === 'string' && typeof token === 'string' && typeof origin === 'string'
    if (!isText || typeof session !== 'string' || typeof title !== 'string') return []
    if (typeof at !== 'number' || typeof expires !== 'number') return []
    return [{ id, key, token, origin, session: sessionId(session), title, at, expires }]
  })
}
