/** A text that runs, for messages and `LINENO`. */
export class Source {
  readonly text: string
  /** What `BASH_SOURCE` says. */
  readonly name: string
  /** Number of its first line. */
  readonly first: number
  #starts: readonly number[] | undefined

  constructor(text: string, name: string, first = 1) {
    this.text = text
    this.name = name
    this.first = first
  }

  /** The line that holds a place. */
  line(at: number): number {
    const starts = (this.#starts ??= lineStarts(this.text))
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return low + this.first
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
