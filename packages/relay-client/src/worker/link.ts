import type { RelayFrame } from '@tabwright/protocol/relay'
import type { Clock } from './clock'
import { readFrame } from './read-frame'
import type { OpenSocket, Socket } from './socket'

/** Where the connection stands. `waiting`: it broke or was refused, and is tried again in so many milliseconds. */
export type LinkState =
  | { readonly type: 'connecting' }
  | { readonly type: 'open' }
  | { readonly type: 'waiting'; readonly ms: number; readonly why: string }
  | { readonly type: 'closed' }

/** What a link tells. */
export interface LinkEvents {
  /** A socket is open and nothing was sent yet. */
  opened(): void
  frame(frame: RelayFrame): void
  /** The socket that was open is gone. */
  dropped(): void
  state(state: LinkState): void
}

/** What a link takes from outside. */
export interface LinkOptions {
  /** Asked at every attempt: a ticket is used up by one. */
  readonly address: () => Promise<string>
  readonly socket: OpenSocket
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
}

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000
/** So much longer or shorter, or all clients of a relay that restarts come back in the same moment. */
const JITTER = 0.3
/** A connection that held so long was a good one: the next wait is short again. */
const GOOD_MS = 5000
const PING_MS = 20_000
const SILENCE_MS = 60_000
const HANDSHAKE_MS = 10_000

/** One connection at a time to the relay, made again whenever it breaks. */
export class Link {
  readonly #options: LinkOptions
  readonly #events: LinkEvents
  #socket: Socket | undefined
  #address = ''
  #phase: 'connecting' | 'open' | 'waiting' | 'closed' = 'waiting'
  /** Counts attempts, so that an address that comes late is not used. */
  #attempt = 0
  #failures = 0
  #heardAt = 0
  #openedAt = 0
  #cancelTimer: () => void = () => undefined

  /** The first attempt begins with {@link retry}. */
  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options
    this.#events = events
  }

  /** Address of the socket that is open or was open last. */
  get address(): string {
    return this.#address
  }

  get isOpen(): boolean {
    return this.#phase === 'open'
  }

  /** Bytes that the socket has not taken yet. */
  get waiting(): number {
    return this.#socket?.bufferedAmount ?? 0
  }

  /** Nothing is sent while it is not open. */
  send(text: string): void {
    if (this.isOpen) this.#socket?.send(text)
  }

  /** Telemetry is the one thing that is bytes. */
  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.isOpen) this.#socket?.send(bytes)
  }

  /** Does not wait longer for the next attempt: somebody knows that the network is back. */
  retry(): void {
    if (this.#phase === 'waiting') this.#connect()
  }

  close(): void {
    if (this.#phase === 'closed') return
    this.#leave('closed')
    this.#events.state({ type: 'closed' })
  }

  #connect(): void {
    this.#phase = 'connecting'
    this.#events.state({ type: 'connecting' })
    this.#later(HANDSHAKE_MS, () => this.#lose('The relay did not answer in time.'))
    const mine = ++this.#attempt
    this.#options.address().then(
      (found) => {
        if (mine === this.#attempt) this.#open(found)
      },
      (thrown: unknown) => {
        if (mine === this.#attempt) this.#lose(thrown instanceof Error ? thrown.message : 'The relay gave no address.')
      },
    )
  }

  #open(address: string): void {
    let socket: Socket
    try {
      socket = this.#options.socket(address)
    } catch (thrown) {
      return this.#lose(thrown instanceof Error ? thrown.message : 'That is no address of a relay.')
    }
    this.#address = address.replace(/\/+$/, '')
    this.#socket = socket
    const whileMine = (run: () => void) => (): void => {
      if (this.#socket === socket) run()
    }
    const ended = whileMine(() => this.#lose('The connection to the relay broke.'))
    socket.addEventListener(
      'open',
      whileMine(() => this.#opened()),
    )
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket === socket) this.#message(data)
    })
    socket.addEventListener('close', ended)
    socket.addEventListener('error', ended)
  }

  #opened(): void {
    this.#phase = 'open'
    this.#openedAt = this.#options.clock.now()
    this.#heardAt = this.#openedAt
    this.#later(PING_MS, () => this.#beat())
    this.#events.state({ type: 'open' })
    this.#events.opened()
  }

  #message(data: unknown): void {
    this.#heardAt = this.#options.clock.now()
    const frame = typeof data === 'string' ? readFrame(data) : undefined
    if (frame?.type === 'ping') this.send('{"type":"pong"}')
    else if (frame !== undefined) this.#events.frame(frame)
  }

  #beat(): void {
    if (this.#options.clock.now() - this.#heardAt >= SILENCE_MS) return this.#lose('The relay said nothing for a minute.')
    this.send('{"type":"ping"}')
    this.#later(PING_MS, () => this.#beat())
  }

  /** The socket is given up now, whenever its own end is noticed: nothing that it still says counts. */
  #lose(why: string): void {
    const { clock, random } = this.#options
    const wasOpen = this.isOpen
    this.#leave('waiting')
    if (wasOpen && clock.now() - this.#openedAt >= GOOD_MS) this.#failures = 0
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures++, 5))
    const ms = Math.round(wait * (1 - JITTER + 2 * JITTER * random()))
    this.#later(ms, () => this.#connect())
    if (wasOpen) this.#events.dropped()
    this.#events.state({ type: 'waiting', ms, why })
  }

  #leave(phase: 'waiting' | 'closed'): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#phase = phase
    this.#attempt++
    this.#cancelTimer()
    socket?.close()
  }

  /** One timer: for the next attempt, for the handshake, or for the heartbeat. */
  #later(ms: number, run: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#options.clock.after(ms, run)
  }
}
