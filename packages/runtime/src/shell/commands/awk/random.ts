const DEGREE = 63
const SHUFFLED = 512
const RANGE = 2 ** 31

/** The generator of Park and Miller, which fills the state from a seed. */
function next(seed: number): number {
  const x = seed === 0 ? 123_459_876 : seed
  const high = Math.trunc(x / 127_773)
  const low = x - high * 127_773
  const value = 16_807 * low - 2836 * high
  return value < 0 ? value + 0x7fffffff : value
}

/**
 * gawk's random numbers: an additive feedback generator of degree 63 whose values go through a shuffling table, two for each number. The same seed
 * gives the same numbers.
 */
export class Random {
  readonly #state = new Uint32Array(DEGREE)
  readonly #table = new Uint32Array(SHUFFLED)
  #front = 1
  #last = 0
  #isReady = false
  #seed = 1

  seed(seed: number): void {
    this.#seed = Number(BigInt.asUintN(32, BigInt(Number.isFinite(seed) ? Math.trunc(seed) : 0)))
    this.#isReady = false
  }

  /** At least 0, less than 1. */
  number(): number {
    if (!this.#isReady) this.#start()
    for (;;) {
      const small = this.#shuffled()
      const big = this.#shuffled()
      // Adding and taking away a half drops the bits that gawk drops.
      const value = 0.5 + (small / RANGE + big) / RANGE - 0.5
      if (value !== 1) return value
    }
  }

  #start(): void {
    this.#state[0] = this.#seed
    for (let i = 1; i < DEGREE; i++) this.#state[i] = next((this.#state[i - 1] ?? 0) | 0)
    this.#front = 1
    for (let i = 0; i < SHUFFLED; i++) this.#table[i] = this.#raw()
    this.#last = this.#raw()
    for (let i = 0; i < 10 * DEGREE; i++) this.#shuffled()
    this.#isReady = true
  }

  #raw(): number {
    const front = this.#front
    const rear = (front + DEGREE - 1) % DEGREE
    const sum = ((this.#state[front] ?? 0) + (this.#state[rear] ?? 0)) >>> 0
    this.#state[front] = sum
    this.#front = (front + 1) % DEGREE
    return sum >>> 1
  }

  #shuffled(): number {
    const index = this.#last & (SHUFFLED - 1)
    this.#last = this.#table[index] ?? 0
    this.#table[index] = this.#raw()
    return this.#last
  }
}
