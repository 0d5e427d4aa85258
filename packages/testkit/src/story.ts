import {
  DEFAULT_GUARDS,
  DEFAULT_LIMITS,
  MAIN_AGENT,
  sessionId,
  traceId,
  type Clock,
  type Effort,
  type FileEntry,
  type GuardLevels,
  type Limits,
  type Model,
  type QualityWish,
  type ModelInfo,
  type SessionEvent,
  type SessionId,
  type WhenLong,
  type Workspace,
} from '@tabwright/protocol'
import { composePorts, shellTurns, type Parts } from '@tabwright/runtime/compose'
import {
  createCommands,
  createDriver,
  createHistory,
  createRegistry,
  createRestorer,
  foldReviews,
  openJournal,
  placeOf,
  type Commands,
  type Driver,
  type Journal,
  type History,
  type LiveUpdate,
  type Restorer,
  type Reviews,
  type Tool,
} from '@tabwright/runtime/harness'
import type { MemoryStore } from '@tabwright/runtime/memory-store'
import { anthropicModel } from '@tabwright/runtime/model-anthropic'
import { TOOLS } from '@tabwright/runtime/tools'
import { openWorkspace } from '@tabwright/runtime/workspace'
import { fakeHands, type FakeCommand } from './fake-hands'
import { fakeHash } from './fake-hash'
import { memoryLog } from './memory-log'
import { startModelServer, type ModelServer, type Script } from './model-server/server'

export interface StoryOptions {
  /** The model's side, played over real HTTP and server-sent events. */
  readonly script: Script
  readonly files?: Readonly<Record<string, string>>
  readonly shell?: FakeCommand
  readonly clock?: Clock
  readonly tools?: readonly Tool[]
  /** What the model list says of the model. */
  readonly info?: Partial<ModelInfo>
  /** What is known of models. Default: nothing, and gone with each life. */
  readonly models?: Parts['models']
  /** How much may be spent. Default: as everywhere. */
  readonly limits?: Limits
  /** How strict the guards are. Default: as everywhere. */
  readonly guards?: GuardLevels
  /** What the project's own hooks need. Default: there are none. */
  readonly hooks?: NonNullable<Parts['hooks']>
  /** What finished work is held against. Default: nothing. */
  readonly quality?: QualityWish
  /** What other sessions spent. Default: nothing. */
  readonly spent?: NonNullable<Parts['spent']>
  readonly lint?: boolean
  /** Rules that outlive the session. Default: there are none. */
  readonly rules?: NonNullable<Parts['rules']>
  /** Default: none. */
  readonly network?: NonNullable<Parts['network']>
  /** Of other workers. Default: none. */
  readonly functions?: NonNullable<Parts['functions']>
  /** Where commands can run beside the scripted shell. Default: nowhere. */
  readonly places?: NonNullable<Parts['places']>
  /** What the preview shows. Default: nobody can look. */
  readonly sight?: NonNullable<Parts['sight']>
}

/** A session with a scripted model, real tools on a real workspace, and a store that outlives its worker. */
export interface Story {
  readonly server: ModelServer
  readonly store: MemoryStore
  readonly commands: Commands
  readonly driver: Driver
  /** The present worker's. */
  readonly journal: Journal
  readonly live: LiveUpdate[]
  /** What the person has chosen; a test may choose anew. */
  readonly choice: { info: ModelInfo; effort?: Effort; whenLong?: WhenLong }
  /** A test may choose anew. */
  readonly limits: { now: Limits | undefined }
  /** Where the shell stands; a test may move it. */
  readonly cwd: { now: string }
  /** Commands that the hands really ran, over all lives of the worker. */
  readonly ran: string[]
  /** How often a place where commands run was torn down. */
  readonly released: number
  readonly reviews: () => Reviews
  readonly history: History
  readonly restorer: Restorer
  readonly workspace: Workspace
  readonly halts: unknown[]
  /** Decides on what is shown now: one file, or all. */
  review(path: string | undefined, decision: 'accepted' | 'rejected'): Promise<void>
  /** Resolves when the fact has been written (again, when it was there before the call). */
  until(type: SessionEvent['type'], count?: number): Promise<void>
  facts(): Promise<readonly SessionEvent[]>
  /** Current text of a file, undefined when it is not there. */
  file(path: string): Promise<string | undefined>
  /** The worker dies here; a new one opens the same store. */
  restart(): Promise<void>
  /** Another session of the same store is opened instead. */
  enter(session: SessionId): Promise<void>
  close(): Promise<void>
}

const SESSION = sessionId('story')
const INFO: ModelInfo = { id: 'claude-test-1', label: 'Test', maxOutput: 8000 }

