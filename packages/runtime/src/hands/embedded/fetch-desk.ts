import {
  FailureError,
  failureOf,
  joinBytes,
  networkRefusalOf,
  type Failure,
  type NetworkAnswer,
  type NetworkFetch,
  type NetworkRequest,
  type PackageStore,
} from '@tabwright/protocol'
import { fromStore, keeping } from './package-store'
import { CHUNKS_AHEAD, MAX_CHUNK, MAX_FETCHES, MAX_UPLOAD, type FromKernel, type ToKernel } from './messages'

/** What a kernel says of its requests to the network. */
export type FetchSaid = Extract<FromKernel, { type: 'fetch' | 'fetch-bytes' | 'fetch-took' | 'fetch-drop' }>
type FetchTold = Extract<ToKernel, { type: 'fetch-sent' | 'fetch-head' | 'fetch-bytes' | 'fetch-took' | 'fetch-end' }>

/** Whether a message of a kernel is for the {@link FetchDesk}. */
export function isFetchSaid(message: FromKernel): message is FetchSaid {
  return message.type === 'fetch' || message.type === 'fetch-bytes' || message.type === 'fetch-took' || message.type === 'fetch-drop'
}

export interface FetchDeskOptions {
  readonly tell: (message: FetchTold, handed?: readonly ArrayBuffer[]) => void
  /** The kernel did what ours never does. */
  readonly broken: (what: string) => void
  /** Archives that npm brought before. Default: none are kept. */
  readonly packages?: PackageStore | undefined
  /** Its requests have higher numbers than this. Default: 0. */
  readonly after?: number
}

interface Open {
  readonly asked: Extract<FetchSaid, { type: 'fetch' }>
  readonly abort: AbortController
  /** Of its body, as it came. */
  readonly parts: Uint8Array[]
  received: number
  /** Its bytes are here, and nobody has decided. */
  isAsking: boolean
  /** Bytes of the answer that the kernel has not taken. */
  ahead: number
  wake: () => void
}

/** The host's end of the kernel's network: bounds what a kernel may ask at once, and passes each request to the gate of the command that runs. */
export class FetchDesk {
  readonly #options: FetchDeskOptions
  readonly #open = new Map<number, Open>()
  #fetch: NetworkFetch | undefined
  #onAsking: (isAsking: boolean) => void = () => undefined
  #last: number

  constructor(options: FetchDeskOptions) {
    this.#options = options
    this.#last = options.after ?? 0
  }

  /** A command begins. @param onAsking whether a person is being asked now: its time stands still meanwhile */
  begin(fetch: NetworkFetch | undefined, onAsking: (isAsking: boolean) => void): void {
    this.#fetch = fetch
    this.#onAsking = onAsking
  }

  /** The command is over: what it left on its way is ended. */
  end(): void {
    this.#fetch = undefined
    this.#onAsking = () => undefined
    const left = [...this.#open.values()]
    this.#open.clear()
    for (const { asked, abort, wake } of left) {
      this.#refuse(asked.id, { code: 'cut', message: 'The command line that asked for it ended.' })
      abort.abort()
      wake()
    }
  }

  take(message: FetchSaid): void {
    if (message.type === 'fetch') return this.#begin(message)
    const open = this.#open.get(message.id)
    // Refused or over here, and the kernel has not heard of it.
    if (open === undefined) return message.id > this.#last ? this.#options.broken('spoke of a request that it never made') : undefined
    if (message.type === 'fetch-bytes') this.#bytes(open, message.bytes)
    else if (message.type === 'fetch-took') this.#took(open, message.size)
    else {
      this.#open.delete(message.id)
      open.abort.abort()
      open.wake()
      this.#asking()
    }
  }

  #begin(asked: Open['asked']): void {
    const { id, size = 0 } = asked
    if (id <= this.#last) return this.#options.broken('used the number of a request twice')
    this.#last = id
    if (this.#open.size >= MAX_FETCHES) return this.#options.broken(`asked for more than ${MAX_FETCHES} requests at once`)
    const held = [...this.#open.values()].reduce((sum, open) => sum + (open.asked.size ?? 0), 0)
    if (held + size > MAX_UPLOAD)
      return this.#refuse(id, {
        code: 'busy',
        message: 'Other requests are sending too much at the same time.',
        detail: { refusal: 'busy' },
      })
    const open: Open = { asked, abort: new AbortController(), parts: [], received: 0, isAsking: false, ahead: 0, wake: () => undefined }
    this.#open.set(id, open)
    if (size === 0) this.#ask(open)
  }

  #bytes(open: Open, bytes: Uint8Array): void {
    const { id, size = 0 } = open.asked
    open.received += bytes.length
    if (open.received > size) return this.#options.broken('sent more of a request than it said')
    open.parts.push(bytes)
    this.#options.tell({ type: 'fetch-took', id, size: bytes.length })
    if (open.received === size) this.#ask(open)
  }

