import { isPortAnswering, MAX_PORT_PIECE, PIECES_AHEAD, type PortAnswering, type PortAsk, type PortListening } from '../ports/port-messages'
import type { PortSaid, PortTold } from '../ports/program-link'
import type { Loop } from './loop'

type Head = Omit<Extract<PortAnswering, { type: 'port.head' }>, 'type' | 'id'>

/** What became of a wish to listen. */
export type Listening = Pick<PortListening, 'port' | 'code'>

/** Hears of an answer as it comes. */
export interface HearsAnswer {
  head(head: Head): void
  bytes(bytes: Uint8Array): void
  /** Over; with a code of Node's where it broke. */
  end(failure?: { readonly code: 'ECONNREFUSED' | 'ECONNRESET'; readonly message: string }): void
}

/** The answer to one request, from the program that listens. */
export class AnswerOut {
  /** Called when nobody wants it any more. */
  onDrop: () => void = () => undefined
  readonly #post: (message: PortAnswering) => void
  readonly #id: number
  readonly #over: () => void
  #waiting: { readonly bytes: Uint8Array; readonly done: () => void }[] = []
  #ahead = 0
  #isOver = false

  constructor(id: number, post: (message: PortAnswering) => void, over: () => void) {
    this.#id = id
    this.#post = post
    this.#over = over
  }

  head(head: Head): void {
    if (!this.#isOver) this.#post({ type: 'port.head', id: this.#id, ...head })
  }

  /** `done` is called when there is room for more. */
  write(bytes: Uint8Array, done: () => void): void {
    for (let at = 0; at + MAX_PORT_PIECE < bytes.length; at += MAX_PORT_PIECE)
      this.#waiting.push({ bytes: bytes.slice(at, at + MAX_PORT_PIECE), done: () => undefined })
    const rest = bytes.length === 0 ? 0 : bytes.length - ((bytes.length - 1) % MAX_PORT_PIECE) - 1
    this.#waiting.push({ bytes: bytes.slice(rest), done })
    this.#send()
  }

  end(): void {
    if (this.#isOver) return
    this.#post({ type: 'port.end', id: this.#id })
    this.#finish()
  }

  /** Broken off by the program. */
  cut(): void {
    if (this.#isOver) return
    this.#post({ type: 'port.end', id: this.#id, refusal: { type: 'cut', message: 'The program closed the connection.' } })
    this.#finish()
  }

  took(): void {
    this.#ahead -= 1
    this.#send()
  }

  drop(): void {
    if (this.#isOver) return
    this.#finish()
    this.onDrop()
  }

  #send(): void {
    while (this.#waiting.length > 0 && (this.#isOver || this.#ahead < PIECES_AHEAD)) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      if (!this.#isOver && next.bytes.length > 0) {
        this.#ahead += 1
        this.#post({ type: 'port.bytes', id: this.#id, bytes: next.bytes })
      }
      next.done()
    }
  }

  #finish(): void {
    this.#isOver = true
    this.#send()
    this.#over()
  }
}

/** A program's end of the sandbox's ports: it listens, and it asks others that do. */
export class ProgramPorts {
  readonly #loop: Loop
  readonly #post: (message: PortSaid) => void
  readonly #wishes = new Map<number, (listening: Listening) => void>()
  readonly #servers = new Map<number, (ask: PortAsk, answer: AnswerOut) => void>()
  readonly #answers = new Map<number, AnswerOut>()
  readonly #calls = new Map<number, HearsAnswer>()
  #last = 0

  constructor(loop: Loop, post: (message: PortSaid) => void) {
    this.#loop = loop
    this.#post = post
  }

  /** @param port 0: any that is free. `heard` is called once, later; `serve` for each request from then on. */
  listen(port: number, heard: (listening: Listening) => void, serve: (ask: PortAsk, answer: AnswerOut) => void): void {
    const id = ++this.#last
    const release = this.#loop.hold()
    this.#wishes.set(id, (listening) => {
      if (listening.code === undefined) this.#servers.set(listening.port, serve)
      heard(listening)
      release()
    })
    this.#post({ type: 'port.listen', id, port })
  }

  /** No more requests; those on their way go on. */
  close(port: number): void {
    this.#servers.delete(port)
    this.#post({ type: 'port.close', port })
  }

  /** Asks whoever listens on a port of the sandbox. The program lives on until the answer is whole. */
  ask(ask: PortAsk, hears: HearsAnswer): { took(): void; drop(): void } {
    const id = ++this.#last
    const release = this.#loop.hold()
    this.#calls.set(id, {
      ...hears,
      head: (head) => hears.head(head),
      bytes: (bytes) => hears.bytes(bytes),
      end: (failure) => {
        this.#calls.delete(id)
        hears.end(failure)
        release()
      },
    })
    this.#post({ type: 'port.request', id, ...ask })
    return {
      took: () => this.#post({ type: 'port.took', id }),
      drop: () => {
        if (!this.#calls.delete(id)) return
        this.#post({ type: 'port.drop', id })
        release()
      },
    }
  }

  /** What the kernel says. */
  take(message: PortTold): void {
    this.#loop.enter(() => this.#heard(message))
  }

  #heard(message: PortTold): void {
    const { id } = message
    if (message.type === 'port.listening') {
      const wish = this.#wishes.get(id)
      this.#wishes.delete(id)
      wish?.(message)
    } else if (message.type === 'port.request') this.#serve(message)
    else if (message.type === 'port.took') this.#answers.get(id)?.took()
    else if (message.type === 'port.drop') this.#answers.get(id)?.drop()
    else if (isPortAnswering(message)) answered(this.#calls.get(id), message)
  }

  #serve(message: Extract<PortTold, { type: 'port.request' }>): void {
    const { type: _, id, ...ask } = message
    const answer = new AnswerOut(
      id,
      (said) => this.#post(said),
      () => void this.#answers.delete(id),
    )
    this.#answers.set(id, answer)
    const serve = this.#servers.get(ask.port)
    // Closed while the request was on its way.
    if (serve === undefined) answer.cut()
    else serve(ask, answer)
  }
}

function answered(hears: HearsAnswer | undefined, said: PortAnswering): void {
  if (said.type === 'port.head') hears?.head(said)
  else if (said.type === 'port.bytes') hears?.bytes(said.bytes)
  else if (said.refusal === undefined) hears?.end()
  else hears?.end({ code: said.refusal.type === 'unreachable' ? 'ECONNREFUSED' : 'ECONNRESET', message: said.refusal.message })
}
