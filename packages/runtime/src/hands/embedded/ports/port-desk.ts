import { fail, FailureError, type PortAnswer, type PortRequest } from '@tabwright/protocol'
import { badAsk, MAX_PORT_BODY, type PortAnswering, type PortAsking, type PortRefusal } from './port-messages'

type Head = Extract<PortAnswering, { type: 'port.head' }>

interface Open {
  readonly pieces: Uint8Array[]
  head: Head | undefined
  isOver: boolean
  failure: FailureError | undefined
  wake: () => void
  end: () => void
}

/** The host's end of the ports of a sandbox: who listens, and requests to them. */
export class PortDesk {
  readonly #tell: (message: PortAsking) => void
  readonly #begun: () => () => void
  readonly #open = new Map<number, Open>()
  #last = 0

  /** @param begun called when a request begins; gives what is called at its end */
  constructor(tell: (message: PortAsking) => void, begun: () => () => void) {
    this.#tell = tell
    this.#begun = begun
  }

  /**
   * @throws FailureError `too_large`, `bad_input` for what no program can be asked, `offline` where nobody listens, `cut` where the answer
   *   broke off, `aborted`
   */
  async request({ port, method, path, headers, body }: PortRequest, signal: AbortSignal): Promise<PortAnswer> {
    const sent = headers.map(([name, value]): [string, string] => [name, value])
    const ask = { port, method, path, headers: sent, ...(body && { body }) }
    const bad = badAsk(ask)
    if (bad === 'too_large')
      fail('too_large', `A request to a program of the sandbox may bring ${MAX_PORT_BODY / 2 ** 20} MiB along; this one was not sent.`)
    if (bad !== undefined) fail('bad_input', 'The request was not sent: its method, path or headers are empty or too long.')
    const id = ++this.#last
    const open: Open = { pieces: [], head: undefined, isOver: false, failure: undefined, wake: () => undefined, end: this.#begun() }
    this.#open.set(id, open)
    const aborted = (): void => this.#drop(id, new FailureError({ code: 'aborted', message: 'The request was stopped.' }))
    const over = open.end
    open.end = () => {
      signal.removeEventListener('abort', aborted)
      over()
    }
    if (signal.aborted) aborted()
    else {
      signal.addEventListener('abort', aborted, { once: true })
      this.#tell({ type: 'port.request', id, ...ask })
    }
    while (open.head === undefined) {
      if (open.failure !== undefined) throw open.failure
      if (open.isOver) fail('cut', 'The program gave no answer.')
      await changeOf(open)
    }
    const { status, statusText, headers: answered } = open.head
    return { status, statusText, headers: answered, body: this.#body(id, open) }
  }

  take(said: PortAnswering): void {
    const open = this.#open.get(said.id)
    if (open === undefined) return
    if (said.type === 'port.head') open.head ??= said
    else if (said.type === 'port.bytes') open.pieces.push(said.bytes)
    else this.#over(said.id, said.refusal && refused(said.refusal))
    open.wake()
  }

  /** The sandbox is gone, and with it whatever answered. */
  lost(failure: FailureError): void {
    for (const id of this.#open.keys()) this.#over(id, failure)
  }

  async *#body(id: number, open: Open): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const next = open.pieces.shift()
        if (next !== undefined) {
          this.#tell({ type: 'port.took', id })
          yield next
        } else if (open.failure !== undefined) throw open.failure
        else if (open.isOver) return
        else await changeOf(open)
      }
    } finally {
      this.#drop(id, undefined)
    }
  }

  /** Whoever asked does not want the rest. */
  #drop(id: number, failure: FailureError | undefined): void {
    if (!this.#open.has(id)) return
    this.#tell({ type: 'port.drop', id })
    this.#over(id, failure)
  }

  #over(id: number, failure: FailureError | undefined): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    this.#open.delete(id)
    open.isOver = true
    open.failure ??= failure
    open.end()
    open.wake()
  }
}

const changeOf = (open: Open): Promise<void> => new Promise((resolve) => (open.wake = resolve))

const refused = ({ type, message }: PortRefusal): FailureError =>
  new FailureError({ code: type === 'unreachable' ? 'offline' : type, message })
