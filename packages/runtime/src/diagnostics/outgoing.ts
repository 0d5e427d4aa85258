import type { FileEntry, WorkspaceReader } from '@tabwright/protocol'
import type { ShelfDelta, ShelfFile } from './shelf'

const OWN = /\.[cm]?[jt]sx?$|\.json$/
/** Of packages only what has types, and what says where they are. */
const OF_PACKAGE = /\.d\.[cm]?ts$|\/package\.json$/
const PACKAGES = /(^|\/)node_modules\//
const NEVER = /^(\.git|\.tabwright)\//

/** Longer ones were made by a program: reading them takes longer than the rest together. */
const MAX_FILE = 1_000_000
/** All of it is in the checker's memory, several times over once it is parsed. */
const MAX_FILES = 12_000
const MAX_BYTES = 48_000_000

/** Knows what the checker has, so that only what changed travels. */
export class Outgoing {
  #has: WorkspaceReader | undefined
  /** Files that the checker has, and their sizes. */
  readonly #sizes = new Map<string, number>()
  #bytes = 0
  /** Files that there was no room for. */
  readonly #left = new Set<string>()

  /** What makes the checker's files those of `files`; taken as sent. */
  async delta(files: WorkspaceReader): Promise<ShelfDelta> {
    const changed = this.#has === undefined ? files.list().map(({ path }) => path) : files.differsFrom(this.#has)
    const wanted: FileEntry[] = []
    const removed: string[] = []
    // The project's own files first: for them there is room.
    for (const path of changed.filter(isWanted).toSorted((a, b) => Number(PACKAGES.test(a)) - Number(PACKAGES.test(b)))) {
      const entry = files.stat(path)
      this.#forget(path)
      if (entry && (entry.mode === 'file' || entry.mode === 'executable') && this.#take(entry)) wanted.push(entry)
      else removed.push(path)
    }
    const decoder = new TextDecoder()
    const read = async ({ path, hash }: FileEntry): Promise<ShelfFile> => ({ path, hash, text: decoder.decode(await files.read(path)) })
    // Asked for in one breath: the store reads them together.
    const sent = await Promise.all(wanted.map(read))
    this.#has = files.draft()
    return { files: sent, removed }
  }

  /** What there was no room for, in a sentence; none where everything is there. */
  note(): readonly string[] {
    if (this.#left.size === 0) return []
    const [first = ''] = this.#left
    return [
      `Too large to be read by the checker, so it knows nothing of them: ${first}${this.#left.size > 1 ? ` and ${this.#left.size - 1} more` : ''}`,
    ]
  }

  #take({ path, size }: FileEntry): boolean {
    if (size > MAX_FILE || this.#sizes.size >= MAX_FILES || this.#bytes + size > MAX_BYTES) {
      this.#left.add(path)
      return false
    }
    this.#sizes.set(path, size)
    this.#bytes += size
    return true
  }

  #forget(path: string): void {
    this.#bytes -= this.#sizes.get(path) ?? 0
    this.#sizes.delete(path)
    this.#left.delete(path)
  }
}

function isWanted(path: string): boolean {
  return !NEVER.test(path) && (PACKAGES.test(path) ? OF_PACKAGE.test(path) : OWN.test(path))
}
