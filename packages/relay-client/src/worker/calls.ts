import type { Json } from '@tabwright/protocol'
import type { Action, InvocationResult, InvokeFunction } from '@tabwright/protocol/relay'
import { isLarger } from './bytes'
import { CallError } from './call-error'
import type { Clock } from './clock'

/** What a caller may say of one call. */
export interface CallOptions {
  /** Milliseconds from now; 30 s where nothing is said. The relay's own ceiling counts too. */
  readonly deadlineMs?: number
  /** Ends the call on both sides. */
  readonly signal?: AbortSignal
  /** Travels beside the data. */
  readonly metadata?: Json
  /** W3C trace context that the call belongs to. */
  readonly traceparent?: string
  readonly baggage?: string
}

/** Bounds of what waits on this side. */
export interface CallLimits {
  /** Calls that wait for a connection, and bytes of them. */
  readonly queued: number
  readonly queuedBytes: number
  /** Bytes that the socket has not taken yet; with more, calls are refused. */
  readonly unsentBytes: number
  /** Bytes of one frame. The relay closes a connection that sends a larger one. */
  readonly frameBytes: number
}

/** The road to the relay. */
export interface Road {
  /** Whether frames may go out now. */
  readonly isReady: boolean
  readonly waiting: number
  send(text: string): void
}

/** What a {@link Calls} takes from outside. */
export interface CallsOptions {
  readonly clock: Clock
  readonly uuid: () => string
  readonly limits: CallLimits
  readonly road: Road
}

interface Pending {
  readonly functionId: string
  readonly text: string
  /** Whether the relay may have it. */
  isSent: boolean
  end(outcome: { readonly result: Json | undefined } | { readonly error: CallError }): void
}

const DEADLINE_MS = 30_000
/** What a frame can say. */
const LONGEST_MS = 600_000

/** The calls that were made here and are not answered. */
export class Calls {
  readonly #options: CallsOptions
  readonly #pending = new Map<string, Pending>()
  /** In the order in which they were made: texts of calls that want no answer, ids of those that do. */
  #queue: { readonly text: string; readonly id: string | undefined }[] = []
  #queuedBytes = 0

  constructor(options: CallsOptions) {
    this.#options = options
  }

  /** @throws CallError */
  call(functionId: string, data: Json | undefined, options: CallOptions & { readonly action?: Action }): Promise<Json | undefined> {
    const { deadlineMs = DEADLINE_MS, signal, action } = options
    const { clock, uuid } = this.#options
    const id = uuid()
    if (signal?.aborted) return Promise.reject(cancelled(functionId))
    const text = JSON.stringify({
      ...frameOf(functionId, data, options),
      invocation_id: id,
      timeout_ms: wholeMs(deadlineMs),
      ...(action && { action }),
    })
    return new Promise((resolve, reject) => {
      const give = (error: CallError): void => {
        const wasSent = this.#pending.get(id)?.isSent
        this.#pending.get(id)?.end({ error })
        if (wasSent) this.#cancel(id)
      }
      const stopTimer = clock.after(deadlineMs, () => give(timedOut(functionId, deadlineMs)))
      const abort = (): void => give(cancelled(functionId))
      signal?.addEventListener('abort', abort)
      const end: Pending['end'] = (outcome) => {
        this.#pending.delete(id)
        this.#unqueue(id)
        stopTimer()
        signal?.removeEventListener('abort', abort)
        if ('error' in outcome) reject(outcome.error)
        else resolve(outcome.result)
      }
      const pending: Pending = { functionId, text, isSent: false, end }
      this.#pending.set(id, pending)
      try {
        pending.isSent = this.#put(functionId, text, id)
      } catch (thrown) {
        if (thrown instanceof CallError) pending.end({ error: thrown })
        else throw thrown
      }
    })
  }

  /** A call that nobody answers. @throws CallError `busy`, `too_large` */
  send(functionId: string, data: Json | undefined, options: Omit<CallOptions, 'deadlineMs' | 'signal'>): void {
    this.#put(functionId, JSON.stringify({ ...frameOf(functionId, data, options), action: { type: 'void' } }), undefined)
  }

