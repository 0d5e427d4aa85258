import { sessionId, type SessionId, type Workspace } from '@tabwright/protocol'
import { createHistory } from '../../packages/runtime/src/core/history/history'
import { createRestorer, type Restorer } from '../../packages/runtime/src/core/history/restore'
import { openJournal, type Journal } from '../../packages/runtime/src/core/journal'
import type { Ports } from '../../packages/runtime/src/core/ports'
import { catalogueIdb } from '../../packages/runtime/src/io/catalogue-idb'
import { systemClock } from '../../packages/runtime/src/io/clock-system'
import { openDatabase } from '../../packages/runtime/src/io/database'
import { eventLogIdb } from '../../packages/runtime/src/io/event-log-idb'
import { digestBytes, hashText } from '../../packages/runtime/src/io/hash-noble'
import type { SessionStore } from '../../packages/runtime/src/io/session-store'
import { composePorts, shellTurns } from '../../packages/runtime/src/worker/compose'
import { openWorkspace } from '../../packages/runtime/src/workspace/workspace'

/** Milliseconds each. */
export interface CheckpointResult {
  readonly checkpoints: readonly CheckpointSample[]
  readonly restores: readonly RestoreSample[]
}

/** Milliseconds each. */
export interface CheckpointSample {
  /** Ten changed files and the place behind them, durable. */
  readonly checkpoint: number
  /** The same rows in two bare strict transactions, the content of the ten files as one record. */
  readonly bare: number
  /** The same ten changes into the workspace in memory alone. */
  readonly adopt: number
}

/** Milliseconds each. */
export interface RestoreSample {
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
  const workspace = openWorkspace({
    entries: await store.files(session),
    loadBlob: (hash) => store.loadBlob(hash),
    now: Date.now,
    hash: digestBytes,
  })
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

async function measureTen(open: Open, paths: readonly string[], bare: IDBDatabase): Promise<CheckpointSample> {
  const mark = String(performance.now())
  const checkpoint = await took(async () => {
    await touch(open, paths, `ten ${mark}`)
    await open.restorer.checkpoint(mark)
  })
  const draft = open.workspace.draft()
  for (const path of paths) draft.write(path, open.ports.text.encode(content(path, `memory ${mark}`)))
  const delta = draft.delta()
  const aside = openWorkspace({ entries: open.workspace.list(), loadBlob: refused, now: Date.now })
  const since = performance.now()
  aside.adopt(delta)
  const adopt = performance.now() - since
  const bytes = new Uint8Array(await new Blob(paths.map((path) => content(path, mark))).arrayBuffer())
  const rows = [...paths, 'content', 'reference', 'fact'].map((path) => ({ key: `${path} ${mark}`, ...(path === 'content' && { bytes }) }))
  const durable = await took(async () => {
    await put(bare, rows)
    await put(bare, [{ key: `place ${mark}` }])
  })
  return { checkpoint, bare: durable, adopt }
}

function put(database: IDBDatabase, rows: readonly object[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const tx = database.transaction('rows', 'readwrite', { durability: 'strict' })
    for (const row of rows) tx.objectStore('rows').put(row)
    tx.oncomplete = () => resolve()
    tx.onabort = () => reject(tx.error ?? new Error('the bare transaction was undone'))
    tx.commit()
  })
}

function openBare(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('bare')
    request.onupgradeneeded = () => void request.result.createObjectStore('rows', { keyPath: 'key' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the bare database cannot be opened'))
  })
}

/** One session of `count` files: ten of them touched, eight times a round; then all of them, and back, once a round. */
export async function measureCheckpoint(rounds: number, count: number): Promise<CheckpointResult> {
  const paths = Array.from({ length: count }, (_, i) => `src/part-${i % 70}/file-${i}.ts`)
  const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
  const database = await openDatabase({ name: 'bench-checkpoint' })
  const ports = { hash: hashText, clock: systemClock, random }
  const files = paths.map((path) => ({ path, text: content(path, 'first') }))
  const session = sessionId(await catalogueIdb(database, ports).create({ title: 'bench', project: 'blank', files }))
  const store = eventLogIdb(database, ports)
  let open = await openSession(store, session)
  const bare = await openBare()
  // What made the session is on disk by then.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const checkpoints: CheckpointSample[] = []
  for (let i = 0; i < rounds * 8; i++) checkpoints.push(await measureTen(open, paths.slice(i * TOUCHED, (i + 1) * TOUCHED), bare))
  const restores: RestoreSample[] = []
  for (let round = 0; round < rounds; round++) {
    const to = open.journal.state.head
    await touch(open, paths, `all ${round}`)
    const plan = await took(() => open.plan(to))
    const warm = await took(() => open.restorer.restore({ to, scope: 'code', keep: [] }))
    const undo = open.journal.state.head - 3
    open = await openSession(eventLogIdb(database, ports), session)
    await open.plan(undo + 3)
    const cold = await took(() => open.restorer.restore({ to: to + 1, scope: 'code', keep: [] }))
    await open.restorer.restore({ to, scope: 'code', keep: [] })
    restores.push({ warm, cold, plan })
  }
  return { checkpoints, restores }
}

window.measureCheckpoint = measureCheckpoint
