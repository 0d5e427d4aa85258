import { connectLives, connectShares, readSealed } from '@tabwright/relay-client'
import type { LiveWorker, MirrorWorker, ShareWorker } from '../client/worker-api'
import { broadcasts } from '../io/broadcast'
import type { SessionCatalogue } from '../io/catalogue-idb'
import { systemClock } from '../io/clock-system'
import { hashText } from '../io/hash-noble'
import type { Locks } from '../io/lock-web'
import type { SessionStore } from '../io/session-store'
import { keepFork } from './keep-fork'
import { createLiveWorker } from './live-worker'
import { createShareWorker } from './share-worker'
import { systemTimers } from './timers'

type Bearing = Pick<MirrorWorker, 'useMirrorToken'>

/** Where the sessions of this browser are. */
interface Opened {
  readonly catalogue: SessionCatalogue
  readonly store: Pick<SessionStore, 'watch'>
}

/**
 * Links to copies and to what goes on. The page hands over its bearer once, for all that needs it; what others follow goes on from then.
 * @param purge what was removed goes for good in a while
 */
export function sharingOf(
  opened: () => Promise<Opened>,
  mirror: Bearing,
  purge: (list: SessionCatalogue) => void,
): ShareWorker & LiveWorker & Bearing {
  const platform: { readonly navigator?: { readonly locks?: Locks } } = globalThis
  const locks = platform.navigator?.locks ?? null
  const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
  const ports = { hash: hashText, clock: systemClock, random }
  const catalogue = async (): Promise<SessionCatalogue> => (await opened()).catalogue
  let token: string | undefined
  const bearer = async (): Promise<string | undefined> => token
  const line = connectShares('', { bearer })
  const { begin, ...live } = createLiveWorker({
    ...ports,
    catalogue,
    shares: line,
    line: connectLives('', { bearer }),
    watch: async (session, listener) => (await opened()).store.watch(session, listener),
    timers: systemTimers,
    locks,
    channel: broadcasts(),
  })
  const shares = createShareWorker({
    ...ports,
    catalogue,
    line,
    read: (id) => readSealed(id),
    keep: async (archive) => {
      const list = await catalogue()
      return keepFork(archive, { ...ports, images: list.images, remove: (id) => list.remove(id), purge: () => purge(list) })
    },
    locks,
  })
  return {
    ...shares,
    ...live,
    useMirrorToken: async (next) => {
      const isFirst = token === undefined
      token = next
      await mirror.useMirrorToken(next)
      if (isFirst) begin()
    },
  }
}
