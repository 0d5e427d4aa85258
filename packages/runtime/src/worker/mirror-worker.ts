import { fail, failureOf, ulid, type Clock, type Hash, type Random, type SessionId } from '@tabwright/protocol'
import { proxy } from 'comlink'
import type { MirrorWorker } from '../client/worker-api'
import { broadcasts, type Broadcasts } from '../io/broadcast'
import type { SessionCatalogue } from '../io/catalogue-idb'
import type { Locks } from '../io/lock-web'
import type { MirrorKeys } from '../io/mirror-key-idb'
import { sessionChannel } from '../io/session-hints'
import type { StoreHint } from '../io/session-store'
import type { MirrorPlace } from '../portable/mirror-place'
import { findMirrored, readMirrored, replaceMirrored, restoreMirrored, type RestorePorts } from '../portable/mirror-restore'
import { mirrorKey, sealingProblem, type MirrorKey } from '../portable/mirror-seal'
import { keepToRead } from '../portable/portable'
import { KEY_BYTES, keyOfCode, recoveryCode } from '../portable/recovery-code'
import { beginNote, createRounds, readNote, type Rounds } from './mirror-rounds'

/** How long a round waits for the next: with the time that a round takes, the mirror is less than 30 s behind. */
const EVERY_MS = 10_000
const CHANNEL = 'mirror'
const LOCK = 'tabwright-mirror'
/** It was turned on or off: whoever mirrors, or could, looks again. */
const SWITCHED = 'switched'

/** What mirroring takes from outside. */
export interface MirrorOptions {
  readonly opened: () => Promise<{ readonly catalogue: SessionCatalogue; readonly memory: unknown; readonly reason: string }>
  readonly keys: MirrorKeys
  /** The relay's place, reached with the page's bearer where it has one. */
  readonly place: (bearer: () => Promise<string | undefined>) => MirrorPlace
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  readonly hash: Hash
  readonly random: Random
  /** The platform's; null where there are none. */
  readonly locks?: Locks | null
  readonly everyMs?: number
}

/** The mirror of this browser. One tab at a time mirrors for all; every tab can turn it on or off and restores. */
export function createMirrorWorker(options: MirrorOptions): MirrorWorker & { begin(): void; close(): void } {
  const { keys, clock, everyMs = EVERY_MS } = options
  const channel = broadcasts()
  const listeners = new Set<() => void>()
  const stop = new AbortController()
  let token: string | undefined
  const place = options.place(async () => token)
  const catalogue = async (): Promise<SessionCatalogue> => {
    const { catalogue: list, memory, reason } = await options.opened()
    return memory === undefined ? list : fail('unavailable', reason)
  }
  const rounds = createRounds({ place, catalogue, clock, hash: options.hash })
  const told = (): void => {
    for (const listener of listeners) listener()
  }
  const changed = (): void => {
    told()
    channel.tell(CHANNEL, 'changed')
  }
  const runner = createRunner({ options, stop: stop.signal, load: () => keys.load(), round: rounds.next, changed, everyMs })
  channel.listen(CHANNEL, (message) => {
    told()
    if (message === SWITCHED) runner.wake()
  })
  const switched = (): void => {
    told()
    channel.tell(CHANNEL, SWITCHED)
    runner.wake()
  }
  return {
    begin: runner.wake,
    close: () => {
      stop.abort()
      channel.close()
    },
    mirrorState: async () => {
      const { catalogue: list, memory, reason } = await options.opened()
      if (memory !== undefined) return { type: 'unavailable', reason }
      const insecure = sealingProblem()
      if (insecure !== undefined) return { type: 'unavailable', reason: insecure }
      const code = await keys.code()
      const unkept = code === undefined ? {} : { code }
      if (!(await keys.load())) return { type: 'off', ...((await keys.retired()) && { hasCopies: true, ...unkept }) }
      const { at, problem } = await readNote(list)
      return { type: 'on', at: at ?? undefined, ...(problem !== null && { problem }), ...unkept }
    },
    watchMirror: async (listener) => {
      const mine = (): void => listener()
      listeners.add(mine)
      return proxy(() => void listeners.delete(mine))
    },
    ...switching({ options, place, catalogue, rounds, switched, alone: runner.alone }),
    ...restoring({ place, catalogue, clock, hash: options.hash, random: options.random, channel }),
    useMirrorToken: async (next) => {
      token = next
      runner.wake()
    },
  }
}

interface Switching {
  readonly options: Pick<MirrorOptions, 'keys' | 'clock' | 'random'>
  readonly place: MirrorPlace
  readonly catalogue: () => Promise<SessionCatalogue>
  readonly rounds: Rounds
  readonly switched: () => void
  readonly alone: Runner['alone']
}

function switching({
  options,
  place,
  catalogue,
  rounds,
  switched,
  alone,
}: Switching): Pick<MirrorWorker, 'turnMirrorOn' | 'turnMirrorOff' | 'keptMirrorCode'> {
  const { keys, clock, random } = options
  return {
    turnMirrorOn: async (code) => {
      const list = await catalogue()
      if (code === undefined && (await keys.load())) {
        return fail('not_permitted', 'The mirror is on already. To begin anew with another recovery code, turn it off first.')
      }
      const bytes = code === undefined ? random(KEY_BYTES) : keyOfCode(code)
      const key = await mirrorKey(new Uint8Array(bytes))
      // Without a relay there is nothing to turn on.
      await place.list()
      await beginNote(list, ulid(clock.now(), random))
      const made = recoveryCode(bytes)
      // Who brings a code has kept it.
      await keys.save(key, code === undefined ? made : undefined)
      switched()
      return made
    },
    keptMirrorCode: async () => {
      await keys.dropCode()
      switched()
    },
    turnMirrorOff: async ({ erase = false } = {}) => {
      await keys.retire()
      switched()
      if (!erase) return
      const key = await keys.retired()
      // After the last round, wherever it runs: it would bring back what is erased.
      await alone(() => rounds.erase(key))
      // Not before: what could not be erased now can be later.
      await keys.dropRetired()
      switched()
    },
  }
}

