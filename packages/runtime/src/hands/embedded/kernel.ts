import * as z from 'zod/mini'
import { toKernel, type Carried, type FromKernel, type ToKernel } from './messages'
import type { SpawnProcess } from './process-run'
import { ROOT } from './root'
import { Shell } from './shell'
import { parentName, type TreeNode } from './tree-node'

/** How the kernel hears and speaks. */
export interface KernelPort {
  post(message: FromKernel): void
  listen(message: (data: unknown) => void): void
}

export interface KernelOptions {
  readonly port: KernelPort
  readonly spawn: SpawnProcess
  /** Not 0: whatever runs is to end. Shared with the frame's page, because a busy worker hears no message. */
  readonly flag?: Int32Array
}

// The host gives up on a kernel after 2 s of silence; a busy one speaks well within that.
const BEAT_MS = 400

interface Synced {
  readonly bytes: Uint8Array
  readonly target: string | undefined
  readonly mode: Carried['mode']
}

interface Current {
  readonly id: number
  readonly controller: AbortController
  readonly deadline: number
  cut: 'timeout' | 'cancelled' | undefined
}

/** The sandbox's core: holds the tree, runs one command line at a time, tells what changed. Knows nothing of frames and workers. */
class Kernel {
  readonly #options: KernelOptions
  readonly #shell: Shell
  readonly #synced = new Map<string, Synced>()
  #current: Current | undefined
  #spoke = 0
  #queue = Promise.resolve()

  constructor(options: KernelOptions) {
    this.#options = options
    this.#shell = new Shell({ spawn: options.spawn, isOver: () => this.#isOver() })
    options.port.listen((data) => this.#take(z.parse(toKernel, data)))
    this.#post({ type: 'ready' })
  }

  #post(message: FromKernel): void {
    this.#spoke = performance.now()
    this.#options.port.post(message)
  }

  #take(message: ToKernel): void {
    if (message.type === 'ping') this.#post({ type: 'alive' })
    else if (message.type === 'cancel') this.#cut(message.id, 'cancelled')
    else this.#queue = this.#queue.then(() => this.#run(message))
  }

  #cut(id: number, why: 'timeout' | 'cancelled'): void {
    if (this.#current?.id !== id) return
    this.#current.cut ??= why
    this.#current.controller.abort()
  }

  /** Asked by the shell at every command: the place where a script that never waits can be ended. */
  #isOver(): boolean {
    const current = this.#current
    const now = performance.now()
    if (now - this.#spoke > BEAT_MS) this.#post({ type: 'alive' })
    if (current === undefined) return false
    if (this.#options.flag !== undefined && Atomics.load(this.#options.flag, 0) !== 0) this.#cut(current.id, 'cancelled')
    if (now > current.deadline) this.#cut(current.id, 'timeout')
    return current.cut !== undefined
  }

  async #run(message: Extract<ToKernel, { type: 'run' }>): Promise<void> {
    const { id, timeoutMs } = message
    if (this.#options.flag !== undefined) Atomics.store(this.#options.flag, 0, 0)
    this.#receive(message)
    const current: Current = { id, controller: new AbortController(), deadline: performance.now() + timeoutMs, cut: undefined }
    this.#current = current
    const timer = setTimeout(() => this.#cut(id, 'timeout'), timeoutMs)
    const exitCode = await this.#shell.run({
      command: message.command,
      cwd: message.cwd,
      signal: current.controller.signal,
      output: (stream, text) => {
        if (text !== '') this.#post({ type: 'output', id, stream, text })
      },
    })
    clearTimeout(timer)
    this.#current = undefined
    const changes = this.#changes()
    const code = current.cut === 'timeout' ? 124 : current.cut === 'cancelled' ? 130 : exitCode
    this.#post({
      type: 'done',
      id,
      exitCode: code,
      cwd: this.#shell.cwd,
      ...(current.cut === undefined ? {} : { cut: current.cut }),
      ...changes,
    })
  }

  #receive(message: Extract<ToKernel, { type: 'run' }>): void {
    const { tree } = this.#shell
    for (const path of message.removed) {
      const at = `${ROOT}/${path}`
      tree.rm(at, { recursive: true, force: true })
      this.#synced.delete(path)
      // The workspace has no empty folders; one that the shell made itself stays.
      for (let folder = parentName(at); folder !== ROOT && isEmpty(tree.find(folder)); folder = parentName(folder)) tree.rmdir(folder)
    }
    for (const { path, bytes, mode } of message.files) {
      const at = `${ROOT}/${path}`
      const target = mode === 'symlink' ? new TextDecoder().decode(bytes) : undefined
      tree.mkdir(parentName(at), true)
      tree.rm(at, { recursive: true, force: true })
      if (target === undefined) tree.writeFile(at, bytes, mode === 'executable' ? 0o755 : 0o644)
      else tree.symlink(target, at)
      this.#synced.set(path, { bytes, target, mode })
    }
  }

  /** What differs from what the host knows. By reference: bytes are replaced, never changed in place. */
  #changes(): { files: Carried[]; removed: string[] } {
    const files: Carried[] = []
    const seen = new Set<string>()
    const visit = (node: TreeNode, path: string): void => {
      if (node.type === 'folder') {
        for (const [name, child] of node.children) visit(child, path === '' ? name : `${path}/${name}`)
        return
      }
      seen.add(path)
      const known = this.#synced.get(path)
      const mode = node.type === 'link' ? 'symlink' : (node.mode & 0o111) === 0 ? 'file' : 'executable'
      const target = node.type === 'link' ? node.target : undefined
      const bytes = node.type === 'file' ? node.bytes : (known?.bytes ?? new Uint8Array())
      if (known?.mode === mode && known.target === target && known.bytes === bytes) return
      this.#synced.set(path, { bytes, target, mode })
      // Sliced: the buffer behind it may have spare room that must not travel.
      files.push({ path, mode, bytes: target === undefined ? bytes.slice() : new TextEncoder().encode(target) })
    }
    const root = this.#shell.tree.find(ROOT)
    if (root !== undefined) visit(root, '')
    const removed = [...this.#synced.keys()].filter((path) => !seen.has(path))
    for (const path of removed) this.#synced.delete(path)
    return { files, removed }
  }
}

function isEmpty(node: TreeNode | undefined): boolean {
  return node?.type === 'folder' && node.children.size === 0
}

/** Starts a kernel on a port; it answers until the worker ends. */
export function startKernel(options: KernelOptions): void {
  // Kept alive by the listener on its port.
  void new Kernel(options)
}
