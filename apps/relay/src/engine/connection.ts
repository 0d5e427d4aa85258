import type { Socket } from 'node:net'
import type { EngineErrorCode, RelayFrame } from '@tabwright/protocol/relay'
import type { RawData, WebSocket } from 'ws'
import type { EngineLimits } from './engine-limits'
import { readFrame, type ReadFrame } from './frame-text'

/** Why a socket was closed by us, as WebSocket codes. */
export const CLOSE = { policy: 1008, tooLarge: 1009, failed: 1011, restart: 1012, tryLater: 1013 } as const

/** How a socket ended. `left`: the other side closed it on purpose. `broken`: it may come back. `closed`: by us. */
export type Ending = 'left' | 'broken' | 'closed'

/** What a connection tells its worker. */
export interface ConnectionEvents {
  frame(frame: ReadFrame): void
  /** A message that is no frame; who sent it is told by the connection. Answers with the call that it is about, if it is about one. */
  broken(text: string, why: string): string | undefined
  /** A message of bytes. A sentence: it is no telemetry, and nothing else comes as bytes. */
  telemetry(message: Buffer): string | undefined
  /** Once, when it begins to close: what is closing is gone. */
  ended(how: Ending): void
}

export interface ConnectionOptions {
  readonly limits: Pick<EngineLimits, 'badFrames' | 'waiting' | 'silenceMs' | 'pauseMs'>
  /** Frames a second. */
  readonly rate: number
  readonly now: () => number
  /** Told of each frame that goes to the worker. */
  readonly sends?: (text: string) => void
}

/** One socket of a worker: frames in one at a time and in order, frames out bounded. */
export class Connection {
  readonly #ws: WebSocket
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  #events: ConnectionEvents | undefined
  #ending: Ending | undefined
  #isCorked = false
  #badFrames = 0
  #warnings = 0
  #warnedAt = 0
  #tokens: number
  #filledAt: number
  #heardAt: number
  #heardBytes = 0
  #pause: NodeJS.Timeout | undefined

  constructor(ws: WebSocket, socket: Socket, options: ConnectionOptions) {
    this.#ws = ws
    this.#socket = socket
    this.#options = options
    this.#tokens = options.rate * 2
    this.#filledAt = options.now()
    this.#heardAt = this.#filledAt
  }

  /** Begins to hand out frames. */
  open(events: ConnectionEvents): void {
    this.#events = events
    const ws = this.#ws
    // Before anything else: a broken frame is an `error` event, and one without a listener ends the process.
    ws.on('error', () => this.#end('closed'))
    ws.on('close', (code) => this.#end(code === 1006 ? 'broken' : 'left'))
    ws.on('message', (data, isBinary) => this.#message(data, isBinary))
  }

  get isOpen(): boolean {
    return this.#ending === undefined && this.#ws.readyState === this.#ws.OPEN
  }

  /** Whether it takes what it is sent so slowly that it should get no more calls. */
  get isFull(): boolean {
    return this.#ws.bufferedAmount > this.#options.limits.waiting
  }

  send(frame: RelayFrame): void {
    this.sendText(JSON.stringify(frame))
  }

  sendText(text: string): void {
    if (!this.isOpen) return
    if (this.#ws.bufferedAmount > this.#options.limits.waiting * 2) return this.close(CLOSE.tryLater, 'reads too slowly')
    this.#options.sends?.(text)
    // Everything that one turn has to say leaves in one write: a quarter less work a call with 64 in flight.
    if (!this.#isCorked) {
      this.#isCorked = true
      this.#socket.cork()
      setImmediate(() => {
        this.#isCorked = false
        this.#socket.uncork()
      })
    }
    this.#ws.send(text)
  }

  refuse(code: EngineErrorCode, message: string, id?: string): void {
    this.send({ type: 'error', error: { code, message }, ...(id !== undefined && { id }) })
  }

  /** A frame that was none; too many of them end the socket. */
  refuseBad(message: string, id?: string): void {
    this.refuse('bad_frame', message, id)
    if (++this.#badFrames >= this.#options.limits.badFrames) this.close(CLOSE.policy, 'bad frames')
  }

  /** Sends a ping, or gives up a socket that has said nothing for too long. */
  check(now: number): void {
    // Whom we do not read from we do not hear either.
    if (!this.isOpen || this.#pause !== undefined) return
    // Whatever came is a sign of life, pongs too; listening to each would cost every idle connection two listeners.
    const { bytesRead } = this.#socket
    if (bytesRead !== this.#heardBytes) this.#heardAt = now
    this.#heardBytes = bytesRead
    if (now - this.#heardAt > this.#options.limits.silenceMs) {
      this.#end('broken')
      this.#ws.terminate()
    } else this.#ws.ping()
  }

  close(code: number, reason: string): void {
    this.#end('closed')
    this.#ws.close(code, reason)
    // Whoever does not read does not see the close either.
    setTimeout(() => this.#ws.terminate(), 1000).unref()
  }

  #end(how: Ending): void {
    if (this.#ending !== undefined) return
    this.#ending = how
    clearTimeout(this.#pause)
    this.#events?.ended(how)
  }

  #message(data: RawData, isBinary: boolean): void {
    if (this.#ending !== undefined) return
    this.#take()
    if (isBinary) return this.#bytes(bytesOf(data))
    const text = textOf(data)
    const frame = readFrame(text)
    if (frame.type === 'read') return this.#events?.frame(frame)
    this.refuseBad(frame.message, this.#events?.broken(text, frame.message))
  }

  #bytes(message: Buffer): void {
    const why = this.#events?.telemetry(message)
    if (why !== undefined) this.refuseBad(`A frame is text; bytes go through a channel. ${why}`)
  }

  /** One frame of the allowance. Whoever has used it up is not read from for a while, and the fourth time closed. */
  #take(): void {
    const now = this.#options.now()
    const { rate } = this.#options
    if (now - this.#filledAt >= 10) {
      this.#tokens = Math.min(rate * 2, this.#tokens + ((now - this.#filledAt) * rate) / 1000)
      this.#filledAt = now
    }
    this.#tokens--
    if (this.#tokens >= 0 || this.#pause !== undefined) return
    this.#warnings = now - this.#warnedAt > 10_000 ? 1 : this.#warnings + 1
    this.#warnedAt = now
    if (this.#warnings > 3) return this.close(CLOSE.tryLater, 'too many messages')
    this.refuse('too_many', `More than ${rate} messages a second; the next are read later.`)
    this.#ws.pause()
    this.#pause = setTimeout(() => {
      this.#pause = undefined
      this.#ws.resume()
    }, this.#options.limits.pauseMs)
  }
}

function textOf(data: RawData): string {
  return bytesOf(data).toString('utf8')
}

/** One message, in whichever form the library hands it over. */
export function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}
