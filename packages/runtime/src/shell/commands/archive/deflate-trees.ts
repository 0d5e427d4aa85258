/** Bits, lowest first, as deflate streams have them. */
export class BitWriter {
  #bytes = new Uint8Array(65_536)
  #length = 0
  #hold = 0
  #held = 0

  bits(value: number, count: number): void {
    this.#hold |= value << this.#held
    this.#held += count
    while (this.#held >= 8) this.#byte()
  }

  #byte(): void {
    if (this.#length === this.#bytes.length) {
      const more = new Uint8Array(this.#bytes.length * 2)
      more.set(this.#bytes)
      this.#bytes = more
    }
    this.#bytes[this.#length++] = this.#hold & 0xff
    this.#hold >>>= 8
    this.#held -= 8
  }

  /** Fills up the byte that is under way. */
  align(): void {
    if (this.#held > 0) this.bits(0, 8 - this.#held)
  }

  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.bits(byte, 8)
  }

  /** What is whole so far. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }
}

export const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
export const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13]
const REPEAT_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7]
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

function basesOf(extra: readonly number[]): readonly number[] {
  const bases: number[] = []
  let base = 0
  for (const bits of extra) {
    bases.push(base)
    base += 1 << bits
  }
  return bases
}

/** The longest match has a code of its own. */
export const LENGTH_BASE = basesOf(LENGTH_EXTRA).map((base, code) => (code === 28 ? 255 : base))
export const DISTANCE_BASE = basesOf(DISTANCE_EXTRA)
/** Code of a match's length less three. */
export const LENGTH_CODE = Uint8Array.from({ length: 256 }, (_, length) =>
  length === 255 ? 28 : LENGTH_BASE.findLastIndex((base, code) => code < 28 && base <= length),
)
const DISTANCE_LOW = Uint8Array.from({ length: 256 }, (_, distance) => DISTANCE_BASE.findLastIndex((base) => base <= distance))
const DISTANCE_HIGH = Uint8Array.from({ length: 256 }, (_, high) => DISTANCE_BASE.findLastIndex((base) => base <= high << 7))

/** Code of a distance less one. */
export function distanceCode(distance: number): number {
  return distance < 256 ? (DISTANCE_LOW[distance] ?? 0) : (DISTANCE_HIGH[distance >> 7] ?? 0)
}

/** A Huffman code. */
export interface Code {
  readonly bits: Uint16Array
  readonly lengths: Uint8Array
  /** The last symbol that has a code. */
  readonly last: number
}

/** What a tree is made for. */
interface TreeKind {
  readonly symbols: number
  readonly extra: readonly number[]
  /** The first symbol that has extra bits. */
  readonly extraBase: number
  readonly most: number
  readonly fixed: Uint8Array | undefined
}

const fixedLengths = Uint8Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8))
const fixedDistances = new Uint8Array(30).fill(5)
const LITERALS: TreeKind = { symbols: 286, extra: LENGTH_EXTRA, extraBase: 257, most: 15, fixed: fixedLengths }
const DISTANCES: TreeKind = { symbols: 30, extra: DISTANCE_EXTRA, extraBase: 0, most: 15, fixed: fixedDistances }
const REPEATS: TreeKind = { symbols: 19, extra: REPEAT_EXTRA, extraBase: 0, most: 7, fixed: undefined }

function reversed(code: number, length: number): number {
  let out = 0
  for (let bit = 0; bit < length; bit++) out |= ((code >> bit) & 1) << (length - 1 - bit)
  return out
}

function codesOf(lengths: Uint8Array): Uint16Array {
  const counts = new Uint16Array(16)
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1
  const next = new Uint16Array(16)
  for (let bits = 1, code = 0; bits < 16; bits++) {
    code = (code + (bits === 1 ? 0 : (counts[bits - 1] ?? 0))) << 1
    next[bits] = code
  }
  return Uint16Array.from(lengths, (length) => {
    if (length === 0) return 0
    const code = next[length] ?? 0
    next[length] = code + 1
    return reversed(code, length)
  })
}

const FIXED_LITERALS: Code = { lengths: fixedLengths, bits: codesOf(fixedLengths), last: 287 }
const FIXED_DISTANCES: Code = { lengths: fixedDistances, bits: codesOf(fixedDistances), last: 29 }

/** What came of a tree: its code, and how many bits the block takes with it and with the fixed one. */
interface Built {
  readonly code: Code
  readonly own: number
  readonly fixed: number
}

/** Makes a tree as gzip does: which of several that are as good matters to the byte. */
class TreeBuilder {
  readonly #kind: TreeKind
  readonly #weights: Uint32Array
  readonly #depths: Uint8Array
  readonly #parents: Uint16Array
  readonly #lengths: Uint8Array
  readonly #heap: number[] = [0]
  readonly #order: number[] = []
  #last = -1

