import type { Output } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { CommandError } from '../command'
import { bytesOfLatin, latinWord } from './latin'

const ROOM = 32_768

/** Gathers what a text tool writes, as strings of bytes (see `latin.ts`). */
export class LatinOutput {
  readonly #output: Output
  readonly #parts: string[] = []
  #size = 0

  constructor(output: Output) {
    this.#output = output
  }

  get isFull(): boolean {
    return this.#size >= ROOM
  }

  /** Bytes, one a character. */
  put(latin: string): void {
    this.#parts.push(latin)
    this.#size += latin.length
  }

  /** Text as people write it. */
  putText(text: string): void {
    this.put(latinWord(text))
  }

  /** Writes when much has gathered. */
  async settle(): Promise<void> {
    if (this.isFull) await this.flush()
  }

  /** @throws CommandError worded as `write error`, Killed with PIPE */
  async flush(): Promise<void> {
    if (this.#size === 0) return
    const bytes = bytesOfLatin(this.#parts.join(''))
    this.#parts.length = 0
    this.#size = 0
    await this.#write(bytes)
  }

  /** Past the buffer, after what is in it. */
  async pass(bytes: Uint8Array): Promise<void> {
    await this.flush()
    await this.#write(bytes)
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#output.write(bytes)
    } catch (thrown) {
      if (thrown instanceof FsError) throw new CommandError(`write error: ${errnoText(thrown)}`)
      throw thrown
    }
  }
}
