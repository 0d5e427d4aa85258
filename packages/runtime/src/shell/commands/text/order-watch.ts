import { CommandError } from '../command'
import { textOfLatin } from './latin'
import { compareText } from './sort-order'
import { complain, type Tool } from './tool'

/**
 * Watches that two inputs are sorted. Unless it is forced, disorder is only told once a line found no partner: two files that
 * pair well need no order.
 */
export class OrderWatch {
  readonly #tool: Tool
  readonly #isForced: boolean
  readonly #isOff: boolean
  readonly #last: (string | undefined)[] = [undefined, undefined]
  readonly #told = [false, false]
  #isUnpaired = false

  constructor(tool: Tool, how: { readonly isForced: boolean; readonly isOff: boolean }) {
    this.#tool = tool
    this.#isForced = how.isForced
    this.#isOff = how.isOff
  }

  noteUnpaired(): void {
    this.#isUnpaired = true
  }

  /** @throws CommandError where order is forced */
  async see(side: 0 | 1, key: string, message: string): Promise<void> {
    const before = this.#last[side]
    this.#last[side] = key
    if (this.#isOff || before === undefined || compareText(before, key) <= 0) return
    if (!this.#isForced && !this.#isUnpaired) return
    if (this.#told[side]) return
    this.#told[side] = true
    if (this.#isForced) throw new CommandError(textOfLatin(message))
    await complain(this.#tool, textOfLatin(message))
  }

  /** Tells that the input was not in order, if it was told of any line. */
  async code(): Promise<number> {
    if (!this.#told.includes(true)) return 0
    await complain(this.#tool, 'input is not in sorted order')
    return 1
  }
}
