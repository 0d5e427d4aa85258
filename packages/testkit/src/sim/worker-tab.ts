import { FailureError, failureOf, type Failure } from '@tabwright/protocol'
import {
  createScreenStore,
  createSessionWorker,
  type Batch,
  type Platform,
  type ScreenStore,
  type SessionWorker,
} from '@tabwright/runtime/session-tab'
import { openWorkspace } from '@tabwright/runtime/workspace'
import type { Desk, Shown, Tab } from './desk'
import type { Life } from './schedule'
import { MODEL_INFO, partsFor, storeFor, toolsFor } from './tab-parts'
import type { World } from './world'

interface WorkerTab {
  readonly world: World
  readonly life: Life
  readonly worker: SessionWorker
  readonly screen: ScreenStore
  failed: Failure | undefined
  /** It is taking the session over; until its page shows what it is then, it is neither this nor that. */
  taking: 'asked' | 'taken' | undefined
  /** It was told to go on, and its page does not show yet that it does. */
  isGoing: boolean
}

/** The worker of a session as it is built, on simulated ports, with the page's own fold at the other end. Only the threads are missing. */
export function openWorkerTab(world: World, name: string, steal = false): Tab {
  const life = world.schedule.live(name)
  const store = storeFor(world, life)
  const tools = toolsFor(world, life)
  const platform = platformOf(world, life, { store, tools })
  const parts: WorkerTab = {
    world,
    life,
    worker: createSessionWorker(async () => platform),
    screen: createScreenStore(),
    failed: undefined,
    taking: undefined,
    isGoing: false,
  }
  const { worker, screen } = parts
  const opening = worker.open({ session: world.disk.session, access: { type: 'demo' }, model: MODEL_INFO, origin: '' }, HOST, pageOf(parts))
  const takeOver = (): void => {
    parts.taking = 'asked'
    opening
      .then(() => worker.takeOver())
      .then(() => (parts.taking = 'taken'))
      .catch((error: unknown) => {
        parts.taking = undefined
        broken(parts, error)
      })
  }
  opening.catch((error: unknown) => {
    broken(parts, error)
    parts.failed ??= failureOf(error)
  })
  if (steal) takeOver()
  const desk = deskOf(parts)
  return {
    life,
    store,
    tools,
    get role() {
      if (parts.failed) return 'failed'
      const role = roleOf(screen)
      return parts.taking && role === 'follower' ? 'opening' : role
    },
    get halted() {
      return parts.failed ?? (parts.isGoing ? undefined : haltOf(screen))
    },
    get desk() {
      return roleOf(screen) === 'writer' && !parts.failed ? desk : undefined
    },
    files: async () => (await worker.listFiles()).map(({ path, hash }) => `${path} ${hash}`).toSorted(),
    page: () => shownOn(screen),
    held: () => undefined,
    goOn: () => {
      parts.isGoing = haltOf(screen) !== undefined
      worker.retryNow().catch((error: unknown) => broken(parts, error))
    },
    takeOver,
  }
}

// Node has none; a worker tells the browser's console what it could not show, and goes on.
Object.assign(globalThis, {
  reportError: (error: unknown): void => {
    if (!(error instanceof FailureError)) throw error
  },
})

/** None of it is asked for: model, hands and store are simulated. */
const HOST = {} as Parameters<SessionWorker['open']>[1]

function pageOf(tab: WorkerTab): MessagePort {
  const { world, life, screen } = tab
  const postMessage = (batch: Batch): void => {
    if (life.state === 'dead') return
    for (const event of [...(batch.past?.events ?? []), ...batch.events]) world.shown.set(event.seq, { hash: event.hash, type: event.type })
    for (const update of batch.live) if (update.type === 'delta' || update.type === 'output') world.streamed.push(update.text)
    const before = haltOf(screen)
    if (batch.role) tab.isGoing = false
    if (batch.role && tab.taking === 'taken') tab.taking = undefined
    screen.take(batch)
    const halted = haltOf(screen)
    if (halted && halted !== before) {
      world.reached(`halted by ${halted.code}`)
      if (halted.code === 'unexpected') world.schedule.problem(`the loop halted: ${halted.message}`)
    }
  }
  return { postMessage } as unknown as MessagePort
}

