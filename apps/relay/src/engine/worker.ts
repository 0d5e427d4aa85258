import { randomBytes, randomUUID } from 'node:crypto'
import type { Call } from './calls'
import { causeOf, type Cause } from './cause'
import type { Connection } from './connection'
import type { EngineLimits } from './engine-limits'
import type { Identity } from './identity'
import { KeptAnswers, type Answered } from './kept-answers'
import type { Trace } from './trace'

/** What a worker says about itself. Shown in lists, believed in nothing. */
export interface About {
  readonly name: string
  readonly runtime?: string
  readonly version?: string
  readonly os?: string
  readonly description?: string
  readonly isolation?: string
  readonly framework?: string
}

const UNASKED = 256
const NO_CALLS: ReadonlySet<Call> = new Set()

/** A connected program or page: one socket, and for a while after it broke the calls that were in flight. */
export class Worker {
  readonly id = randomUUID()
  readonly reattachToken = randomBytes(24).toString('base64url')
  readonly identity: Identity
  readonly connection: Connection
  readonly address: string
  readonly connectedAt: number
  about: About
  // Most connections are idle most of the time: what they do not need yet is not made yet, a quarter of what one holds.
  #calls: Set<Call> | undefined
  #serves: Set<Call> | undefined
  /** Calls that triggers led to and nobody waits for. Its answer to one is all that is heard of it, so only the newest are kept. */
  #unasked: Map<string, Cause> | undefined
  /** How many of those that it serves were led to by triggers. */
  #deep = 0
  #kept: KeptAnswers | undefined
  /** Calls that may have been lost on their way to the socket before and are not kept. */
  #unsure: readonly Call[] | undefined
  /** Where its calls went when another socket took its place. */
  #successor: Worker | undefined

  constructor(options: { readonly identity: Identity; readonly connection: Connection; readonly address: string; readonly now: number }) {
    this.identity = options.identity
    this.connection = options.connection
    this.address = options.address
    this.connectedAt = options.now
    this.about = { name: `${options.identity.id}:${this.id.slice(0, 8)}` }
  }

  /** Awaited calls that it has to answer. */
  get serves(): ReadonlySet<Call> {
    return this.#serves ?? NO_CALLS
  }

  /** Awaited calls that it made. */
  get calls(): ReadonlySet<Call> {
    return this.#calls ?? NO_CALLS
  }

  call(call: Call): void {
    this.#calls ??= new Set()
    this.#calls.add(call)
  }

  called(call: Call): void {
    this.#calls?.delete(call)
  }

  serve(call: Call): void {
    this.#serves ??= new Set()
    this.#serves.add(call)
    if (call.depth > 0) this.#deep += 1
  }

  served(call: Call): void {
    if (this.#serves?.delete(call) === true && call.depth > 0) this.#deep -= 1
  }

  serveUnasked(id: string, cause: Cause): void {
    if (cause.depth === 0) return
    this.#unasked ??= new Map()
    this.#unasked.set(id, cause)
    const [oldest] = this.#unasked.keys()
    if (this.#unasked.size > UNASKED && oldest !== undefined) this.#unasked.delete(oldest)
  }

  servedUnasked(id: string): void {
    this.#unasked?.delete(id)
  }

  /** Where a call that it makes belongs: see {@link causeOf}. */
  causeOf(trace: Trace): { readonly trace: Trace; readonly depth: number } {
    const unasked = this.#unasked?.size ?? 0
    const causes = this.#unasked === undefined || unasked === 0 ? this.serves : [...this.serves, ...this.#unasked.values()]
    return causeOf({ causes, count: this.serves.size + unasked, deep: this.#deep + unasked }, trace)
  }

  /** Remembers an answer, which may be lost with the socket. */
  keep(id: string, text: string, limits: EngineLimits): void {
    this.#kept ??= new KeptAnswers(limits)
    this.#kept.keep(id, text)
  }

  /** Answers that may have been lost with the socket, oldest first. */
  get kept(): Iterable<string> {
    return this.#kept?.texts ?? []
  }

  /** What is known of a call of its own that is over. */
  answered(id: string): Answered | undefined {
    return this.#kept?.of(id)
  }

  /** Those of its calls that it is to be asked about, once, when it is ready for it. */
  beUnsure(): void {
    this.#unsure = [...this.serves].filter(({ frame }) => frame === undefined)
  }

  takeUnsure(): readonly Call[] {
    const unsure = (this.#unsure ?? []).filter((call) => this.serves.has(call))
    this.#unsure = undefined
    return unsure
  }

  /** Hands calls in flight and kept answers to the worker that goes on in its place. */
  moveTo(successor: Worker, limits: EngineLimits): void {
    this.#successor = successor
    for (const call of this.calls) {
      call.caller = successor
      successor.call(call)
    }
    for (const call of this.serves) {
      call.owner = successor
      this.served(call)
      successor.serve(call)
    }
    for (const [id, cause] of this.#unasked ?? []) successor.serveUnasked(id, cause)
    this.#calls = undefined
    this.#unasked = undefined
    if (this.#kept === undefined) return
    successor.#kept ??= new KeptAnswers(limits)
    successor.#kept.addAll(this.#kept)
    this.#kept = undefined
  }

  get successor(): Worker | undefined {
    return this.#successor
  }
}
