import { FailureError, modePermissions, type FileEntry, type WorkspaceDraft, type WorkspaceReader } from '@tabwright/protocol'
import type { Carried } from './messages'
import { bytesIn, packed, type Packed } from './packs'

/** What has to travel to make the kernel's files those of a draft. */
export interface Outgoing extends Packed {
  readonly removed: string[]
}

/** What a kernel says that it changed. */
export interface Incoming {
  readonly files: readonly Carried[]
  readonly packs: readonly ArrayBuffer[]
  readonly removed: readonly string[]
}

/** Knows what the kernel has, so that only differences travel and only what changed is looked at. */
export class FileSync {
  #kernelHas: WorkspaceReader | undefined
  /** Paths at which the kernel holds something that the workspace did not take. */
  readonly #refused = new Set<string>()

  /** The way out: changed and removed files since the last time, taken as sent. */
  async outgoing(draft: WorkspaceDraft): Promise<Outgoing> {
    const changed = this.#kernelHas === undefined ? pathsOf(draft) : draft.differsFrom(this.#kernelHas)
    const found: FileEntry[] = []
    const removed: string[] = []
    for (const path of new Set([...changed, ...this.#refused])) {
      const entry = entryAt(draft, path)
      if (entry === undefined) removed.push(path)
      else found.push(entry)
    }
    // Asked for in one breath: the store reads them together.
    const contents = await Promise.all(
      found.map(async ({ path, mode, mtime, permissions }) => ({
        file: { path, mode, mtime, permissions },
        bytes: await draft.read(path),
      })),
    )
    this.#refused.clear()
    this.#kernelHas = draft.draft()
    return { ...packed(contents), removed }
  }

  /**
   * The way back. What the kernel says is not trusted: a path outside the workspace or a file too large is left out.
   * Gives a sentence for each; the next {@link outgoing} then takes it away from the kernel as well.
   */
  incoming(draft: WorkspaceDraft, { files, packs, removed }: Incoming): string[] {
    const sentences: string[] = []
    const attempt = (path: string, change: () => void): void => {
      try {
        change()
      } catch (thrown) {
        if (!(thrown instanceof FailureError)) throw thrown
        this.#refused.add(path)
        sentences.push(thrown.message)
      }
    }
    // Removals first: a file may have become a folder. Folders before what is in them.
    for (const path of removed)
      attempt(path, () => {
        if (draft.stat(path) !== undefined) draft.remove(path)
      })
    for (const file of files.toSorted((a, b) => Number(b.mode === 'folder') - Number(a.mode === 'folder')))
      attempt(file.path, () => writeCarried(draft, file, bytesIn(packs, file)))
    this.#kernelHas = draft.draft()
    return sentences
  }
}

function writeCarried(draft: WorkspaceDraft, { path, mode, mtime, permissions }: Carried, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) throw new FailureError({ code: 'bad_input', message: `The sandbox sent ${path} without its content.` })
  draft.write(path, bytes, { mode, mtime, permissions: permissions ?? modePermissions(mode) })
}

function pathsOf(draft: WorkspaceDraft): readonly string[] {
  return [...draft.folders(), ...draft.list()].map(({ path }) => path)
}

/** Nothing where the path could not be one of the workspace. */
function entryAt(draft: WorkspaceDraft, path: string): FileEntry | undefined {
  try {
    return draft.stat(path)
  } catch (thrown) {
    if (thrown instanceof FailureError) return undefined
    throw thrown
  }
}
