import { Killed } from '../signals'
import { FsError } from '../tree/fs-error'
import type { FileTree } from '../tree/file-tree'
import type { FileNode } from '../tree/tree-node'
import { walk } from '../tree/tree-walk'
import { Counted, type OpenFile, type OpenFlags } from './open-file'
import { Pipe, type Waiter } from './pipe'

/** A pipe with a name. It holds nothing while nobody has it open, and lives as long as the kernel: it is no part of a workspace. */
class Fifo {
  readonly pipe = new Pipe()
  /** How often each side was opened; whoever opens waits until the other side has been since, or is there. */
  readonly opened = { read: 0, write: 0 }
  readonly present = { read: 0, write: 0 }
  #waiting: (() => void)[] = []

  enter(side: 'read' | 'write'): void {
    this.opened[side] += 1
    this.present[side] += 1
    if (side === 'read') this.pipe.addReader()
    else this.pipe.addWriter()
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  leave(side: 'read' | 'write'): void {
    this.present[side] -= 1
    if (side === 'read') this.pipe.dropReader()
    else this.pipe.dropWriter()
  }

  /** @throws Killed as the waiter's process is */
  changed({ signal }: Waiter): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const woken = (): void => {
        signal.removeEventListener('abort', ended)
        resolve()
      }
      const ended = (): void => {
        this.#waiting = this.#waiting.filter((one) => one !== woken)
        reject(signal.reason instanceof Error ? signal.reason : new Killed('KILL'))
      }
      this.#waiting.push(woken)
      signal.addEventListener('abort', ended, { once: true })
    })
  }
}

const fifos = new WeakMap<FileNode, Fifo>()

/** Whether a file of the tree is a pipe with a name. */
export function isFifo(node: FileNode): boolean {
  return fifos.has(node)
}

/** One side of a named pipe. */
class FifoEnd extends Counted implements OpenFile {
  readonly isTerminal = false
  readonly #fifo: Fifo
  readonly #side: 'read' | 'write'
  readonly #before: number
  #hasMet: boolean

  constructor(fifo: Fifo, side: 'read' | 'write') {
    super()
    this.#fifo = fifo
    this.#side = side
    this.#before = fifo.opened[this.#other]
    this.#hasMet = fifo.present[this.#other] > 0
    fifo.enter(side)
  }

  get #other(): 'read' | 'write' {
    return this.#side === 'read' ? 'write' : 'read'
  }

  /** Waits for the other side, as opening it does. @throws Killed */
  async arrived(waiter: Waiter): Promise<void> {
    while (!this.#hasMet) {
      if (this.#fifo.opened[this.#other] > this.#before) this.#hasMet = true
      else await this.#fifo.changed(waiter)
    }
  }

  async read(max: number, waiter: Waiter): Promise<Uint8Array | undefined> {
    if (this.#side === 'write') throw new FsError('EBADF', 'read')
    await this.arrived(waiter)
    return this.#fifo.pipe.read(max, waiter)
  }

  giveBack(bytes: Uint8Array): void {
    if (this.#side === 'read') this.#fifo.pipe.giveBack(bytes)
  }

  async readUntil(separator: number, waiter: Waiter): Promise<Uint8Array | undefined> {
    if (this.#side === 'write') throw new FsError('EBADF', 'read')
    await this.arrived(waiter)
    return this.#fifo.pipe.readUntil(separator, waiter)
  }

  async write(bytes: Uint8Array, waiter: Waiter): Promise<void> {
    if (this.#side === 'read') throw new FsError('EBADF', 'write')
    await this.arrived(waiter)
    return this.#fifo.pipe.write(bytes, waiter)
  }

  protected closed(): void {
    this.#fifo.leave(this.#side)
  }
}

/** `<>`: both sides at once, which waits for nobody. */
class FifoBoth extends Counted implements OpenFile {
  readonly isTerminal = false
  readonly #fifo: Fifo

  constructor(fifo: Fifo) {
    super()
    this.#fifo = fifo
    fifo.enter('read')
    fifo.enter('write')
  }

  read(max: number, waiter: Waiter): Promise<Uint8Array | undefined> {
    return this.#fifo.pipe.read(max, waiter)
  }

  giveBack(bytes: Uint8Array): void {
    this.#fifo.pipe.giveBack(bytes)
  }

  readUntil(separator: number, waiter: Waiter): Promise<Uint8Array | undefined> {
    return this.#fifo.pipe.readUntil(separator, waiter)
  }

  write(bytes: Uint8Array, waiter: Waiter): Promise<void> {
    return this.#fifo.pipe.write(bytes, waiter)
  }

  protected closed(): void {
    this.#fifo.leave('read')
    this.#fifo.leave('write')
  }
}

/** Opens a named pipe; undefined where a file is none. */
export function openFifo(node: FileNode, flags: OpenFlags): OpenFile | undefined {
  const fifo = fifos.get(node)
  if (fifo === undefined) return undefined
  const writes = flags.write === true || flags.append === true
  if (writes && flags.read) return new FifoBoth(fifo)
  return new FifoEnd(fifo, writes ? 'write' : 'read')
}

/** Makes a named pipe. @throws FsError */
export function makeFifo(tree: FileTree, path: string, mode: number): void {
  const place = walk(tree.root, path, { follow: false, syscall: 'mkfifo' })
  if (place.node !== undefined) throw new FsError('EEXIST', 'mkfifo', path)
  if (place.parent === undefined || path.endsWith('/')) throw new FsError('ENOENT', 'mkfifo', path)
  const node = tree.create(place, mode)
  const refused = (): never => {
    throw new FsError('EINVAL', 'open', path)
  }
  // A node that is written to by hand is told to nobody: it stays in this kernel.
  node.write = refused
  node.read = refused
  fifos.set(node, new Fifo())
}
