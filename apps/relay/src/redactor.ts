import { Transform } from 'node:stream'

/** What stands where a key was. */
const MARK = Buffer.from('[key removed]')

/** Shorter texts are ordinary words (a local server's key may be "ollama"): removing them would spoil answers and hide nothing. */
const SHORTEST = 8

/**
 * A stream that removes a key from everything that passes, in the forms in which a server may echo it: as it is, inside JSON, percent
 * encoded, in hex, and in base64 at each alignment. Bytes are held back only while they could be the beginning of one of these, so
 * an event of a stream is never late.
 */
export function createRedactor(key: string): Transform {
  const needles = needlesOf(key)
  let held: Buffer = Buffer.alloc(0)
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const { out, rest } = redactPart(held.length === 0 ? chunk : Buffer.concat([held, chunk]), needles)
      held = rest
      done(null, out)
    },
    flush(done) {
      done(null, held)
    },
  })
}

/** The text without the key, in the same forms. */
export function withoutKey(text: string, key: string): string {
  const bytes = Buffer.from(text, 'latin1')
  const { out, rest } = redactPart(bytes, needlesOf(key))
  return Buffer.concat([out, rest]).toString('latin1')
}

/** Whether the text holds the key in any of the forms that {@link createRedactor} removes. */
export function holdsKey(text: string, key: string): boolean {
  const bytes = Buffer.from(text)
  return needlesOf(key).some((needle) => bytes.includes(needle))
}

function redactPart(bytes: Buffer, needles: readonly Buffer[]): { readonly out: Buffer; readonly rest: Buffer } {
  const parts: Buffer[] = []
  let from = 0
  for (let hit = firstHit(bytes, from, needles); hit !== undefined; hit = firstHit(bytes, from, needles)) {
    parts.push(bytes.subarray(from, hit.at), MARK)
    from = hit.at + hit.length
  }
  const tail = bytes.subarray(from)
  const keep = Math.max(0, ...needles.map((needle) => overlap(tail, needle)))
  parts.push(tail.subarray(0, tail.length - keep))
  // Copied: a view would keep the whole chunk alive.
  const [only] = parts
  const out = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
  return { out, rest: Buffer.from(tail.subarray(tail.length - keep)) }
}

function firstHit(bytes: Buffer, from: number, needles: readonly Buffer[]): { readonly at: number; readonly length: number } | undefined {
  let best: { readonly at: number; readonly length: number } | undefined
  for (const needle of needles) {
    const at = bytes.indexOf(needle, from)
    if (at >= 0 && (best === undefined || at < best.at)) best = { at, length: needle.length }
  }
  return best
}

/** Length of the longest end of `bytes` that is a beginning of `needle`. */
function overlap(bytes: Buffer, needle: Buffer): number {
  const [first] = needle
  if (first === undefined) return 0
  const earliest = Math.max(0, bytes.length - needle.length + 1)
  for (let at = bytes.indexOf(first, earliest); at >= 0; at = bytes.indexOf(first, at + 1)) {
    const length = bytes.length - at
    if (bytes.subarray(at).equals(needle.subarray(0, length))) return length
  }
  return 0
}

function needlesOf(key: string): readonly Buffer[] {
  if (key.length < SHORTEST) return []
  const bytes = Buffer.from(key)
  const texts = new Set([key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), bytes.toString('hex'), ...base64Forms(bytes)])
  return [...texts].map((text) => Buffer.from(text))
}

/** The characters that are the same whatever stands before and after the key, for each of the three ways it can fall into base64. */
function base64Forms(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const first = shift === 0 ? 0 : 3 - shift
    const whole = bytes.subarray(first, first + Math.floor((bytes.length - first) / 3) * 3)
    return [whole.toString('base64'), whole.toString('base64url')]
  })
}
