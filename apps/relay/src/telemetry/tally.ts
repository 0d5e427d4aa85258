/** Bounds of the histogram, seconds; the last one is everything. */
const BOUNDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, Number.POSITIVE_INFINITY] as const
/** Codes of functions are their own words: so many are counted by name. */
const CODES = 64

/** Calls that ended since the start. */
export class Tally {
  readonly #counts = new Map<string, number>()
  readonly #inBucket = BOUNDS.map(() => 0)
  #sum = 0

  add(code: string, ms: number): void {
    const named = this.#counts.has(code) || this.#counts.size < CODES ? code : 'other'
    this.#counts.set(named, (this.#counts.get(named) ?? 0) + 1)
    this.#sum += ms / 1000
    const at = BOUNDS.findIndex((bound) => ms <= bound * 1000)
    this.#inBucket[at] = (this.#inBucket[at] ?? 0) + 1
  }

  /** By code; `ok` is none. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  /** Seconds of all of them, and how many took at most so long. */
  get durations(): { readonly sum: number; readonly buckets: readonly { readonly seconds: number; readonly count: number }[] } {
    let below = 0
    const buckets = BOUNDS.map((seconds, at) => {
      below += this.#inBucket[at] ?? 0
      return { seconds, count: below }
    })
    return { sum: this.#sum, buckets }
  }
}
