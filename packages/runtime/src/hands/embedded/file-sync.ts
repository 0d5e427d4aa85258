import { FailureError, type FileEntry, type WorkspaceDraft } from '@tabwright/protocol'
import type { Carried } from './messages'

/** What has to travel to make the kernel's files those of a draft. */
export interface Outgoing {
  readonly files: Carried[]
  readonly removed: string[]
}

const stamp = (entry: Pick<FileEntry, 'hash' | 'mode'>): string => `${entry.mode}:${entry.hash}`

/** Knows what the kernel has, so that only differences travel. Keys are paths as the kernel spells them. */
export class FileSync {
  readonly #kernelHas = new Map<string, string>()

  /** The way out: changed and removed files since the last time, taken as sent. */
  async outgoing(draft: WorkspaceDraft): Promise<Outgoing> {
    const files: Carried[] = []
    const wanted = new Set<string>()
    for (const entry of draft.list()) {
      wanted.add(entry.path)
      if (this.#kernelHas.get(entry.path) === stamp(entry)) continue
      files.push({ path: entry.path, mode: entry.mode, bytes: await draft.read(entry.path) })
      this.#kernelHas.set(entry.path, stamp(entry))
    }
    const removed = [...this.#kernelHas.keys()].filter((path) => !wanted.has(path))
    for (const path of removed) this.#kernelHas.delete(path)
    return { files, removed }
  }

  /**
   * The way back. What the kernel says is not trusted: a path outside the workspace or a file too large is left out.
   * Gives a sentence for each; the next {@link outgoing} then takes it away from the kernel as well.
   */
  incoming(draft: WorkspaceDraft, changed: { readonly files: readonly Carried[]; readonly removed: readonly string[] }): string[] {
    const refused: string[] = []
    const attempt = (change: () => void): void => {
      try {
        change()
      } catch (thrown) {
        if (!(thrown instanceof FailureError)) throw thrown
        refused.push(thrown.message)
      }
    }
    // Removals first: a file may have become a folder.
    for (const path of changed.removed) {
      this.#kernelHas.delete(path)
      attempt(() => {
        if (draft.stat(path) !== undefined) draft.remove(path)
      })
    }
    for (const { path, bytes, mode } of changed.files) {
      this.#kernelHas.set(path, 'refused')
      attempt(() => {
        draft.write(path, bytes, { mode })
        const now = draft.stat(path)
        // Another spelling (NFC) is another file to the kernel: it loses its own and is sent ours.
        if (now?.path === path) this.#kernelHas.set(path, stamp(now))
      })
    }
    return refused
  }
}
