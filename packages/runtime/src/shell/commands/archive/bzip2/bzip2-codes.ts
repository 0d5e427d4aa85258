/** Lengths of the codes that bzip2 gives letters of these frequencies, none above a limit. */
export function codeLengths(frequencies: Int32Array, most: number): Uint8Array {
  const size = frequencies.length
  // A weight carries the depth of its tree in its lowest byte, so that flat trees win where frequencies are equal.
  let weights = Array.from(frequencies, (count) => Math.max(1, count) * 256)
  for (;;) {
    const lengths = lengthsOf(weights, size)
    if (Math.max(...lengths) <= most) return Uint8Array.from(lengths)
    weights = weights.map((weight) => (1 + Math.floor(Math.floor(weight / 256) / 2)) * 256)
  }
}

class Heap {
  readonly #nodes: number[] = [0]
  readonly #weights: number[]

  constructor(weights: number[]) {
    this.#weights = weights
  }

  get size(): number {
    return this.#nodes.length - 1
  }

  #weight(place: number): number {
    return place === 0 ? 0 : (this.#weights[this.#nodes[place] ?? 0] ?? 0)
  }

  push(node: number): void {
    let place = this.#nodes.length
    this.#nodes.push(node)
    const weight = this.#weights[node] ?? 0
    for (; weight < this.#weight(place >> 1); place >>= 1) this.#nodes[place] = this.#nodes[place >> 1] ?? 0
    this.#nodes[place] = node
  }

  pop(): number {
    const top = this.#nodes[1] ?? 0
    const last = this.#nodes.pop() ?? 0
    if (this.size === 0) return top
    const weight = this.#weights[last] ?? 0
    let place = 1
    for (;;) {
      let child = place * 2
      if (child > this.size) break
      if (child < this.size && this.#weight(child + 1) < this.#weight(child)) child += 1
      if (weight < this.#weight(child)) break
      this.#nodes[place] = this.#nodes[child] ?? 0
      place = child
    }
    this.#nodes[place] = last
    return top
  }
}

function lengthsOf(leaves: readonly number[], size: number): number[] {
  const weights = [0, ...leaves]
  const parents: number[] = Array.from({ length: size + 1 }, () => -1)
  const heap = new Heap(weights)
  for (let node = 1; node <= size; node++) heap.push(node)
  while (heap.size > 1) {
    const [one, two] = [heap.pop(), heap.pop()]
    const [left, right] = [weights[one] ?? 0, weights[two] ?? 0]
    const node = weights.length
    weights.push(left - (left % 256) + right - (right % 256) + 1 + Math.max(left % 256, right % 256))
    parents[one] = node
    parents[two] = node
    parents.push(-1)
    heap.push(node)
  }
  return Array.from({ length: size }, (_, i) => {
    let length = 0
    for (let node = parents[i + 1] ?? -1; node >= 0; node = parents[node] ?? -1) length += 1
    return length
  })
}

/** The codes of lengths: short ones first, then by letter. */
export function codesOf(lengths: Uint8Array): Int32Array {
  const codes = new Int32Array(lengths.length)
  let code = 0
  for (let length = 1; length <= 20; length++) {
    for (const [letter, own] of lengths.entries()) if (own === length) codes[letter] = code++
    code <<= 1
  }
  return codes
}
