import type { FailureCode } from '@tabwright/protocol'
import type { World } from './world'

/** One call over a port, numbered in the order in which the scheduler grants them. */
export interface Point {
  readonly n: number
  /** Life of a tab that makes the call, such as `A2`. */
  readonly life: string
  /** Port and verb, such as `log.append call.started`. */
  readonly name: string
}

/** Of the log: a fact whose bytes changed, one that is missing. Beside it: a snapshot, the content of a file. */
export type Damage = 'fact' | 'gap' | 'snapshot' | 'content'

/** What goes wrong at a point. `before`: the call did not happen; `after`: it did, and its caller never hears. */
export type Fault =
  | { readonly type: 'kill'; readonly when: 'before' | 'after' }
  /** Every tab dies, and what was not durable is gone. */
  | { readonly type: 'power'; readonly when: 'before' | 'after' }
  | { readonly type: 'fail'; readonly when: 'before' | 'after'; readonly code: FailureCode }
  /** No room for anything that begins something, until the person makes some. */
  | { readonly type: 'full' }
  /** The tab gets no turn; the person takes over in another one. It wakes when nobody else has anything to do. */
  | { readonly type: 'freeze' }
  /** The wall clock is set. */
  | { readonly type: 'clock'; readonly ms: number }
  /** The lid is closed for so long: the wall clock moves on, no timer does, what streamed is dead. */
  | { readonly type: 'sleep'; readonly ms: number }
  /** A stored record is not what was written, found by whoever opens the session next: every tab is gone. */
  | { readonly type: 'damage'; readonly what: Damage }
  /** The browser removed all of its data under the open tabs. */
  | { readonly type: 'cleared' }
  /** The app was updated in another tab: the database is closed to those that are open. */
  | { readonly type: 'outdated' }
  | { readonly type: 'delay'; readonly ms: number }
  /** Hints only. */
  | { readonly type: 'drop' }
  | { readonly type: 'double' }

/** Decides at each point. Asked once for each, in order. */
export type Faults = (point: Point, world: World) => Fault | undefined

/** Nothing goes wrong. */
export const noFaults: Faults = () => undefined

/** A fault as the trace shows it. */
export function faultText(fault: Fault): string {
  return Object.values(fault).join(' ')
}
