import { FsError } from '../../tree/fs-error'
import { errnoText } from '../../tree/errno-text'
import type { Call } from '../command'
import { LineReader, type SedLine } from './sed-input'

/** Told when the input goes on to another file. */
export interface SedStreamEvents {
  /** @returns false to pass the file over */
  onOpen(path: string): Promise<boolean>
  onClose(path: string): Promise<void>
  onMissing(message: string, code: number): Promise<void>
}

/** Lines of all files in turn. */
export class SedStream {
  readonly #call: Call
  readonly #paths: string[]
  readonly #separator: number
  readonly #isSeparate: boolean
  readonly #events: SedStreamEvents
  #reader: LineReader | undefined
  name = '-'
  line = 0

  constructor(
    call: Call,
    what: { readonly paths: readonly string[]; readonly separator: number; readonly isSeparate: boolean },
    events: SedStreamEvents,
  ) {
    this.#call = call
    this.#paths = [...what.paths]
    this.#separator = what.separator
    this.#isSeparate = what.isSeparate
    this.#events = events
  }

  /** Whether a line can be taken without waiting. */
  get isReady(): boolean {
    return this.#reader?.hasLine ?? false
  }

  /** Takes a line that is there: see {@link isReady}. */
  takeReady(): SedLine | undefined {
    const line = this.#reader?.take()
    if (line !== undefined) this.line += 1
    return line
  }

  async next(): Promise<SedLine | undefined> {
    for (;;) {
      await this.#reader?.fill()
      const line = this.takeReady()
      if (line !== undefined) return line
      if (!(await this.#advance())) return undefined
    }
  }

  /** Whether the line that was taken is the last: of its file where files are separate. */
  async isLast(): Promise<boolean> {
    if (this.isReady) return false
    for (;;) {
      await this.#reader?.fill()
      if (this.#reader?.hasLine) return false
      if (this.#isSeparate) return true
      if (this.#paths.length === 0) return true
      if (!(await this.#advance())) return true
    }
  }

  /** Whether no line will follow, in this file or others. */
  async isOver(): Promise<boolean> {
    await this.#reader?.fill()
    if (this.#reader?.hasLine) return false
    return this.#isSeparate ? !this.#hasMore() : this.isLast()
  }

  /** Another file with a line in it: cheap guess by its being there. */
  #hasMore(): boolean {
    for (const path of this.#paths) {
      if (path === '-') return true
      const node = this.#call.system.tree.find(this.#call.at(path))
      if (node?.type === 'file' && (node.read?.() ?? node.bytes).length > 0) return true
    }
    return false
  }

  async close(): Promise<void> {
    if (this.#reader === undefined) return
    this.#reader.close()
    this.#reader = undefined
    await this.#events.onClose(this.name)
  }

  /** Goes on to the next file that can be read. @returns false where there is none */
  async #advance(): Promise<boolean> {
    await this.close()
    for (let path = this.#paths.shift(); path !== undefined; path = this.#paths.shift()) {
      try {
        if (!(await this.#events.onOpen(path))) continue
        const input = path === '-' ? this.#call.stdin : this.#call.open(path)
        this.#reader = new LineReader(input, this.#separator)
        this.name = path
        if (this.#isSeparate) this.line = 0
        return true
      } catch (thrown) {
        if (!(thrown instanceof FsError)) throw thrown
        if (thrown.code === 'EISDIR') await this.#events.onMissing(`read error on ${path}: ${errnoText(thrown)}`, 4)
        else await this.#events.onMissing(`can't read ${path}: ${errnoText(thrown)}`, 2)
      }
    }
    return false
  }
}
