import type { Json, JsonObject } from '@tabwright/protocol'
import type { Clock } from './clock'
import type { Socket } from './socket'
import { Worker, type WorkerOptions } from './worker'

/** Time that passes when a test says so. */
export class TestClock implements Clock {
  #now = 0
  #timers: { readonly at: number; readonly run: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run }
    this.#timers.push(timer)
    return () => (this.#timers = this.#timers.filter((one) => one !== timer))
  }

  /** When the next timer is due, from now. */
  get next(): number | undefined {
    return this.#timers.length === 0 ? undefined : Math.min(...this.#timers.map((one) => one.at)) - this.#now
  }

  async pass(ms: number): Promise<void> {
    const until = this.#now + ms
    for (;;) {
      const [due] = this.#timers.filter((one) => one.at <= until).toSorted((a, b) => a.at - b.at)
      if (due === undefined) break
      this.#now = due.at
      this.#timers = this.#timers.filter((one) => one !== due)
      due.run()
      await settle()
    }
    this.#now = until
  }
}

/** Lets promises that are ready run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

type Listener = (event: { readonly data: unknown; readonly code: number }) => void

/** The relay's side of a socket, in the hands of a test. */
export class TestSocket implements Socket {
  binaryType = ''
  bufferedAmount = 0
  readonly address: string
  readonly sent: string[] = []
  isClosed = false
  readonly #listeners = new Map<string, Listener[]>()

  constructor(address: string) {
    this.address = address
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }

  send(data: string | Uint8Array): void {
    this.sent.push(String(data))
  }

  close(): void {
    this.isClosed = true
  }

  /** What was sent, and of one type only where one is named. */
  frames(type?: string): readonly JsonObject[] {
    const all = this.sent.map((text): JsonObject => JSON.parse(text))
    return type === undefined ? all : all.filter((frame) => frame['type'] === type)
  }

  /** Awaited calls that were sent. */
  get calls(): readonly JsonObject[] {
    return this.frames('invokefunction').filter((frame) => frame['action'] === undefined)
  }

  says(frame: Json): void {
    this.tells('message', JSON.stringify(frame))
  }

  tells(type: 'open' | 'message' | 'close' | 'error', data: unknown = ''): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data, code: 1006 })
  }

  /** Opens it and names the connection. */
  welcomes(worker: string): void {
    this.tells('open')
    this.says({ type: 'workerregistered', worker_id: worker, reattach_token: `token of ${worker}` })
  }
}

/** A worker whose clock, sockets and ids are a test's. */
export interface WorkerUnderTest {
  readonly worker: Worker
  readonly clock: TestClock
  readonly sockets: readonly TestSocket[]
  /** The socket that was opened last. */
  readonly socket: TestSocket
}

export async function workerUnderTest(options: Partial<WorkerOptions> = {}): Promise<WorkerUnderTest> {
  const clock = new TestClock()
  const sockets: TestSocket[] = []
  let ids = 0
  const worker = new Worker({
    address: 'ws://relay/worker',
    name: 'tab',
    clock,
    random: () => 0.5,
    uuid: () => `id-${++ids}`,
    socket: (address) => {
      const socket = new TestSocket(address)
      sockets.push(socket)
      return socket
    },
    ...options,
  })
  await settle()
  return {
    worker,
    clock,
    sockets,
    get socket() {
      const last = sockets.at(-1)
      if (last === undefined) throw new Error('no socket was opened')
      return last
    },
  }
}
