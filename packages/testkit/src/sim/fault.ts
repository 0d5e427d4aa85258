import type { FailureCode } from '@tabwright/protocol'

/** One call over a port, numbered in the order in which the scheduler grants them. */
export interface Point {
  readonly n: number
  /** Life of a tab that makes the call, such as `A2`. */
  readonly life: string
  /** Port and verb, such as `log.append call.started`. */
  readonly name: string
}

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
  | { readonly type: 'delay'; readonly ms: number }
  /** Hints only. */
  | { readonly type: 'drop' }
  | { readonly type: 'double' }

/** Decides at each point. Asked once for each, in order. */
export type Faults = (point: Point) => Fault | undefined

/** Nothing goes wrong. */
export const noFaults: Faults = () => undefined

/** A fault as the trace shows it. */
export function faultText(fault: Fault): string {
  return Object.values(fault).join(' ')
}
