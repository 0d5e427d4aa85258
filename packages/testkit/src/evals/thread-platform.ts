import {
  MAIN_AGENT,
  sessionId,
  traceId,
  type ChosenModel,
  type FileEntry,
  type Hands,
  type Model,
  type SessionId,
  type Workspace,
} from '@tabwright/protocol'
import { memoryStore, type MemoryStore } from '@tabwright/runtime/memory-store'
import type { Platform } from '@tabwright/runtime/session-tab'
import { openWorkspace } from '@tabwright/runtime/workspace'
import { libraryTexts } from '../../../../vite.typescript'
import { Checker } from '../../../runtime/src/diagnostics/checker'
import { DiagnosticsEngine } from '../../../runtime/src/diagnostics/engine'
import { embeddedHands } from '../../../runtime/src/hands/embedded/embedded-hands'
import { systemClock } from '../../../runtime/src/io/clock-system'
import { digestBytes, hashText } from '../../../runtime/src/io/hash-noble'
import { frameTexts, pythonPack } from '../frame-bundles'
import { openThreadFrame } from '../thread-frame'

const SESSION = sessionId('eval')

/** The parts of a tab in this process: everything as in a browser but the store, which is memory, and the sandbox, which is threads. */
export interface ThreadPlatform {
  readonly platform: Platform
  readonly store: MemoryStore
  readonly session: SessionId
  close(): Promise<void>
}

/** @param files what the workspace begins with */
export async function threadPlatform(model: Model, info: ChosenModel, files: ReadonlyMap<string, Uint8Array>): Promise<ThreadPlatform> {
  const store = memoryStore({ hash: hashText, clock: systemClock, whenMissing: 'create' })
  await seed(store, files)
  const hands = embeddedHands({ openFrame: async () => openThreadFrame(), bundles: frameTexts, python: pythonPack })
  const checker = openChecker()
  const openFiles = async (): Promise<Workspace> =>
    openWorkspace({
      entries: await store.files(SESSION),
      loadBlob: (hash) => store.loadBlob(hash),
      now: systemClock.now,
      hash: digestBytes,
    })
  const platform: Platform = {
    session: SESSION,
    store,
    lock: {
      tryAcquire: async () => true,
      steal: async () => undefined,
      wait: async () => true,
      onLost: () => () => undefined,
      release: () => undefined,
    },
    channel: { tell: () => undefined, listen: () => () => undefined },
    terminals: { agent: noText(), person: noText(), typed: noText() },
    onOutdated: () => undefined,
    openWorkspace: openFiles,
    parts: (workspace) => ({
      session: SESSION,
      store,
      workspace,
      hands,
      model: () => ({ model, info }),
      preview: { save: () => undefined, take: async () => '' },
      clock: systemClock,
      hash: hashText,
      limits: () => info.limits ?? { turn: {}, session: {}, day: {} },
      diagnostics: checker.diagnostics,
    }),
    info: () => info,
    setModel: async () => undefined,
  }
  return { platform, store, session: SESSION, close: () => closeAll(hands, checker) }
}

async function closeAll(hands: Hands, checker: ReturnType<typeof openChecker>): Promise<void> {
  checker.end()
  // The same session has the same lease: this gives the one that its commands ran in, or one in which none did.
  await hands.release(await hands.provision(SESSION, new AbortController().signal))
}

/** The compiler, read by the first check; in a tab it has a worker of its own. */
function openChecker(): { readonly diagnostics: Checker; end(): void } {
  let engine: DiagnosticsEngine | undefined
  const opened = (): DiagnosticsEngine => (engine ??= new DiagnosticsEngine(libraryTexts()))
  const timers = new AbortController()
  const clock = {
    ...systemClock,
    sleep: (ms: number, signal: AbortSignal) => systemClock.sleep(ms, AbortSignal.any([signal, timers.signal])),
  }
  const diagnostics = new Checker({
    start: async () => ({
      api: { check: async (wish) => opened().check(wish), news: async (wish) => opened().news(wish) },
      died: new Promise<never>(() => undefined),
      end: () => (engine = undefined),
    }),
    clock,
  })
  return { diagnostics, end: () => timers.abort() }
}

/** Nobody looks at a terminal. */
function noText(): Platform['terminals']['agent'] {
  return { append: () => undefined, flush: async () => undefined, read: async () => '' }
}

async function seed(store: MemoryStore, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const { epoch } = await store.claim(SESSION)
  const empty: readonly FileEntry[] = []
  const draft = openWorkspace({ entries: empty, loadBlob: (hash) => store.loadBlob(hash), now: systemClock.now }).draft()
  for (const [path, bytes] of files) draft.write(path, bytes)
  const opened = { type: 'session.opened', data: { title: 'Eval', project: 'blank', mode: 'auto' } } as const
  await store.append(SESSION, epoch, {
    drafts: [{ ...opened, agent: MAIN_AGENT, trace: traceId('seed') }],
    files: draft.delta(),
    durability: 'strict',
  })
}
