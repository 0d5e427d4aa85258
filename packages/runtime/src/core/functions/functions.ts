import type { CallId, ChosenFunction, Json, SessionId, WorkerFunction } from '@tabwright/protocol'

/** Functions of other workers on the relay. */
export interface Functions {
  /** Those that can be called at this moment. */
  list(): readonly WorkerFunction[]
  /** Which of them a person chose for searching the web, whether it is there now or not. Undefined: none. */
  webSearch?(): ChosenFunction | undefined
  /**
   * Asks the worker. The promise ends soon after the signal.
   * @throws FailureError with what went wrong there; see {@link OUTCOME_UNKNOWN}
   */
  call(id: string, input: Json, call: FunctionCall): Promise<Json>
}

/** What travels with a call beside its input. */
export interface FunctionCall {
  readonly session: SessionId
  readonly call: CallId
  /** The same for every delivery of one call: who has seen it has done it. */
  readonly key: string
  /** W3C trace context of the turn. */
  readonly traceparent: string
  /** It is kept in this queue of the relay, and the answer is its receipt. The same key is one item. */
  readonly queue?: string
  readonly signal: AbortSignal
}

/** In the detail of a failure: nobody knows whether it happened. */
export const OUTCOME_UNKNOWN = { outcome: 'unknown' } as const
