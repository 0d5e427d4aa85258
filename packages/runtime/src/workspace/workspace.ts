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
import { Folders, missing, obstacle, sorted, type Tree } from './tree'

/** What a workspace starts from. */
export interface WorkspaceOptions {
  /** The files as they were last committed. */
  readonly entries: readonly FileEntry[]
  /** Stored content. Asked once for each hash that is not in memory. */
  loadBlob(hash: BlobHash): Promise<Uint8Array>
  /** Wall clock in milliseconds, for `mtime`. */
  now(): number
}

// Old contents stay in memory up to this much, so that a review or an undo seldom waits for the disk.
const SPARE_BYTES = 64_000_000

class MemoryWorkspace implements Workspace {
  #tree: Tree
  readonly #options: WorkspaceOptions
  readonly #bytes = new Map<BlobHash, Uint8Array>()
  readonly #loading = new Map<BlobHash, Promise<Uint8Array>>()
  readonly #removed = new Map<string, number>()
  readonly #listeners = new Set<(paths: readonly string[]) => void>()
  #held = 0

  constructor(options: WorkspaceOptions) {
    this.#options = options
    this.#tree = new Map(options.entries.map((entry) => [entry.path, entry]))
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
      tree: this.#tree,
      lastVersion: (path) => this.#removed.get(path) ?? 0,
      blob: (hash) => this.blob(hash),
      now: () => this.#options.now(),
    })
  }

  adopt(delta: WorkspaceDelta): readonly string[] {
    const next = new Map(this.#tree)
    const folders = new Folders(next.keys())
    const moved: string[] = []
    const changed: string[] = []
    // Removals first: a file may become a folder in one delta.
    for (const change of delta.toSorted((a, b) => Number(a.after !== null) - Number(b.after !== null))) {
      const verdict = this.#apply(change, next, folders)
      if (verdict === 'moved') moved.push(change.path)
      else if (verdict === 'changed') changed.push(change.path)
    }
    this.#tree = next
    this.#dropSpare()
    if (changed.length > 0) for (const listener of this.#listeners) listener(changed.toSorted())
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

  #apply(change: PathChange, next: Map<string, FileEntry>, folders: Folders): 'changed' | 'same' | 'moved' {
    const path = workspacePath(change.path)
    const current = next.get(path)
    if ((current?.hash ?? null) !== change.before) return sameAs(current, change) ? 'same' : 'moved'
    if (change.after === null) {
      if (current === undefined) return 'same'
      next.delete(path)
      folders.remove(path)
      this.#removed.set(path, current.version)
      return 'changed'
    }
    if (current === undefined && obstacle(path, next, folders) !== undefined) return 'moved'
    const { bytes, hash, mode, mtime } = change.after
    const version = Math.max(change.after.version, (current?.version ?? 0) + 1)
    next.set(path, { path, hash, size: bytes.length, mode, mtime, version })
    if (current === undefined) folders.add(path)
    this.#keep(hash, bytes)
    return 'changed'
  }

  async #load(hash: BlobHash): Promise<Uint8Array> {
    const bytes = await this.#options.loadBlob(hash)
    if (hashBytes(bytes) !== hash) fail('unexpected', `The stored content ${hash.slice(0, 12)} is damaged; it was not used.`)
    this.#keep(hash, bytes)
    return bytes
  }

  #keep(hash: BlobHash, bytes: Uint8Array): void {
    if (this.#bytes.has(hash)) return
    this.#bytes.set(hash, bytes)
    this.#held += bytes.length
  }

  #dropSpare(): void {
    const live = new Set<BlobHash>()
    let size = 0
    for (const entry of this.#tree.values()) {
      if (live.has(entry.hash)) continue
      live.add(entry.hash)
      size += entry.size
    }
    if (this.#held <= size + SPARE_BYTES) return
    for (const [hash, bytes] of this.#bytes) {
      if (live.has(hash)) continue
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