const steady: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const aborted = (): void => {
        clearTimeout(timer)
        reject(new Error('aborted'))
      }
      const over = (): void => {
        signal.removeEventListener('abort', aborted)
        resolve()
      }
      const timer = setTimeout(over, Math.min(ms, 5))
      if (signal.aborted) aborted()
      else signal.addEventListener('abort', aborted, { once: true })
    }),
}

export async function story(options: StoryOptions): Promise<Story> {
  const clock = options.clock ?? steady
  const server = await startModelServer({ script: options.script, lint: options.lint ?? true, now: () => clock.now() })
  const store = memoryLog({ clock })
  const hands = fakeHands(options.shell)
  const stage: Stage = {
    given: options,
    limits: { now: options.limits },
    session: SESSION,
    server,
    clock,
    store,
    hands,
    cwd: { now: '/workspace' },
    tools: options.tools ?? TOOLS,
    choice: { info: { ...INFO, ...options.info } },
    live: [],
    halts: [],
    waiting: new Set(),
    preview: { request: 0, text: '' },
  }
  await seed(store, options.files ?? {})
  let life = await openLife(stage)
  return {
    server,
    store,
    ...seenOf(stage),
    ran: hands.ran,
    get released() {
      return hands.released()
    },
    get commands() {
      return life.commands
    },
    get driver() {
      return life.driver
    },
    get journal() {
      return life.journal
    },
    get history() {
      return life.history
    },
    get restorer() {
      return life.restorer
    },
    get workspace() {
      return life.workspace
    },
    reviews: () => life.reviews(),
    ...doings(
      stage,
      () => life,
      (next) => (life = next),
    ),
  }
}

function seenOf({ live, choice, limits, cwd, halts }: Stage): Pick<Story, 'live' | 'choice' | 'limits' | 'cwd' | 'halts'> {
  return { live, choice, limits, cwd, halts }
}

type Doings = Pick<Story, 'review' | 'facts' | 'until' | 'file' | 'restart' | 'enter' | 'close'>

function doings(stage: Stage, life: () => Life, become: (next: Life) => void): Doings {
  const { server } = stage
  let closing: Promise<void> | undefined
  const reopen = async (): Promise<void> => {
    life().driver.close()
    become(await openLife(stage))
    life().driver.wake()
  }
  return {
    review: (path, decision) => {
      const all = [...life().reviews()].map(([shown, { after }]) => ({ path: shown, after }))
      return life().commands.review(life().reviews, path === undefined ? all : all.filter((one) => one.path === path), decision)
    },
    facts: () => readAll(stage),
    until: (type, count = 1) => untilFact(stage, type, count),
    file: async (path) => (life().workspace.stat(path) ? new TextDecoder().decode(await life().workspace.read(path)) : undefined),
    restart: reopen,
    enter: (session) => {
      stage.session = session
      return reopen()
    },
    close: async () => {
      life().driver.close()
      closing ??= server.close()
      await closing
    },
  }
}

/** What outlives a worker. */
interface Stage {
  readonly given: Pick<
    StoryOptions,
    'network' | 'functions' | 'places' | 'models' | 'rules' | 'spent' | 'guards' | 'hooks' | 'quality' | 'sight'
  >
  readonly limits: { now: Limits | undefined }
  /** The session that is open. */
  session: SessionId
  readonly server: ModelServer
  readonly clock: Clock
  readonly store: MemoryStore
  readonly hands: ReturnType<typeof fakeHands>
  /** Where the shell stands. */
  readonly cwd: { now: string }
  readonly tools: readonly Tool[]
  readonly choice: { info: ModelInfo; effort?: Effort; whenLong?: WhenLong }
  readonly live: LiveUpdate[]
  readonly halts: unknown[]
  readonly waiting: Set<() => void>
  /** As the store beside the log keeps it. */
  readonly preview: { request: number; text: string }
}

interface Life {
  readonly driver: Driver
  readonly journal: Journal
  readonly commands: Commands
  readonly workspace: Workspace
  readonly reviews: () => Reviews
  readonly history: History
  readonly restorer: Restorer
}

