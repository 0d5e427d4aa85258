import type { Call } from '../../../shell/commands/command'
import { codeOfSignal, Killed, signalNamed, type Signal } from '../../../shell/signals'
import { inputOf, type Input, type Output } from '../../../shell/streams/stream'
import { bytesOf, joined } from '../../../shell/text'
import type { FileTree } from '../../../shell/tree/file-tree'
import { resolvePath, type TreeOp } from '../../../shell/tree/tree-node'
import { CHILD_PIECES_AHEAD, MAX_CHILDREN, type ChildEnd, type ChildSaid, type ChildStart, type ChildTold } from './child-messages'
import { packResult } from './child-result'

type Stream = 'stdout' | 'stderr'

/** What the program's run lends to its children. */
export interface ChildParts {
  readonly exec: Call['exec']
  readonly tree: FileTree
  post(message: ChildTold): void
  /** What was done to the files since the program was told last. */
  news(): readonly TreeOp[]
  /** Output of a child that shares the program's own. */
  inherited(stream: Stream, bytes: Uint8Array): void
}

/** Runs what a program starts: commands of the same shell, on the same files, ended with it. */
export class ChildDesk {
  readonly #parts: ChildParts
  readonly #running = new Map<number, Child>()
  readonly #results = new Map<number, Uint8Array>()

  constructor(parts: ChildParts) {
    this.#parts = parts
  }

  take(message: ChildSaid): void {
    if (message.type === 'child.start') return this.#start(message)
    const child = this.#running.get(message.id)
    if (message.type === 'child.input') child?.input.push(message.bytes)
    else if (message.type === 'child.input-end') child?.input.end()
    else if (message.type === 'child.took') child?.took(message.stream)
    else if (message.type === 'child.kill') child?.kill(signalNamed(message.signal) ?? 'TERM')
    else this.#handOver(message.id, message.shared)
  }

  /** The program ended. */
  leave(): void {
    for (const child of this.#running.values()) child.kill('KILL')
  }

  #start(start: ChildStart): void {
    if (this.#running.has(start.id) || this.#running.size >= MAX_CHILDREN) {
      this.#parts.inherited('stderr', bytesOf(`node: more than ${MAX_CHILDREN} children at once\n`))
      this.#ended(start, { code: 1, signal: null, missing: false, timedOut: false }, [new Uint8Array(), new Uint8Array()])
      return
    }
    const child = new Child(start, this.#parts)
    this.#running.set(start.id, child)
    void child.run().then((end) => {
      this.#running.delete(start.id)
      this.#ended(start, end, [child.collected('stdout'), child.collected('stderr')])
    })
  }

  #ended(start: ChildStart, end: ChildEnd, [stdout, stderr]: readonly [Uint8Array, Uint8Array]): void {
    if (start.shared === undefined) return this.#parts.post({ type: 'child.exit', id: start.id, ...end })
    const packed = packResult({ end, stdout, stderr, news: this.#parts.news() })
    this.#results.set(start.id, packed)
    tell(start.shared, packed.length)
  }

  #handOver(id: number, memory: SharedArrayBuffer): void {
    const packed = this.#results.get(id)
    this.#results.delete(id)
    if (packed === undefined || memory.byteLength < 8 + packed.length) return
    new Uint8Array(memory, 8).set(packed)
    tell(memory, packed.length)
  }
}

/** Wakes who waits on this memory. */
function tell(memory: SharedArrayBuffer, size: number): void {
  const head = new Int32Array(memory, 0, 2)
  Atomics.store(head, 1, size)
  Atomics.store(head, 0, 1)
  Atomics.notify(head, 0)
}

/** What a program writes to its child. */
class ChildInput implements Input {
  #pieces: Uint8Array[] = []
  #isOver = false
  #wake: () => void = () => undefined

  push(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#pieces.push(bytes)
    this.#wake()
  }

  end(): void {
    this.#isOver = true
    this.#wake()
  }

