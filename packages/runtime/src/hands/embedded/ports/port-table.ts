import { MAX_EXCHANGES, MAX_PORTS, PIECES_AHEAD, type PortAnswering, type PortAsk, type PortRefusal } from './port-messages'

/** Whoever asks: hears the answer to one request. After `port.end` nothing comes. */
export type HearAnswer = (said: PortAnswering) => void

/** A program that listens. Exchanges have the table's numbers. */
export interface PortProgram {
  ask(id: number, ask: PortAsk): void
  took(id: number): void
  /** Nobody wants the answer any more. */
  drop(id: number): void
}

/** A request on its way, for whoever asked. */
export interface PortExchange {
  took(): void
  drop(): void
}

interface Open {
  readonly program: PortProgram
  readonly hear: HearAnswer
  /** Pieces that nobody took. */
  ahead: number
}

/** From here on ports are given to whoever asks for any. */
const FREE_PORTS = 32_768

const DONE: PortExchange = { took: () => undefined, drop: () => undefined }

/** Which program of the sandbox listens on which port, and the requests on their way. There is one address, and it is this sandbox. */
export class PortTable {
  /** Called whenever {@link ports} changed. */
  onChange: () => void = () => undefined
  readonly #listeners = new Map<number, PortProgram>()
  readonly #open = new Map<number, Open>()
  #last = 0

  /** Where somebody listens, ascending. */
  get ports(): readonly number[] {
    return [...this.#listeners.keys()].toSorted((a, b) => a - b)
  }

  isOpen(port: number): boolean {
    return this.#listeners.has(port)
  }

  /** @param wanted 0: any that is free. Gives the port, or why not. */
  listen(wanted: number, program: PortProgram): number | 'EADDRINUSE' | 'EMFILE' {
    if (this.#listeners.has(wanted)) return 'EADDRINUSE'
    if (this.#listeners.size >= MAX_PORTS) return 'EMFILE'
    let port = wanted === 0 ? FREE_PORTS : wanted
    while (this.#listeners.has(port)) port++
    this.#listeners.set(port, program)
    this.onChange()
    return port
  }

  /** No more requests for a port of that program's. */
  close(port: number, program: PortProgram): void {
    if (this.#listeners.get(port) !== program) return
    this.#listeners.delete(port)
    this.onChange()
  }

  /** A program ended: its ports are free, what it owed is cut. */
  leave(program: PortProgram): void {
    for (const [port, owner] of this.#listeners) if (owner === program) this.close(port, program)
    for (const [id, open] of this.#open)
      if (open.program === program)
        this.#end(id, { type: 'cut', message: 'The program that listened there ended before its answer was whole.' })
  }

  /** Asks whoever listens; `hear` gets the answer, never before this returned. */
  request(ask: PortAsk, hear: HearAnswer): PortExchange {
    const program = this.#listeners.get(ask.port)
    const refusal = this.#refusalOf(ask.port)
    if (program === undefined || refusal !== undefined) {
      queueMicrotask(() => hear({ type: 'port.end', id: 0, ...(refusal && { refusal }) }))
      return DONE
    }
    const id = ++this.#last
    this.#open.set(id, { program, hear, ahead: 0 })
    program.ask(id, ask)
    return {
      took: () => this.#took(id),
      drop: () => {
        if (this.#open.delete(id)) program.drop(id)
      },
    }
  }

  /** A program's part of an answer. What it says of requests that are not its own is not heard. */
  answer(program: PortProgram, said: PortAnswering): void {
    const open = this.#open.get(said.id)
    if (open?.program !== program) return
    if (said.type === 'port.end') return this.#end(said.id, said.refusal)
    if (said.type === 'port.bytes') open.ahead += 1
    if (open.ahead > PIECES_AHEAD) {
      program.drop(said.id)
      return this.#end(said.id, { type: 'cut', message: 'The program sent more than anybody took.' })
    }
    open.hear(said)
  }

  #refusalOf(port: number): PortRefusal | undefined {
    if (!this.#listeners.has(port)) return { type: 'unreachable', message: `Nothing listens on port ${port} of this sandbox.` }
    if (this.#open.size < MAX_EXCHANGES) return undefined
    return { type: 'busy', message: `More than ${MAX_EXCHANGES} requests are on their way in this sandbox.` }
  }

  #took(id: number): void {
    const open = this.#open.get(id)
    if (open === undefined || open.ahead === 0) return
    open.ahead -= 1
    open.program.took(id)
  }

  #end(id: number, refusal: PortRefusal | undefined): void {
    const open = this.#open.get(id)
    this.#open.delete(id)
    open?.hear({ type: 'port.end', id, ...(refusal && { refusal }) })
  }
}
