import type { Input } from '../../streams/stream'
import { CommandError } from '../command'

/**
 * Whole numbers below a bound from bytes, as the real tools draw them: with the same bytes the same choices come out.
 * What is left of a draw is used for the next.
 */
export class RandomChoice {
  readonly #next: () => Promise<number>
  #number = 0n
  #most = 0n

  constructor(next: () => Promise<number>) {
    this.#next = next
  }

  /** One of 0 … `choices` - 1. */
  async below(choices: number): Promise<number> {
    const top = BigInt(choices - 1)
    for (;;) {
      while (this.#most < top) {
        this.#number = this.#number * 256n + BigInt(await this.#next())
        this.#most = this.#most * 256n + 255n
      }
      if (this.#most === top) {
        const drawn = this.#number
        this.#number = 0n
        this.#most = 0n
        return Number(drawn)
      }
      const excess = this.#most - top
      const count = BigInt(choices)
      const unusable = excess % count
      const lastUsable = this.#most - unusable
      const reduced = this.#number % count
      if (this.#number <= lastUsable) {
        this.#number = this.#number / count
        this.#most = excess / count
        return Number(reduced)
      }
      this.#number = this.#number - lastUsable - 1n
      this.#most = unusable - 1n
    }
  }
}

/** Bytes of a file one by one. @throws CommandError at its end */
export function bytesFrom(input: Input, name: string): () => Promise<number> {
  let chunk: Uint8Array = new Uint8Array()
  let at = 0
  return async () => {
    if (at >= chunk.length) {
      const next = await input.read()
      if (next === undefined) throw new CommandError(`${name}: end of file`)
      chunk = next
      at = 0
    }
    return chunk[at++] ?? 0
  }
}

/** Random bytes, drawn in blocks. */
export function bytesOfRandom(fill: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): () => Promise<number> {
  let block: Uint8Array = new Uint8Array()
  let at = 0
  return () => {
    if (at >= block.length) {
      block = fill(new Uint8Array(1024))
      at = 0
    }
    return Promise.resolve(block[at++] ?? 0)
  }
}
