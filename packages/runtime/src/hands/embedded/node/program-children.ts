import type { ChildEnd, ChildSaid, ChildStart, ChildTold } from '../children/child-messages'
import { unpackResult, type ChildResult } from '../children/child-result'
import type { TreeOp } from '../../../shell/tree/tree-node'
import { unsupported } from './context'
import type { Loop } from './loop'

/** What is started, without what the link adds. */
export type Wanted = Omit<ChildStart, 'type' | 'id' | 'shared' | 'input'>

/** Hears of a child that runs beside the program. */
export interface HearsChild {
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array, took: () => void): void
  exit(end: ChildEnd): void
}

/** A child, for the program. */
export interface ChildHandle {
  write(bytes: Uint8Array): void
  endInput(): void
  kill(signal: string): void
  ref(): void
  unref(): void
}

/** What a program's children need of the world around it. */
export interface ChildPorts {
  post(message: ChildSaid): void
  /** Called before the program waits: what it wrote is to be seen. */
  flush(): void
  /** What others did to the files. */
  news(ops: readonly TreeOp[]): void
}

/** A program's end of its children. */
export class ProgramChildren {
  readonly #loop: Loop
  readonly #ports: ChildPorts
  readonly #hears = new Map<number, HearsChild>()
  #last = 0

  constructor(loop: Loop, ports: ChildPorts) {
    this.#loop = loop
    this.#ports = ports
  }

  /** Starts a command beside the program, which lives on until it ended unless it lets go. */
  start(wanted: Wanted, hears: HearsChild): ChildHandle {
    const id = ++this.#last
    this.#ports.flush()
    let release: (() => void) | undefined = this.#loop.hold()
    this.#hears.set(id, {
      ...hears,
      output: (stream, bytes, took) => hears.output(stream, bytes, took),
      exit: (end) => {
        this.#hears.delete(id)
        hears.exit(end)
        release?.()
        release = undefined
      },
    })
    this.#ports.post({ type: 'child.start', id, ...wanted })
    return {
      write: (bytes) => this.#ports.post({ type: 'child.input', id, bytes }),
      endInput: () => this.#ports.post({ type: 'child.input-end', id }),
      kill: (signal) => this.#ports.post({ type: 'child.kill', id, signal }),
      ref: () => {
        if (this.#hears.has(id)) release ??= this.#loop.hold()
      },
      unref: () => {
        release?.()
        release = undefined
      },
    }
  }

  /** Runs a command and waits for its end in the middle of a function. @throws Error where both sides share no memory */
  wait(wanted: Wanted, input: Uint8Array): ChildResult {
    if (typeof SharedArrayBuffer !== 'function')
      throw unsupported(
        'child_process',
        'this browser shares no memory with the sandbox, so a program cannot wait for a command; exec and spawn are there',
      )
    const id = ++this.#last
    this.#ports.flush()
    const ended = new SharedArrayBuffer(8)
    this.#ports.post({ type: 'child.start', id, ...wanted, shared: ended, input })
    const result = new SharedArrayBuffer(8 + waitFor(ended))
    this.#ports.post({ type: 'child.result', id, shared: result })
    const size = waitFor(result)
    // Readers refuse memory that others see.
    const done = unpackResult(new Uint8Array(result, 8, size).slice())
    this.#ports.news(done.news)
    return done
  }

  take(message: ChildTold): void {
    const hears = this.#hears.get(message.id)
    const { id } = message
    this.#loop.enter(() => {
      if (message.type === 'child.exit') hears?.exit(message)
      else hears?.output(message.stream, message.bytes, () => this.#ports.post({ type: 'child.took', id, stream: message.stream }))
    })
  }
}

function waitFor(memory: SharedArrayBuffer): number {
  const head = new Int32Array(memory, 0, 2)
  Atomics.wait(head, 0, 0)
  return Atomics.load(head, 1)
}