interface Restoring extends Pick<MirrorOptions, 'clock' | 'random' | 'hash'> {
  readonly channel: Broadcasts
  readonly place: MirrorPlace
  readonly catalogue: () => Promise<SessionCatalogue>
}

function restoring(options: Restoring): Pick<MirrorWorker, 'findMirrored' | 'restoreMirrored'> {
  const { place, hash, catalogue, channel } = options
  const replaced = async (session: SessionId): Promise<void> => {
    const { record } = await (await catalogue()).images.begin(session)
    channel.tell(sessionChannel(session), { type: 'claimed', epoch: record.epoch + 1 } satisfies StoreHint)
  }
  const portsFor = async (code: string): Promise<RestorePorts> => {
    const key = await mirrorKey(keyOfCode(code))
    return { store: (await catalogue()).images, place, key, hash }
  }
  return {
    findMirrored: async (code) => {
      const found = await findMirrored(await portsFor(code))
      return found.map(({ session, title, head, at, local }) => ({ session, title, head, at, local }))
    },
    restoreMirrored: async (code, conflict = 'refuse') => {
      const { clock, random } = options
      const restored = await restoreAll(await portsFor(code), { conflict, clock, random, replaced })
      if (restored.length > 0) (await catalogue()).announce()
      return restored
    },
  }
}

interface RunnerOptions {
  readonly options: MirrorOptions
  readonly stop: AbortSignal
  readonly load: () => Promise<MirrorKey | undefined>
  readonly round: (key: MirrorKey) => Promise<void>
  readonly changed: () => void
  readonly everyMs: number
}

interface Runner {
  /** Looks now whether there is a key, and if so goes on at once. */
  wake(): void
  /** Runs while nobody mirrors, in no tab. */
  alone(work: () => Promise<void>): Promise<void>
}

/** Rounds, one after another, for as long as there is a key. One tab's at a time: the others wait for the lock. */
function createRunner({ options, stop, load, round, changed, everyMs }: RunnerOptions): Runner {
  const locks = options.locks === undefined ? platformLocks() : options.locks
  let running: Promise<void> | undefined
  let pause: AbortController | undefined
  let isAsked = false
  stop.addEventListener('abort', () => pause?.abort())
  const rest = async (): Promise<void> => {
    pause = new AbortController()
    // Ended early: it was woken or closed, and the loop looks which.
    await options.clock.sleep(everyMs, pause.signal).catch(onlyAborted)
  }
  const rounds = async (): Promise<void> => {
    for (let key = await load(); key && !stop.aborted; key = await load()) {
      await round(key)
      changed()
      if (!stop.aborted) await rest()
    }
  }
  const run = async (): Promise<void> => {
    if (!(await load())) return
    if (locks) await locks.request(LOCK, { signal: stop }, rounds)
    else await rounds()
  }
  const go = async (): Promise<void> => {
    // Asked meanwhile, by another tab or a new key: look again.
    while (isAsked && !stop.aborted) {
      isAsked = false
      await run().catch((error: unknown) => {
        if (!stop.aborted) reportError(error)
      })
    }
  }
  return {
    wake: () => {
      isAsked = true
      pause?.abort()
      running ??= go().finally(() => {
        running = undefined
      })
    },
    alone: async (work) => {
      if (locks) return locks.request(LOCK, work)
      await running
      return work()
    },
  }
}

function onlyAborted(error: unknown): void {
  if (failureOf(error).code !== 'aborted') throw error
}

function platformLocks(): Locks | null {
  const platform: { readonly navigator?: { readonly locks?: Locks } } = globalThis
  return platform.navigator?.locks ?? null
}

interface RestoreWay extends Pick<MirrorOptions, 'clock' | 'random'> {
  readonly conflict: 'refuse' | 'skip' | 'copy' | 'replace'
  /** A session of this browser is another one now: its tabs look. */
  readonly replaced: (session: SessionId) => Promise<void>
}

async function restoreAll(ports: RestorePorts, way: RestoreWay): Promise<readonly SessionId[]> {
  const found = await findMirrored(ports)
  if (found.length === 0) return fail('not_found', 'This relay has no mirror that the recovery code opens. Nothing was restored.')
  const others = found.filter(({ local }) => local === 'other')
  if (others.length > 0 && way.conflict === 'refuse') {
    const which = others.map(({ title }) => JSON.stringify(title)).join(', ')
    return fail('stale', `This browser has other states of ${which} than the mirror. Nothing was restored; choose what becomes of them.`, {
      detail: { conflicts: others.map(({ session, title, head, at }) => ({ session, title, head, at })) },
    })
  }
  const restored: SessionId[] = []
  for (const one of found) {
    if (one.local === 'new') restored.push(await restoreMirrored(one.name, ports))
    if (one.local !== 'other') continue
    if (way.conflict === 'copy') {
      const { image } = await readMirrored(one.name, ports)
      restored.push(await keepToRead(image, { store: ports.store, clock: way.clock, random: way.random }))
    }
    if (way.conflict === 'replace') {
      restored.push(await replaceMirrored(one, { ...ports, clock: way.clock, random: way.random }))
      await way.replaced(one.session)
    }
  }
  return restored
}
