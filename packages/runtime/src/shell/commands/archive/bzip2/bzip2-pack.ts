import { codeLengths, codesOf } from './bzip2-codes'
import { combined, CRC_START, crcWith } from './bzip2-crc'
import { sortedRotations } from './rotations'

/** Symbols that share one choice of table. */
const GROUP = 50
const LONGEST = 17

class BitWriter {
  #bytes = new Uint8Array(65_536)
  #size = 0
  #held = 0
  #count = 0

  /** At most 24 bits, highest first. */
  put(value: number, bits: number): void {
    for (let left = bits; left > 0;) {
      const take = Math.min(left, 8 - this.#count)
      this.#held = (this.#held << take) | ((value >>> (left - take)) & ((1 << take) - 1))
      this.#count += take
      left -= take
      if (this.#count === 8) this.#byte()
    }
  }

  wide(value: number): void {
    this.put(value >>> 16, 16)
    this.put(value & 0xffff, 16)
  }

  #byte(): void {
    if (this.#size === this.#bytes.length) {
      const more = new Uint8Array(2 * this.#size)
      more.set(this.#bytes)
      this.#bytes = more
    }
    this.#bytes[this.#size++] = this.#held
    this.#held = 0
    this.#count = 0
  }

  /** Whole bytes that are there; with `isLast` the rest is filled up. */
  taken(isLast: boolean): Uint8Array {
    if (isLast && this.#count > 0) this.put(0, 8 - this.#count)
    const out = this.#bytes.slice(0, this.#size)
    this.#size = 0
    return out
  }
}

/** Packs a stream as bzip2 does, to the byte. */
export class Bzip2Packer {
  readonly #bits = new BitWriter()
  readonly #block: Uint8Array
  readonly #most: number
  readonly #tick: () => void
  #size = 0
  #crc = CRC_START
  #stream = 0
  #byte = -1
  #run = 0

  /** @param level hundreds of thousands of bytes a block */
  constructor(level: number, tick: () => void) {
    this.#tick = tick
    this.#block = new Uint8Array(level * 100_000)
    this.#most = level * 100_000 - 19
    for (const letter of `BZh${level}`) this.#bits.put(letter.charCodeAt(0), 8)
  }

  /** Gives what is ready. */
  push(bytes: Uint8Array): Uint8Array {
    for (const byte of bytes) {
      if (this.#size >= this.#most) this.#endBlock()
      if (byte === this.#byte && this.#run < 255) this.#run += 1
      else {
        this.#endRun()
        this.#byte = byte
        this.#run = 1
      }
    }
    return this.#bits.taken(false)
  }

  end(): Uint8Array {
    this.#endRun()
    this.#endBlock()
    this.#bits.put(0x177245, 24)
    this.#bits.put(0x385090, 24)
    this.#bits.wide(this.#stream)
    return this.#bits.taken(true)
  }

  /** Four equal bytes are followed by how many more there are. */
  #endRun(): void {
    if (this.#run === 0) return
    this.#crc = crcWith(this.#crc, this.#byte, this.#run)
    for (let i = 0; i < Math.min(4, this.#run); i++) this.#block[this.#size++] = this.#byte
    if (this.#run >= 4) this.#block[this.#size++] = this.#run - 4
    this.#run = 0
  }

  #endBlock(): void {
    if (this.#size === 0) return
    const crc = ~this.#crc >>> 0
    this.#stream = combined(this.#stream, crc)
    this.#bits.put(0x314159, 24)
    this.#bits.put(0x265359, 24)
    this.#bits.wide(crc)
    this.#bits.put(0, 1)
    writeBlock(this.#bits, this.#block.subarray(0, this.#size), this.#tick)
    this.#size = 0
    this.#crc = CRC_START
  }
}

function writeBlock(bits: BitWriter, block: Uint8Array, tick: () => void): void {
  const order = sortedRotations(block, tick)
  bits.put(order.indexOf(0), 24)
  const used = new Uint8Array(256)
  for (const byte of block) used[byte] = 1
  writeUsed(bits, used)
  const letters = Array.from(used.keys()).filter((byte) => used[byte] === 1)
  const symbols = movedToFront(block, order, letters)
  writeSymbols(bits, symbols, letters.length + 2)
}

function writeUsed(bits: BitWriter, used: Uint8Array): void {
  const rows = Array.from({ length: 16 }, (_, row) => used.subarray(16 * row, 16 * row + 16))
  for (const row of rows) bits.put(row.includes(1) ? 1 : 0, 1)
  for (const row of rows) if (row.includes(1)) for (const bit of row) bits.put(bit, 1)
}

/** The last letters of the rotations, each as its place among those that came last; runs of the first as digits 1 and 2. */
function movedToFront(block: Uint8Array, order: Int32Array, letters: readonly number[]): Uint16Array {
  const recent = [...letters]
  const out = new Uint16Array(block.length + 1)
  let size = 0
  let run = 0
  const endRun = (): void => {
    for (let left = run; left > 0; left = (left - 1) >> 1) out[size++] = left & 1 ? 0 : 1
    run = 0
  }
  for (const at of order) {
    const byte = block[at === 0 ? block.length - 1 : at - 1] ?? 0
    const place = recent.indexOf(byte)
    if (place === 0) {
      run += 1
      continue
    }
    endRun()
    recent.splice(place, 1)
    recent.unshift(byte)
    out[size++] = place + 1
  }
  endRun()
  out[size++] = letters.length + 1
  return out.subarray(0, size)
}

/** Tables to start from: each is for a part of the letters that comes about as often as the others. */
function firstTables(symbols: Uint16Array, alphabet: number): Uint8Array[] {
  const { length } = symbols
  const count = length < 200 ? 2 : length < 600 ? 3 : length < 1200 ? 4 : length < 2400 ? 5 : 6
  const frequencies = new Int32Array(alphabet)
  for (const symbol of symbols) frequencies[symbol] = (frequencies[symbol] ?? 0) + 1
  const tables: Uint8Array[] = []
  let left = length
  let start = 0
  for (let part = count; part > 0; part--) {
    const wish = Math.floor(left / part)
    let end = start - 1
    let sum = 0
    while (sum < wish && end < alphabet - 1) sum += frequencies[++end] ?? 0
    if (end > start && part !== count && part !== 1 && (count - part) % 2 === 1) sum -= frequencies[end--] ?? 0
    const [from, to] = [start, end]
    tables[part - 1] = Uint8Array.from({ length: alphabet }, (_, letter) => (letter >= from && letter <= to ? 0 : 15))
    start = end + 1
    left -= sum
  }
  return tables
}

function cheapest(tables: readonly Uint8Array[], group: Uint16Array): number {
  let best = 0
  let price = Infinity
  for (const [table, lengths] of tables.entries()) {
    let cost = 0
    for (const symbol of group) cost += lengths[symbol] ?? 0
    if (cost < price) [best, price] = [table, cost]
  }
  return best
}

function writeSymbols(bits: BitWriter, symbols: Uint16Array, alphabet: number): void {
  let tables = firstTables(symbols, alphabet)
  const groups = Array.from({ length: Math.ceil(symbols.length / GROUP) }, (_, i) => symbols.subarray(i * GROUP, (i + 1) * GROUP))
  let choices: number[] = []
  for (let round = 0; round < 4; round++) {
    const frequencies = tables.map(() => new Int32Array(alphabet))
    choices = groups.map((group) => {
      const choice = cheapest(tables, group)
      const counts = frequencies[choice]
      if (counts !== undefined) for (const symbol of group) counts[symbol] = (counts[symbol] ?? 0) + 1
      return choice
    })
    tables = frequencies.map((counts) => codeLengths(counts, LONGEST))
  }
  bits.put(tables.length, 3)
  bits.put(choices.length, 15)
  writeChoices(bits, choices, tables.length)
  for (const lengths of tables) writeLengths(bits, lengths)
  const codes = tables.map(codesOf)
  for (const [i, group] of groups.entries()) {
    const choice = choices[i] ?? 0
    const [own, lengths] = [codes[choice], tables[choice]]
    for (const symbol of group) bits.put(own?.[symbol] ?? 0, lengths?.[symbol] ?? 0)
  }
}

function writeChoices(bits: BitWriter, choices: readonly number[], count: number): void {
  const recent = Array.from({ length: count }, (_, table) => table)
  for (const choice of choices) {
    const place = recent.indexOf(choice)
    recent.splice(place, 1)
    recent.unshift(choice)
    for (let i = 0; i < place; i++) bits.put(1, 1)
    bits.put(0, 1)
  }
}

function writeLengths(bits: BitWriter, lengths: Uint8Array): void {
  let current = lengths[0] ?? 0
  bits.put(current, 5)
  for (const length of lengths) {
    for (; current < length; current++) bits.put(2, 2)
    for (; current > length; current--) bits.put(3, 2)
    bits.put(0, 1)
  }
}
