import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import type { CancelInvocation, ErrorBody, InvokeFunction } from '@tabwright/protocol/relay'
import { isLarger } from './bytes'
import { errorBodyOf } from './call-error'

/** Who called a function of ours, with what beside the data, and until when an answer is wanted. */
export interface IncomingCall {
  readonly functionId: string
  /** The same for every delivery of one call. Absent for none but what a foreign relay sends. */
  readonly invocationId: string | undefined
  /** Connection of the caller; undefined where the relay does not say. */
  readonly caller: string | undefined
  readonly metadata: Json | undefined
  readonly traceparent: string | undefined
  readonly baggage: string | undefined
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** Undefined answers nothing. What it throws reaches the caller: the code of a CallError, the message of any Error, never a stack. */
export type Handler = (data: Json | undefined, call: IncomingCall) => Promise<Json | undefined> | Json | undefined

/** How a function is shown to those who may call it. */
export interface FunctionOptions {
  readonly description?: string
  /** JSON Schemas. */
  readonly request?: JsonObject
  readonly response?: JsonObject
  readonly metadata?: JsonObject
}

/** Bounds of what is kept of calls from outside. */
export interface ServingLimits {
  /** Calls that run here at once. */
  readonly running: number
  /** Answers that are kept in case the socket broke before they arrived: how many, and characters of all. */
  readonly kept: number
  readonly keptChars: number
  /** Bytes of one frame. What is larger goes through a channel. */
  readonly frameBytes: number
}

/** What a {@link Serving} takes from outside. */
export interface ServingOptions {
  readonly limits: ServingLimits
  /** Nothing is sent while there is no connection: answers are kept. */
  send(text: string): void
}

/** What is known of a call by its id: it runs, or this was the answer. */
type Known = { readonly type: 'running'; readonly stop: AbortController } | { readonly type: 'answered'; readonly text: string }

/** The functions that are offered here, and the calls of them. */
export class Serving {
  readonly #options: ServingOptions
  readonly #handlers = new Map<string, Handler>()
  /** In the order in which calls came; the oldest answers go first. */
  readonly #known = new Map<string, Known>()
  readonly #running = new Set<AbortController>()
  #keptChars = 0

  constructor(options: ServingOptions) {
    this.#options = options
  }

  add(id: string, handler: Handler): void {
    if (this.#handlers.has(id)) throw new TypeError(`${id} is registered already.`)
    this.#handlers.set(id, handler)
  }

  remove(id: string): void {
    this.#handlers.delete(id)
  }

  called(frame: InvokeFunction): void {
    const id = frame.invocation_id ?? undefined
    const before = id === undefined ? undefined : this.#known.get(id)
    // Delivered twice over a broken socket: it runs once.
    if (before?.type === 'running') return
    if (before?.type === 'answered') return this.#options.send(before.text)
    const handler = this.#handlers.get(frame.function_id)
    if (handler === undefined)
      return this.#refuse(frame, { code: 'function_not_found', message: `This worker does not offer ${frame.function_id}.` })
    if (this.#running.size >= this.#options.limits.running)
      return this.#refuse(frame, { code: 'busy', message: 'This worker has too many calls to answer.' })
    void this.#run(frame, handler)
  }

  cancelled({ invocation_id, reason }: CancelInvocation): void {
    const known = this.#known.get(invocation_id)
    if (known?.type === 'running') known.stop.abort(new Error(`Nobody waits for the answer: ${reason}.`))
  }

  /** The relay knows us as before: answers that may have been lost go once more. */
  resend(): void {
    for (const known of this.#known.values()) if (known.type === 'answered') this.#options.send(known.text)
  }

  /** The relay has forgotten who asked. */
  forget(): void {
    for (const stop of this.#running) stop.abort(new Error('Nobody waits for the answer: the relay was lost.'))
    this.#known.clear()
    this.#keptChars = 0
  }

  async #run(frame: InvokeFunction, handler: Handler): Promise<void> {
    const stop = new AbortController()
    const id = frame.invocation_id ?? undefined
    const { data, caller } = withoutCaller(frame.data)
    const { function_id: functionId, metadata } = frame
    const traceparent = frame.traceparent ?? undefined
    const baggage = frame.baggage ?? undefined
    const known: Known = { type: 'running', stop }
    if (id !== undefined) this.#known.set(id, known)
    this.#running.add(stop)
    let outcome: Outcome
    try {
      const call = { functionId, invocationId: id, caller, metadata: metadata ?? undefined, traceparent, baggage, signal: stop.signal }
      outcome = { result: await handler(data, call) }
    } catch (thrown) {
      outcome = { error: errorBodyOf(thrown) }
    }
    this.#running.delete(stop)
    if (id !== undefined && this.#known.get(id) === known) this.#answer(frame, id, outcome)
  }

  #answer(frame: InvokeFunction, id: string, outcome: Outcome): void {
    const { limits, send } = this.#options
    let text = answerText(frame, outcome)
    if (isLarger(text, limits.frameBytes)) text = answerText(frame, { error: TOO_LARGE })
    this.#known.delete(id)
    this.#known.set(id, { type: 'answered', text })
    this.#keptChars += text.length
    for (const [old, one] of this.#known) {
      if (this.#known.size <= limits.kept && this.#keptChars <= limits.keptChars) break
      if (old === id || one.type === 'running') continue
      this.#known.delete(old)
      this.#keptChars -= one.text.length
    }
    send(text)
  }

  #refuse(frame: InvokeFunction, error: ErrorBody): void {
    if (frame.invocation_id) this.#options.send(answerText(frame, { error }))
  }
}

type Outcome = { readonly result: Json | undefined } | { readonly error: ErrorBody }

const TOO_LARGE: ErrorBody = { code: 'too_large', message: 'The answer is larger than a frame may be; it belongs into a channel.' }

function answerText({ invocation_id, function_id }: InvokeFunction, outcome: Outcome): string {
  const frame = { type: 'invocationresult', invocation_id, function_id }
  if ('error' in outcome) return JSON.stringify({ ...frame, error: outcome.error })
  // A result of null is left out, as other relays do it.
  return JSON.stringify(outcome.result === null || outcome.result === undefined ? frame : { ...frame, result: outcome.result })
}

/** The relay says in the data who called; handlers get it beside the data. */
function withoutCaller(data: Json | undefined): { readonly data: Json | undefined; readonly caller: string | undefined } {
  if (!isJsonObject(data)) return { data, caller: undefined }
  const { _caller_worker_id: caller, ...rest } = data
  return { data: rest, caller: typeof caller === 'string' ? caller : undefined }
}