  #took(open: Open, size: number): void {
    open.ahead -= size
    if (open.ahead < 0) return this.#options.broken('took more of an answer than there was')
    open.wake()
  }

  #ask(open: Open): void {
    open.isAsking = true
    this.#asking()
    this.#pass(open).then(
      () => this.#over(open, undefined),
      (error: unknown) => this.#over(open, failureOf(error)),
    )
  }

  async #pass(open: Open): Promise<void> {
    const { id, npm } = open.asked
    const kept = npm && (await fromStore(this.#options.packages, npm))
    if (kept) {
      open.isAsking = false
      this.#asking()
      return this.#stream(open, kept)
    }
    const fetch = this.#fetch
    if (fetch === undefined)
      throw new FailureError({
        code: 'unavailable',
        message: 'Requests to the network are passed on only while a command line runs. Nothing was sent.',
        detail: { refusal: 'no-relay' },
      })
    const sent = (): void => {
      open.isAsking = false
      this.#asking()
      if (this.#open.has(id)) this.#options.tell({ type: 'fetch-sent', id })
    }
    const answer = await fetch(requestOf(open), { signal: open.abort.signal, sent })
    // What was sent is not needed any more.
    open.parts.length = 0
    await this.#stream(open, npm ? keeping(this.#options.packages, npm, answer) : answer)
  }

  async #stream(open: Open, { status, statusText, version = '1.1', url, headers, body }: NetworkAnswer): Promise<void> {
    const { id } = open.asked
    if (this.#open.has(id)) {
      const kept = headers.slice(0, 512).map(([name, value]): [string, string] => [name.slice(0, 256), value.slice(0, 65_536)])
      this.#options.tell({ type: 'fetch-head', id, status, statusText, version, url, headers: kept })
    }
    for await (const part of body) {
      for (let at = 0; at < part.length; at += MAX_CHUNK) {
        while (open.ahead >= MAX_CHUNK * CHUNKS_AHEAD && this.#open.has(id)) await new Promise<void>((resolve) => (open.wake = resolve))
        if (!this.#open.has(id)) return
        const bytes = new Uint8Array(part.subarray(at, at + MAX_CHUNK))
        open.ahead += bytes.length
        this.#options.tell({ type: 'fetch-bytes', id, bytes }, [bytes.buffer])
      }
    }
  }

  #over(open: Open, failure: Failure | undefined): void {
    const { id } = open.asked
    open.isAsking = false
    if (this.#open.delete(id)) {
      if (failure === undefined) this.#options.tell({ type: 'fetch-end', id })
      else this.#refuse(id, failure)
    }
    this.#asking()
  }

  #refuse(id: number, failure: Failure): void {
    this.#options.tell({ type: 'fetch-end', id, refusal: { type: networkRefusalOf(failure), message: failure.message } })
  }

  #asking(): void {
    this.#onAsking([...this.#open.values()].some(({ isAsking }) => isAsking))
  }
}

function requestOf({ asked, parts }: Open): NetworkRequest {
  const { method, url, headers, purpose, size, useToken, connectMs, byGit, npm, announces } = asked
  const body = joinBytes(parts)
  return {
    method,
    url,
    headers,
    purpose,
    ...(announces ? { announces: { ...announces, body } } : size !== undefined && { body }),
    ...(useToken && { useToken }),
    ...(connectMs !== undefined && { connectMs }),
    ...(byGit && { byGit }),
    ...(npm && { npm }),
  }
}
