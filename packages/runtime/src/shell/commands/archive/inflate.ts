import type { ByteReader } from './byte-reader'

/** Why packed bytes are none: the input ended, or says what cannot be. */
export class BadData extends Error {
  readonly why: 'end' | 'format'

  constructor(why: 'end' | 'format') {
    super(why)
    this.why = why
  }
}

const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCES = Array.from({ length: 30 }, (_, code) => (code < 4 ? code + 1 : ((2 + (code & 1)) << ((code >> 1) - 1)) + 1))
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

const WINDOW = 32_768
/** What is put out at a time. */
const ROOM = 65_536
/** No symbol with all that belongs to it is longer than this, and neither is the head of a block of stored bytes. */
const SYMBOL_BYTES = 8
/** The lengths of codes in front of a block. */
const CODES_BYTES = 320

/** Symbols by their bits: each entry is the symbol and, in the low four bits, how long its code is. */
interface Codes {
  readonly table: Uint16Array
  readonly mask: number
}

function codesOf(lengths: readonly number[]): Codes {
  const bits = Math.max(1, ...lengths)
  const table = new Uint16Array(1 << bits)
  let code = 0
  for (let length = 1; length <= bits; length++) {
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue
      if (code >= 1 << length) throw new BadData('format')
      for (let at = reversed(code, length); at < table.length; at += 1 << length) table[at] = (symbol << 4) | length
      code += 1
    }
    code <<= 1
  }
  return { table, mask: table.length - 1 }
}

function reversed(code: number, length: number): number {
  let out = 0
  for (let bit = 0; bit < length; bit++) out = (out << 1) | ((code >> bit) & 1)
  return out
}

const repeated = (times: number, value: number): readonly number[] => Array.from({ length: times }, () => value)
const FIXED_LITERALS = codesOf([...repeated(144, 8), ...repeated(112, 9), ...repeated(24, 7), ...repeated(8, 8)])
const FIXED_DISTANCES = codesOf(repeated(30, 5))

/** Unpacks one deflate stream and leaves the reader right behind it: what follows is somebody else's. @throws BadData */
export async function inflate(reader: ByteReader, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  await new Inflater(reader, write).run()
}

class Inflater {
  readonly #reader: ByteReader
  readonly #write: (bytes: Uint8Array) => Promise<void>
  /** The window, and behind it what is not put out yet. */
  #out = new Uint8Array(WINDOW + ROOM + 258)
  #to = 0
  #written = 0
  #hold = 0
  #bits = 0

  constructor(reader: ByteReader, write: (bytes: Uint8Array) => Promise<void>) {
    this.#reader = reader
    this.#write = write
  }

  async run(): Promise<void> {
    for (let isLast = false; !isLast;) {
      await this.#reader.want(SYMBOL_BYTES)
      isLast = this.#take(1) === 1
      const kind = this.#take(2)
      if (kind === 0) await this.#stored()
      else if (kind === 1) await this.#block(FIXED_LITERALS, FIXED_DISTANCES)
      else if (kind === 2) await this.#dynamic()
      else throw new BadData('format')
    }
    // Whole bytes that were looked at and not used are given back.
    this.#reader.at -= this.#bits >> 3
    await this.#flush()
  }

  #take(count: number): number {
    const reader = this.#reader
    while (this.#bits < count) {
      const byte = reader.chunk[reader.at]
      if (byte === undefined) throw new BadData('end')
      reader.at += 1
      this.#hold |= byte << this.#bits
      this.#bits += 8
    }
    const value = this.#hold & ((1 << count) - 1)
    this.#hold >>>= count
    this.#bits -= count
    return value
  }

  #symbol({ table, mask }: Codes): number {
    const reader = this.#reader
    // Not more than there is: the last code of a stream may be shorter than the longest.
    while (this.#bits < 15) {
      const byte = reader.chunk[reader.at]
      if (byte === undefined) break
      reader.at += 1
      this.#hold |= byte << this.#bits
      this.#bits += 8
    }
    const entry = table[this.#hold & mask] ?? 0
    const length = entry & 15
    if (length > this.#bits) throw new BadData('end')
    if (length === 0) throw new BadData(this.#bits < 15 ? 'end' : 'format')
    this.#hold >>>= length
    this.#bits -= length
    return entry >> 4
  }

  async #stored(): Promise<void> {
    this.#take(this.#bits & 7)
    const length = this.#take(16)
    if ((this.#take(16) ^ 0xffff) !== length) throw new BadData('format')
    this.#reader.at -= this.#bits >> 3
    this.#hold = 0
    this.#bits = 0
    for (let left = length; left > 0;) {
      const part = await this.#reader.some(Math.min(left, ROOM - (this.#to - this.#written)))
      if (part.length === 0) throw new BadData('end')
      this.#out.set(part, this.#to)
      this.#to += part.length
      left -= part.length
      if (this.#to - this.#written >= ROOM) await this.#flush()
    }
  }

  async #dynamic(): Promise<void> {
    await this.#reader.want(CODES_BYTES)
    const literals = this.#take(5) + 257
    const distances = this.#take(5) + 1
    const count = this.#take(4) + 4
    const small = [...repeated(19, 0)]
    for (const place of ORDER.slice(0, count)) small[place] = this.#take(3)
    const codes = codesOf(small)
    const lengths: number[] = []
    while (lengths.length < literals + distances) {
      const symbol = this.#symbol(codes)
      if (symbol < 16) lengths.push(symbol)
      else {
        if (symbol === 16 && lengths.length === 0) throw new BadData('format')
        const value = symbol === 16 ? (lengths.at(-1) ?? 0) : 0
        const times = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7)
        lengths.push(...repeated(times, value))
      }
    }
    if (lengths.length > literals + distances) throw new BadData('format')
    await this.#block(codesOf(lengths.slice(0, literals)), codesOf(lengths.slice(literals)))
  }

  async #block(literals: Codes, distances: Codes): Promise<void> {
    const reader = this.#reader
    for (;;) {
      if (reader.left < SYMBOL_BYTES && !reader.isEnded) await reader.want(SYMBOL_BYTES)
      const symbol = this.#symbol(literals)
      if (symbol === 256) return
      if (symbol < 256) this.#out[this.#to++] = symbol
      else this.#copy(symbol - 257, distances)
      if (this.#to - this.#written >= ROOM) await this.#flush()
    }
  }

  #copy(code: number, distances: Codes): void {
    const base = LENGTHS[code]
    if (base === undefined) throw new BadData('format')
    const length = base + this.#take(LENGTH_BITS[code] ?? 0)
    const far = this.#symbol(distances)
    const start = DISTANCES[far]
    if (start === undefined) throw new BadData('format')
    const distance = start + this.#take(far < 2 ? 0 : (far >> 1) - 1)
    if (distance > this.#to) throw new BadData('format')
    const end = this.#to + length
    for (; this.#to < end; this.#to++) this.#out[this.#to] = this.#out[this.#to - distance] ?? 0
  }

  /** Puts out what is new and keeps the window. */
  async #flush(): Promise<void> {
    if (this.#to > this.#written) await this.#write(this.#out.slice(this.#written, this.#to))
    const kept = Math.min(WINDOW, this.#to)
    this.#out.copyWithin(0, this.#to - kept, this.#to)
    this.#to = kept
    this.#written = kept
  }
}
