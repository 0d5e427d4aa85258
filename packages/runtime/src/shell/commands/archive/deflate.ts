import { BitWriter, DISTANCE_BASE, DISTANCE_EXTRA, distanceCode, LENGTH_BASE, LENGTH_CODE, LENGTH_EXTRA, planOf } from './deflate-trees'

/** How hard to pack. */
export type Level = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9

const WINDOW = 32_768
const MASK = WINDOW - 1
const LEAST = 3
const MOST = 258
const AHEAD = MOST + LEAST + 1
const FAR = WINDOW - AHEAD
/** A match of three bytes from farther away costs more than it saves. */
const TOO_FAR = 4096
const BUFFER = 0x8000

interface Effort {
  readonly good: number
  readonly lazy: number
  readonly nice: number
  readonly chain: number
}

const effort = (...[good, lazy, nice, chain]: readonly [number, number, number, number]): Effort => ({ good, lazy, nice, chain })
const EFFORTS: Readonly<Record<Level, Effort>> = {
  1: effort(4, 4, 8, 4),
  2: effort(4, 5, 16, 8),
  3: effort(4, 6, 32, 32),
  4: effort(4, 4, 16, 16),
  5: effort(8, 16, 32, 32),
  6: effort(8, 16, 128, 128),
  7: effort(8, 32, 128, 256),
  8: effort(32, 128, 258, 1024),
  9: effort(32, 258, 258, 4096),
}

/** Packs bytes as gzip and zip do, to the byte: sizes are part of what those tools print. */
export class Deflater {
  readonly #level: Level
  readonly #effort: Effort
  readonly #window = new Uint8Array(2 * WINDOW + AHEAD)
  readonly #head = new Uint16Array(WINDOW)
  readonly #prev = new Uint16Array(WINDOW)
  readonly #out = new BitWriter()
  readonly #lengths = new Uint8Array(BUFFER)
  readonly #distances = new Uint16Array(BUFFER)
  #tallied = 0
  #matches = 0
  #literalWeights = new Uint32Array(286)
  #distanceWeights = new Uint32Array(30)
  #hash = 0
  #start = 0
  #block = 0
  #ahead = 0
  #matchStart = 0
  #matchLength = LEAST - 1
  #isPending = false
  #isPrimed = false

  constructor(level: Level) {
    this.#level = level
    this.#effort = EFFORTS[level]
  }

