/**
 * Text of a shell: what commands read, write and pass as words. Bytes that are no UTF-8 become the lone surrogates U+DC80–U+DCFF
 * and turn back into the same bytes, so nothing that goes through a command is changed by it.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
const ESCAPED = /[\uDC80-\uDCFF]/
const PAIRS_AND_ESCAPES = /[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uDC80-\uDCFF]/g

/** Never fails, never loses a byte. */
export function textOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch (thrown) {
    if (thrown instanceof TypeError) return escapedText(bytes)
    throw thrown
  }
}

/** The bytes behind a text; the inverse of {@link textOf}. */
export function bytesOf(text: string): Uint8Array {
  return ESCAPED.test(text) ? escapedBytes(text) : encoder.encode(text)
}

/** Number of bytes of the UTF-8 sequence that starts with `lead`, or 0 when none does. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1
  if (lead >= 0xc2 && lead < 0xe0) return 2
  if (lead >= 0xe0 && lead < 0xf0) return 3
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0
}

function escapedText(bytes: Uint8Array): string {
  const out: string[] = []
  let good = 0
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes[i] ?? 0)
    if (length === 1 || (length > 1 && isWhole(bytes.subarray(i, i + length), length))) {
      i += length
      continue
    }
    out.push(strict.decode(bytes.subarray(good, i)), String.fromCharCode(0xdc00 + (bytes[i] ?? 0)))
    i += 1
    good = i
  }
  out.push(strict.decode(bytes.subarray(good)))
  return out.join('')
}

function isWhole(sequence: Uint8Array, length: number): boolean {
  if (sequence.length < length) return false
  const [lead = 0, second = 0] = sequence
  if (lead === 0xe0 && second < 0xa0) return false
  if (lead === 0xed && second > 0x9f) return false
  if (lead === 0xf0 && second < 0x90) return false
  if (lead === 0xf4 && second > 0x8f) return false
  return sequence.subarray(1).every((byte) => (byte & 0xc0) === 0x80)
}

function escapedBytes(text: string): Uint8Array {
  const parts: Uint8Array[] = []
  let from = 0
  for (const match of text.matchAll(PAIRS_AND_ESCAPES)) {
    if (match[0].length === 2) continue
    parts.push(encoder.encode(text.slice(from, match.index)), Uint8Array.of(match[0].charCodeAt(0) - 0xdc00))
    from = match.index + 1
  }
  parts.push(encoder.encode(text.slice(from)))
  return joined(parts)
}

/** One array of several. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
