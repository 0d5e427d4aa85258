import { NetRefusal, type NetAnswer, type NetRequest } from '../../../shell/net'
import type { Input } from '../../../shell/streams/stream'
import type { PortAnswering } from './port-messages'
import type { PortExchange, PortTable } from './port-table'

const HERE = /^(?:localhost|(?:[\w-]+\.)*localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1\]|\[::\])$/

/** The port of this sandbox that an address means, if a program listens there: such a request does not leave it and asks nobody. */
export function portOf(table: PortTable, address: string): number | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, hostname, port } = new URL(address)
  if (protocol !== 'http:' || !HERE.test(hostname)) return undefined
  const number = port === '' ? 80 : Number(port)
  return table.isOpen(number) ? number : undefined
}

/** A command's request to a program of the same sandbox. @throws NetRefusal */
export function askPort(table: PortTable, port: number, request: NetRequest): Promise<NetAnswer> {
  return new PortCall(request).start(table, port)
}

class PortCall {
  readonly #request: NetRequest
  readonly #pieces: Uint8Array[] = []
  #exchange: PortExchange | undefined
  #head: Extract<PortAnswering, { type: 'port.head' }> | undefined
  #isOver = false
  #failure: unknown
  #wake: () => void = () => undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(request: NetRequest) {
    this.#request = request
  }

  async start(table: PortTable, port: number): Promise<NetAnswer> {
    const { method, url, headers, body, signal, timeoutMs } = this.#request
    const { pathname, search, host } = new URL(url)
    const hasHost = headers.some(([name]) => name.toLowerCase() === 'host')
    const sent = headers.map(([name, value]): [string, string] => [name, value])
    if (!hasHost) sent.unshift(['Host', host])
    const ask = { port, method, path: pathname + search, headers: sent }
    this.#exchange = table.request({ ...ask, ...(body && { body }) }, (said) => this.#hear(said))
    signal.addEventListener('abort', this.#aborted, { once: true })
    if (timeoutMs !== undefined)
      this.#timer = setTimeout(() => this.#fail(new NetRefusal('timeout', `No whole answer within ${timeoutMs} milliseconds.`)), timeoutMs)
    while (this.#head === undefined) {
      if (this.#failure !== undefined) throw this.#failure
      if (this.#isOver) throw new NetRefusal('cut', 'The program gave no answer.')
      await this.#change()
    }
    return { ...this.#head, version: '1.1', url, body: this.#input() }
  }

  readonly #aborted = (): void => this.#fail(this.#request.signal.reason)

  #hear(said: PortAnswering): void {
    if (said.type === 'port.head') this.#head = said
    else if (said.type === 'port.bytes') this.#pieces.push(said.bytes)
    else {
      if (said.refusal !== undefined) this.#failure ??= new NetRefusal(said.refusal.type, said.refusal.message)
      this.#over()
    }
    this.#wake()
  }

  #fail(reason: unknown): void {
    if (this.#isOver) return
    this.#failure = reason
    this.#exchange?.drop()
    this.#over()
    this.#wake()
  }

  #over(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#request.signal.removeEventListener('abort', this.#aborted)
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }

  #input(): Input {
    let rest: Uint8Array = new Uint8Array()
    let isClosed = false
    return {
      read: async (max = Infinity) => {
        while (rest.length === 0 && !isClosed) {
          const next = this.#pieces.shift()
          if (next !== undefined) {
            rest = next
            this.#exchange?.took()
          } else if (this.#failure !== undefined) throw this.#failure
          else if (this.#isOver) return undefined
          else await this.#change()
        }
        if (isClosed) return undefined
        const part = rest.subarray(0, max)
        rest = rest.subarray(part.length)
        return part
      },
      close: () => {
        isClosed = true
        this.#pieces.length = 0
        this.#fail(new NetRefusal('cut', 'The rest was not wanted.'))
      },
    }
  }
}
