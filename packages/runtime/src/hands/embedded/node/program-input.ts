import { joined } from '../../../shell/text'
import { FsError } from '../../../shell/tree/fs-error'
import { READ_HEAD, READ_STATE, type ProgramInputStart, type ToProcessLater } from '../messages'

/** What a program's input needs of the world around it. */
export interface InputPorts {
  /** Asks the kernel for the next piece. */
  ask(): void
  /** Called before the program waits: what it wrote is to be seen. */
  flush(): void
}

type Taker = (bytes: Uint8Array | undefined) => void

/** Standard input: whole from the start, or piece by piece as it is typed or written, for callbacks and for code that waits. */
export class ProgramInput {
  /** Somebody looked at it. */
  wasRead = false
  readonly isTerminal: boolean
  readonly #ports: InputPorts
  readonly #memory: SharedArrayBuffer | undefined
  #pieces: Uint8Array[]
  #isOver: boolean
  #isAsked = false
  #takers: Taker[] = []

  constructor(start: ProgramInputStart, ports: InputPorts) {
    this.#ports = ports
    this.isTerminal = start.type === 'asked' && start.isTerminal
    this.#memory = start.type === 'asked' ? start.shared : undefined
    this.#pieces = start.type === 'whole' && start.bytes.length > 0 ? [start.bytes] : []
    this.#isOver = start.type === 'whole'
  }

  /** Calls back once, later, with what there is next; undefined at the end. */
  next(taker: Taker): void {
    this.wasRead = true
    this.#takers.push(taker)
    this.#serve()
  }

  /** Whether {@link next} is answered from what is here already. */
  get isReady(): boolean {
    return this.#isOver || this.#pieces.length > 0
  }

  /** At most so many bytes, waiting for the first of them; none at the end. @throws FsError EAGAIN where waiting is impossible */
  read(max: number): Uint8Array {
    this.wasRead = true
    this.#wait()
    const [first] = this.#pieces
    if (first === undefined) return new Uint8Array()
    const part = first.subarray(0, max)
    if (part.length < first.length) this.#pieces[0] = first.subarray(max)
    else this.#pieces.shift()
    return part
  }

  /** All that is left, waiting for its end. @throws FsError EAGAIN where waiting is impossible */
  rest(): Uint8Array {
    const parts: Uint8Array[] = []
    for (let part = this.read(Infinity); part.length > 0; part = this.read(Infinity)) parts.push(part)
    return joined(parts)
  }

  /** The kernel's answer. */
  take({ bytes, isOver }: Extract<ToProcessLater, { type: 'input' }>): void {
    if (this.#memory === undefined) {
      this.#isAsked = false
      if (bytes !== undefined) this.#pieces.push(bytes)
      this.#isOver ||= isOver
    } else this.#takeShared(this.#memory)
    this.#serve()
  }

  #serve(): void {
    if (this.#takers.length === 0) return
    if (!this.isReady) return this.#ask()
    const taker = this.#takers.shift()
    taker?.(this.#pieces.shift())
    this.#serve()
  }

  #ask(): void {
    if (this.#isAsked || this.#isOver) return
    this.#isAsked = true
    this.#ports.ask()
  }

  #wait(): void {
    while (!this.isReady) {
      this.#ports.flush()
      this.#ask()
      if (this.#memory === undefined) throw new FsError('EAGAIN', 'read')
      Atomics.wait(new Int32Array(this.#memory, 0, 2), 0, READ_STATE.nothing)
      this.#takeShared(this.#memory)
    }
  }

  #takeShared(memory: SharedArrayBuffer): void {
    const head = new Int32Array(memory, 0, 2)
    const state = Atomics.load(head, 0)
    // Taken before its message came, by code that waited.
    if (state === READ_STATE.nothing) return
    if (state === READ_STATE.over) this.#isOver = true
    else this.#pieces.push(new Uint8Array(memory, READ_HEAD, Atomics.load(head, 1)).slice())
    Atomics.store(head, 0, READ_STATE.nothing)
    this.#isAsked = false
  }
}
