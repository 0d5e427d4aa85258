import {
  fail,
  type BlobHash,
  type FileEntry,
  type PathChange,
  type Workspace,
  type WorkspaceDelta,
  type WorkspaceDraft,
} from '@tabwright/protocol'
import { hashBytes } from './bytes'
import { Draft } from './draft'
import { workspacePath } from './path'
import { missing, Overlay, sorted, Tree } from './tree'

/** What a workspace starts from. */
export interface WorkspaceOptions {
  /** The files as they were last committed. */
  readonly entries: readonly FileEntry[]
  /** Stored content. Asked once for each hash that is not in memory. */
  loadBlob(hash: BlobHash): Promise<Uint8Array>
  /** Wall clock in milliseconds, for `mtime`. */
  now(): number
  /** Checks what was loaded. Default: in script, without leaving it. */
  hash?(bytes: Uint8Array): BlobHash | Promise<BlobHash>
}

// Old contents stay in memory up to this much, so that a review or an undo seldom waits for the disk.
const SPARE_BYTES = 64_000_000

class MemoryWorkspace implements Workspace {
  readonly #tree: Tree
  readonly #options: WorkspaceOptions
  readonly #bytes = new Map<BlobHash, Uint8Array>()
  readonly #loading = new Map<BlobHash, Promise<Uint8Array>>()
  readonly #removed = new Map<string, number>()
  readonly #listeners = new Set<(paths: readonly string[]) => void>()
  /** How many paths hold each content now, and how much that is. */
  readonly #used = new Map<BlobHash, number>()
  #usedBytes = 0
  #held = 0

  constructor(options: WorkspaceOptions) {
    this.#options = options
    this.#tree = new Tree(options.entries)
    for (const entry of options.entries) this.#uses(entry, 1)
  }

  list(): readonly FileEntry[] {
    return sorted(this.#tree.values())
  }

  stat(path: string): FileEntry | undefined {
    return this.#tree.get(workspacePath(path))
  }

  async read(path: string): Promise<Uint8Array> {
    const at = workspacePath(path)
    const entry = this.#tree.get(at) ?? missing(at)
    return this.blob(entry.hash)
  }

  draft(): WorkspaceDraft {
    return new Draft({
      tree: this.#tree.view(),
      lastVersion: (path) => this.#removed.get(path) ?? 0,
      blob: (hash) => this.blob(hash),
      now: () => this.#options.now(),
    })
  }

  adopt(delta: WorkspaceDelta): readonly string[] {
    const next = new Map<string, FileEntry | null>()
    const overlay = new Overlay(this.#tree.view(), next)
    const moved: string[] = []
    // Removals first: a file may become a folder in one delta.
    for (const change of delta.toSorted((a, b) => Number(a.after !== null) - Number(b.after !== null))) {
      if (this.#apply(change, next, overlay) === 'moved') moved.push(change.path)
    }
    for (const [path, entry] of next) {
      const before = this.#tree.get(path)
      if (before) this.#uses(before, -1)
      if (entry) this.#uses(entry, 1)
    }
    this.#tree.change(next)
    this.#dropSpare()
    const changed = [...next.keys()].toSorted()
    if (changed.length > 0) for (const listener of this.#listeners) listener(changed)
    return moved.toSorted()
  }

  blob(hash: BlobHash): Promise<Uint8Array> {
    const known = this.#bytes.get(hash)
    if (known !== undefined) return Promise.resolve(known)
    const loading = this.#loading.get(hash)
    if (loading !== undefined) return loading
    const started = this.#load(hash)
    this.#loading.set(hash, started)
    const forget = (): boolean => this.#loading.delete(hash)
    void started.then(forget, forget)
    return started
  }

  watch(listener: (paths: readonly string[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #apply(change: PathChange, next: Map<string, FileEntry | null>, overlay: Overlay): 'taken' | 'same' | 'moved' {
    const path = workspacePath(change.path)
    const own = next.get(path)
    const current = own === undefined ? this.#tree.get(path) : (own ?? undefined)
    if ((current?.hash ?? null) !== change.before) return sameAs(current, change) ? 'same' : 'moved'
    if (change.after === null) {
      if (current === undefined) return 'same'
      next.set(path, null)
      overlay.count(path, -1)
      this.#removed.set(path, current.version)
      return 'taken'
    }
    if (current === undefined && overlay.obstacle(path) !== undefined) return 'moved'
    const { bytes, hash, mode, mtime } = change.after
    const version = Math.max(change.after.version, (current?.version ?? 0) + 1)
    next.set(path, { path, hash, size: bytes.length, mode, mtime, version })
    if (current === undefined) overlay.count(path, 1)
    this.#keep(hash, bytes)
    return 'taken'
  }

  async #load(hash: BlobHash): Promise<Uint8Array> {
    const bytes = await this.#options.loadBlob(hash)
    const { hash: hashOf = hashBytes } = this.#options
    if ((await hashOf(bytes)) !== hash) fail('unexpected', `The stored content ${hash.slice(0, 12)} is damaged; it was not used.`)
    this.#keep(hash, bytes)
    return bytes
  }

  #keep(hash: BlobHash, bytes: Uint8Array): void {
    if (this.#bytes.has(hash)) return
    this.#bytes.set(hash, bytes)
    this.#held += bytes.length
  }

  /** A path takes up (1) or lets go of (-1) its content. */
  #uses({ hash, size }: FileEntry, by: 1 | -1): void {
    const count = (this.#used.get(hash) ?? 0) + by
    if (count > 0) this.#used.set(hash, count)
    else this.#used.delete(hash)
    if (count === 0 || (count === 1 && by === 1)) this.#usedBytes += by * size
  }

  #dropSpare(): void {
    if (this.#held <= this.#usedBytes + SPARE_BYTES) return
    for (const [hash, bytes] of this.#bytes) {
      if (this.#used.has(hash)) continue
      this.#bytes.delete(hash)
      this.#held -= bytes.length
    }
  }
}

function sameAs(current: FileEntry | undefined, change: PathChange): boolean {
  if (change.after === null) return current === undefined
  return current?.hash === change.after.hash && current.mode === change.after.mode
}

/** The session's files, all of them by path in memory, contents loaded at first use. Bytes that it returns are shared: never write into them. */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  return new MemoryWorkspace(options)
}
