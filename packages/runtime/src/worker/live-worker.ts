import {
  fail,
  isJsonObject,
  liveAddress,
  sessionId,
  SHARE_KEY_BYTES,
  SHARE_LIFETIMES,
  toBase64Url,
  type Json,
  type JsonObject,
  type LiveLink,
  type Random,
  type ShareChoice,
} from '@tabwright/protocol'
import type { ShareLine } from '@tabwright/relay-client'
import { proxy } from 'comlink'
import type { NewLive } from '../client/share-api'
import type { LiveWorker } from '../client/worker-api'
import type { Broadcasts } from '../io/broadcast'
import type { SessionCatalogue } from '../io/catalogue-idb'
import type { Locks } from '../io/lock-web'
import { shareProblem } from '../portable/share-seal'
import { runLive, type KeptLive, type LiveNews, type LiveRunPorts } from './live-run'
import { NO_ORIGIN } from './share-worker'

const SETTING = 'lives'
const LOCK = 'tabwright-lives'
const CHANNEL = 'lives'
const ID_BYTES = 16
const TOKEN_BYTES = 32

/** What live links take from outside. */
export interface LiveOptions extends Omit<LiveRunPorts, 'nextEpoch' | 'told' | 'images'> {
  readonly catalogue: () => Promise<Pick<SessionCatalogue, 'readSetting' | 'saveSetting' | 'images'>>
  readonly shares: Pick<ShareLine, 'list'>
  readonly random: Random
  /** The platform's; null where there are none. */
  readonly locks: Locks | null
  readonly channel: Pick<Broadcasts, 'tell' | 'listen'>
}

/** Live links of this browser. One tab at a time seals for each; another goes on, in an epoch of its own, when that one is gone. */
export function createLiveWorker(options: LiveOptions): LiveWorker & { begin(): void } {
  const { line, clock, channel } = options
  const list = keptList(options)
  const board = newsBoard(channel)
  const runs = new Map<string, AbortController>()
  const stop = (id: string): void => {
    runs.get(id)?.abort()
    runs.delete(id)
  }
  const forget = async (id: string): Promise<void> => {
    stop(id)
    await list.change((links) => links.filter((link) => link.id !== id))
    board.changed(id)
  }
  const images: LiveRunPorts['images'] = async () => (await options.catalogue()).images
  const ports: LiveRunPorts = { ...options, images, nextEpoch: list.nextEpoch, told: board.tell }
  const run = (link: KeptLive): void => {
    if (runs.has(link.id)) return
    const control = new AbortController()
    runs.set(link.id, control)
    const { signal } = control
    hold({ id: link.id, locks: options.locks, signal }, () => runLive(link, ports, signal))
      .then((how) => (how === 'over' ? forget(link.id) : undefined))
      .catch((error: unknown) => reportError(error))
  }
  const resume = async (): Promise<void> => {
    const links = await list.read()
    for (const link of links) run(link)
    const kept = new Set(links.map(({ id }) => id))
    for (const id of runs.keys()) if (!kept.has(id)) stop(id)
  }
  const begin = (): void => void resume().catch((error: unknown) => reportError(error))
  board.onChange(begin)
  return {
    begin,
    listLives: async () => (await list.read()).map((link) => shown(link, board.of(link.id))),
    watchLives: async (listener) => proxy(board.watch(() => listener())),
    async startLive(wish) {
      const problem = shareProblem()
      if (problem !== undefined) return fail('unavailable', problem)
      const { origin } = await options.shares.list()
      if (origin === undefined) return fail('unavailable', NO_ORIGIN)
      const link = newLink(wish, { now: clock.now(), random: options.random, origin })
      await list.change((links) => [...links, link])
      run(link)
      board.changed()
      return shown(link, board.of(link.id))
    },
    async endLive(id, how) {
      const link = (await list.read()).find((one) => one.id === id)
      if (!link) return
      await line.end(id, link.token, how)
      await forget(id)
    },
  }
}

/** How each link stands, as the tab that seals for it told. */
interface NewsBoard {
  of(id: string): LiveNews | undefined
  tell(id: string, news: LiveNews): void
  /** Links came or went, in whichever tab. @param gone the one that went */
  changed(gone?: string): void
  onChange(listener: () => void): void
  watch(listener: () => void): () => void
}

