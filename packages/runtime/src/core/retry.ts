import type { Failure, Random } from '@tabwright/protocol'
import type { RequestRecord } from './records'
import { reasonOf } from './wire-state'

/** Source: decisions.md 1. One owner of retries: the SDK's own are switched off. */
const MAX_ATTEMPTS = 5
const WINDOW_MS = 10 * 60_000
/** A server that wants a longer pause is not busy, it is refusing. */
const MAX_PAUSE_MS = 5 * 60_000
const PASSING: readonly Failure['code'][] = ['busy', 'offline', 'cut', 'timeout']

/** Nobody was reached: no connection, or a network's login page in between. */
export function wantsNetwork(failure: Failure | undefined): boolean {
  return failure !== undefined && (failure.code === 'offline' || reasonOf(failure) === 'portal')
}

/** Wall-clock time of the next attempt, or `undefined` when trying again would not help. */
export function retryAt(failure: Failure, request: RequestRecord, at: { now: number; random: Random }): number | undefined {
  const { now, random } = at
  // Nothing to wait for: it is asked for again with more room, and that ends at the model's own limit.
  if (reasonOf(failure) === 'cut_call') return now
  if (!PASSING.includes(failure.code) || request.attempt >= MAX_ATTEMPTS) return undefined
  if (failure.retryAfterMs !== undefined && failure.retryAfterMs > MAX_PAUSE_MS) return undefined
  const backOff = Math.min(60_000, 1000 * 2 ** (request.attempt - 1))
  const jitter = 0.75 + ((random(1)[0] ?? 128) / 255) * 0.5
  const next = now + (failure.retryAfterMs ?? Math.round(backOff * jitter))
  return next - request.firstAt > WINDOW_MS ? undefined : next
}
