import type { Json } from './json'

/**
 * Why something did not work, as data: the same body in the log, on the wire and thrown.
 * `message` is one sentence for a person: what happened and what was kept.
 */
export interface Failure {
  readonly code: FailureCode
  readonly message: string
  /** Milliseconds to wait before trying again, where the other side said so. */
  readonly retryAfterMs?: number
  readonly detail?: Json
}

export type FailureCode =
  | 'aborted'
  | 'bad_input'
  | 'bad_response'
  | 'busy'
  | 'cut'
  /** A stored record is missing or not what was written. What came before it is whole. */
  | 'damaged'
  | 'denied'
  | 'fenced'
  /** Written by a newer build of the product than this one. */
  | 'newer'
  | 'no_key'
  | 'not_found'
  | 'not_permitted'
  | 'offline'
  | 'rejected_key'
  | 'sandbox_lost'
  | 'spend_limit'
  | 'stale'
  | 'storage_full'
  | 'storage_off'
  | 'timeout'
  | 'too_large'
  | 'unavailable'
  | 'unexpected'

/** The one error class of the house: carries a {@link Failure}. */
export class FailureError extends Error {
  readonly failure: Failure

  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(failure.message, options)
    this.name = 'FailureError'
    this.failure = failure
  }
}

export function fail(code: FailureCode, message: string, more: Omit<Failure, 'code' | 'message'> = {}): never {
  throw new FailureError({ code, message, ...more })
}

/** Whatever was thrown, as a failure. Never throws, not even for a thrown `undefined` or a booby-trapped object. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof FailureError) return thrown.failure
  try {
    if (thrown instanceof Error) return { code: 'unexpected', message: thrown.message || thrown.name }
    return { code: 'unexpected', message: `something threw ${String(thrown)}` }
  } catch {
    return { code: 'unexpected', message: 'something threw a value that cannot be read' }
  }
}
