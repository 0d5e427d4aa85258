import { combined, CRC_START, crcWith } from './bzip2-crc'

/** What is wrong with packed data. */
export class BadBzip2 extends Error {
  readonly kind: 'strange' | 'damaged' | 'short'

  constructor(kind: BadBzip2['kind']) {
    super(`bzip2 data: ${kind}`)
    this.kind = kind
  }
}

class BitReader {
  readonly #bytes: Uint8Array
  #at = 0
  #bit = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  align(): void {
    if (this.#bit === 0) return
    this.#bit = 0
    this.#at += 1
  }

  bit(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw new BadBzip2('short')
    const value = (byte >> (7 - this.#bit)) & 1
    this.#bit += 1
    if (this.#bit === 8) {
      this.#bit = 0
      this.#at += 1
    }
    return value
  }

  take(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++) value = value * 2 + this.bit()
    return value
  }
}

/** A table of codes, by length: the first code, the last, and where its letters begin. */
interface Codes {
  readonly first: Int32Array
  readonly counts: Int32Array
  readonly starts: Int32Array
  readonly letters: readonly number[]
}

const LONGEST = 20

function codesFor(lengths: readonly number[]): Codes {
  const counts = new Int32Array(LONGEST + 1)
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
  const [first, starts] = [new Int32Array(LONGEST + 1), new Int32Array(LONGEST + 1)]
  const letters: number[] = []
  let code = 0
  for (let length = 1; length <= LONGEST; length++) {
    first[length] = code
    starts[length] = letters.length
    for (const [letter, own] of lengths.entries()) if (own === length) letters.push(letter)
    code = (code + (counts[length] ?? 0)) << 1
  }
  return { first, counts, starts, letters }
}

function letterFrom(bits: BitReader, { first, counts, starts, letters }: Codes): number {
  let code = 0
  for (let length = 1; length <= LONGEST; length++) {
    code = (code << 1) | bits.bit()
    const offset = code - (first[length] ?? 0)
    if (offset >= 0 && offset < (counts[length] ?? 0)) return letters[(starts[length] ?? 0) + offset] ?? 0
  }
  throw new BadBzip2('damaged')
}

/** Unpacks streams that follow one another, a block at a time. @throws BadBzip2 */
export function* unpackedBzip2(bytes: Uint8Array, tick: () => void): Generator<Uint8Array> {
  const bits = new BitReader(bytes)
  for (let isFirst = true; isFirst || !bits.isAtEnd; isFirst = false) {
    if (bytes.length === 0) return
    const level = levelOf(bits)
    let stream = 0
    for (;;) {
      const magic = bits.take(48)
      if (magic === 0x177245385090) break
      if (magic !== 0x314159265359) throw new BadBzip2('damaged')
      const wanted = bits.take(32)
      const { out, crc } = unpackedBlock(bits, level * 100_000, tick)
      if (crc !== wanted) throw new BadBzip2('damaged')
      stream = combined(stream, crc)
      yield out
    }
    if (bits.take(32) !== stream) throw new BadBzip2('damaged')
    bits.align()
  }
}

function levelOf(bits: BitReader): number {
  const isMagic = bits.take(8) === 0x42 && bits.take(8) === 0x5a && bits.take(8) === 0x68
  const level = isMagic ? bits.take(8) - 0x30 : 0
  if (level < 1 || level > 9) throw new BadBzip2('strange')
  return level
}

function unpackedBlock(bits: BitReader, most: number, tick: () => void): { readonly out: Uint8Array; readonly crc: number } {
  if (bits.bit() === 1) throw new BadBzip2('damaged')
  const start = bits.take(24)
  const last = lastLetters(bits, most, tick)
  if (start >= last.length) throw new BadBzip2('damaged')
  return expanded(turnedBack(last, start))
}

function usedLetters(bits: BitReader): number[] {
  const rows = bits.take(16)
  const letters: number[] = []
  for (let row = 0; row < 16; row++) {
    if (((rows >> (15 - row)) & 1) === 0) continue
    const cells = bits.take(16)
    for (let cell = 0; cell < 16; cell++) if ((cells >> (15 - cell)) & 1) letters.push(16 * row + cell)
  }
  return letters
}

function tablesOf(bits: BitReader, alphabet: number): { readonly tables: readonly Codes[]; readonly choices: readonly number[] } {
  const count = bits.take(3)
  const size = bits.take(15)
  if (count < 2 || count > 6 || size < 1) throw new BadBzip2('damaged')
  const recent = Array.from({ length: count }, (_, table) => table)
  const choices = Array.from({ length: size }, () => {
    let place = 0
    while (bits.bit() === 1) place += 1
    const [choice] = recent.splice(place, 1)
    if (choice === undefined) throw new BadBzip2('damaged')
    recent.unshift(choice)
    return choice
  })
  const tables = Array.from({ length: count }, () => {
    let length = bits.take(5)
    const lengths = Array.from({ length: alphabet }, () => {
      while (bits.bit() === 1) length += bits.bit() === 0 ? 1 : -1
      if (length < 1 || length > LONGEST) throw new BadBzip2('damaged')
      return length
    })
    return codesFor(lengths)
  })
  return { tables, choices }
}

/** The last letters of the sorted rotations. */
function lastLetters(bits: BitReader, most: number, tick: () => void): Uint8Array {
  const recent = usedLetters(bits)
  const end = recent.length + 1
  const { tables, choices } = tablesOf(bits, end + 1)
  const out = new Uint8Array(most)
  let size = 0
  let [run, digit] = [0, 1]
  for (let count = 0; ; count++) {
    if (count % 8192 === 0) tick()
    const table = tables[choices[Math.floor(count / 50)] ?? -1]
    if (table === undefined) throw new BadBzip2('damaged')
    const symbol = letterFrom(bits, table)
    if (symbol <= 1) {
      run += digit * (symbol + 1)
      digit *= 2
      if (run > most) throw new BadBzip2('damaged')
      continue
    }
    if (size + run + 1 > most + 1) throw new BadBzip2('damaged')
    out.fill(recent[0] ?? 0, size, size + run)
    size += run
    ;[run, digit] = [0, 1]
    if (symbol === end) return out.subarray(0, size)
    const [letter = 0] = recent.splice(symbol - 1, 1)
    recent.unshift(letter)
    out[size++] = letter
  }
}

/** The rotation that the block began as. */
function turnedBack(last: Uint8Array, start: number): Uint8Array {
  const places = new Int32Array(257)
  for (const byte of last) places[byte + 1] = (places[byte + 1] ?? 0) + 1
  for (let byte = 0; byte < 256; byte++) places[byte + 1] = (places[byte + 1] ?? 0) + (places[byte] ?? 0)
  const next = new Int32Array(last.length)
  for (const [at, byte] of last.entries()) {
    const place = places[byte] ?? 0
    places[byte] = place + 1
    next[place] = at
  }
  const out = new Uint8Array(last.length)
  let at = next[start] ?? 0
  for (let i = 0; i < out.length; i++) {
    out[i] = last[at] ?? 0
    at = next[at] ?? 0
  }
  return out
}

/** Four equal bytes are followed by how many more there are. */
function expanded(block: Uint8Array): { readonly out: Uint8Array; readonly crc: number } {
  let size = 0
  const walk = (put: (byte: number, times: number) => void): void => {
    let run = 0
    let before = -1
    for (const byte of block) {
      if (run === 4) {
        put(before, byte)
        run = 0
        before = -1
        continue
      }
      run = byte === before ? run + 1 : 1
      before = byte
      put(byte, 1)
    }
  }
  walk((_, times) => void (size += times))
  const out = new Uint8Array(size)
  let at = 0
  let crc = CRC_START
  walk((byte, times) => {
    out.fill(byte, at, at + times)
    at += times
    crc = crcWith(crc, byte, times)
  })
  return { out, crc: ~crc >>> 0 }
}
