import { assertNever, type Clock, type Failure, type Random } from '@tabwright/protocol'

/**
 * Keeps all sessions of this browser from hammering an address that is down. After five failures within a minute nobody asks for a
 * minute; then exactly one request goes out as a probe, and what becomes of it decides. Source: harness.md F71.
 *
 * A key that was rejected, or whose credit is used up, holds all sessions back in the same way, at once: their queues must not burn requests.
 * It ends early when the key changes or a person asks to try again. Source: security.md C31.
 */

const FAILURES = 5
const WINDOW_MS = 60_000
const OPEN_MS = 60_000
/** A probe that was never heard of again: its tab died. The model's silence limit is five minutes. */
const PROBE_MS = 5 * 60_000
/** While a probe is out, others look again after this long. */
const LOOK_MS = 5000

/** What is remembered of one address; wall-clock times, so that a reload changes nothing. */
export interface Circuit {
  readonly failures: readonly number[]
  /** Open until then; afterwards half open until a probe came back well. */
  readonly openUntil?: number
  /** It is open because of the key that is used there, not because the address is down. */
  readonly refused?: Refused
  readonly probe?: { readonly id: string; readonly until: number }
}

/** Why a provider answers nobody who uses this key: it does not know it, or wants to be paid. */
export type Refused = 'key' | 'credit'

export const CLOSED: Circuit = { failures: [] }

/** Where circuits are kept, for all tabs. `change` runs in one transaction, so two tabs never both get the probe. */
export interface CircuitStore {
  change<T>(endpoint: string, task: (circuit: Circuit) => { readonly circuit: Circuit; readonly result: T }): Promise<T>
}

export type Admission =
  | { readonly type: 'go'; readonly id: string }
  | { readonly type: 'wait'; readonly until: number; readonly refused?: Refused }

/** What a request proved: the address answers, it is down, it rejects the key, it wants to be paid, or nothing (a person stopped it). */
export type Proof = 'alive' | 'down' | 'rejected' | 'unpaid' | 'none'

export interface Breaker {
  admit(endpoint: string): Promise<Admission>
  report(endpoint: string, id: string, proof: Proof): Promise<void>
  /** As {@link trustKey}. */
  trustKey(endpoint: string): Promise<void>
}

/** Another key, or a person who says that it is worth a try: what was refused before says nothing any more. */
export function trustKey(store: CircuitStore, endpoint: string): Promise<void> {
  return store.change(endpoint, (circuit) => ({ circuit: circuit.refused ? CLOSED : circuit, result: undefined }))
}

/** A breaker over circuits that outlive it. */
export function createBreaker(
  store: CircuitStore,
  { clock, random }: { readonly clock: Pick<Clock, 'now'>; readonly random: Random },
): Breaker {
  return {
    admit: (endpoint) => {
      const id = [...random(8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      return store.change(endpoint, (circuit) => admit(circuit, clock.now(), id))
    },
    report: (endpoint, id, proof) =>
      store.change(endpoint, (circuit) => ({ circuit: reported(circuit, { id, proof, now: clock.now() }), result: undefined })),
    trustKey: (endpoint) => trustKey(store, endpoint),
  }
}

/** Circuits of one worker; gone with it. */
export function circuitsInMemory(): CircuitStore {
  const circuits = new Map<string, Circuit>()
  return {
    change: async (endpoint, task) => {
      const { circuit, result } = task(circuits.get(endpoint) ?? CLOSED)
      circuits.set(endpoint, circuit)
      return result
    },
  }
}

function admit(circuit: Circuit, now: number, id: string): { circuit: Circuit; result: Admission } {
  const { openUntil, probe } = circuit
  // A clock that was set back must not keep it open for days.
  if (openUntil === undefined || openUntil - now > OPEN_MS)
    return { circuit: openUntil === undefined ? circuit : CLOSED, result: { type: 'go', id } }
  const why = circuit.refused ? { refused: circuit.refused } : {}
  if (now < openUntil) return { circuit, result: { type: 'wait', until: openUntil, ...why } }
  if (probe && now < probe.until) return { circuit, result: { type: 'wait', until: Math.min(probe.until, now + LOOK_MS), ...why } }
  return { circuit: { ...circuit, probe: { id, until: now + PROBE_MS } }, result: { type: 'go', id } }
}

function reported(circuit: Circuit, { id, proof, now }: { id: string; proof: Proof; now: number }): Circuit {
  const { openUntil, probe } = circuit
  const refusal = (refused: Refused): Circuit => ({ failures: [], openUntil: now + OPEN_MS, refused })
  if (openUntil === undefined) {
    if (proof === 'rejected') return refusal('key')
    if (proof === 'unpaid') return refusal('credit')
    if (proof !== 'down') return proof === 'alive' ? CLOSED : circuit
    const failures = [...circuit.failures.filter((at) => now - at < WINDOW_MS), now]
    return failures.length < FAILURES ? { failures } : { failures: [], openUntil: now + OPEN_MS }
  }
  // Requests that were under way when it opened say nothing about now.
  if (probe?.id !== id) return circuit
  switch (proof) {
    case 'alive':
      return CLOSED
    case 'rejected':
      return refusal('key')
    case 'unpaid':
      return refusal('credit')
    case 'down':
      return { failures: [], openUntil: now + OPEN_MS }
    case 'none':
      return { failures: [], openUntil, ...(circuit.refused && { refused: circuit.refused }) }
    default:
      return assertNever(proof)
  }
}

/** What a failed request says about its address. Other answers below 500 are about the request, and a person who stops it says nothing. */
export function proofOf(failure: Failure): Proof {
  switch (failure.code) {
    case 'offline':
    case 'timeout':
    case 'cut':
      return 'down'
    case 'busy':
      return statusOf(failure) === undefined || Number(statusOf(failure)) >= 500 ? 'down' : 'alive'
    case 'rejected_key':
      return 'rejected'
    case 'spend_limit':
      return 'unpaid'
    case 'aborted':
    case 'fenced':
      return 'none'
    default:
      return 'alive'
  }
}

function statusOf({ detail }: Failure): unknown {
  return typeof detail === 'object' && detail !== null && 'status' in detail ? detail.status : undefined
}

/** A request that was not sent, because everything that was sent before it failed. */
export function heldBack(endpoint: string, { until, refused }: Extract<Admission, { type: 'wait' }>, now: number): Failure {
  if (refused === 'credit') {
    return {
      code: 'spend_limit',
      message:
        'The provider wanted to be paid a moment ago, so nothing was sent. Add credit or raise the limit there, then try again; nothing is lost.',
    }
  }
  if (refused === 'key') {
    return {
      code: 'rejected_key',
      message: 'The provider rejected the key a moment ago, so nothing was sent. Enter another key, or try again; nothing is lost.',
    }
  }
  return {
    code: 'busy',
    message: `The model server at ${endpoint} failed several times in a row and is left alone for a moment. Nothing is lost; it is asked again by itself.`,
    retryAfterMs: Math.max(0, until - now),
  }
}
