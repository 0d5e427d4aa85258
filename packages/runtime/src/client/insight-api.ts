import type { CostView, SessionEvent, TraceView, WindowView } from '@tabwright/protocol'

/** What a session shows of its inside; as it is durable now. */
export interface Insight {
  /** What is in the model's window, by what it is. */
  contextWindow(): Promise<WindowView>
  /** What it cost, by model and by tool, and where the day and the limits stand. */
  costs(): Promise<CostView>
  /** What took how long. @param opened turns whose steps are wanted, by the number of their first fact */
  trace(opened: readonly number[] | 'newest'): Promise<TraceView>
  /** One fact as it is stored; undefined where the log has no such number. */
  fact(seq: number): Promise<SessionEvent | undefined>
}
