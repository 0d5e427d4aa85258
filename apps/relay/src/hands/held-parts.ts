import { DIRECTORY_LIMITS } from '@tabwright/protocol'
import { FileProblem } from './open-folder'

interface Held {
  readonly parts: Buffer[]
  size: number
  forgotten: NodeJS.Timeout | undefined
}

/** Nothing came for so long: who sent it is gone. */
const FORGOTTEN_MS = 60_000
/** Of all files together. */
const MOST_HELD = 2 * DIRECTORY_LIMITS.file

/** What has come of files that do not fit one call. Bounded, and let go where the rest does not come. */
export class HeldParts {
  readonly #held = new Map<string, Held>()
  #size = 0

  /** @throws FileProblem where it is too much or does not go on with anything; nothing of that file is held then */
  add(key: string, part: Buffer, { isFirst, shown }: { readonly isFirst: boolean; readonly shown: string }): void {
    if (isFirst) this.#drop(key)
    const held: Held | undefined = isFirst ? { parts: [], size: 0, forgotten: undefined } : this.#held.get(key)
    if (held === undefined) throw new FileProblem(`${shown} did not come whole; nothing was written.`)
    const isTooLarge = held.size + part.length > DIRECTORY_LIMITS.file + DIRECTORY_LIMITS.pack
    if (isTooLarge || this.#size + part.length > MOST_HELD) {
      this.#drop(key)
      throw new FileProblem(isTooLarge ? `${shown} is too large.` : `${shown} was not written: too many large files come at once.`)
    }
    held.parts.push(part)
    held.size += part.length
    this.#size += part.length
    clearTimeout(held.forgotten)
    held.forgotten = setTimeout(() => this.#drop(key), FORGOTTEN_MS).unref()
    this.#held.set(key, held)
  }

  /** All that came of it, once. Undefined: nothing did, or it was let go. */
  take(key: string): readonly Buffer[] | undefined {
    const held = this.#held.get(key)
    this.#drop(key)
    return held?.parts
  }

  #drop(key: string): void {
    const held = this.#held.get(key)
    if (held === undefined) return
    clearTimeout(held.forgotten)
    this.#size -= held.size
    this.#held.delete(key)
  }
}
