import type { Call } from './calls'
import { depthOf, readTraceparent, type Trace } from './trace'

/** A call that a worker is answering, as far as it may be the cause of another. */
export type Cause = Pick<Call, 'depth' | 'hop'>

/** What a worker is answering; `deep` of them were led to by triggers. */
export interface Answering {
  readonly causes: Iterable<Cause>
  readonly count: number
  readonly deep: number
}

/**
 * The trace and the depth of a call that a worker makes. Its own word can only make it deeper: a client that drops the baggage, as the
 * published SDK does with its telemetry off, is judged by what it is answering at that moment. Where that is several calls it is the least
 * deep of them, so that nobody is cut for what somebody else's chain did; a chain is then cut a little later, once the others are over.
 */
export function causeOf({ causes, count, deep }: Answering, trace: Trace): { readonly trace: Trace; readonly depth: number } {
  const said = depthOf(trace)
  const { traceparent } = trace
  if (traceparent !== undefined) {
    if (deep === 0) return { trace, depth: said }
    const id = readTraceparent(traceparent).trace
    return { trace, depth: Math.max(said, leastDepth([...causes].filter((one) => traceOfCause(one) === id))) }
  }
  if (count === 0) return { trace, depth: said }
  const depth = deep < count ? said : Math.max(said, leastDepth([...causes]))
  // Only where there is one answer to the question what it belongs to.
  const [only] = count === 1 ? causes : []
  const joined = only?.hop?.trace.traceparent
  return { trace: joined === undefined ? trace : { ...trace, traceparent: joined }, depth }
}

function traceOfCause({ hop }: Cause): string | undefined {
  const traceparent = hop?.trace.traceparent
  return traceparent === undefined ? undefined : readTraceparent(traceparent).trace
}

function leastDepth(causes: readonly Cause[]): number {
  return causes.length === 0 ? 0 : Math.min(...causes.map((one) => one.depth))
}
