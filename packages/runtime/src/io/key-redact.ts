import { joinBytes } from '@tabwright/protocol'

/** What stands where a key stood. */
const MARK = new TextEncoder().encode('[key removed]')

/**
 * Removes every occurrence of `secret` from a stream of bytes, also across chunk borders. Holds back only bytes that
 * could be the beginning of the secret, so that a stream of events is not delayed.
 */
export function redactBytes(secret: string): TransformStream<Uint8Array, Uint8Array> {
  const wanted = new TextEncoder().encode(secret)
  let held: Uint8Array = new Uint8Array(0)
  return new TransformStream({
    transform(chunk, controller) {
      const { clean, rest } = redacted(joinBytes([held, chunk]), wanted)
      held = rest
      if (clean.length > 0) controller.enqueue(clean)
    },
    flush(controller) {
      if (held.length > 0) controller.enqueue(held)
    },
  })
}

function redacted(bytes: Uint8Array, wanted: Uint8Array): { readonly clean: Uint8Array; readonly rest: Uint8Array } {
  const parts: Uint8Array[] = []
  let from = 0
  for (let at = find(bytes, wanted, from); at >= 0; at = find(bytes, wanted, from)) {
    parts.push(bytes.subarray(from, at), MARK)
    from = at + wanted.length
  }
  const end = bytes.length - startLength(bytes.subarray(from), wanted)
  parts.push(bytes.subarray(from, end))
  return { clean: joinBytes(parts), rest: bytes.slice(end) }
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0] ?? 0
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at
  }
  return -1
}

/** Length of the longest end of `bytes` that the secret starts with. */
function startLength(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let length = Math.min(bytes.length, wanted.length - 1); length > 0; length--) {
    const tail = bytes.subarray(bytes.length - length)
    if (tail.every((byte, i) => wanted[i] === byte)) return length
  }
  return 0
}