  /** First one wins; what is not awaited is passed over. */
  answered({ invocation_id, result, error }: InvocationResult): void {
    const pending = this.#pending.get(invocation_id)
    if (pending === undefined) return
    pending.end(error ? { error: new CallError(pending.functionId, error) } : { result: result ?? undefined })
  }

  /** The relay knows us as before: what it may not have got goes once more, under the same id. */
  resend(): void {
    for (const { isSent, text } of this.#pending.values()) if (isSent) this.#options.road.send(text)
  }

  /** The relay does not know what was sent: nobody knows whether it ran. */
  stopSent(): void {
    for (const { isSent, functionId, end } of this.#pending.values()) {
      const message = 'The connection to the relay was lost while this ran. Nobody knows whether it did: look before you repeat it.'
      if (isSent) end({ error: new CallError(functionId, { code: 'invocation_stopped', message }) })
    }
  }

  /** Sends what waited. */
  flush(): void {
    const waited = this.#queue
    this.#queue = []
    this.#queuedBytes = 0
    for (const { text, id } of waited) {
      const pending = id === undefined ? undefined : this.#pending.get(id)
      if (pending !== undefined) pending.isSent = true
      this.#options.road.send(text)
    }
  }

  /** Nothing is answered any more. */
  close(): void {
    this.#queue = []
    this.#queuedBytes = 0
    const error = { code: 'unavailable', message: 'This worker has left the relay.' }
    for (const { functionId, isSent, end } of this.#pending.values())
      end({ error: new CallError(functionId, { ...error, not_called: !isSent }) })
  }

  /** Whether it went out; else it waits. */
  #put(functionId: string, text: string, id: string | undefined): boolean {
    const { road, limits } = this.#options
    if (isLarger(text, limits.frameBytes)) throw tooLarge(functionId)
    if (road.isReady) {
      if (road.waiting > limits.unsentBytes) throw busy(functionId, 'The relay takes what it is sent too slowly.')
      road.send(text)
      return true
    }
    if (this.#queue.length >= limits.queued || this.#queuedBytes + text.length > limits.queuedBytes) {
      throw busy(functionId, 'The relay is not connected and too many calls wait for it.')
    }
    this.#queue.push({ text, id })
    this.#queuedBytes += text.length
    return false
  }

  #unqueue(id: string): void {
    const at = this.#queue.findIndex((one) => one.id === id)
    const [gone] = at < 0 ? [] : this.#queue.splice(at, 1)
    this.#queuedBytes -= gone?.text.length ?? 0
  }

  /** Told when there is room for it; else the relay ends the call when its own deadline passes. */
  #cancel(id: string): void {
    const { road, limits } = this.#options
    const text = JSON.stringify({ ...frameOf('engine::invocations::cancel', { invocation_id: id }, {}), action: { type: 'void' } })
    if (road.isReady) road.send(text)
    else if (this.#queue.length < limits.queued) this.#queue.push({ text, id: undefined })
  }
}

function frameOf(functionId: string, data: Json | undefined, { metadata, traceparent, baggage }: CallOptions): InvokeFunction {
  return {
    type: 'invokefunction',
    function_id: functionId,
    ...(data !== undefined && { data }),
    ...(metadata !== undefined && { metadata }),
    ...(traceparent !== undefined && { traceparent }),
    ...(baggage !== undefined && { baggage }),
  }
}

function busy(functionId: string, message: string): CallError {
  return new CallError(functionId, { code: 'busy', message, not_called: true })
}

function tooLarge(functionId: string): CallError {
  const message = 'What this call was given is larger than a frame may be; it belongs into a channel.'
  return new CallError(functionId, { code: 'too_large', message, not_called: true })
}

/** A frame says whole milliseconds within bounds. */
function wholeMs(ms: number): number {
  return Math.min(LONGEST_MS, Math.max(1, Math.ceil(ms)))
}

function cancelled(functionId: string): CallError {
  return new CallError(functionId, { code: 'invocation_cancelled', message: `The call of ${functionId} was cancelled.` })
}

function timedOut(functionId: string, ms: number): CallError {
  return new CallError(functionId, { code: 'TIMEOUT', message: `${functionId} did not answer within ${ms} ms.` })
}