/** What a page does with a worker that cannot go on: it says so, and the person reloads. */
function broken(tab: WorkerTab, error: unknown): void {
  const failure = failureOf(error)
  tab.world.schedule.note(`     ${tab.life.name} failed: ${failure.message}`)
  if (failure.code === 'unexpected') tab.world.schedule.problem(`a tab could not go on: ${failure.message}`)
  if (roleOf(tab.screen) !== 'writer') tab.failed = failure
}

function roleOf(screen: ScreenStore): Tab['role'] {
  const { type } = screen.role()
  return type === 'recovering' || type === 'paused' ? 'writer' : type
}

function haltOf(screen: ScreenStore): Failure | undefined {
  const role = screen.role()
  return 'failure' in role ? role.failure : undefined
}

/** What a person sees, without what streams. */
function shownOn(screen: ScreenStore): object {
  const { rows, pending, unknowns, queue, held, changes, usage, lastStop } = screen.screen()
  return { rows: rows.filter(({ key }) => key.startsWith('e')), pending, unknowns, queue, held, changes, usage, lastStop }
}

function deskOf({ worker, screen }: WorkerTab): Desk {
  const shown = ({ call, digest, tool, bytes }: { readonly bytes: string } & Omit<Shown, 'input'>): Shown => ({
    call,
    digest,
    tool,
    input: bytes,
  })
  const first = (list: readonly ({ readonly bytes: string } & Omit<Shown, 'input'>)[]): Shown | undefined => list.slice(0, 1).map(shown)[0]
  const status = (): string => screen.screen().status.type
  return {
    card: () => first(screen.screen().pending),
    unknown: () => first(screen.screen().unknowns),
    hasTurn: () => status() !== 'idle',
    hasFailed: () => screen.screen().lastStop === 'failed',
    runs: () => screen.screen().rows.some((row) => row.type === 'call' && row.state === 'running'),
    streams: () => {
      const now = screen.screen().status
      return now.type === 'retrying' || (now.type === 'running' && now.what === 'Thinking')
    },
    send: (text) => worker.send(text),
    stop: () => worker.stop(),
    retry: () => worker.retryNow(),
    compact: (instructions) => worker.compact(instructions),
    decide: (answer) => worker.decide(answer),
    resolve: (answer) => worker.resolve(answer),
    save: async (path, text) => {
      const version = (await worker.listFiles()).find((entry) => entry.path === path)?.version ?? 0
      return worker.saveFile(path, text, version)
    },
    type: (command) => worker.terminalInput('person', `${command}\r`),
    restore: (options) => worker.restore(options),
    review: (path, decision) =>
      worker.review(
        screen
          .screen()
          .changes.filter((change) => change.path === path)
          .map(({ after }) => ({ path, after })),
        decision,
      ),
  }
}

function platformOf(world: World, life: Life, { store, tools }: Pick<Tab, 'store' | 'tools'>): Platform {
  const { schedule, disk } = world
  return {
    session: disk.session,
    store,
    tools,
    timers: schedule.timers(life),
    lock: world.locks.of(life),
    channel: world.channel.of(life),
    terminals: { agent: shownText(), person: shownText(), typed: shownText() },
    openWorkspace: async () =>
      openWorkspace({ entries: await store.files(disk.session), loadBlob: (hash) => store.loadBlob(hash), now: () => schedule.now() }),
    parts: (workspace) => partsFor(world, life, { store, workspace }),
    info: () => MODEL_INFO,
    onOutdated: (listener) => void world.outdated.push({ life, listener }),
    setModel: async () => undefined,
  }
}

/** What a terminal showed, as long as its tab is there. */
function shownText(): Platform['terminals']['agent'] {
  let shown = ''
  return {
    append: (text) => void (shown += text),
    flush: async () => undefined,
    read: async () => shown,
  }
}
