import {
  fail,
  failureOf,
  joinBytes,
  parseStreamTaking,
  type Hands,
  type HandsPorts,
  type HandsTerminals,
  type LeaseId,
  type PortReply,
  type PortRequest,
  type SessionId,
  type Workspace,
  type WorkspaceDelta,
} from '@tabwright/protocol'
import type { ShellTurns } from '../core/ports'
import { beginningOf, sendRest } from './send-rest'

/** Programs that listen in the sandbox, for the page. */
export interface PortsDesk {
  /** @param rest where the rest of an answer that goes on is sent; left out: it comes whole. @throws FailureError as `HandsPorts.request`, and `too_large` */
  request(request: PortRequest, rest?: MessagePort): Promise<PortReply>
  close(): void
}

export interface PortsDeskOptions {
  readonly session: SessionId
  readonly hands: Pick<Hands, 'provision' | 'ports' | 'terminals'>
  /** Brings the files to the place. Default: that of its terminals. */
  readonly sync?: HandsTerminals['sync']
  readonly workspace: Workspace
  readonly turns: ShellTurns
  /** Makes what programs changed durable; returns the paths that were not taken. */
  readonly keep: (delta: WorkspaceDelta) => Promise<readonly string[]>
  readonly told: (ports: readonly number[]) => void
  /** Programs are about to have written these again, soon after they did: they may well do so because a page of theirs was loaded. */
  readonly again: (paths: readonly string[]) => void
}

/** An answer that is to come whole and is not whole by then is a stream, or nobody's. */
const ANSWER_MS = 30_000
/** As long as browsers wait for the beginning of one. */
const HEAD_MS = 300_000
/** What comes so soon after the head goes with it: most answers are whole by then. */
const AT_ONCE_MS = 50
/** A command of the agent's that runs longer than this keeps its files to itself until it ends; who asks does not wait for it. */
const PATIENCE_MS = 1000
/** What a program writes because it was asked is fetched when answers have rested for so long: a page asks for many things at once. */
const REST_MS = 150
/** A path that a program writes twice within this time it writes with each request, as far as anybody can tell. */
const AGAIN_MS = 4000
const MAX_ANSWER = 64 * 1024 * 1024

type Place = HandsPorts & Partial<Pick<HandsTerminals, 'sync'>>

class Desk implements PortsDesk {
  readonly #options: PortsDeskOptions
  readonly #place: Place
  readonly #over = new AbortController()
  readonly #lease: Promise<LeaseId>
  readonly #ends: (() => void)[]
  /** The workspace is ahead of the sandbox. */
  #isStale = true
  /** What programs wrote, on its way into the workspace: that is no news to the sandbox. */
  #kept: ReadonlySet<string> = new Set()
  #syncing: Promise<void> | undefined
  #resting: ReturnType<typeof setTimeout> | undefined
  /** When each path was last written by a program, of late. */
  #written: ReadonlyMap<string, number> = new Map()