async function openLife(stage: Stage): Promise<Life> {
  const { server, clock, store, hands, choice, given } = stage
  const workspace = openWorkspace({ entries: await store.files(stage.session), loadBlob: (hash) => store.loadBlob(hash), now: clock.now })
  const model = anthropicModel({ id: INFO.id, label: INFO.label, baseUrl: server.url, token: 'tab-token', clock })
  const ports = composePorts({
    session: stage.session,
    store,
    workspace,
    hands,
    model: () => ({ model, ...choice }),
    preview: {
      save: (request, text) => void Object.assign(stage.preview, { request, text }),
      take: async (request) => (stage.preview.request === request ? stage.preview.text : ''),
    },
    clock,
    hash: fakeHash,
    live: (update) => void stage.live.push(update),
    ...(given.models && { models: given.models }),
    ...(given.rules && { rules: given.rules }),
    ...(given.network && { network: given.network }),
    ...(given.functions && { functions: given.functions }),
    ...(given.places && { places: given.places }),
    ...(given.sight && { sight: given.sight }),
    limits: () => stage.limits.now ?? DEFAULT_LIMITS,
    guards: () => given.guards ?? DEFAULT_GUARDS,
    ...(given.spent && { spent: given.spent }),
    ...(given.hooks && { hooks: given.hooks }),
    ...(given.quality && qualityParts(given.quality, model)),
    shell: shellTurns(() => stage.cwd.now),
  })
  let reviews: Reviews = new Map()
  const seen = (event: SessionEvent): void => void (reviews = foldReviews(reviews, event))
  const journal = await openJournal(ports, seen)
  journal.watch((events) => {
    events.forEach(seen)
    for (const look of stage.waiting) look()
  })
  const registry = createRegistry(stage.tools, given.functions, () => placeOf(ports, journal.state.hands))
  const driver = createDriver({
    ports,
    journal,
    registry,
    halted: (failure) => void stage.halts.push(failure),
  })
  const history = createHistory({
    ...ports,
    workspace: () => workspace,
    runsCommands: (name) => registry.get(name)?.usesShell === true,
  })
  const restorer = createRestorer({ ports, journal, history })
  return { driver, journal, commands: createCommands({ ports, journal, driver }), workspace, reviews: () => reviews, history, restorer }
}

function qualityParts(quality: QualityWish, model: Model): Pick<Parts, 'quality' | 'stronger'> {
  const { stronger } = quality
  return { quality: () => quality, ...(stronger && { stronger: () => ({ model, info: stronger }) }) }
}

async function readAll({ store, session }: Pick<Stage, 'store' | 'session'>): Promise<readonly SessionEvent[]> {
  const all: SessionEvent[] = []
  for await (const event of store.read(session)) all.push(event)
  return all
}

function untilFact(stage: Stage, type: SessionEvent['type'], count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const seen = { session: stage.session, head: 0, count: 0 }
    let reading: Promise<unknown> = Promise.resolve()
    const readOn = async (): Promise<void> => {
      if (seen.session !== stage.session) Object.assign(seen, { session: stage.session, head: 0, count: 0 })
      for await (const event of stage.store.read(seen.session, seen.head + 1)) {
        seen.head = event.seq
        if (event.type === type) seen.count += 1
      }
      if (seen.count >= count && stage.waiting.delete(look)) resolve()
    }
    // One after another, and only what is new: a test with many turns looks many thousand times.
    const look = (): void => void (reading = reading.then(readOn).catch(reject))
    stage.waiting.add(look)
    look()
  })
}

/** Files that are there before the first fact. */
async function seed(store: MemoryStore, files: Readonly<Record<string, string>>): Promise<void> {
  const { epoch } = await store.claim(SESSION)
  const empty: readonly FileEntry[] = []
  const draft = openWorkspace({ entries: empty, loadBlob: (hash) => store.loadBlob(hash), now: () => 0 }).draft()
  for (const [path, text] of Object.entries(files)) draft.write(path, new TextEncoder().encode(text))
  const opened = { type: 'session.opened', data: { title: 'Story', project: 'blank' } } as const
  await store.append(SESSION, epoch, {
    drafts: [{ ...opened, agent: MAIN_AGENT, trace: traceId('seed') }],
    files: draft.delta(),
    durability: 'strict',
  })
}

/** Facts without what differs from run to run: one line each. */
export function outline(events: readonly SessionEvent[]): readonly string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'turn.ended':
        return `${event.type} ${event.data.stop}`
      case 'message.user':
        return `${event.type} ${event.data.from}`
      case 'message.assistant':
        return `${event.type} ${event.data.stopReason}`
      case 'call.judged':
        return `${event.type} ${event.data.call} ${event.data.verdict.type}`
      case 'call.decided':
        return `${event.type} ${event.data.call} ${event.data.decision.type}`
      case 'call.resolved':
        return `${event.type} ${event.data.call} ${event.data.choice}`
      case 'call.late':
        return `${event.type} ${event.data.call} ${event.data.how}`
      case 'call.lost':
      case 'call.started':
        return `${event.type} ${event.data.call}`
      case 'call.ended':
        return `${event.type} ${event.data.call} ${event.data.outcome.type}`
      case 'model.failed':
        return `${event.type} ${event.data.failure.code}`
      case 'workspace.changed':
        return `${event.type} ${event.data.changes.map((change) => change.path).join(' ')}`
      default:
        return event.type
    }
  })
}
