import { traceId, type Hash, type TraceId } from '@tabwright/protocol'

/** `00-<trace>-<parent's span>-<flags>` of W3C Trace Context, as the relay lets it pass. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

/** Where a turn stands in a W3C trace. */
export interface TraceContext {
  readonly trace: string
  /** Undefined: the trace begins with the turn. */
  readonly parent: string | undefined
  readonly flags: string
}

/** The trace of a turn that goes on with its caller's; undefined: what the caller gave along is none. */
export function continued(traceparent: string | undefined): TraceId | undefined {
  return traceparent !== undefined && TRACEPARENT.test(traceparent) ? traceId(traceparent) : undefined
}

/** What a fact names as its trace is its caller's whole context, or an id of our own, which begins a trace. */
export function contextOf(trace: string, hash: Hash): TraceContext {
  const [, id, parent, flags] = TRACEPARENT.exec(trace) ?? []
  if (id !== undefined && flags !== undefined) return { trace: id, parent, flags }
  return { trace: hash(trace).slice(0, 32), parent: undefined, flags: '01' }
}

/** The span of a piece of work: whoever looks at the same facts, now or after a crash, names it the same. */
export function spanOf(work: readonly (string | number)[], hash: Hash): string {
  return hash(JSON.stringify(work)).slice(0, 16)
}

/** Of a call, by the turn's trace. */
export function callSpan(
  { session, trace, call }: { readonly session: string; readonly trace: string; readonly call: string },
  hash: Hash,
): string {
  return spanOf([session, trace, 'call', call], hash)
}

/** W3C trace context that goes along with a call: the trace is the turn's, and the call is what the next hop hangs on, at each try the same. */
export function traceparentOf(of: Parameters<typeof callSpan>[0], hash: Hash): string {
  const { trace, flags } = contextOf(of.trace, hash)
  return `00-${trace}-${callSpan(of, hash)}-${flags}`
}