function newsBoard(channel: LiveOptions['channel']): NewsBoard {
  const news = new Map<string, LiveNews>()
  const listeners = new Set<() => void>()
  let changes = (): void => undefined
  const heard = (): void => {
    for (const listener of listeners) listener()
  }
  const take = (id: string, now: LiveNews): void => {
    const before = news.get(id)
    news.set(id, now)
    if (before?.state !== now.state || before.viewers !== now.viewers || before.problem !== now.problem) heard()
  }
  channel.listen(CHANNEL, (message) => {
    const told = newsIn(message)
    if (told) return take(told.id, told)
    changes()
    heard()
  })
  return {
    of: (id) => news.get(id),
    tell(id, now) {
      take(id, now)
      // The tabs that wait for this one show the same.
      channel.tell(CHANNEL, { id, ...now })
    },
    changed(gone) {
      if (gone !== undefined) news.delete(gone)
      heard()
      channel.tell(CHANNEL, 'changed')
    },
    onChange: (listener) => (changes = listener),
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const STATES = ['starting', 'on', 'behind'] as const

/** What the tab that seals told of a link; undefined for anything else. */
function newsIn(message: unknown): (LiveNews & { readonly id: string }) | undefined {
  const { id, state, viewers, problem } = Object.fromEntries(typeof message === 'object' && message !== null ? Object.entries(message) : [])
  const known = STATES.find((one) => one === state)
  if (typeof id !== 'string' || known === undefined) return undefined
  return {
    id,
    state: known,
    viewers: typeof viewers === 'number' ? viewers : undefined,
    problem: typeof problem === 'string' ? problem : undefined,
  }
}

/** One holder for each link in this browser; the others wait until it is gone. */
async function hold(
  { id, locks, signal }: { readonly id: string; readonly locks: Locks | null; readonly signal: AbortSignal },
  work: () => ReturnType<typeof runLive>,
): ReturnType<typeof runLive> {
  if (!locks) return work()
  try {
    return await locks.request(`tabwright-live-${id}`, { signal }, work)
  } catch (error) {
    if (signal.aborted) return 'stopped'
    throw error
  }
}

interface KeptList {
  read(): Promise<readonly KeptLive[]>
  change(next: (links: readonly KeptLive[]) => readonly KeptLive[]): Promise<void>
  nextEpoch: LiveRunPorts['nextEpoch']
}

/** Two tabs change the list one after the other. */
function keptList({ catalogue, locks }: Pick<LiveOptions, 'catalogue' | 'locks'>): KeptList {
  const read = async (): Promise<readonly KeptLive[]> => linksIn(await (await catalogue()).readSetting(SETTING))
  const change: KeptList['change'] = async (next) => {
    const work = async (): Promise<void> => {
      const links = next(await read())
      const stored = links.map((link): JsonObject => ({ ...link, choice: { ...link.choice, words: [...link.choice.words] } }))
      await (await catalogue()).saveSetting(SETTING, stored)
    }
    await (locks ? locks.request(LOCK, {}, work) : work())
  }
  return {
    read,
    change,
    async nextEpoch(id, told) {
      let epoch: number | undefined
      await change((links) =>
        links.map((link) => {
          if (link.id !== id) return link
          epoch = Math.max(link.epoch, told) + 1
          return { ...link, epoch }
        }),
      )
      return epoch
    },
  }
}

function newLink(
  { session, title, choice, lifetime }: NewLive,
  { now, random, origin }: { readonly now: number; readonly random: Random; readonly origin: string },
): KeptLive {
  const lasts = SHARE_LIFETIMES[lifetime]
  const token = Array.from(random(TOKEN_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const secret = { id: toBase64Url(random(ID_BYTES)), key: toBase64Url(random(SHARE_KEY_BYTES)), token }
  return { ...secret, origin, session, title, choice, at: now, expires: lasts === 0 ? 0 : now + lasts, epoch: 0 }
}

function shown({ id, key, session, title, origin, at, expires }: KeptLive, news: LiveNews | undefined): LiveLink {
  const { state = 'starting', viewers, problem } = news ?? {}
  const address = liveAddress(origin, { id, key })
  return { id, session, title, address, at, expires, viewers, state, ...(problem !== undefined && { problem }) }
}

function linksIn(stored: Json | undefined): readonly KeptLive[] {
  if (!Array.isArray(stored)) return []
  return stored.flatMap((one: Json): readonly KeptLive[] => {
    const { id, key, token, origin, session, title, at, expires, epoch, choice } = isJsonObject(one) ? one : {}
    const isText = typeof id === 'string' && typeof key === 'string' && typeof token === 'string' && typeof origin === 'string'
    if (!isText || typeof session !== 'string' || typeof title !== 'string') return []
    if (typeof at !== 'number' || typeof expires !== 'number' || typeof epoch !== 'number') return []
    const chosen = choiceIn(choice ?? null)
    return chosen ? [{ id, key, token, origin, session: sessionId(session), title, at, expires, epoch, choice: chosen }] : []
  })
}

function choiceIn(stored: Json): ShareChoice | undefined {
  const { output, files, images, personal, words } = isJsonObject(stored) ? stored : {}
  if (typeof output !== 'boolean' || typeof images !== 'boolean' || typeof personal !== 'boolean' || !Array.isArray(words)) return undefined
  if (files !== 'none' && files !== 'changed' && files !== 'all') return undefined
  return { output, files, images, personal, words: words.filter((word) => typeof word === 'string') }
}
