/**
 * Gives each row a column of its own so that all together cost least (the Hungarian method, one row after the other).
 * @param cost as many rows as columns
 * @returns for each row its column
 */
export function cheapestPairs(cost: readonly (readonly number[])[], tick: () => void): number[] {
  const pairing = new Pairing(cost)
  for (let row = 1; row <= cost.length; row++) {
    tick()
    pairing.place(row)
  }
  return pairing.columns()
}

/** Rows and columns count from 1; place 0 stands for none. */
class Pairing {
  readonly #cost: readonly (readonly number[])[]
  readonly #size: number
  readonly #rowPrice: Float64Array
  readonly #columnPrice: Float64Array
  readonly #rowOf: Int32Array

  constructor(cost: readonly (readonly number[])[]) {
    this.#cost = cost
    this.#size = cost.length
    this.#rowPrice = new Float64Array(this.#size + 1)
    this.#columnPrice = new Float64Array(this.#size + 1)
    this.#rowOf = new Int32Array(this.#size + 1)
  }

  columns(): number[] {
    const columns = Array.from({ length: this.#size }, () => 0)
    for (let column = 1; column <= this.#size; column++) columns[(this.#rowOf[column] ?? 1) - 1] = column - 1
    return columns
  }

  /** Finds a column for one more row, and moves others where that costs less. */
  place(row: number): void {
    const cameFrom = new Int32Array(this.#size + 1)
    const least = new Float64Array(this.#size + 1).fill(Number.POSITIVE_INFINITY)
    const isDone = new Uint8Array(this.#size + 1)
    this.#rowOf[0] = row
    let column = 0
    while ((this.#rowOf[column] ?? 0) !== 0) {
      isDone[column] = 1
      this.#relax(column, { cameFrom, least, isDone })
      column = this.#shift(least, isDone)
    }
    while (column !== 0) {
      const before = cameFrom[column] ?? 0
      this.#rowOf[column] = this.#rowOf[before] ?? 0
      column = before
    }
  }

  #relax(
    column: number,
    { cameFrom, least, isDone }: { readonly cameFrom: Int32Array; readonly least: Float64Array; readonly isDone: Uint8Array },
  ): void {
    const row = this.#rowOf[column] ?? 0
    for (let other = 1; other <= this.#size; other++) {
      if (isDone[other] === 1) continue
      const price = (this.#cost[row - 1]?.[other - 1] ?? 0) - (this.#rowPrice[row] ?? 0) - (this.#columnPrice[other] ?? 0)
      if (price >= (least[other] ?? 0)) continue
      least[other] = price
      cameFrom[other] = column
    }
  }

  /** Moves prices until one more column costs nothing more, and gives that column. */
  #shift(least: Float64Array, isDone: Uint8Array): number {
    let next = 0
    for (let other = 1; other <= this.#size; other++)
      if (isDone[other] === 0 && (next === 0 || (least[other] ?? 0) < (least[next] ?? 0))) next = other
    const step = least[next] ?? 0
    for (let other = 0; other <= this.#size; other++) {
      const row = this.#rowOf[other] ?? 0
      if (isDone[other] === 0) least[other] = (least[other] ?? 0) - step
      else {
        this.#rowPrice[row] = (this.#rowPrice[row] ?? 0) + step
        this.#columnPrice[other] = (this.#columnPrice[other] ?? 0) - step
      }
    }
    return next
  }
}
