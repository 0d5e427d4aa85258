import { setMaxListeners } from 'node:events'
import type { Engine } from '../../engine/built-in'
import type { Item, Lane, QueueStore } from '../../stores/queue-store'
import { tryOnce, type LaneAccount } from './attempt'
import { backoffMs } from './lane-rules'

export interface DeliveryOptions {
  readonly store: QueueStore
  readonly engine: Engine
  readonly now: () => number
  readonly random: () => number
  readonly accountOf: (lane: Lane, item: Item | undefined) => LaneAccount
  /** A fault of ours or of the disk, for the log. */
  readonly failed: (what: string, thrown: unknown) => void
}

/** How soon a lane whose function is away or busy is looked at again, later less often; and one whose disk is full. */
const LOOK_MS = 250
const RARE_LOOK_MS = 2000
const TROUBLE_MS = 2000
/** The longest that a timer is set for; longer ones are set again. */
const LONGEST_TIMER_MS = 60 * 60_000

interface LaneState {
  readonly name: string
  readonly lane: Lane
  busy: number
  isFilling: boolean
  again: boolean
  /** Wall clock: not filled before. */
  restsUntil: number
  /** Looks in a row at a function that was away. */
  looks: number
  timer: NodeJS.Timeout | undefined
}

interface Counts {
  delivered: number
  failed: number
}

/** Brings items to their functions: a lane at a time is filled up to what may be under way. */
export class Delivery {
  readonly #options: DeliveryOptions
  readonly #lanes = new Map<string, LaneState>()
  readonly #counts = new Map<string, Counts>()
  readonly #underWay = new Set<Promise<void>>()
  readonly #stop = new AbortController()
  #isPaused = false

  constructor(options: DeliveryOptions) {
    this.#options = options
    // Every delivery under way listens to it; the default of ten is for mistakes.
    setMaxListeners(0, this.#stop.signal)
  }

  /** There may be something to deliver. */
  wake(lane: Lane): void {
    const name = JSON.stringify([lane.queue, lane.functionId])
    const state = this.#lanes.get(name) ?? {
      name,
      lane,
      busy: 0,
      isFilling: false,
      again: false,
      restsUntil: 0,
      looks: 0,
      timer: undefined,
    }
    this.#lanes.set(name, state)
    this.#pump(state)
  }

  /** Of this process: items under way, items that were taken, deliveries that failed. */
  counts(queue: string): { readonly delivered: number; readonly failed: number; readonly busy: number } {
    let busy = 0
    for (const state of this.#lanes.values()) if (state.lane.queue === queue) busy += state.busy
    return { ...this.#countsOf(queue), busy }
  }

  /** Begins no further delivery. What is stopped from now on was stopped by us, and is no try. */
  pause(): void {
    this.#isPaused = true
  }

  /** Calls off what is under way; it keeps its place. */
  async close(): Promise<void> {
    this.#stop.abort()
    for (const { timer } of this.#lanes.values()) clearTimeout(timer)
    await Promise.all(this.#underWay)
  }

  #countsOf(queue: string): Counts {
    const counts = this.#counts.get(queue) ?? { delivered: 0, failed: 0 }
    this.#counts.set(queue, counts)
    return counts
  }

  #pump(state: LaneState): void {
    if (this.#isPaused || this.#stop.signal.aborted) return
    state.again = true
    if (state.isFilling) return
    state.isFilling = true
    const filling = this.#fill(state)
      .catch((thrown: unknown) => {
        this.#options.failed('claim', thrown)
        this.#later(state, TROUBLE_MS)
      })
      .finally(() => {
        state.isFilling = false
      })
    this.#track(filling)
  }

  async #fill(state: LaneState): Promise<void> {
    const { store, engine, accountOf, now } = this.#options
    while (state.again && !this.#isPaused && !this.#stop.signal.aborted) {
      state.again = false
      const { lane, busy } = state
      const free = accountOf(lane, undefined).rules.concurrency - busy
      if (free <= 0) return
      const isLive = engine.presence(lane.functionId) === 'live'
      state.looks = isLive ? 0 : state.looks + 1
      const rests = isLive ? state.restsUntil - now() : Math.min(LOOK_MS * state.looks, RARE_LOOK_MS)
      if (rests > 0) return this.#later(state, rests)
      const items = await store.claim(lane, free)
      for (const item of items) this.#start(state, item)
      if (items.length < free) await this.#rest(state)
    }
  }

  /** Nothing more is ready: until the next is due, or for good. */
  async #rest(state: LaneState): Promise<void> {
    const due = await this.#options.store.nextDue(state.lane)
    if (due !== undefined) this.#later(state, due - this.#options.now())
    else if (state.busy === 0 && !state.again) this.#lanes.delete(state.name)
  }

  #later(state: LaneState, ms: number): void {
    clearTimeout(state.timer)
    if (this.#stop.signal.aborted) return
    state.timer = setTimeout(() => this.#pump(state), Math.min(Math.max(ms, 1), LONGEST_TIMER_MS)).unref()
  }

  #start(state: LaneState, item: Item): void {
    state.busy += 1
    const delivering = this.#deliver(state, item)
      .catch((thrown: unknown) => {
        // What could not be written down is delivered again, later: at once would be as often as the disk can say no.
        this.#options.failed('settle', thrown)
        this.#options.store.release(item.id)
        state.restsUntil = this.#options.now() + TROUBLE_MS
      })
      .finally(() => {
        state.busy -= 1
        this.#pump(state)
      })
    this.#track(delivering)
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work)
    void work.finally(() => this.#underWay.delete(work))
  }

  async #deliver(state: LaneState, item: Item): Promise<void> {
    const { store, engine, accountOf, now, random } = this.#options
    const account = accountOf(state.lane, item)
    const outcome = await tryOnce(item, account, { engine, stop: this.#stop.signal })
    if (outcome.type === 'released' || (this.#isPaused && outcome.type === 'failed' && outcome.isStopped)) {
      state.restsUntil = now() + LOOK_MS
      return store.release(item.id)
    }
    const counts = this.#countsOf(item.queue)
    if (outcome.type === 'done') {
      await store.done(item.id)
      counts.delivered += 1
      return
    }
    const attempts = item.attempts + 1
    const isLast = outcome.forGood || attempts >= account.rules.deliveries
    const next = isLast ? 'never' : now() + backoffMs(account.rules, attempts, random)
    await store.failed(item.id, { reason: outcome.reason, next, counts: true })
    counts.failed += 1
  }
}
