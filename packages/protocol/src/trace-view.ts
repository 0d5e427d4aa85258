import type { CallId } from './ids'

/** What happened in a session, turn by turn, as times. */
export interface TraceView {
  /** Oldest first. */
  readonly turns: readonly TraceTurn[]
  /** Of the turns that were asked for, in the order in which they began. */
  readonly steps: ReadonlyMap<number, readonly TraceStep[]>
}

/** One turn, and how long what took. */
export interface TraceTurn {
  /** Number of the fact that began it. */
  readonly seq: number
  /** What it was asked with, in one line. */
  readonly title: string
  /** Wall clock, milliseconds. */
  readonly start: number
  /** Of its end, or of its newest fact while it is open. */
  readonly end: number
  readonly isOpen: boolean
  /** Why it did not come to its end. */
  readonly error?: string
  readonly steps: number
  /** Milliseconds of it by what took them; steps side by side count each. */
  readonly took: Readonly<Record<TraceKind, number>>
}

/**
 * `model`: a request and its answer. `gate`: a call or a request to the network waited for a person, or the agent's question did. `tool`: a call that
 * ran here. `relay`: a function of another worker. `network`: a request to the network. `agent`: a sub-agent's whole turn.
 */
export const TRACE_KINDS = ['model', 'gate', 'tool', 'relay', 'network', 'agent'] as const
export type TraceKind = (typeof TRACE_KINDS)[number]

/** A piece of work with a beginning and an end. */
export interface TraceStep {
  /** Number of the fact that began it; that which ended it says what came of it. */
  readonly from: number
  readonly to?: number
  readonly kind: TraceKind
  readonly name: string
  readonly start: number
  /** Absent while it goes on. */
  readonly end?: number
  /** Why it failed, in a word or a sentence. */
  readonly error?: string
  /** What else is worth a glance: `8.1k in, 1.2k out`, `allowed`. */
  readonly notes: readonly string[]
  /** Of a sub-agent's: the call that it works for. */
  readonly within?: CallId
}
