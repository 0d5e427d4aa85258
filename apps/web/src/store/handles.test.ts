import { sessionId, type SessionScreen, type SessionStatus } from '@tabwright/protocol'
import type { OpenOptions, SessionHandle } from '@tabwright/runtime'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createHandles } from './handles'

const ID = sessionId('s1')
const OPTIONS = { session: ID, access: { type: 'demo' }, model: { id: 'demo', label: 'Demo' } } as const

/** Only what the pool asks of a handle; anything else is a test's mistake and throws. */
function fake(): {
  handle: SessionHandle
  setStatus: (status: SessionStatus) => void
  setRunning: (running: boolean) => void
  close: ReturnType<typeof vi.fn>
} {
  let isRunning = false
  let status: SessionStatus = { type: 'idle' }
  const listeners = new Set<() => void>()
  const close = vi.fn()
  const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
  const screen = (): SessionScreen => ({
    status,
    mode: 'ask',
    hands: { type: 'embedded' },
    handsBy: 'app',
    taint: { isClosed: false },
    rules: [],
    rows: [],
    pending: [],
    questions: [],
    queue: [],
    changes: [],
    usage,
    todos: [],
    contextUsed: 0,
    unknowns: [],
    held: false,
    window: { used: 0 },
    cost: { dollars: 0, unknown: [], estimated: false, bills: 0 },
    lastStop: undefined,
  })
  const unasked = async (): Promise<never> => Promise.reject(new Error('not asked of a fake'))
  const handle: SessionHandle = {
    id: ID,
    getScreen: screen,
    getRole: () => ({ type: 'writer' }),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    send: unasked,
    attachmentsOf: unasked,
    setMode: unasked,
    setHands: unasked,
    setNetwork: unasked,
    revokeRule: unasked,
    withdraw: unasked,
    fork: unasked,
    restore: unasked,
    planRestore: unasked,
    readPoint: unasked,
    compare: unasked,
    contextWindow: unasked,
    costs: unasked,
    trace: unasked,
    fact: unasked,
    checkpoint: unasked,
    points: unasked,
    resolve: unasked,
    answer: unasked,
    reorderQueue: unasked,
    changeQueued: unasked,
    compact: unasked,
    stop: unasked,
    retryNow: unasked,
    raise: unasked,
    decide: unasked,
    edit: unasked,
    review: unasked,
    reviewPart: unasked,
    resolvePart: unasked,
    undoRefusal: unasked,
    listFiles: unasked,
    problems: unasked,
    readFile: unasked,
    readContent: unasked,
    readBytes: unasked,
    saveFile: unasked,
    searchFiles: unasked,
    changeFiles: unasked,
    undoFiles: unasked,
    listFolders: unasked,
    importFiles: unasked,
    exportFiles: unasked,
    folder: unasked,
    planFolder: unasked,
    readConflict: unasked,
    writeFolder: unasked,
    readChange: unasked,
    progress: unasked,
    hooks: unasked,
    trustHooks: unasked,
    watchFiles: () => () => undefined,
    terminal: {
      history: unasked,
      subscribe: () => () => undefined,
      input: unasked,
      resize: unasked,
      isRunning: () => isRunning,
    },
    agentTerminal: {
      history: unasked,
      subscribe: () => () => undefined,
      takeOver: unasked,
      giveBack: unasked,
      input: unasked,
      resize: unasked,
    },
    ports: { list: () => [], subscribe: () => () => undefined, request: unasked, newsOf: (paths) => paths },
    showsPreview: () => () => undefined,
    setModel: unasked,
    takeOver: unasked,
    close,
  }
  const setStatus = (next: SessionStatus): void => {
    status = next
    for (const listener of listeners) listener()
  }
  const setRunning = (running: boolean): void => {
    isRunning = running
    for (const listener of listeners) listener()
  }
  return { handle, setStatus, setRunning, close }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a reload would end a turn that goes on or waits, or a command of the person, and nothing else', async () => {
  const { handle, setStatus, setRunning } = fake()
  const handles = createHandles(async () => () => handle, vi.fn())
  const told: boolean[] = []
  handles.watch(() => told.push(handles.isAtWork()))
  expect(handles.isAtWork()).toBe(false)
  await handles.enter(ID, () => OPTIONS)
  expect(handles.isAtWork()).toBe(false)
  setStatus({ type: 'running', what: 'Thinking', since: 0 })
  setStatus({ type: 'waiting', approvals: 1 })
  setStatus({ type: 'idle' })
  setRunning(true)
  setRunning(false)
  expect(told).toEqual([true, true, false, true, false])
  handles.drop(ID)
  expect(handles.isAtWork()).toBe(false)
})

test('a session that rests is closed some time after one looks away', async () => {
  const { handle, close } = fake()
  const handles = createHandles(async () => () => handle, vi.fn())
  await handles.enter(ID, () => OPTIONS)
  handles.leave(ID)
  expect(close).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2500)
  expect(close).toHaveBeenCalledOnce()
})

test('a session that works goes on in the background and is closed when it rests', async () => {
  const { handle, setStatus, close } = fake()
  const handles = createHandles(async () => () => handle, vi.fn())
  await handles.enter(ID, () => OPTIONS)
  setStatus({ type: 'running', what: 'Writing', since: 0 })
  handles.leave(ID)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(close).not.toHaveBeenCalled()
  setStatus({ type: 'idle' })
  expect(close).toHaveBeenCalledOnce()
})

test('a command of the person goes on in the background and the session is closed after it', async () => {
  const { handle, setStatus, setRunning, close } = fake()
  const handles = createHandles(async () => () => handle, vi.fn())
  await handles.enter(ID, () => OPTIONS)
  setRunning(true)
  handles.leave(ID)
  await vi.advanceTimersByTimeAsync(60_000)
  setStatus({ type: 'idle' })
  expect(close).not.toHaveBeenCalled()
  setRunning(false)
  expect(close).toHaveBeenCalledOnce()
})

test('coming back finds the same handle', async () => {
  const open = vi.fn(() => fake().handle)
  const handles = createHandles(async () => open, vi.fn())
  const first = await handles.enter(ID, () => OPTIONS)
  handles.leave(ID)
  expect(await handles.enter(ID, () => OPTIONS)).toBe(first)
  await vi.advanceTimersByTimeAsync(5000)
  expect(open).toHaveBeenCalledOnce()
})

test('who comes twice before sessions can be opened finds one handle, opened with what is chosen then', async () => {
  const open = vi.fn((_options: OpenOptions) => fake().handle)
  let fetched = (): void => undefined
  const opener = new Promise<typeof open>((resolve) => (fetched = () => resolve(open)))
  const handles = createHandles(() => opener, vi.fn())
  let id = 'demo'
  const options = (): OpenOptions => ({ ...OPTIONS, model: { id, label: id } })
  const coming = Promise.all([handles.enter(ID, options), handles.enter(ID, options)])
  id = 'other'
  fetched()
  const [first, second] = await coming
  expect(first).toBe(second)
  expect(open.mock.calls).toEqual([[{ ...OPTIONS, model: { id: 'other', label: 'other' } }]])
})

test('what cannot be opened is nobody’s, and is tried again', async () => {
  const { handle } = fake()
  const opener = vi.fn(async () => () => handle).mockRejectedValueOnce(new Error('the file did not come'))
  const handles = createHandles(opener, vi.fn())
  await expect(handles.enter(ID, () => OPTIONS)).rejects.toThrow('the file did not come')
  handles.leave(ID)
  expect(await handles.enter(ID, () => OPTIONS)).toBe(handle)
})
