/**
 * Most that is kept of what one command says, in bytes of UTF-8: it becomes a file of the workspace when the model reads head and tail
 * only, and such a file has 50 MB. What is over is left out in the middle, where it is missed least.
 */
export const MAX_OUTPUT = 48_000_000

/** Whoever writes more characters than this is ended: nobody reads it, most of it is left out already. */
export const MAX_WRITTEN = 256_000_000

/** Output is measured and left out in pieces of so many characters. */
const PIECE = 65_536

interface Piece {
  readonly text: string
  readonly size: number
}

/** Collects output up to a limit: about the first and the last half of it, with a note between them. */
export class CappedOutput {
  readonly #half: number
  readonly #encoder = new TextEncoder()
  #pending = ''
  #head = ''
  #headSize = 0
  #tail: Piece[] = []
  #tailSize = 0
  #dropped = 0

  /** @param limit bytes */
  constructor(limit = MAX_OUTPUT) {
    this.#half = Math.floor(limit / 2)
  }

  push(text: string): void {
    this.#pending += text
    if (this.#pending.length < PIECE) return
    let at = 0
    while (this.#pending.length - at >= PIECE) {
      const end = this.#endOfPiece(at + PIECE)
      this.#add(this.#pending.slice(at, end))
      at = end
    }
    this.#pending = this.#pending.slice(at)
  }

  text(): string {
    this.#add(this.#pending)
    this.#pending = ''
    const tail = this.#tail.map((piece) => piece.text).join('')
    if (this.#dropped === 0) return this.#head + tail
    return `${this.#head}\n[… ${this.#dropped} characters left out: the output passed ${this.#half * 2} bytes …]\n${tail}`
  }

  /** Never between the halves of a surrogate pair. */
  #endOfPiece(at: number): number {
    const code = this.#pending.charCodeAt(at)
    return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
  }

  #add(text: string): void {
    const { length: size } = this.#encoder.encode(text)
    if (this.#tail.length === 0 && this.#headSize + size <= this.#half) {
      this.#head += text
      this.#headSize += size
      return
    }
    this.#tail.push({ text, size })
    this.#tailSize += size
    while (this.#tailSize > this.#half) {
      const first = this.#tail.shift()
      if (first === undefined) return
      this.#tailSize -= first.size
      this.#dropped += first.text.length
    }
  }
}
