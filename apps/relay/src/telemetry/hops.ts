import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { JsonObject } from '@tabwright/protocol'
import type { Logger } from 'pino'
import { readTraceparent, type Trace } from '../engine/trace'
import type { SpanRecord } from './records'
import { Tally } from './tally'
import type { TelemetryStore } from './telemetry-store'

/** Under this name the relay's own spans and lines are listed. */
const BY = 'relay'
const SERVICE = 'tabwright-relay'
const NO_EVENTS: SpanRecord['events'] = []

/** What is known of a call when it arrives. */
export interface HopStart {
  readonly functionId: string
  readonly trace: Trace
  /** Identity whose rights count. */
  readonly as: string
  /** Connection that called. */
  readonly caller: string | undefined
  readonly depth: number
  /** Characters of the payload, where they are known. */
  readonly chars: number | undefined
}

/** The relay's own part in a call: a span between the caller's and the owner's. */
export interface Hop {
  /** For whoever is called: the same trace, with this hop as parent. */
  readonly trace: Trace
  /** Once; with a code where it failed. */
  end(code?: string): void
}

/** Makes a span of every call and a log line of it. */
export interface Hops {
  begin(start: HopStart): Hop
  /** Of all that ended. */
  readonly tally: Tally
}

/** About what a span of ours takes, so that the hot path does not measure it. */
const SPAN_CHARS = 450

interface HopsOptions {
  readonly store: TelemetryStore
  readonly log: Logger
  readonly now: () => number
}

export function createHops({ store, log, now }: HopsOptions): Hops {
  const tally = new Tally()
  const around: Around = { store, tally, clock: fineClock(now), log: log.isLevelEnabled('info') ? log : undefined }
  return { tally, begin: (start) => new CallHop(start, around) }
}

interface Around {
  readonly store: TelemetryStore
  readonly tally: Tally
  readonly clock: () => number
  readonly log: Logger | undefined
}

/** A class without a closure or a spread: it is made for every call, and was a tenth of its cost. */
class CallHop implements Hop {
  readonly trace: Trace
  readonly #start: HopStart
  readonly #around: Around
  readonly #at: number
  readonly #from = performance.now()

  constructor(start: HopStart, around: Around) {
    this.#start = start
    this.#around = around
    this.#at = around.clock()
    const { traceparent, baggage } = start.trace
    // Version, trace and flags stay; only whose part it is changes.
    const mine =
      traceparent === undefined
        ? `00-${randomHex(16)}-${randomHex(8)}-01`
        : `${traceparent.slice(0, 36)}${randomHex(8)}${traceparent.slice(52)}`
    this.trace = baggage === undefined ? { traceparent: mine } : { traceparent: mine, baggage }
  }

  end(code?: string): void {
    const { store, tally, log } = this.#around
    const { functionId, as, caller, depth, chars } = this.#start
    const before = this.#start.trace.traceparent
    const { trace, span, flags } = readTraceparent(this.trace.traceparent ?? '')
    const ms = performance.now() - this.#from
    tally.add(code ?? 'ok', ms)
    const record: SpanRecord = {
      by: BY,
      service: SERVICE,
      trace,
      span,
      parent: before === undefined ? undefined : readTraceparent(before).span,
      name: functionId,
      kind: 'server',
      start: this.#at,
      ms,
      error: code,
      isSampled: (Number.parseInt(flags, 16) & 1) === 1,
      attributes: attributesOf(as, caller, depth),
      events: NO_EVENTS,
    }
    store.addSpan(record, SPAN_CHARS)
    log?.info({ function: functionId, who: as, code: code ?? 'ok', ms: Math.round(ms), bytes: chars, trace }, 'call')
  }
}

function attributesOf(as: string, caller: string | undefined, depth: number): JsonObject {
  if (caller === undefined) return depth > 0 ? { as, depth } : { as }
  return depth > 0 ? { as, caller, depth } : { as, caller }
}

/** The wall clock with fractions of a millisecond, never further from it than a few of them: machines sleep and clocks are set. */
function fineClock(now: () => number): () => number {
  let offset = now() - performance.now()
  return () => {
    const wall = now()
    const fine = performance.now() + offset
    if (Math.abs(wall - fine) <= 2) return fine
    offset += wall - fine
    return wall
  }
}

const POOL = 4096
let pool = Buffer.alloc(0)
let used = 0

/** Random bytes as hex; taken from the system many at a time. */
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    pool = randomBytes(POOL)
    used = 0
  }
  used += bytes
  return pool.toString('hex', used - bytes, used)
}
