import {
  fail,
  modePermissions,
  type FileEntry,
  type PathChange,
  type WorkspaceDelta,
  type WorkspaceDraft,
  type WorkspaceReader,
  type WriteOptions,
} from '@tabwright/protocol'
import { MAX_FILE_BYTES } from './bytes'
import { Written, type HashBytes } from './written'
import { workspacePath } from './path'
import { comparePaths, rooted } from './compare'
import { missing, type Root } from './root'

/** What a draft stands on. */
export interface DraftBase {
  readonly root: Root
  /** Last version of a path that is not there any more; 0 when it never was. */
  lastVersion(path: string): number
  content(entry: FileEntry): Promise<Uint8Array>
  now(): number
  readonly hash: HashBytes
}

/** Enough for all threads of a platform, and few enough that thousands of files do not all wait at once. */
const HASHED_AT_ONCE = 64

/** A private copy-on-write view: holds only what it changed. */
export class Draft implements WorkspaceDraft {
  readonly #base: DraftBase
  readonly #before: Root
  readonly #root: Root
  /** Versions of paths removed here, so that writing one again moves on. */
  readonly #removedAt = new Map<string, number>()

  constructor(base: DraftBase) {
    this.#base = base
    this.#before = base.root
    this.#root = base.root.fork()
    rooted(this, () => this.#root)
  }

  list(): readonly FileEntry[] {
    return this.#root.files()
  }

  folders(): readonly FileEntry[] {
    return this.#root.folders()
  }

  stat(path: string): FileEntry | undefined {
    return this.#root.get(workspacePath(path))
  }

  async read(path: string): Promise<Uint8Array> {
    const at = workspacePath(path)
    return this.#content(this.#root.get(at) ?? missing(at))
  }

  draft(): WorkspaceDraft {
    const { now, hash } = this.#base
    return new Draft({
      root: this.#root.fork(),
      lastVersion: (path) => this.#lastVersion(path),
      content: (entry) => this.#content(entry),
      now,
      hash,
    })
  }

  differsFrom(other: WorkspaceReader): readonly string[] {
    return comparePaths(this, other)
  }

  write(path: string, bytes: Uint8Array, options: WriteOptions = {}): void {
    const at = workspacePath(path)
    const current = this.#root.get(at)
    const version = current?.version ?? 0
    if (options.base !== undefined && options.base !== version) stale(at, current)
    if (bytes.length > MAX_FILE_BYTES) tooLarge(at, bytes.length)
    const mode = options.mode ?? current?.mode ?? 'file'
    // Only who says what it is to be means to put a file in the place of an empty folder.
    const isFolder = options.mode === undefined && mode === 'folder'
    const why = isFolder ? `${at} is a folder.` : this.#root.obstacle(at, mode)
    if (why !== undefined) fail('bad_input', `${why} It was not written.`)
    const permissions = options.permissions ?? (current?.mode === mode ? current.permissions : undefined)
    this.#root.put(
      new Written(options.hash === undefined ? bytes.slice() : bytes, {
        path: at,
        mode,
        mtime: options.mtime ?? this.#base.now(),
        isDated: options.mtime !== undefined,
        version: (current?.version ?? this.#lastVersion(at)) + 1,
        ...(options.hash !== undefined && { hash: options.hash }),
        ...(permissions !== undefined && permissions !== modePermissions(mode) && { permissions }),
      }),
    )
  }

  remove(path: string): void {
    const at = workspacePath(path)
    const current = this.#root.get(at) ?? missing(at)
    this.#removedAt.set(at, current.version)
    this.#root.remove(at)
  }

  async settle(): Promise<void> {
    let waiting: Promise<void>[] = []
    for (const { now } of this.#root.changes(this.#before)) {
      const settled = now instanceof Written ? now.settle(this.#base.hash) : undefined
      if (settled !== undefined) waiting.push(settled)
      if (waiting.length < HASHED_AT_ONCE) continue
      await Promise.all(waiting)
      waiting = []
    }
    await Promise.all(waiting)
  }

  delta(): WorkspaceDelta {
    return this.#root.changes(this.#before).flatMap(({ path, before, now }): PathChange[] => {
      if (now === undefined) return before === undefined ? [] : [{ path, before: before.hash, after: null }]
      if (!(now instanceof Written) || isAsBefore(before, now)) return []
      const { hash, bytes, mode, mtime, version } = now
      const after = { hash, bytes, mode, mtime, version, ...(now.permissions !== undefined && { permissions: now.permissions }) }
      return [{ path, before: before?.hash ?? null, after }]
    })
  }

  #lastVersion(path: string): number {
    return this.#removedAt.get(path) ?? this.#base.lastVersion(path)
  }

  async #content(entry: FileEntry): Promise<Uint8Array> {
    return entry instanceof Written ? entry.bytes : this.#base.content(entry)
  }
}

/** A time alone counts where somebody chose it: whoever writes what is there already has changed nothing. */
function isAsBefore(before: FileEntry | undefined, now: Written): boolean {
  if (before === undefined || before.size !== now.size || before.mode !== now.mode || before.permissions !== now.permissions) return false
  return (!now.isDated || before.mtime === now.mtime) && before.hash === now.hash
}

function tooLarge(path: string, bytes: number): never {
  const message = `${path} would be ${Math.ceil(bytes / 1e6)} MB; a file of the workspace may have ${MAX_FILE_BYTES / 1e6} MB.`
  return fail('too_large', `${message} It was not written.`)
}

function stale(path: string, current: FileEntry | undefined): never {
  const message =
    current === undefined
      ? `${path} is not there any more.`
      : `${path} was changed since it was read; it is at version ${current.version} now.`
  return fail('stale', `${message} Read it again.`, { detail: { path, version: current?.version ?? 0 } })
}
