import { bytesOf } from '../../text'

/**
 * The order in which gawk's `for (k in a)` walks. Programs print it all the time, so it is kept exactly:
 * `array-order.test.ts` compares it with the real one on random insertions and deletions. What follows is only how gawk is known to lay its
 * arrays out, and constants that decide the order; the code is our own.
 *
 * Text is in a hash table that is walked bucket by bucket, newest first. Whole numbers of 32 bits are in one of their own, two to a
 * node, unless the array began with text. Numbers of at least 0 that lie close together are in leaves and come last, ascending.
 */
const SIZES = [13, 127, 1021, 8191, 131_071, 1_048_573, 8_388_593, 16_777_213]
const CHAIN = 2
const INTEGER = /^(?:0|-?[1-9][0-9]{0,9})$/
const LEAST = -(2 ** 31)
const MOST = 2 ** 31 - 1
/** Leaves may hold so many more places than numbers. */
const WASTE = 2048
const SMALL = 10

const ASCII = /^[\0-\x7f]*$/

function textHash(text: string): number {
  let hash = 0
  if (ASCII.test(text)) for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 65_599) + text.charCodeAt(i)) | 0
  // Bytes are signed, as C's are on this processor.
  else for (const byte of bytesOf(text)) hash = (Math.imul(hash, 65_599) + ((byte << 24) >> 24)) | 0
  return hash >>> 0
}

function numberHash(value: number): number {
  let hash = value >>> 0
  hash = (hash ^ (hash << 3)) >>> 0
  hash = (hash + (hash >>> 5)) >>> 0
  hash = (hash ^ (hash << 4)) >>> 0
  hash = (hash + (hash >>> 17)) >>> 0
  hash = (hash ^ (hash << 25)) >>> 0
  return (hash + (hash >>> 6)) >>> 0
}

function integerOf(key: string): number | undefined {
  if (!INTEGER.test(key)) return undefined
  const value = Number(key)
  return value >= LEAST && value <= MOST ? value : undefined
}

/** Buckets that grow with what is in them. */
abstract class Table<T> {
  count = 0
  #grown = -1
  protected buckets: T[][] = []

  protected abstract hash(item: T): number
  protected abstract place(bucket: T[], item: T): void
  protected abstract take(bucket: T[], item: T): void