  constructor(options: PortsDeskOptions, place: Place) {
    this.#options = options
    this.#place = place
    this.#lease = options.hands.provision(options.session, this.#over.signal)
    this.#ends = [
      options.workspace.watch((paths) => {
        if (paths.some((path) => !this.#kept.has(path))) this.#isStale = true
      }),
    ]
    this.#lease.then((lease) => this.#watch(lease), reportUnlessAborted)
  }

  async request(request: PortRequest, rest?: MessagePort): Promise<PortReply> {
    const lease = await this.#lease
    if (!this.#place.list(lease).includes(request.port)) fail('offline', `Nothing listens on port ${request.port} any more.`)
    if (this.#isStale) await this.#fresh(lease)
    const over = new AbortController()
    const limit = rest === undefined ? ANSWER_MS : HEAD_MS
    const timer = setTimeout(() => over.abort(), limit)
    try {
      return await (rest === undefined ? this.#whole(lease, request, over.signal) : this.#begun(lease, request, { rest, over, timer }))
    } catch (error) {
      rest?.close()
      if (over.signal.aborted) fail('timeout', `The program on port ${request.port} gave no whole answer within ${limit / 1000} s.`)
      throw error
    } finally {
      clearTimeout(timer)
      this.#keepLater(lease)
    }
  }

  async #whole(lease: LeaseId, request: PortRequest, over: AbortSignal): Promise<PortReply> {
    const { body, ...head } = await this.#place.request(lease, request, AbortSignal.any([over, this.#over.signal]))
    return { ...head, body: await whole(body) }
  }

  /** What is there at once; the rest goes on its own way, until it is all, whoever asked drops it, or the desk closes. */
  async #begun(lease: LeaseId, request: PortRequest, { rest, over, timer }: Going): Promise<PortReply> {
    rest.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (parseStreamTaking(data)?.type !== 'took') over.abort()
    })
    rest.start()
    const signal = AbortSignal.any([over.signal, this.#over.signal])
    const { body, ...head } = await this.#place.request(lease, request, signal)
    clearTimeout(timer)
    const begun = await beginningOf(body, isEvents(head) ? Promise.resolve('over') : later(AT_ONCE_MS))
    if (begun.rest === undefined) {
      rest.close()
      return { ...head, body: begun.body }
    }
    void sendRest(begun.rest, rest, signal)
      .catch(reportUnlessAborted)
      .finally(() => this.#keepLater(lease))
    return { ...head, body: begun.body, isOpen: true }
  }

  /** Nobody may ever ask again: what the program wrote because of this request is not left with it. */
  #keepLater(lease: LeaseId): void {
    clearTimeout(this.#resting)
    if (!this.#over.signal.aborted) this.#resting = setTimeout(() => void this.#sync(lease).catch(reportUnlessAborted), REST_MS)
  }

  close(): void {
    this.#over.abort()
    clearTimeout(this.#resting)
    for (const end of this.#ends) end()
    this.#options.told([])
  }

  #watch(lease: LeaseId): void {
    if (this.#over.signal.aborted) return
    const { told } = this.#options
    this.#ends.push(this.#place.watch(lease, told))
    const now = this.#place.list(lease)
    if (now.length > 0) told(now)
  }

  /** The sandbox gets what was written since, unless a command that runs has its turn: then the program answers from what it has. */
  #fresh(lease: LeaseId): Promise<void> {
    this.#syncing ??= this.#attempt(lease)
    return this.#syncing
  }

  /** Whoever asks while it waits for its turn waits the rest of the time, not all of it again. */
  #attempt(lease: LeaseId): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)))
    const done = this.#sync(lease).finally(() => {
      clearTimeout(timer)
      this.#syncing = undefined
    })
    done.catch(reportUnlessAborted)
    return Promise.race([done, enough])
  }

  async #sync(lease: LeaseId): Promise<void> {
    const { signal } = this.#over
    await this.#options.turns.turn(signal, async () => {
      this.#isStale = false
      const files = this.#options.workspace.draft()
      try {
        await this.#place.sync?.(lease, { signal, files })
      } catch (error) {
        this.#isStale = true
        throw error
      }
      await files.settle()
      const delta = files.delta()
      if (delta.length === 0) return
      this.#kept = new Set(delta.map(({ path }) => path))
      this.#tellAgain([...this.#kept])
      try {
        // What was changed here meanwhile goes to the sandbox with the next request.
        if ((await this.#options.keep(delta)).length > 0) this.#isStale = true
      } finally {
        this.#kept = new Set()
      }
    })
  }

  #tellAgain(paths: readonly string[]): void {
    const now = performance.now()
    const recent = new Map([...this.#written].filter(([, at]) => now - at < AGAIN_MS))
    const again = paths.filter((path) => recent.has(path))
    this.#written = new Map([...recent, ...paths.map((path) => [path, now] as const)])
    if (again.length > 0) this.#options.again(again)
  }
}

/** A request whose answer may go on. */
interface Going {
  readonly rest: MessagePort
  readonly over: AbortController
  readonly timer: ReturnType<typeof setTimeout>
}

const later = (ms: number): Promise<'over'> => new Promise((resolve) => setTimeout(() => resolve('over'), ms))

/** Nobody waits for the first of them to know that there is an answer. */
function isEvents({ headers }: Pick<PortReply, 'headers'>): boolean {
  return headers.some(([name, value]) => name.toLowerCase() === 'content-type' && value.startsWith('text/event-stream'))
}

async function whole(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    parts.push(part)
    size += part.length
    if (size > MAX_ANSWER) fail('too_large', 'The program answered with more than 64 MiB; a preview shows no more.')
  }
  return joinBytes(parts)
}

function reportUnlessAborted(error: unknown): void {
  if (failureOf(error).code !== 'aborted') reportError(error)
}

const NOBODY: PortsDesk = {
  request: ({ port }) => Promise.reject(new Error(`This place has no ports, and nobody can have asked for ${port}.`)),
  close: () => undefined,
}

/** See {@link PortsDesk}. A place without ports has none that anybody hears of. */
export function openPorts(options: PortsDeskOptions): PortsDesk {
  const { ports, terminals } = options.hands
  if (ports === undefined) return NOBODY
  const { sync = terminals && ((lease, run) => terminals.sync(lease, run)) } = options
  const place: Place = {
    list: (lease) => ports.list(lease),
    watch: (lease, changed) => ports.watch(lease, changed),
    request: (lease, request, signal) => ports.request(lease, request, signal),
    ...(sync && { sync }),
  }
  return new Desk(options, place)
}
