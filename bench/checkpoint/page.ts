import { sessionId, type SessionId, type Workspace } from '@tabwright/protocol'
import { createHistory } from '../../packages/runtime/src/core/history/history'
import { createRestorer, type Restorer } from '../../packages/runtime/src/core/history/restore'
import { openJournal, type Journal } from '../../packages/runtime/src/core/journal'
import type { Ports } from '../../packages/runtime/src/core/ports'
import { catalogueIdb } from '../../packages/runtime/src/io/catalogue-idb'
import { systemClock } from '../../packages/runtime/src/io/clock-system'
import { openDatabase } from '../../packages/runtime/src/io/database'
import { eventLogIdb } from '../../packages/runtime/src/io/event-log-idb'
import { hashText } from '../../packages/runtime/src/io/hash-noble'
import type { SessionStore } from '../../packages/runtime/src/io/session-store'
import { composePorts, shellTurns } from '../../packages/runtime/src/worker/compose'
import { openWorkspace } from '../../packages/runtime/src/workspace/workspace'

/** Milliseconds each. */
export interface CheckpointSample {
  /** Ten changed files and the place behind them, durable. */
  readonly checkpoint: number
  /** The same ten changes into the workspace in memory alone. */
  readonly adopt: number
  /** All files back, their contents in memory. */
  readonly warm: number
  /** All files back, by a worker that has just started. */
  readonly cold: number
  /** The plan for all files. */
  readonly plan: number
}

declare global {
  interface Window {
    measureCheckpoint: typeof measureCheckpoint
  }
}

const TOUCHED = 10
const refused = async (): Promise<never> => {
  throw new Error('nothing runs here')
}

interface Open {
  readonly workspace: Workspace
  readonly journal: Journal
  readonly ports: Ports
  readonly restorer: Restorer
  readonly plan: (to: number) => Promise<unknown>
}

async function openSession(store: SessionStore, session: SessionId): Promise<Open> {
  const workspace = openWorkspace({ entries: await store.files(session), loadBlob: (hash) => store.loadBlob(hash), now: Date.now })
  const ports = composePorts({
    session,
    store,
    workspace,
    hands: { name: 'none', tools: [], caps: '', provision: refused, execute: refused, release: refused },
    model: () => {
      throw new Error('no model is asked')
    },
    preview: { save: () => undefined, take: async () => '' },
    clock: systemClock,
    hash: hashText,
    live: () => undefined,
    shell: shellTurns(() => '/workspace'),
  })
  const journal = await openJournal(ports)
  const history = createHistory({ ...ports, workspace: () => workspace, runsCommands: () => false })
  return { workspace, journal, ports, restorer: createRestorer({ ports, journal, history }), plan: history.plan }
}

/** About 4 KB, as source files are. */
const content = (path: string, mark: string): string =>
  `${`${path} ${mark} `.repeat(10)}\n`.repeat(Math.ceil(4096 / (10 * (path.length + mark.length + 2))))

async function touch({ workspace, journal, ports }: Open, paths: readonly string[], mark: string): Promise<void> {
  await journal.write(async () => {
    const draft = workspace.draft()
    for (const path of paths) draft.write(path, ports.text.encode(content(path, mark)))
    const files = draft.delta()
    return { facts: [{ type: 'workspace.changed', data: { by: 'agent', changes: await ports.describe(files) } }], files }
  })
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now()
  await work()
  return performance.now() - since
}

/** One session of `count` files, measured `rounds` times. */
export async function measureCheckpoint(rounds: number, count: number): Promise<readonly CheckpointSample[]> {
  const paths = Array.from({ length: count }, (_, i) => `src/part-${i % 70}/file-${i}.ts`)
  const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
  const database = await openDatabase({ name: 'bench-checkpoint' })
  const ports = { hash: hashText, clock: systemClock, random }
  const files = paths.map((path) => ({ path, text: content(path, 'first') }))
  const session = sessionId(await catalogueIdb(database, ports).create({ title: 'bench', project: 'blank', files }))
  const store = eventLogIdb(database, ports)
  let open = await openSession(store, session)
  const samples: CheckpointSample[] = []
  for (let round = 0; round < rounds; round++) {
    const ten = paths.slice(round * TOUCHED, (round + 1) * TOUCHED)
    const checkpoint = await took(async () => {
      await touch(open, ten, `ten ${round}`)
      await open.restorer.checkpoint(`round ${round}`)
    })
    const draft = open.workspace.draft()
    for (const path of ten) draft.write(path, open.ports.text.encode(content(path, `memory ${round}`)))
    const delta = draft.delta()
    const aside = openWorkspace({ entries: open.workspace.list(), loadBlob: (hash) => store.loadBlob(hash), now: Date.now })
    const since = performance.now()
    aside.adopt(delta)
    const adopt = performance.now() - since
    const to = open.journal.state.head
    await touch(open, paths, `all ${round}`)
    const plan = await took(() => open.plan(to))
    const warm = await took(() => open.restorer.restore({ to, scope: 'code', keep: [] }))
    const undo = open.journal.state.head - 3
    open = await openSession(store, session)
    await open.plan(undo + 3)
    const cold = await took(() => open.restorer.restore({ to: to + 1, scope: 'code', keep: [] }))
    await open.restorer.restore({ to, scope: 'code', keep: [] })
    samples.push({ checkpoint, adopt, warm, cold, plan })
  }
  return samples
}

window.measureCheckpoint = measureCheckpoint