  /** Takes the next bytes; gives what is packed by now. */
  push(bytes: Uint8Array, isLast: boolean): Uint8Array {
    let at = 0
    for (;;) {
      at += this.#fill(bytes.subarray(at))
      const isEnd = isLast && at === bytes.length
      if (this.#level <= 3) this.#fast(isEnd)
      else this.#slow(isEnd)
      if (at === bytes.length && (this.#ahead < AHEAD || isEnd)) break
    }
    if (isLast) {
      if (this.#isPending) this.#literal(this.#window[this.#start - 1] ?? 0)
      this.#flush(true)
      this.#out.align()
    }
    return this.#out.take()
  }

  #fill(bytes: Uint8Array): number {
    if (this.#start >= WINDOW + FAR) this.#slide()
    const count = Math.min(bytes.length, 2 * WINDOW - this.#ahead - this.#start)
    this.#window.set(bytes.subarray(0, count), this.#start + this.#ahead)
    this.#ahead += count
    if (!this.#isPrimed && this.#ahead >= LEAST) {
      this.#isPrimed = true
      this.#hash = ((this.#window[0] ?? 0) << 5) ^ (this.#window[1] ?? 0)
    }
    return count
  }

  #slide(): void {
    this.#window.copyWithin(0, WINDOW, 2 * WINDOW)
    this.#matchStart -= WINDOW
    this.#start -= WINDOW
    this.#block -= WINDOW
    for (const table of [this.#head, this.#prev])
      for (let i = 0; i < WINDOW; i++) {
        const place = table[i] ?? 0
        table[i] = place >= WINDOW ? place - WINDOW : 0
      }
  }

  /** Enters the string at a place; gives where it last was. */
  #insert(place: number): number {
    this.#hash = ((this.#hash << 5) ^ (this.#window[place + 2] ?? 0)) & 0x7fff
    const before = this.#head[this.#hash] ?? 0
    this.#prev[place & MASK] = before
    this.#head[this.#hash] = place
    return before
  }

  #longest(from: number, before: number): number {
    const window = this.#window
    const scan = this.#start
    const { good, nice } = this.#effort
    const limit = scan > FAR ? scan - FAR : 0
    let chain = before >= good ? this.#effort.chain >> 2 : this.#effort.chain
    let best = before
    const enough = Math.min(nice, this.#ahead)
    for (let match = from; ;) {
      if (
        window[match + best] === window[scan + best] &&
        window[match + best - 1] === window[scan + best - 1] &&
        window[match] === window[scan]
      ) {
        let length = 1
        while (length < MOST && window[match + length] === window[scan + length]) length += 1
        if (length > best) {
          this.#matchStart = match
          best = length
        }
      }
      if (best >= enough && best > before) break
      match = this.#prev[match & MASK] ?? 0
      chain -= 1
      if (match <= limit || chain === 0) break
    }
    return Math.min(best, this.#ahead)
  }

  #fast(isEnd: boolean): void {
    while (this.#ahead >= AHEAD || (isEnd && this.#ahead > 0)) {
      const head = this.#ahead >= LEAST ? this.#insert(this.#start) : 0
      this.#matchLength = LEAST - 1
      if (head !== 0 && this.#start - head <= FAR) this.#matchLength = this.#longest(head, LEAST - 1)
      let isFull = false
      if (this.#matchLength >= LEAST) {
        isFull = this.#tally(this.#start - this.#matchStart, this.#matchLength - LEAST)
        this.#skip(this.#matchLength)
      } else {
        isFull = this.#literal(this.#window[this.#start] ?? 0)
        this.#ahead -= 1
        this.#start += 1
      }
      if (isFull) this.#flush(false)
    }
  }

  /** Behind a match: short ones are entered, of long ones only the hash goes on. */
  #skip(length: number): void {
    this.#ahead -= length
    if (length <= this.#effort.lazy && this.#ahead >= LEAST) {
      for (let i = 1; i < length; i++) this.#insert(this.#start + i)
      this.#start += length
      return
    }
    this.#start += length
    this.#hash = ((this.#window[this.#start] ?? 0) << 5) ^ (this.#window[this.#start + 1] ?? 0)
  }

  #slow(isEnd: boolean): void {
    while (this.#ahead >= AHEAD || (isEnd && this.#ahead > 0)) {
      const head = this.#ahead >= LEAST ? this.#insert(this.#start) : 0
      const before = this.#matchLength
      const beforeStart = this.#matchStart
      this.#matchLength = LEAST - 1
      if (head !== 0 && before < this.#effort.lazy && this.#start - head <= FAR) {
        this.#matchLength = this.#longest(head, before)
        if (this.#matchLength === LEAST && this.#start - this.#matchStart > TOO_FAR) this.#matchLength = LEAST - 1
      }
      if (before >= LEAST && this.#matchLength <= before) this.#earlier(before, beforeStart)
      else if (this.#isPending) {
        if (this.#literal(this.#window[this.#start - 1] ?? 0)) this.#flush(false)
        this.#start += 1
        this.#ahead -= 1
      } else {
        this.#isPending = true
        this.#start += 1
        this.#ahead -= 1
      }
    }
  }

  /** The match one place before was as good. */
  #earlier(length: number, matchStart: number): void {
    const last = this.#start + this.#ahead - LEAST
    const isFull = this.#tally(this.#start - 1 - matchStart, length - LEAST)
    this.#ahead -= length - 1
    for (let i = 0; i < length - 2; i++) {
      this.#start += 1
      if (this.#start <= last) this.#insert(this.#start)
    }
    this.#isPending = false
    this.#matchLength = LEAST - 1
    this.#start += 1
    if (isFull) this.#flush(false)
  }

  #literal(byte: number): boolean {
    this.#distances[this.#tallied] = 0
    this.#lengths[this.#tallied++] = byte
    this.#literalWeights[byte] = (this.#literalWeights[byte] ?? 0) + 1
    return this.#isFull()
  }

  #tally(distance: number, length: number): boolean {
    this.#distances[this.#tallied] = distance
    this.#lengths[this.#tallied++] = length
    this.#matches += 1
    const symbol = (LENGTH_CODE[length] ?? 0) + 257
    this.#literalWeights[symbol] = (this.#literalWeights[symbol] ?? 0) + 1
    const code = distanceCode(distance - 1)
    this.#distanceWeights[code] = (this.#distanceWeights[code] ?? 0) + 1
    return this.#isFull()
  }

  /** A block ends when its buffer is full, or early where that seems to pay. */
  #isFull(): boolean {
    if (this.#level > 2 && (this.#tallied & 0xfff) === 0) {
      let bits = this.#tallied * 8
      for (let code = 0; code < 30; code++) bits += (this.#distanceWeights[code] ?? 0) * (5 + (DISTANCE_EXTRA[code] ?? 0))
      if (this.#matches < this.#tallied >> 1 && bits >>> 3 < (this.#start - this.#block) >> 1) return true
    }
    return this.#tallied === BUFFER - 1 || this.#matches === BUFFER
  }

  #flush(isLast: boolean): void {
    const size = this.#start - this.#block
    this.#literalWeights[256] = 1
    const plan = planOf(this.#literalWeights, this.#distanceWeights)
    const out = this.#out
    if (size + 4 <= plan.bytes && this.#block >= 0) this.#store(this.#window.subarray(this.#block, this.#start), isLast)
    else {
      out.bits((plan.isFixed ? 2 : 4) | (isLast ? 1 : 0), 3)
      plan.head(out)
      this.#symbols(plan)
    }
    this.#tallied = 0
    this.#matches = 0
    this.#literalWeights = new Uint32Array(286)
    this.#distanceWeights = new Uint32Array(30)
    this.#block = this.#start
  }

  /** A block of bytes as they are holds less than 64 KiB. */
  #store(bytes: Uint8Array, isLast: boolean): void {
    const out = this.#out
    out.bits(isLast ? 1 : 0, 3)
    out.align()
    out.bits(bytes.length, 16)
    out.bits(~bytes.length & 0xffff, 16)
    out.raw(bytes)
  }

  #symbols({ literals, distances }: ReturnType<typeof planOf>): void {
    const out = this.#out
    for (let i = 0; i < this.#tallied; i++) {
      const distance = this.#distances[i] ?? 0
      const value = this.#lengths[i] ?? 0
      if (distance === 0) out.bits(literals.bits[value] ?? 0, literals.lengths[value] ?? 0)
      else {
        const code = LENGTH_CODE[value] ?? 0
        out.bits(literals.bits[code + 257] ?? 0, literals.lengths[code + 257] ?? 0)
        out.bits(value - (LENGTH_BASE[code] ?? 0), LENGTH_EXTRA[code] ?? 0)
        const far = distanceCode(distance - 1)
        out.bits(distances.bits[far] ?? 0, distances.lengths[far] ?? 0)
        out.bits(distance - 1 - (DISTANCE_BASE[far] ?? 0), DISTANCE_EXTRA[far] ?? 0)
      }
    }
    out.bits(literals.bits[256] ?? 0, literals.lengths[256] ?? 0)
  }
}
