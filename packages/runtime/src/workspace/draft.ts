import {
  fail,
  type BlobHash,
  type FileEntry,
  type PathChange,
  type WorkspaceDelta,
  type WorkspaceDraft,
  type WriteOptions,
} from '@tabwright/protocol'
import { hashBytes, MAX_FILE_BYTES } from './bytes'
import { workspacePath } from './path'
import { missing, Overlay, sorted, type TreeView } from './tree'

/** What a draft stands on. */
export interface DraftBase {
  readonly tree: TreeView
  /** Last version of a path that is not there any more; 0 when it never was. */
  lastVersion(path: string): number
  blob(hash: BlobHash): Promise<Uint8Array>
  now(): number
}

interface Written {
  readonly entry: FileEntry
  readonly bytes: Uint8Array
}

/** A private copy-on-write view: holds only what it changed. `null` marks a removed path. */
export class Draft implements WorkspaceDraft {
  readonly #base: DraftBase
  readonly #own = new Map<string, Written | null>()
  /** Versions of paths removed here, so that writing one again moves on. */
  readonly #removedAt = new Map<string, number>()
  readonly #overlay: Overlay

  constructor(base: DraftBase) {
    this.#base = base
    this.#overlay = new Overlay(base.tree, this.#own)
  }

  list(): readonly FileEntry[] {
    const all: FileEntry[] = []
    for (const [path, entry] of this.#base.tree.files.entries()) if (!this.#own.has(path)) all.push(entry)
    for (const written of this.#own.values()) if (written !== null) all.push(written.entry)
    return sorted(all)
  }

  stat(path: string): FileEntry | undefined {
    return this.#entry(workspacePath(path))
  }

  async read(path: string): Promise<Uint8Array> {
    const at = workspacePath(path)
    const own = this.#own.get(at)
    if (own) return own.bytes
    const entry = this.#entry(at)
    return entry === undefined ? missing(at) : this.#base.blob(entry.hash)
  }

  write(path: string, bytes: Uint8Array, options: WriteOptions = {}): void {
    const at = workspacePath(path)
    const current = this.#entry(at)
    const version = current?.version ?? 0
    if (options.base !== undefined && options.base !== version) stale(at, current)
    if (bytes.length > MAX_FILE_BYTES) {
      fail(
        'too_large',
        `${at} would be ${Math.ceil(bytes.length / 1e6)} MB; a file of the workspace may have ${MAX_FILE_BYTES / 1e6} MB. It was not written.`,
      )
    }
    if (current === undefined) {
      const why = this.#overlay.obstacle(at)
      if (why !== undefined) fail('bad_input', `${why} It was not written.`)
    }
    const copy = options.hash === undefined ? bytes.slice() : bytes
    const entry: FileEntry = {
      path: at,
      hash: options.hash ?? hashBytes(copy),
      size: copy.length,
      mode: options.mode ?? current?.mode ?? 'file',
      mtime: this.#base.now(),
      version: (current?.version ?? this.#removedAt.get(at) ?? this.#base.lastVersion(at)) + 1,
    }
    this.#own.set(at, { entry, bytes: copy })
    if (current === undefined) this.#overlay.count(at, 1)
  }

  remove(path: string): void {
    const at = workspacePath(path)
    const current = this.#entry(at) ?? missing(at)
    this.#removedAt.set(at, current.version)
    this.#overlay.count(at, -1)
    this.#own.set(at, null)
  }

  delta(): WorkspaceDelta {
    const changes: PathChange[] = []
    for (const [path, written] of this.#own) {
      const before = this.#base.tree.files.get(path)
      if (written === null) {
        if (before !== undefined) changes.push({ path, before: before.hash, after: null })
        continue
      }
      const { entry, bytes } = written
      if (before?.hash === entry.hash && before.mode === entry.mode) continue
      const after = { hash: entry.hash, bytes, mode: entry.mode, mtime: entry.mtime, version: entry.version }
      changes.push({ path, before: before?.hash ?? null, after })
    }
    return changes.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  }

  #entry(path: string): FileEntry | undefined {
    const own = this.#own.get(path)
    return own === undefined ? this.#base.tree.files.get(path) : own?.entry
  }
}

function stale(path: string, current: FileEntry | undefined): never {
  const message =
    current === undefined
      ? `${path} is not there any more.`
      : `${path} was changed since it was read; it is at version ${current.version} now.`
  return fail('stale', `${message} Read it again.`, { detail: { path, version: current?.version ?? 0 } })
}
