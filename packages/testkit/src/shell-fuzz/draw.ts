/** Draws by seed: the same seed draws the same. */
export class Draw {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e_37_79_b1) ^ 0x5f_35_64_95
  }

  /** A number below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * end) | 0
  }

  /** True in `share` of the draws. */
  chance(share: number): boolean {
    return this.below(1000) < share * 1000
  }

  /** One of them. */
  pick<T>(from: readonly T[]): T {
    const one = from[this.below(from.length)]
    if (one === undefined) throw new Error('There is nothing to pick from.')
    return one
  }

  /** Up to `most` of them, in their order, none twice. */
  some<T>(from: readonly T[], most: number): T[] {
    const many = this.below(most + 1)
    const taken = new Set<number>()
    for (let i = 0; i < many; i++) taken.add(this.below(from.length))
    return from.filter((_one, index) => taken.has(index))
  }
}
