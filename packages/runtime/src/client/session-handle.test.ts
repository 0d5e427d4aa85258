import { failureOf, sessionId } from '@tabwright/protocol'
import { expose } from 'comlink'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { OpenOptions } from './api'
import { pageContainer } from './container/page-container'
import { openSession } from './session-handle'
import type { Batch, WorkerOptions } from './worker-api'

const OPTIONS: OpenOptions = { session: sessionId('handle'), access: { type: 'demo' }, model: { id: 'demo', label: 'Demo' } }

/** What the workers of one session keep: the messages by the name that the page gave them. */
const kept = new Map<string, string>()
const reported: unknown[] = []
const started: DyingWorker[] = []
/** The locks that are held, with what waits for each. */
const held = new Map<string, () => void>()

/** A session's worker that answers over a real port, and dies as a browser lets it die. */
class DyingWorker extends EventTarget {
  readonly #pipe = new MessageChannel()
  readonly opened: WorkerOptions[] = []
  readonly sent: string[] = []
  /** It stores what is sent, and dies before it can say so. */
  dies: 'never' | 'before storing' | 'after storing' = 'never'
  isTerminated = false
  lock: string | undefined
  batches: MessagePort | undefined

  constructor() {
    super()
    started.push(this)
    this.#pipe.port1.addEventListener('message', ({ data }) => this.dispatchEvent(new MessageEvent('message', { data })))
    this.#pipe.port1.start()
    expose(
      {
        open: async (options: WorkerOptions, _host: unknown, batches: MessagePort) => {
          this.opened.push(options)
          this.batches = batches
        },
        hold: async (name: string) => {
          this.lock = name
          return true
        },
        send: (text: string, id: string): Promise<void> => {
          this.sent.push(id)
          if (this.dies !== 'before storing') kept.set(id, text)
          return this.dies === 'never' ? Promise.resolve() : new Promise(() => undefined)
        },
        stop: () => new Promise(() => undefined),
        online: async () => undefined,
      },
      this.#pipe.port2,
    )
  }

  postMessage(message: unknown, transfer: readonly Transferable[] = []): void {
    this.#pipe.port1.postMessage(message, [...transfer])
  }

  terminate(): void {
    this.isTerminated = true
    this.#pipe.port1.close()
  }

  shows(batch: Partial<Batch>): void {
    this.batches?.postMessage({ events: [], live: [], paths: [], terminal: '', agentTerminal: '', ...batch })
  }
}

beforeEach(() => {
  vi.stubGlobal('Worker', DyingWorker)
  vi.stubGlobal('location', { href: 'http://localhost/', origin: 'http://localhost' })
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
  vi.stubGlobal('navigator', {
    locks: { request: (name: string, _options: unknown, granted: () => void) => void held.set(name, granted) },
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  for (const worker of started.splice(0)) worker.terminate()
  kept.clear()
  held.clear()
  expect(reported.splice(0)).toEqual([])
})

/** Nobody asks for one here. */
const NO_CONTAINER = pageContainer({
  boot: () => Promise.reject(new Error('not used here')),
  refusal: () => undefined,
  nudge: () => undefined,
})

function openHandle() {
  const unused = async (): Promise<never> => Promise.reject(new Error('not used here'))
  const handle = openSession({
    ...OPTIONS,
    keyPort: unused,
    functionsPort: unused,
    memoryPort: unused,
    fork: unused,
    container: NO_CONTAINER,
  })
  const roles: string[] = []
  handle.subscribe(() => roles.push(handle.getRole().type))
  return { handle, roles }
}

/** The worker with this number, once it was asked to open the session. */
async function worker(n: number): Promise<DyingWorker> {
  await expect.poll(() => started[n]?.opened.length).toBe(1)
  return started[n] ?? expect.unreachable()
}

it('[C13] starts another worker after an error, opens the same session in it and goes on with its screen', async () => {
  const { handle, roles } = openHandle()
  const first = await worker(0)
  first.shows({ role: { type: 'writer' } })
  await expect.poll(() => handle.getRole().type).toBe('writer')
  const asked = handle.stop().catch(failureOf)
  first.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }))
  expect(await asked).toMatchObject({ code: 'cut' })
  expect(first.isTerminated).toBe(true)
  const second = await worker(1)
  expect(second.opened[0]).toEqual({ ...OPTIONS, origin: 'http://localhost' })
  second.shows({ role: { type: 'writer' } })
  await expect.poll(() => roles).toEqual(['writer', 'recovering', 'writer'])
  handle.close()
})

it('[C13] notices a worker that was killed by the lock that it no longer holds', async () => {
  const { handle } = openHandle()
  const first = await worker(0)
  await expect.poll(() => first.lock && held.has(first.lock)).toBe(true)
  held.get(first.lock ?? '')?.()
  await worker(1)
  expect([first.isTerminated, handle.getRole().type]).toEqual([true, 'recovering'])
  handle.close()
})

it('[C13] starts none for a session that the page closed', async () => {
  const { handle } = openHandle()
  const first = await worker(0)
  handle.close()
  expect(first.isTerminated).toBe(true)
  first.dispatchEvent(Object.assign(new Event('error'), { message: 'late' }))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(started).toHaveLength(1)
})

it.each(['before storing', 'after storing'] as const)('[C01] sends a message once when the worker dies %s', async (dies) => {
  const { handle } = openHandle()
  const first = await worker(0)
  first.dies = dies
  const sending = handle.send('hello')
  await expect.poll(() => first.sent.length).toBe(1)
  first.dispatchEvent(Object.assign(new Event('error'), { message: 'gone' }))
  await sending
  const second = await worker(1)
  expect(second.sent).toEqual(first.sent)
  expect([...kept.values()]).toEqual(['hello'])
  await handle.send('hello')
  expect(kept.size).toBe(2)
  handle.close()
})