  async read(max = 65_536): Promise<Uint8Array | undefined> {
    while (this.#pieces.length === 0 && !this.#isOver) await new Promise<void>((resolve) => (this.#wake = resolve))
    const [first] = this.#pieces
    if (first === undefined) return undefined
    const part = first.subarray(0, max)
    if (part.length < first.length) this.#pieces[0] = first.subarray(max)
    else this.#pieces.shift()
    return part
  }

  close(): void {
    this.end()
  }
}

class Child {
  readonly input = new ChildInput()
  readonly #start: ChildStart
  readonly #parts: ChildParts
  readonly #abort = new AbortController()
  readonly #kept: Record<Stream, Uint8Array[]> = { stdout: [], stderr: [] }
  readonly #ahead: Record<Stream, number> = { stdout: 0, stderr: 0 }
  #wake: (() => void)[] = []
  #killedWith: Signal | undefined
  #timedOut = false

  constructor(start: ChildStart, parts: ChildParts) {
    this.#start = start
    this.#parts = parts
  }

  collected(stream: Stream): Uint8Array {
    return joined(this.#kept[stream])
  }

  took(stream: Stream): void {
    this.#ahead[stream] -= 1
    this.#goOn()
  }

  kill(signal: Signal): void {
    this.#killedWith = signal
    this.#abort.abort(new Killed(signal))
    this.input.end()
    this.#goOn()
  }

  async run(): Promise<ChildEnd> {
    const { argv, isScript, cwd, env, timeoutMs, killSignal } = this.#start
    const ended = { missing: false, timedOut: false, code: null, signal: null }
    if (!this.#isThere()) return { ...ended, missing: true }
    const timer =
      timeoutMs > 0
        ? setTimeout(() => {
            this.#timedOut = true
            this.kill(signalNamed(killSignal) ?? 'TERM')
          }, timeoutMs)
        : undefined
    const stdin = this.#stdin()
    const code = await this.#parts.exec(argv, {
      isScript,
      cwd,
      env: new Map(Object.entries(env)),
      ...(stdin && { stdin }),
      stdout: this.#output('stdout'),
      stderr: this.#output('stderr'),
      signal: this.#abort.signal,
    })
    clearTimeout(timer)
    const signal = this.#killedWith !== undefined && code === codeOfSignal(this.#killedWith) ? this.#killedWith : undefined
    if (signal === undefined) return { ...ended, code, timedOut: this.#timedOut }
    return { ...ended, signal: `SIG${signal}`, timedOut: this.#timedOut }
  }

  /** As the shell looks for programs; a script always has its shell. */
  #isThere(): boolean {
    const { argv, isScript, cwd, env } = this.#start
    const { tree } = this.#parts
    if (tree.find(cwd)?.type !== 'folder') return false
    const [name = ''] = argv
    if (isScript) return true
    const isFile = (path: string): boolean => tree.find(path)?.type === 'file'
    if (name.includes('/')) return isFile(resolvePath(cwd, name))
    return (env['PATH'] ?? '/usr/bin:/bin').split(':').some((folder) => isFile(resolvePath(cwd, `${folder === '' ? '.' : folder}/${name}`)))
  }

  #stdin(): Input | undefined {
    const { stdio, input, shared } = this.#start
    if (stdio[0] === 'inherit') return undefined
    if (stdio[0] === 'ignore') return inputOf('')
    return shared === undefined ? this.input : inputOf(input ?? '')
  }

  #output(stream: Stream): Output {
    const { id, stdio, shared } = this.#start
    const way = stdio[stream === 'stdout' ? 1 : 2]
    return {
      close: () => undefined,
      write: async (data) => {
        const bytes = typeof data === 'string' ? bytesOf(data) : data
        if (way === 'ignore') return
        if (way === 'inherit') return this.#parts.inherited(stream, bytes)
        if (shared !== undefined) return void this.#kept[stream].push(bytes.slice())
        while (this.#ahead[stream] >= CHILD_PIECES_AHEAD && !this.#abort.signal.aborted)
          await new Promise<void>((resolve) => this.#wake.push(resolve))
        this.#ahead[stream] += 1
        this.#parts.post({ type: 'child.output', id, stream, bytes: bytes.slice() })
      },
    }
  }

  #goOn(): void {
    const wake = this.#wake
    this.#wake = []
    for (const one of wake) one()
  }
}
