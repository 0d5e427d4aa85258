import { WIRE_LIMITS } from '@tabwright/protocol/relay'

/** W3C trace context of a call, as it is sent on. */
export interface Trace {
  readonly traceparent?: string
  readonly baggage?: string
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const DEPTH_KEY = 'tabwright.depth'
const DEPTH = new RegExp(`(?:^|,)\\s*${DEPTH_KEY.replace('.', '\\.')}=(\\d{1,3})\\s*(?:;[^,]*)?(?=,|$)`)

/** What a frame carried, without what is not trace context. */
export function traceOf(frame: { readonly traceparent?: string | null | undefined; readonly baggage?: string | null | undefined }): Trace {
  const { traceparent, baggage } = frame
  const isTraced = typeof traceparent === 'string' && TRACEPARENT.test(traceparent)
  const isPacked = typeof baggage === 'string' && baggage !== '' && /^[\x20-\x7e]*$/.test(baggage)
  return { ...(isTraced && { traceparent }), ...(isPacked && { baggage }) }
}

/** An id as W3C Trace Context writes it, or undefined for what is none. */
export function traceIdOf(text: string | null | undefined): string | undefined {
  const id = text?.toLowerCase()
  return id !== undefined && /^(?!0{32})[0-9a-f]{32}$/.test(id) ? id : undefined
}

export function spanIdOf(text: string | null | undefined): string | undefined {
  const id = text?.toLowerCase()
  return id !== undefined && /^(?!0{16})[0-9a-f]{16}$/.test(id) ? id : undefined
}

/** The parts of a `traceparent` that {@link traceOf} let pass. */
export function readTraceparent(traceparent: string): { readonly trace: string; readonly span: string; readonly flags: string } {
  return { trace: traceparent.slice(3, 35), span: traceparent.slice(36, 52), flags: traceparent.slice(53) }
}

/** How many triggers led to a call, as its baggage says, which clients that speak W3C trace context hand on. */
export function depthOf({ baggage }: Trace): number {
  const found = baggage === undefined ? undefined : DEPTH.exec(baggage)?.[1]
  return found === undefined ? 0 : Math.min(Number(found), WIRE_LIMITS.triggerDepth + 1)
}

/** The trace with the depth in it. Nothing is added at depth 0. */
export function withDepth(trace: Trace, depth: number): Trace {
  if (depth === 0 && depthOf(trace) === 0) return trace
  const { baggage, ...rest } = trace
  const others = (baggage ?? '').replace(DEPTH, '').replace(/^\s*,/, '')
  const entry = `${DEPTH_KEY}=${depth}`
  return { ...rest, baggage: others === '' ? entry : `${entry},${others}` }
}