  add(item: T): void {
    if (this.#grown < 0) this.#grow()
    this.count += 1
    if (Math.floor(this.count / this.buckets.length) > CHAIN && this.#grown < SIZES.length - 1) this.#grow()
    this.#put(item)
  }

  delete(item: T): void {
    const bucket = this.buckets[this.hash(item) % this.buckets.length]
    if (bucket !== undefined) this.take(bucket, item)
    this.count -= 1
    if (this.count > 0) return
    this.#grown = -1
    this.buckets = []
  }

  items(): T[] {
    return this.buckets.flatMap((bucket) => this.walk(bucket))
  }

  protected walk(bucket: T[]): readonly T[] {
    return bucket
  }

  #put(item: T): void {
    const bucket = this.buckets[this.hash(item) % this.buckets.length]
    if (bucket !== undefined) this.place(bucket, item)
  }

  #grow(): void {
    const old = this.buckets
    this.#grown += 1
    this.buckets = Array.from({ length: SIZES[this.#grown] ?? 0 }, () => [])
    for (const bucket of old) for (const item of this.walk(bucket)) this.#put(item)
  }
}

class TextTable extends Table<string> {
  protected override hash(key: string): number {
    return textHash(key)
  }

  protected override place(bucket: string[], key: string): void {
    bucket.unshift(key)
  }

  protected override take(bucket: string[], key: string): void {
    bucket.splice(bucket.indexOf(key), 1)
  }

  keys(): string[] {
    return this.items()
  }
}

/**
 * Two numbers to a node, newest node first. A bucket is kept flat: all nodes but the first are full, so of an odd number the
 * first stands alone.
 */
class NumberTable extends Table<number> {
  protected override hash(value: number): number {
    return numberHash(value)
  }

  protected override place(bucket: number[], value: number): void {
    if (bucket.length % 2 === 1) bucket.splice(1, 0, value)
    else bucket.unshift(value)
  }

  /** The place of what goes is taken by the last of the first node. */
  protected override take(bucket: number[], value: number): void {
    const head = bucket.length % 2 === 1 ? 1 : 2
    const at = bucket.indexOf(value)
    if (at < head) {
      bucket.splice(at, 1)
      return
    }
    const node = at - ((at - head) % 2)
    const filler = bucket[head - 1] ?? value
    const other = bucket[at === node ? node + 1 : node] ?? value
    bucket.splice(node, 2, other, filler)
    bucket.splice(head - 1, 1)
  }
}

/** Numbers and text that are in no leaf. An array that began with text keeps numbers as text. */
class Loose {
  readonly #text = new TextTable()
  #numbers: NumberTable | undefined

  constructor(first: string) {
    this.#numbers = integerOf(first) === undefined ? undefined : new NumberTable()
  }

  get count(): number {
    return this.#text.count + (this.#numbers?.count ?? 0)
  }

  add(key: string): void {
    const value = integerOf(key)
    if (value === undefined || this.#numbers === undefined) this.#text.add(key)
    else this.#numbers.add(value)
  }

  delete(key: string): void {
    const value = integerOf(key)
    if (value === undefined || this.#numbers === undefined) return this.#text.delete(key)
    this.#numbers.delete(value)
    // Without its last number it is a table of text from then on.
    if (this.#numbers.count === 0 && this.#text.count > 0) this.#numbers = undefined
  }

  keys(): string[] {
    return [...this.#text.keys(), ...(this.#numbers?.items().map(String) ?? [])]
  }
}

interface Leaf {
  readonly size: number
  readonly estimate: number
  readonly name: string
}

/** The leaf that a number belongs to, by its highest bit. */
function leafOf(value: number): Leaf {
  const bit = value === 0 ? 0 : 31 - Math.clz32(value)
  let bits = bit < SMALL ? SMALL / 2 : (bit + 1) >> 1
  while (bits > SMALL) bits = (bits + 1) >> 1
  let estimate = Math.max(bit, SMALL)
  while (estimate >= SMALL) estimate = (estimate + 1) >> 1
  return { size: 2 ** bits, estimate: 2 ** estimate, name: `${Math.max(bit, SMALL - 1)}:${Math.floor(value / 2 ** bits)}` }
}

/** Follows what is put into an array and taken out of it. */
export class ArrayOrder {
  #hasLeaves: boolean | undefined
  readonly #near = new Set<number>()
  readonly #leaves = new Map<string, number>()
  #room = 0
  #loose: Loose | undefined

  /** @param key that is not in it yet */
  add(key: string): void {
    const value = integerOf(key)
    this.#hasLeaves ??= value !== undefined && value >= 0
    if (this.#hasLeaves && value !== undefined && value >= 0 && this.#addNear(value)) return
    this.#loose ??= new Loose(key)
    this.#loose.add(key)
  }

  /** @param key that is in it */
  delete(key: string): void {
    const value = integerOf(key)
    if (value !== undefined && this.#near.has(value)) this.#deleteNear(value)
    else this.#loose?.delete(key)
    if (this.#loose?.count === 0) this.#loose = undefined
    if (this.#near.size > 0) return
    this.#leaves.clear()
    this.#room = 0
    this.#hasLeaves = this.#loose === undefined ? undefined : false
  }

  keys(): string[] {
    const near = [...this.#near].sort((one, two) => one - two).map(String)
    return this.#loose === undefined ? near : [...this.#loose.keys(), ...near]
  }

  #addNear(value: number): boolean {
    const { size, estimate, name } = leafOf(value)
    if (this.#room + estimate - this.#near.size > WASTE) return false
    const held = this.#leaves.get(name)
    if (held === undefined) this.#room += size
    this.#leaves.set(name, (held ?? 0) + 1)
    this.#near.add(value)
    return true
  }

  #deleteNear(value: number): void {
    const { size, name } = leafOf(value)
    this.#near.delete(value)
    const left = (this.#leaves.get(name) ?? 1) - 1
    if (left > 0) this.#leaves.set(name, left)
    else {
      this.#leaves.delete(name)
      this.#room -= size
    }
  }
}
