import type { WebSocket } from 'ws'
import type { Identity } from '../engine/identity'
import { bytesOf, CLOSE } from '../engine/connection'
import { readOtlp } from './read-otlp'
import type { TelemetryStore } from './telemetry-store'

export interface TelemetrySocketsOptions {
  readonly store: TelemetryStore
  readonly now: () => number
  /** Bytes a second that one identity may send, and twice as many at once; what is above is dropped and counted. */
  readonly bytes: number
  /** Of one identity. */
  readonly sockets: number
  /** Messages that are none, until the socket is closed. */
  readonly badFrames: number
  readonly silenceMs: number
}

interface Taken {
  readonly identity: Identity
  readonly address: string
  heardAt: number
  bad: number
}

/** What an identity may still send. It outlives sockets: a new one is no new allowance. */
interface Allowance {
  bytes: number
  filledAt: number
}

/** Reading a record costs at least as much as so many bytes do. */
const RECORD_BYTES = 512

/** Sockets over which programs tell what they did. Nothing is answered, and nobody waits for what is dropped. */
export class TelemetrySockets {
  readonly #options: TelemetrySocketsOptions
  readonly #open = new Map<WebSocket, Taken>()
  readonly #allowances = new Map<string, Allowance>()

  constructor(options: TelemetrySocketsOptions) {
    this.#options = options
  }

  get all(): readonly { readonly identity: Identity; readonly address: string }[] {
    return [...this.#open.values()]
  }

  accept(ws: WebSocket, { identity, address }: { readonly identity: Identity; readonly address: string }): void {
    const taken: Taken = { identity, address, heardAt: this.#options.now(), bad: 0 }
    // A broken frame is an `error` event, and one without a listener ends the process.
    ws.on('error', () => this.#open.delete(ws))
    if (this.all.filter((one) => one.identity.id === identity.id).length >= this.#options.sockets)
      return close(ws, CLOSE.tryLater, 'as many connections for telemetry as one may have')
    this.#open.set(ws, taken)
    ws.on('close', () => this.#open.delete(ws))
    for (const event of ['ping', 'pong'] as const) ws.on(event, () => (taken.heardAt = this.#options.now()))
    ws.on('message', (data) => this.#take(ws, taken, bytesOf(data)))
  }

  /** Sends pings, and gives up sockets that have said nothing for too long. */
  check(): void {
    const now = this.#options.now()
    for (const [ws, { heardAt }] of this.#open) {
      if (now - heardAt > this.#options.silenceMs) ws.terminate()
      else ws.ping()
    }
    // One that is full again is as good as a new one.
    for (const [id, { bytes, filledAt }] of this.#allowances)
      if (bytes + ((now - filledAt) * this.#options.bytes) / 1000 >= this.#options.bytes * 2) this.#allowances.delete(id)
  }

  revoke(isGone: (identity: Identity) => boolean): void {
    for (const [ws, { identity }] of this.#open) if (isGone(identity)) close(ws, CLOSE.policy, 'the token was revoked')
  }

  close(): void {
    for (const ws of this.#open.keys()) close(ws, CLOSE.restart, 'the relay restarts')
  }

  /** One message, from whichever socket of this identity. @returns a sentence where it is none */
  take(identity: Identity, message: Buffer): string | undefined {
    const { store } = this.#options
    const allowance = this.#allowanceOf(identity)
    if (message.length > allowance.bytes) {
      store.drop(1)
      return undefined
    }
    const batch = readOtlp(message, identity.id)
    const records = typeof batch === 'string' ? 0 : batch.spans.length + batch.logs.length + batch.points.length
    allowance.bytes -= Math.max(message.length, records * RECORD_BYTES)
    if (typeof batch === 'string') return batch
    store.add(batch)
    return undefined
  }

  #take(ws: WebSocket, taken: Taken, message: Buffer): void {
    const { now, badFrames } = this.#options
    taken.heardAt = now()
    if (this.take(taken.identity, message) === undefined) return
    taken.bad += 1
    if (taken.bad >= badFrames) close(ws, CLOSE.policy, 'bad frames')
  }

  /** As it is now. */
  #allowanceOf({ id }: Identity): Allowance {
    const { now, bytes } = this.#options
    const at = now()
    const one = this.#allowances.get(id) ?? { bytes: bytes * 2, filledAt: at }
    one.bytes = Math.min(bytes * 2, one.bytes + ((at - one.filledAt) * bytes) / 1000)
    one.filledAt = at
    this.#allowances.set(id, one)
    return one
  }
}

function close(ws: WebSocket, code: number, reason: string): void {
  ws.close(code, reason)
  // Whoever does not read does not see the close either.
  setTimeout(() => ws.terminate(), 1000).unref()
}
