import {
  fail,
  type BlobHash,
  type FileEntry,
  type PathChange,
  type Workspace,
  type WorkspaceDelta,
  type WorkspaceDraft,
  type WorkspaceReader,
} from '@tabwright/protocol'
import { hashBytes } from './bytes'
import { Draft } from './draft'
import { workspacePath } from './path'
import { comparePaths, rooted } from './compare'
import { missing, Root } from './root'

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
  readonly #root: Root
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
    this.#root = Root.of(options.entries)
    rooted(this, () => this.#root)
    for (const entry of options.entries) this.#uses(entry, 1)
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
    const entry = this.#root.get(at) ?? missing(at)
    return this.blob(entry.hash)
  }

  draft(): WorkspaceDraft {
    return new Draft({
      root: this.#root.fork(),
      lastVersion: (path) => this.#removed.get(path) ?? 0,
      content: ({ hash }) => this.blob(hash),
      now: () => this.#options.now(),
      hash: this.#options.hash ?? hashBytes,
    })
  }

  differsFrom(other: WorkspaceReader): readonly string[] {
    return comparePaths(this, other)
  }

  adopt(delta: WorkspaceDelta): readonly string[] {
    const changed: string[] = []
    const moved: string[] = []
    for (const change of inSteps(delta)) {
      const path = workspacePath(change.path)
      const done = this.#apply(path, change)
      if (done === 'taken') changed.push(path)
      if (done === 'moved') moved.push(change.path)
    }
    this.#dropSpare()
    changed.sort()
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

  addressOf(bytes: Uint8Array): BlobHash {
    return hashBytes(bytes)
  }

  watch(listener: (paths: readonly string[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #apply(path: string, change: PathChange): 'taken' | 'same' | 'moved' {
    const current = this.#root.get(path)
    const isAsItWas = (current?.hash ?? null) === change.before
    if (sameAs(current, change) && (!isAsItWas || current?.mtime === change.after?.mtime)) return 'same'
    if (!isAsItWas) return 'moved'
    if (change.after === null) {
      if (current === undefined) return 'same'
      this.#root.remove(path)
      this.#uses(current, -1)
      this.#removed.set(path, current.version)
      return 'taken'
    }
    const { bytes, ...after } = change.after
    if (this.#root.obstacle(path, after.mode) !== undefined) return 'moved'
    const entry: FileEntry = { path, size: bytes.length, ...after, version: Math.max(after.version, (current?.version ?? 0) + 1) }
    if (current !== undefined) this.#uses(current, -1)
    this.#root.put(entry)
    this.#uses(entry, 1)
    this.#keep(after.hash, bytes)
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

/** Removals first: a file may become a folder in one delta. Folders before what is in them. */
function inSteps(delta: WorkspaceDelta): WorkspaceDelta {
  const step = ({ after }: PathChange): number => (after === null ? 0 : after.mode === 'folder' ? 1 : 2)
  return delta.toSorted((a, b) => step(a) - step(b))
}

function sameAs(current: FileEntry | undefined, { after }: PathChange): boolean {
  if (after === null || current === undefined) return after === null && current === undefined
  return current.hash === after.hash && current.mode === after.mode && current.permissions === after.permissions
}

/** The session's files, all of them by path in memory, contents loaded at first use. Bytes that it returns are shared: never write into them. */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  return new MemoryWorkspace(options)
}
