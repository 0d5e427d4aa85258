import { agentId, joinBytes, sessionId, traceId, type SessionId, type Workspace, type WorkspaceDelta } from '@tabwright/protocol'
import { catalogueIdb } from '../../packages/runtime/src/io/catalogue-idb'
import { systemClock } from '../../packages/runtime/src/io/clock-system'
import { openDatabase, type Database } from '../../packages/runtime/src/io/database'
import { eventLogIdb } from '../../packages/runtime/src/io/event-log-idb'
import { digestBytes, hashText } from '../../packages/runtime/src/io/hash-noble'
import type { SessionStore } from '../../packages/runtime/src/io/session-store'
import { FileSync } from '../../packages/runtime/src/hands/embedded/file-sync'
import { TreeSync, type FileChanges } from '../../packages/runtime/src/hands/embedded/tree-sync'
import { FileTree } from '../../packages/runtime/src/shell/tree/file-tree'
import { changesOf } from '../../packages/runtime/src/workspace/diff-lines'
import { openWorkspace } from '../../packages/runtime/src/workspace/workspace'

/** Milliseconds each; the names are those of the rows in `bench/workspace.mjs`. */
export interface WorkspaceSample {
  readonly write: number
  readonly writeMap: number
  readonly read: number
  readonly readMap: number
  readonly list: number
  readonly listMap: number
  /** Of `write`, until whoever wrote it reads it. */
  readonly written: number
  /** A copy of all of it with one file changed, and what differs. */
  readonly worktree: number
  /** From a shell that has nothing to one that has all of it, through a port; without starting it. */
  readonly provision: number
  /** The files' part of a command that changes one. */
  readonly command: number
  /** From the first write until the disk has all of it. */
  readonly persisted: number
  /** All of it read by a worker that has just started. */
  readonly readCold: number
}

/** Milliseconds each, in a workspace of 200 MB. */
export interface LargeSample {
  readonly open: number
  readonly touch: number
  readonly fork: number
  /** As in {@link WorkspaceSample}, contents in memory. */
  readonly provision: number
  readonly command: number
}

declare global {
  interface Window {
    measureWorkspace: typeof measureWorkspace
    measureLarge: typeof measureLarge
  }
}

const ports = { hash: hashText, clock: systemClock, random: (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes)) }
const encoder = new TextEncoder()
const of = { agent: agentId('main'), trace: traceId('bench') }

function content(path: string, size: number): Uint8Array {
  const line = `${path} ${ports.random(8).join(' ')} `
  return encoder.encode(`${line.repeat(3)}\n`.repeat(Math.ceil(size / (line.length * 3))).slice(0, size))
}

function open(store: SessionStore, entries: Awaited<ReturnType<SessionStore['files']>>): Workspace {
  return openWorkspace({ entries, loadBlob: (hash) => store.loadBlob(hash), now: Date.now, hash: digestBytes })
}

async function took(work: () => unknown): Promise<number> {
  const since = performance.now()
  await work()
  return performance.now() - since
}

interface Writer {
  readonly store: SessionStore
  readonly session: SessionId
  readonly epoch: number
}

async function writer(database: Database): Promise<Writer> {
  const session = sessionId(await catalogueIdb(database, ports).create({ title: 'bench', project: 'blank', files: [] }))
  const store = eventLogIdb(database, ports)
  return { store, session, epoch: (await store.claim(session)).epoch }
}

async function append({ store, session, epoch }: Writer, workspace: Workspace, files: WorkspaceDelta): Promise<void> {
  const changes = await changesOf(files, workspace)
  await store.append(session, epoch, {
    drafts: [{ type: 'workspace.changed', data: { by: 'agent', changes }, ...of }],
    files,
    durability: 'strict',
  })
}

/** A new session each round; `count` files of about 4 KB. */
export async function measureWorkspace(rounds: number, count: number): Promise<readonly WorkspaceSample[]> {
  const database = await openDatabase({ name: 'bench-workspace' })
  const paths = Array.from({ length: count }, (_, i) => `src/part-${i % 70}/file-${i}.ts`)
  const samples: WorkspaceSample[] = []
  for (let round = 0; round < rounds; round++)
    samples.push(await sample(database, new Map(paths.map((path) => [path, content(path, 4096)]))))
  return samples
}

