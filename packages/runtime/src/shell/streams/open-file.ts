import { FsError } from '../tree/fs-error'
import type { FileTree } from '../tree/file-tree'
import type { FileNode } from '../tree/tree-node'
import type { Pipe, Waiter } from './pipe'

/**
 * What a descriptor stands for; several descriptors of several processes may share one, its offset included, as after `fork` and `dup`.
 * `retain` and `release` count them; the last release closes.
 */
export interface OpenFile {
  /** `read` gives undefined at the end. @throws FsError EBADF where it is not open for reading, Killed */
  read(max: number, waiter: Waiter): Promise<Uint8Array | undefined>
  /** @throws FsError EBADF where it is not open for writing, Killed with PIPE where nobody reads */
  write(bytes: Uint8Array, waiter: Waiter): Promise<void>
  retain(): void
  release(): void
  readonly isTerminal: boolean
  /** The file behind it, for `stat`, `test -ef` and seeking readers. */
  readonly node?: FileNode | undefined
  /** Waits until opening is done: a named pipe waits for its other side. @throws Killed */
  arrived?(waiter: Waiter): Promise<void>
  /** Moves the offset back over bytes that were read and not used (`head -1` leaves the rest to the next reader). False: cannot. */
  unread?(count: number): boolean
  /** Puts bytes that were read and not used before what is left; for pipes, which cannot seek. */
  giveBack?(bytes: Uint8Array): void
  /** Reads no further than the first `separator`, for readers that share a pipe. */
  readUntil?(separator: number, waiter: Waiter): Promise<Uint8Array | undefined>
}

/** How a path is opened. */
export interface OpenFlags {
  readonly read?: boolean
  readonly write?: boolean
  readonly append?: boolean
  readonly truncate?: boolean
  /** Permission bits of a file that is made. */
  readonly create?: number
  /** EEXIST where it is there already: `set -C`, `mktemp`. */
  readonly exclusive?: boolean
}

/** Counts who has it open. */
export abstract class Counted {
  #holders = 1

  retain(): void {
    this.#holders += 1
  }

  release(): void {
    this.#holders -= 1
    if (this.#holders === 0) this.closed()
  }

  protected abstract closed(): void
}

/** One end of a pipe. */
export class PipeEnd extends Counted implements OpenFile {
  readonly isTerminal = false
  readonly #pipe: Pipe
  readonly #side: 'read' | 'write'

  constructor(pipe: Pipe, side: 'read' | 'write') {
    super()
    this.#pipe = pipe
    this.#side = side
    if (side === 'read') pipe.addReader()
    else pipe.addWriter()
  }

  read(max: number, waiter: Waiter): Promise<Uint8Array | undefined> {
    if (this.#side === 'write') return Promise.reject(new FsError('EBADF', 'read'))
    return this.#pipe.read(max, waiter)
  }

  giveBack(bytes: Uint8Array): void {
    if (this.#side === 'read') this.#pipe.giveBack(bytes)
  }

  readUntil(separator: number, waiter: Waiter): Promise<Uint8Array | undefined> {
    if (this.#side === 'write') return Promise.reject(new FsError('EBADF', 'read'))
    return this.#pipe.readUntil(separator, waiter)
  }

  write(bytes: Uint8Array, waiter: Waiter): Promise<void> {
    if (this.#side === 'read') return Promise.reject(new FsError('EBADF', 'write'))
    return this.#pipe.write(bytes, waiter)
  }

  protected closed(): void {
    if (this.#side === 'read') this.#pipe.dropReader()
    else this.#pipe.dropWriter()
  }
}

/** A regular file that is open. It stays readable after its name was removed. */
export class TreeFile extends Counted implements OpenFile {
  readonly isTerminal = false
  readonly node: FileNode
  readonly #tree: FileTree
  readonly #flags: OpenFlags
  #offset = 0

  constructor(tree: FileTree, node: FileNode, flags: OpenFlags) {
    super()
    this.#tree = tree
    this.node = node
    this.#flags = flags
  }

  read(max: number, waiter: Waiter): Promise<Uint8Array | undefined> {
    if (!this.#flags.read) return Promise.reject(new FsError('EBADF', 'read'))
    waiter.signal.throwIfAborted()
    const part = this.node.bytes.subarray(this.#offset, this.#offset + max)
    this.#offset += part.length
    return Promise.resolve(part.length === 0 ? undefined : part)
  }

  write(bytes: Uint8Array, waiter: Waiter): Promise<void> {
    if (!this.#flags.write && !this.#flags.append) return Promise.reject(new FsError('EBADF', 'write'))
    waiter.signal.throwIfAborted()
    const at = this.#flags.append ? this.node.bytes.length : this.#offset
    this.#tree.writeAt(this.node, at, bytes)
    this.#offset = at + bytes.length
    return Promise.resolve()
  }

  giveBack(bytes: Uint8Array): void {
    this.unread(bytes.length)
  }

  unread(count: number): boolean {
    this.#offset = Math.max(0, this.#offset - count)
    return true
  }

  protected closed(): void {
    // Nothing is held beyond the node.
  }
}

/** An open file made of functions: devices, terminals, here-documents, what the host listens to. */
export class Device extends Counted implements OpenFile {
  readonly isTerminal: boolean
  readonly #parts: DeviceParts

  constructor(parts: DeviceParts) {
    super()
    this.#parts = parts
    this.isTerminal = parts.isTerminal ?? false
  }

  read(max: number, waiter: Waiter): Promise<Uint8Array | undefined> {
    waiter.signal.throwIfAborted()
    return this.#parts.read?.(max, waiter) ?? Promise.reject(new FsError('EBADF', 'read'))
  }

  write(bytes: Uint8Array, waiter: Waiter): Promise<void> {
    waiter.signal.throwIfAborted()
    return this.#parts.write?.(bytes, waiter) ?? Promise.reject(new FsError('EBADF', 'write'))
  }

  giveBack(bytes: Uint8Array): void {
    this.#parts.giveBack?.(bytes)
  }

  protected closed(): void {
    this.#parts.close?.()
  }
}

/** What a {@link Device} does; what is missing cannot be done with it. */
export interface DeviceParts {
  readonly isTerminal?: boolean
  read?(max: number, waiter: Waiter): Promise<Uint8Array | undefined>
  write?(bytes: Uint8Array, waiter: Waiter): Promise<void>
  /** Takes back what was read and not used. */
  giveBack?(bytes: Uint8Array): void
  close?(): void
}
