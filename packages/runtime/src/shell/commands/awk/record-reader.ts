import { joined, textOf } from '../../text'
import type { Pattern } from '../../regex/pattern'
import type { Input } from '../../streams/stream'

/** What ends a record. */
export type RecordEnd =
  | { readonly type: 'char'; readonly char: string }
  | { readonly type: 'paragraph' }
  | { readonly type: 'pattern'; readonly pattern: Pattern }

/** A record with the text that ended it. */
export interface TextRecord {
  readonly text: string
  readonly end: string
}

/** Where records come from. */
export interface RecordSource {
  next(): Promise<TextRecord | undefined>
}

/** How many bytes at the end of a chunk begin a character that is not whole yet. */
function incomplete(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}

/** Reads records from an input, with whatever ends records at that moment. */
export class RecordReader {
  readonly #input: Input
  readonly #end: () => RecordEnd
  #text = ''
  #at = 0
  #isOver = false
  #tail: Uint8Array = new Uint8Array()

  constructor(input: Input, end: () => RecordEnd) {
    this.#input = input
    this.#end = end
  }

  close(): void {
    this.#input.close()
  }

  /** The next record when it has arrived already. `'more'`: {@link fill} first; undefined: there is none left. */
  take(): TextRecord | 'more' | undefined {
    const end = this.#end()
    switch (end.type) {
      case 'char':
        return this.#upTo(end.char)
      case 'paragraph':
        return this.#paragraph()
      case 'pattern':
        return this.#upToMatch(end.pattern)
    }
  }

  /** The next record. */
  async next(): Promise<TextRecord | undefined> {
    for (;;) {
      const record = this.take()
      if (record !== 'more') return record
      await this.fill()
    }
  }

  /** Waits for more input. */
  async fill(): Promise<void> {
    const chunk = await this.#input.read()
    const bytes = this.#tail.length === 0 ? (chunk ?? this.#tail) : joined(chunk === undefined ? [this.#tail] : [this.#tail, chunk])
    const held = chunk === undefined ? 0 : incomplete(bytes)
    this.#tail = bytes.slice(bytes.length - held)
    this.#text = this.#text.slice(this.#at) + textOf(bytes.subarray(0, bytes.length - held))
    this.#at = 0
    if (chunk === undefined) this.#isOver = true
  }

  #cut(to: number, end: string): TextRecord {
    const text = this.#text.slice(this.#at, to)
    this.#at = to + end.length
    return { text, end }
  }

  #rest(): TextRecord | 'more' | undefined {
    if (!this.#isOver) return 'more'
    return this.#at < this.#text.length ? this.#cut(this.#text.length, '') : undefined
  }

  #upTo(char: string): TextRecord | 'more' | undefined {
    const to = this.#text.indexOf(char, this.#at)
    return to < 0 ? this.#rest() : this.#cut(to, char)
  }

  #upToMatch(pattern: Pattern): TextRecord | 'more' | undefined {
    let from = this.#at
    while (from < this.#text.length) {
      const match = pattern.exec(this.#text, from)
      if (match === undefined) break
      if (match.end === match.start) {
        from = match.end + 1
        continue
      }
      // It may go on in what has not arrived.
      if (match.end === this.#text.length && !this.#isOver) return 'more'
      return this.#cut(match.start, this.#text.slice(match.start, match.end))
    }
    return this.#rest()
  }

  #paragraph(): TextRecord | 'more' | undefined {
    while (this.#text.charAt(this.#at) === '\n') this.#at += 1
    const to = this.#text.indexOf('\n\n', this.#at)
    let after = to < 0 ? this.#text.length : to + 2
    while (to >= 0 && this.#text.charAt(after) === '\n') after += 1
    if (after === this.#text.length && !this.#isOver) return 'more'
    if (to >= 0) return this.#cut(to, this.#text.slice(to, after))
    if (this.#at >= this.#text.length) return undefined
    const isEnded = this.#text.endsWith('\n')
    return this.#cut(this.#text.length - (isEnded ? 1 : 0), isEnded ? '\n' : '')
  }
}
