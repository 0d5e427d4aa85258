import type { Hash, Random } from '@tabwright/protocol'

const SPAN_BYTES = 8

/** W3C trace context of a call: the trace is the turn's, whoever asks for it again, and each call is a span of its own. */
export function traceparentOf(trace: string, { hash, random }: { readonly hash: Hash; readonly random: Random }): string {
  const span = Array.from(random(SPAN_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `00-${hash(trace).slice(0, 32)}-${span}-01`
}
