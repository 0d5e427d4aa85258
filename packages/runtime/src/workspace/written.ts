import type { BlobHash, FileEntry } from '@tabwright/protocol'
import { hashBytes } from './bytes'

/** Gives the address of a content, at once or later. */
export type HashBytes = (bytes: Uint8Array) => BlobHash | Promise<BlobHash>

/** What is known of a file when it is written. */
export interface WrittenFile extends Omit<FileEntry, 'hash' | 'size'> {
  readonly hash?: BlobHash
  /** The time was chosen by whoever wrote it. */
  readonly isDated: boolean
}

/** A file that a draft wrote. Its hash is worked out when it is asked for: most of what is written in between is never named by one. */
export class Written implements FileEntry {
  readonly path: string
  readonly bytes: Uint8Array
  readonly size: number
  readonly mode: FileEntry['mode']
  readonly mtime: number
  readonly version: number
  readonly permissions?: number
  readonly isDated: boolean
  #hash: BlobHash | undefined

  /** @param bytes its own: nobody writes into them */
  constructor(bytes: Uint8Array, { path, hash, mode, mtime, permissions, version, isDated }: WrittenFile) {
    this.path = path
    this.bytes = bytes
    this.size = bytes.length
    this.mode = mode
    this.mtime = mtime
    this.version = version
    this.isDated = isDated
    if (permissions !== undefined) this.permissions = permissions
    this.#hash = hash
  }

  get hash(): BlobHash {
    return (this.#hash ??= hashBytes(this.bytes))
  }

  /** Asks for the hash, so that {@link Written.hash} need not work it out. Undefined: it is known. */
  settle(hash: HashBytes): Promise<void> | undefined {
    if (this.#hash !== undefined) return undefined
    const found = hash(this.bytes)
    if (typeof found !== 'string') return found.then((made) => void (this.#hash ??= made))
    this.#hash = found
    return undefined
  }
}