async function sample(database: Database, files: ReadonlyMap<string, Uint8Array>): Promise<WorkspaceSample> {
  const map = new Map<string, Uint8Array>()
  const writeMap = await took(() => files.forEach((bytes, path) => map.set(path, bytes.slice())))
  let sum = 0
  const readMap = await took(async () => {
    for (const path of files.keys()) sum += (await Promise.resolve(map.get(path)))?.byteLength ?? 0
  })
  const listMap = await took(() => [...map.keys()].toSorted())
  const made = await writer(database)
  const workspace = open(made.store, [])
  const since = performance.now()
  const draft = workspace.draft()
  for (const [path, bytes] of files) draft.write(path, bytes)
  const written = performance.now() - since
  await draft.settle()
  const delta = draft.delta()
  workspace.adopt(delta)
  const write = performance.now() - since
  await append(made, workspace, delta)
  const persisted = performance.now() - since
  const read = await took(async () => {
    for (const path of files.keys()) sum -= (await workspace.read(path)).byteLength
  })
  if (sum !== 0) throw new Error('the workspace does not hold what the map holds')
  const list = await took(() => workspace.list())
  const copied = await worktree(workspace)
  const synced = await sync(workspace)
  const store = eventLogIdb(database, ports)
  const readCold = await took(async () => {
    const cold = open(store, await store.files(made.session))
    // One after the other, as a search reads them.
    for (const { path } of cold.list()) sum += (await cold.read(path)).byteLength
  })
  for (const each of [store, made.store]) each.close()
  return { write, written, writeMap, read, readMap, list, listMap, persisted, readCold, ...copied, ...synced }
}

/** A draft of a draft is what a second work tree is made of. */
async function worktree(workspace: Workspace): Promise<{ readonly worktree: number }> {
  const draft = workspace.draft()
  const spent = await took(() => {
    const copy = draft.draft()
    copy.write('src/part-3/file-3.ts', encoder.encode('changed'), { mtime: 1 })
    if (copy.differsFrom(draft).length !== 1) throw new Error('one file differs')
  })
  return { worktree: spent }
}

/** Both sides of the sandbox's files with a port between them, in one thread: what it costs both together. */
async function sync(workspace: Workspace): Promise<{ readonly provision: number; readonly command: number }> {
  const tree = new FileTree()
  tree.mkdir('/workspace', true)
  const kernel = new TreeSync(tree)
  const host = new FileSync()
  const cross = async (changes: FileChanges): Promise<FileChanges> => {
    const { port1, port2 } = new MessageChannel()
    const there = new Promise<FileChanges>((resolve) => port2.addEventListener('message', (event) => resolve(event.data)))
    port2.start()
    port1.postMessage(changes, changes.packs)
    const came = await there
    port1.close()
    return came
  }
  const run = async (command: () => void): Promise<number> => {
    const draft = workspace.draft()
    return took(async () => {
      kernel.receive(await cross(await host.outgoing(draft)))
      command()
      const back = await cross(kernel.changes())
      if (host.incoming(draft, back).length > 0) throw new Error('nothing is refused')
    })
  }
  const provision = await run(() => undefined)
  await run(() => undefined)
  const command = await run(() => tree.writeFile('/workspace/src/part-3/file-3.ts', encoder.encode('changed')))
  return { provision, command }
}

const LARGE = { files: 5000, bytes: 40_000, part: 500 }

/** A workspace of 200 MB: opened, ten files touched, forked. */
export async function measureLarge(rounds: number): Promise<readonly LargeSample[]> {
  const database = await openDatabase({ name: 'bench-large' })
  const made = await writer(database)
  for (let at = 0; at < LARGE.files; at += LARGE.part) {
    const workspace = open(made.store, await made.store.files(made.session))
    const draft = workspace.draft()
    for (let i = at; i < at + LARGE.part; i++) draft.write(`src/part-${i % 70}/file-${i}.ts`, content(String(i), LARGE.bytes))
    await append(made, workspace, draft.delta())
  }
  made.store.close()
  const { images } = catalogueIdb(database, ports)
  const samples: LargeSample[] = []
  const touched = Array.from({ length: 10 }, (_, i) => `src/part-${i}/file-${i}.ts`)
  for (let round = 0; round < rounds; round++) {
    const store = eventLogIdb(database, ports)
    const { epoch } = await store.claim(made.session)
    let workspace = open(store, [])
    const opened = await took(async () => {
      workspace = open(store, await store.files(made.session))
    })
    const whole = open(store, await store.files(made.session))
    for (const { path } of whole.list()) await whole.read(path)
    const { provision, command } = await sync(whole)
    const touch = await took(async () => {
      const draft = workspace.draft()
      for (const path of touched) draft.write(path, joinBytes([await draft.read(path), encoder.encode(`round ${round}\n`)]))
      await append({ ...made, store, epoch }, workspace, draft.delta())
    })
    const fork = await took(async () => {
      const { files } = await images.begin(made.session)
      await images.sizes(made.session, new Set(files.map(({ hash }) => hash)))
    })
    samples.push({ open: opened, touch, fork, provision, command })
    store.close()
  }
  return samples
}

window.measureWorkspace = measureWorkspace
window.measureLarge = measureLarge