  constructor(weights: Uint32Array, kind: TreeKind) {
    this.#kind = kind
    const nodes = 2 * kind.symbols + 1
    this.#weights = new Uint32Array(nodes)
    this.#weights.set(weights.subarray(0, kind.symbols))
    this.#depths = new Uint8Array(nodes)
    this.#parents = new Uint16Array(nodes)
    this.#lengths = new Uint8Array(nodes)
  }

  build(): Built {
    const { symbols } = this.#kind
    for (let symbol = 0; symbol < symbols; symbol++) {
      if (this.#weights[symbol] === 0) continue
      this.#heap.push(symbol)
      this.#last = symbol
    }
    let forced = 0
    let forcedFixed = 0
    while (this.#heap.length < 3) {
      const symbol = this.#last < 2 ? ++this.#last : 0
      this.#heap.push(symbol)
      this.#weights[symbol] = 1
      forced += 1
      forcedFixed += this.#kind.fixed?.[symbol] ?? 0
    }
    for (let i = (this.#heap.length - 1) >> 1; i >= 1; i--) this.#sink(i)
    this.#join(symbols)
    const { own, fixed } = this.#measure()
    const lengths = this.#lengths.slice(0, symbols)
    return { code: { lengths, bits: codesOf(lengths), last: this.#last }, own: own - forced, fixed: fixed - forcedFixed }
  }

  #isSmaller(a: number, b: number): boolean {
    const [x, y] = [this.#weights[a] ?? 0, this.#weights[b] ?? 0]
    return x < y || (x === y && (this.#depths[a] ?? 0) <= (this.#depths[b] ?? 0))
  }

  #sink(from: number): void {
    const heap = this.#heap
    const moved = heap[from] ?? 0
    let at = from
    for (let child = at << 1; child < heap.length; child <<= 1) {
      if (child + 1 < heap.length && this.#isSmaller(heap[child + 1] ?? 0, heap[child] ?? 0)) child += 1
      if (this.#isSmaller(moved, heap[child] ?? 0)) break
      heap[at] = heap[child] ?? 0
      at = child
    }
    heap[at] = moved
  }

  #join(firstNode: number): void {
    const heap = this.#heap
    for (let node = firstNode; ; node++) {
      const least = heap[1] ?? 0
      heap[1] = heap.pop() ?? 0
      this.#sink(1)
      const next = heap[1] ?? 0
      this.#order.push(least, next)
      this.#weights[node] = (this.#weights[least] ?? 0) + (this.#weights[next] ?? 0)
      this.#depths[node] = Math.max(this.#depths[least] ?? 0, this.#depths[next] ?? 0) + 1
      this.#parents[least] = node
      this.#parents[next] = node
      heap[1] = node
      this.#sink(1)
      if (heap.length < 3) break
    }
    this.#order.push(heap[1] ?? 0)
  }

  #measure(): { readonly own: number; readonly fixed: number } {
    const { symbols, extra, extraBase, most, fixed: fixedTable } = this.#kind
    const counts = new Uint16Array(16)
    const order = this.#order.toReversed()
    let [own, fixed, overflow] = [0, 0, 0]
    for (const node of order.slice(1)) {
      const bits = Math.min(most, (this.#lengths[this.#parents[node] ?? 0] ?? 0) + 1)
      if ((this.#lengths[this.#parents[node] ?? 0] ?? 0) + 1 > most) overflow += 1
      this.#lengths[node] = bits
      if (node >= symbols) continue
      counts[bits] = (counts[bits] ?? 0) + 1
      const more = node >= extraBase ? (extra[node - extraBase] ?? 0) : 0
      const weight = this.#weights[node] ?? 0
      own += weight * (bits + more)
      fixed += weight * ((fixedTable?.[node] ?? 0) + more)
    }
    return { own: overflow === 0 ? own : own + this.#shorten(order, counts, overflow), fixed }
  }

  /** Codes that would be too long get shorter ones, others longer ones. Gives the bits that this costs. */
  #shorten(order: readonly number[], counts: Uint16Array, overflow: number): number {
    const { symbols, most } = this.#kind
    for (let left = overflow; left > 0; left -= 2) {
      let bits = most - 1
      while (counts[bits] === 0) bits -= 1
      counts[bits] = (counts[bits] ?? 0) - 1
      counts[bits + 1] = (counts[bits + 1] ?? 0) + 2
      counts[most] = (counts[most] ?? 0) - 1
    }
    let cost = 0
    let at = order.length
    for (let bits = most; bits > 0; bits--) {
      for (let n = counts[bits] ?? 0; n > 0;) {
        const node = order[--at] ?? 0
        if (node >= symbols) continue
        cost += (bits - (this.#lengths[node] ?? 0)) * (this.#weights[node] ?? 0)
        this.#lengths[node] = bits
        n -= 1
      }
    }
    return cost
  }
}

/** A run of code lengths: the symbol for it, and its extra bits. */
interface Run {
  readonly symbol: number
  readonly extra: number
}

function runsOf({ lengths, last }: Code): readonly Run[] {
  const runs: Run[] = []
  let before = -1
  let count = 0
  let [most, least] = lengths[0] === 0 ? [138, 3] : [7, 4]
  for (let n = 0; n <= last; n++) {
    const length = lengths[n] ?? 0
    const next = n === last ? -1 : (lengths[n + 1] ?? 0)
    count += 1
    if (count < most && length === next) continue
    if (count < least) for (; count > 0; count--) runs.push({ symbol: length, extra: 0 })
    else if (length !== 0) {
      if (length !== before) {
        runs.push({ symbol: length, extra: 0 })
        count -= 1
      }
      runs.push({ symbol: 16, extra: count - 3 })
    } else runs.push(count <= 10 ? { symbol: 17, extra: count - 3 } : { symbol: 18, extra: count - 11 })
    count = 0
    before = length
    ;[most, least] = next === 0 ? [138, 3] : length === next ? [6, 3] : [7, 4]
  }
  return runs
}

/** How a block is written. */
export interface BlockPlan {
  /** Bytes that it takes, its head counted. */
  readonly bytes: number
  readonly isFixed: boolean
  readonly literals: Code
  readonly distances: Code
  /** Writes the codes in front of the block. */
  head(out: BitWriter): void
}

/** Chooses between the fixed codes and codes of the block's own. */
export function planOf(literalWeights: Uint32Array, distanceWeights: Uint32Array): BlockPlan {
  const literals = new TreeBuilder(literalWeights, LITERALS).build()
  const distances = new TreeBuilder(distanceWeights, DISTANCES).build()
  const runs = [...runsOf(literals.code), ...runsOf(distances.code)]
  const weights = new Uint32Array(19)
  for (const { symbol } of runs) weights[symbol] = (weights[symbol] ?? 0) + 1
  const repeats = new TreeBuilder(weights, REPEATS).build()
  let last = 18
  while (last >= 3 && repeats.code.lengths[ORDER[last] ?? 0] === 0) last -= 1
  const own = (literals.own + distances.own + repeats.own + 3 * (last + 1) + 14 + 3 + 7) >>> 3
  const fixed = (literals.fixed + distances.fixed + 3 + 7) >>> 3
  if (fixed <= own) return { bytes: fixed, isFixed: true, literals: FIXED_LITERALS, distances: FIXED_DISTANCES, head: () => undefined }
  return {
    bytes: own,
    isFixed: false,
    literals: literals.code,
    distances: distances.code,
    head: (out) => {
      out.bits(literals.code.last + 1 - 257, 5)
      out.bits(distances.code.last, 5)
      out.bits(last - 3, 4)
      for (const place of ORDER.slice(0, last + 1)) out.bits(repeats.code.lengths[place] ?? 0, 3)
      for (const { symbol, extra } of runs) {
        out.bits(repeats.code.bits[symbol] ?? 0, repeats.code.lengths[symbol] ?? 0)
        out.bits(extra, REPEAT_EXTRA[symbol] ?? 0)
      }
    },
  }
}
