/** Inflates a zlib stream that is followed by other bytes: a pack does not say where an object ends. */
const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
  24577,
]
const DISTANCE_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13]
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

interface Codes {
  readonly table: Uint16Array
  readonly bits: number
}

/** Thrown for bytes that are no stream. */
export class BadStream extends Error {}

function codesOf(lengths: readonly number[]): Codes {
  const bits = Math.max(1, ...lengths)
  const table = new Uint16Array(1 << bits)
  let code = 0
  for (let length = 1; length <= bits; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue
      fill(table, { code, length, bits, value: (symbol << 4) | length })
      code += 1
    }
    code <<= 1
  }
  return { table, bits }
}

function fill(table: Uint16Array, entry: { code: number; length: number; bits: number; value: number }): void {
  let reversed = 0
  for (let i = 0; i < entry.length; i++) if (entry.code & (1 << i)) reversed |= 1 << (entry.length - 1 - i)
  for (let at = reversed; at < 1 << entry.bits; at += 1 << entry.length) table[at] = entry.value
}

let fixed: { readonly literals: Codes; readonly distances: Codes } | undefined

function fixedCodes(): { readonly literals: Codes; readonly distances: Codes } {
  fixed ??= {
    literals: codesOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
    distances: codesOf(Array.from({ length: 30 }, () => 5)),
  }
  return fixed
}

class Inflater {
  readonly #bytes: Uint8Array
  readonly #out: Uint8Array
  #at: number
  #to = 0
  #hold = 0
  #bits = 0

  constructor(bytes: Uint8Array, at: number, size: number) {
    this.#bytes = bytes
    this.#at = at + 2
    this.#out = new Uint8Array(size)
  }

  run(): { readonly bytes: Uint8Array; readonly end: number } {
    for (let isLast = false; !isLast;) {
      isLast = this.#take(1) === 1
      const kind = this.#take(2)
      if (kind === 0) this.#stored()
      else if (kind === 1) this.#block(fixedCodes())
      else if (kind === 2) this.#block(this.#dynamic())
      else throw new BadStream('bad block')
    }
    if (this.#to !== this.#out.length) throw new BadStream('wrong size')
    return { bytes: this.#out, end: this.#at - (this.#bits >> 3) + 4 }
  }

  #fill(count: number): void {
    while (this.#bits < count) {
      if (this.#at >= this.#bytes.length + 4) throw new BadStream('too short')
      this.#hold |= (this.#bytes[this.#at++] ?? 0) << this.#bits
      this.#bits += 8
    }
  }

  #take(count: number): number {
    if (count === 0) return 0
    this.#fill(count)
    const value = this.#hold & ((1 << count) - 1)
    this.#hold >>>= count
    this.#bits -= count
    return value
  }

  #symbol(codes: Codes): number {
    this.#fill(codes.bits)
    const entry = codes.table[this.#hold & ((1 << codes.bits) - 1)] ?? 0
    const length = entry & 15
    if (length === 0) throw new BadStream('bad code')
    this.#hold >>>= length
    this.#bits -= length
    return entry >> 4
  }

  #stored(): void {
    this.#take(this.#bits & 7)
    const length = this.#take(16)
    this.#take(16)
    this.#at -= this.#bits >> 3
    this.#hold = 0
    this.#bits = 0
    if (this.#to + length > this.#out.length) throw new BadStream('too long')
    this.#out.set(this.#bytes.subarray(this.#at, this.#at + length), this.#to)
    this.#at += length
    this.#to += length
  }

  #dynamic(): { readonly literals: Codes; readonly distances: Codes } {
    const literals = this.#take(5) + 257
    const distances = this.#take(5) + 1
    const count = this.#take(4) + 4
    const small = Array.from({ length: 19 }, () => 0)
    for (const place of ORDER.slice(0, count)) small[place] = this.#take(3)
    const codes = codesOf(small)
    const lengths: number[] = []
    while (lengths.length < literals + distances) {
      const symbol = this.#symbol(codes)
      if (symbol < 16) lengths.push(symbol)
      else {
        const value = symbol === 16 ? (lengths.at(-1) ?? 0) : 0
        const times = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7)
        for (let i = 0; i < times; i++) lengths.push(value)
      }
    }
    return { literals: codesOf(lengths.slice(0, literals)), distances: codesOf(lengths.slice(literals, literals + distances)) }
  }

  #block({ literals, distances }: { readonly literals: Codes; readonly distances: Codes }): void {
    const out = this.#out
    for (let symbol = this.#symbol(literals); symbol !== 256; symbol = this.#symbol(literals)) {
      if (symbol < 256) {
        if (this.#to >= out.length) throw new BadStream('too long')
        out[this.#to++] = symbol
        continue
      }
      const length = (LENGTHS[symbol - 257] ?? 0) + this.#take(LENGTH_BITS[symbol - 257] ?? 0)
      const code = this.#symbol(distances)
      const distance = (DISTANCES[code] ?? 0) + this.#take(DISTANCE_BITS[code] ?? 0)
      if (this.#to + length > out.length || distance > this.#to) throw new BadStream('too long')
      for (let i = 0; i < length; i++, this.#to++) out[this.#to] = out[this.#to - distance] ?? 0
    }
  }
}

/** @param size length of what comes out @throws BadStream */
export function inflateAt(bytes: Uint8Array, at: number, size: number): { readonly bytes: Uint8Array; readonly end: number } {
  return new Inflater(bytes, at, size).run()
}
