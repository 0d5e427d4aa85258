import { joined, textOf } from '../../text'

const NEWLINE = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Finds line ends that are inside of no array, object or string. */
class Outside {
  #depth = 0
  #isText = false
  #isEscaped = false
  #last = 0

  /** What was looked at ends with a value that nothing can add to. */
  get isWhole(): boolean {
    return this.#depth === 0 && !this.#isText && (this.#last === QUOTE || this.#last === 0x5d || this.#last === 0x7d)
  }

  /** The place behind the last such line end; 0: none. */
  cut(bytes: Uint8Array): number {
    let found = 0
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (this.#isText) this.#inText(byte)
      else if (byte === QUOTE) this.#isText = true
      else if (byte === NEWLINE) found = this.#depth === 0 ? at + 1 : found
      // `[` and `{`, `]` and `}`
      else if (byte === 0x5b || byte === 0x7b) this.#depth += 1
      else if (byte === 0x5d || byte === 0x7d) this.#depth = Math.max(0, this.#depth - 1)
    }
    this.#last = bytes.at(-1) ?? this.#last
    return found
  }

  #inText(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === BACKSLASH) this.#isEscaped = true
    else if (byte === QUOTE) this.#isText = false
  }
}

/** An empty chunk among others: a file ends here. What it ends with belongs to the next one, unless it is whole. */
export const FILE_END = new Uint8Array()

/** Text as it arrives: whole lines, lines that hold whole values, or all at once. */
export async function* blocksOf(chunks: AsyncIterable<Uint8Array>, of: 'lines' | 'values' | 'all'): AsyncGenerator<string, void> {
  const outside = new Outside()
  let rest: Uint8Array[] = []
  for await (const chunk of chunks) {
    const cut = of === 'all' ? 0 : of === 'lines' ? chunk.lastIndexOf(NEWLINE) + 1 : outside.cut(chunk)
    if (cut > 0) {
      yield textOf(joined([...rest, chunk.subarray(0, cut)]))
      rest = []
    }
    if (cut < chunk.length) rest.push(chunk.slice(cut))
    if (chunk === FILE_END && of === 'values' && rest.length > 0 && outside.isWhole) {
      yield textOf(joined(rest))
      rest = []
    }
  }
  if (rest.length > 0) yield textOf(joined(rest))
}
