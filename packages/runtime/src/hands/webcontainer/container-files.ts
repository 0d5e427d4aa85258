import {
  CONTAINER_LIMITS,
  fail,
  FailureError,
  staysThere,
  type ContainerFile,
  type FileEntry,
  type WorkspaceDraft,
  type WorkspaceReader,
} from '@tabwright/protocol'
import type { ContainerLink } from './container-link'

/** Left where they are: packages that were installed there, git's own, and what is ours beside the project. */
export const STAYS = ['**/node_modules/**', 'node_modules/**', '.git/**', '**/.git/**', '.tabwright/**']

/** Something the container has, as the workspace had it when both were the same. */
interface Known {
  readonly kind: ContainerFile['kind']
  readonly bytes: Uint8Array
}

/**
 * Keeps the files of a container and of a session in step. The workspace is the master copy: what differs there goes out before a program
 * starts, and what programs changed comes back as changes of the draft. Nobody else writes in there, so whatever differs is a program's.
 */
export class ContainerFiles {
  readonly #link: ContainerLink
  /** The files of the workspace that the container has. A view of its own: what comes from there is written to it as well. */
  #here: WorkspaceDraft | undefined
  /** What the container has of them. */
  readonly #known = new Map<string, Known>()
  /** Paths that the workspace did not take, by the content that was refused. */
  readonly #refused = new Map<string, Uint8Array>()

  constructor(link: ContainerLink) {
    this.#link = link
  }

  /** The files there become those of `files`. @throws FailureError */
  async send(files: WorkspaceDraft): Promise<void> {
    const now = files.draft()
    const changed = this.#here === undefined ? [...now.folders(), ...now.list()].map(({ path }) => path) : now.differsFrom(this.#here)
    const removed: string[] = []
    const written: ContainerFile[] = []
    for (const path of changed.filter((one) => !staysThere(one))) {
      const entry = entryAt(now, path)
      const known = this.#known.get(path)
      if (entry === undefined) {
        if (known !== undefined) removed.push(path)
        continue
      }
      const kind = kindOf(entry)
      const bytes = kind === 'folder' ? new Uint8Array() : await now.read(path)
      // Of a file that has other bits alone nothing goes there: it has none.
      if (known?.kind === kind && same(known.bytes, bytes)) continue
      if (known !== undefined && known.kind !== kind) removed.push(path)
      written.push({ path, kind, bytes })
    }
    refuseTooMuch(now)
    if (removed.length > 0 || written.length > 0) await this.#link.write(removed, written)
    for (const path of removed) this.#known.delete(path)
    for (const { path, kind, bytes } of written) this.#known.set(path, { kind, bytes })
    this.#here = now
  }

  /** What programs changed there becomes the draft's, at once and at the end. Gives a sentence for each file that was left out. */
  async fetch(files: WorkspaceDraft): Promise<readonly string[]> {
    const found = (await this.#link.read(STAYS)).filter(({ path }) => !staysThere(path))
    const size = found.reduce((sum, { bytes }) => sum + bytes.length, 0)
    if (found.length > CONTAINER_LIMITS.files || size > CONTAINER_LIMITS.bytes)
      return [
        `[in WebContainers there are ${found.length} files with ${Math.round(size / 1e6)} MB beside node_modules, more than can be kept in step: nothing of what changed there was taken. Remove what was made there, with node -e.]`,
      ]
    // Here everything has come: nothing else gets in between.
    const both = [files, ...(this.#here ? [this.#here] : [])]
    const notes: string[] = []
    const there = new Set(found.map(({ path }) => path))
    for (const [path, known] of this.#known) {
      if (there.has(path)) continue
      this.#known.delete(path)
      // A folder that is not empty any more is told of by what is in it.
      if (known.kind === 'folder' && found.some((one) => one.path.startsWith(`${path}/`))) continue
      for (const one of both) if (entryAt(one, path) !== undefined) one.remove(path)
    }
    for (const file of found.toSorted((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder'))) {
      const note = this.#take(both, file)
      if (note !== undefined) notes.push(note)
    }
    return notes
  }

  #take(both: readonly WorkspaceDraft[], { path, kind, bytes }: ContainerFile): string | undefined {
    const known = this.#known.get(path)
    if (known?.kind === kind && same(known.bytes, bytes)) return undefined
    const refused = this.#refused.get(path)
    if (refused !== undefined && same(refused, bytes)) return undefined
    try {
      for (const files of both) {
        const before = entryAt(files, path)
        // Bits are nothing that a container keeps.
        if (kind !== 'folder' || before === undefined)
          files.write(path, bytes, { mode: kind === 'file' && before?.mode === 'executable' ? 'executable' : kind })
      }
      this.#known.set(path, { kind, bytes })
      this.#refused.delete(path)
      return undefined
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown
      this.#refused.set(path, bytes)
      return `[left out of the workspace: ${thrown.message}]`
    }
  }
}

function refuseTooMuch(files: WorkspaceReader): void {
  const list = files.list().filter(({ path }) => !staysThere(path))
  const size = list.reduce((sum, entry) => sum + entry.size, 0)
  if (list.length > CONTAINER_LIMITS.files || size > CONTAINER_LIMITS.bytes)
    fail(
      'too_large',
      `The project has ${list.length} files with ${Math.round(size / 1e6)} MB, more than can be kept in step with WebContainers (${CONTAINER_LIMITS.files} files, ${CONTAINER_LIMITS.bytes / 1e6} MB).`,
    )
}

const kindOf = ({ mode }: FileEntry): ContainerFile['kind'] => (mode === 'executable' ? 'file' : mode)

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

/** Nothing where the path could not be one of the workspace. */
function entryAt(files: WorkspaceReader, path: string): FileEntry | undefined {
  try {
    return files.stat(path)
  } catch (thrown) {
    if (thrown instanceof FailureError) return undefined
    throw thrown
  }
}
