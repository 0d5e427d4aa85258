import { bytesOf, textOf } from '../../text'
import type { Input } from '../../streams/stream'

/**
 * Bytes as a string of one character each (0–255). Most text tools count and compare bytes, and engines are at their fastest with
 * such strings; a byte order of them is the order of `<`.
 */
const STEP = 8192
const encoder = new TextEncoder()
const BEYOND_ASCII = /[^\u0000-\u007f]/

export function latinOf(bytes: Uint8Array): string {
  if (bytes.length <= STEP) return String.fromCharCode(...bytes)
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += STEP) parts.push(String.fromCharCode(...bytes.subarray(at, at + STEP)))
  return parts.join('')
}

export function bytesOfLatin(latin: string): Uint8Array {
  if (!BEYOND_ASCII.test(latin)) return encoder.encode(latin)
  const out = new Uint8Array(latin.length)
  for (let i = 0; i < latin.length; i++) out[i] = latin.charCodeAt(i)
  return out
}

/** A word of a command line as its bytes. */
export function latinWord(word: string): string {
  return BEYOND_ASCII.test(word) ? latinOf(bytesOf(word)) : word
}

/** The inverse of {@link latinWord}: text as people read it. */
export function textOfLatin(latin: string): string {
  return BEYOND_ASCII.test(latin) ? textOf(bytesOfLatin(latin)) : latin
}

/** All that an input holds. */
export async function readLatin(input: Input): Promise<string> {
  const parts: string[] = []
  for (let part = await input.read(); part !== undefined; part = await input.read()) parts.push(latinOf(part))
  return parts.join('')
}

/**
 * Records as they arrive, a batch for each chunk that was read, without their separators.
 * `isLast` is true for a last batch whose only record lacks its separator.
 */
export async function* recordBatches(input: Input, separator = '\n'): AsyncGenerator<Batch, void> {
  let rest = ''
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
    const text = latinOf(chunk)
    const end = text.lastIndexOf(separator)
    if (end < 0) {
      rest += text
      continue
    }
    const whole = rest + text.slice(0, end)
    rest = text.slice(end + 1)
    yield { records: whole.split(separator), isEnded: true }
  }
  if (rest !== '') yield { records: [rest], isEnded: false }
}

/** Some records in a row. */
export interface Batch {
  readonly records: readonly string[]
  /** False: the one record of this batch was the last and had no separator after it. */
  readonly isEnded: boolean
}

/** All records of an input, and whether the last one had its separator. */
export async function allRecords(input: Input, separator = '\n'): Promise<Batch> {
  const text = await readLatin(input)
  if (text === '') return { records: [], isEnded: true }
  const isEnded = text.endsWith(separator)
  return { records: (isEnded ? text.slice(0, -1) : text).split(separator), isEnded }
}
