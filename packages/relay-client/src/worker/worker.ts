import { assertNever, isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import type { ChannelRef, RegisterTrigger, RelayFrame, WorkerRegistered } from '@tabwright/protocol/relay'
import { CallError } from './call-error'
import { Calls, type CallLimits, type CallOptions, type Road } from './calls'
import { isChannelRef, readChannel, writeChannel, type ChannelItem } from './channel'
import { SYSTEM_CLOCK, type Clock } from './clock'
import { Link, type LinkState } from './link'
import { rowsOf } from './pages'
import { Providing, type TriggerType } from './providing'
import { Serving, type FunctionOptions, type Handler, type ServingLimits } from './serving'
import { openGlobalSocket, type OpenSocket } from './socket'

/** Something that the relay did not take: `id` names the function or binding that it concerns. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly id: string | undefined
}

/** How a worker joins. */
export interface WorkerOptions {
  /** `ws://…/worker`, or what gives one: it is asked at every attempt, since a ticket is used up by one. */
  readonly address: string | (() => Promise<string>)
  /** How lists show this worker. */
  readonly name: string
  readonly description?: string
  readonly runtime?: string
  readonly version?: string
  readonly limits?: Partial<CallLimits & ServingLimits>
  /** The global WebSocket where nothing is handed in. */
  readonly socket?: OpenSocket
  readonly clock?: Clock
  /** From 0 to 1: how much waits between attempts differ. */
  readonly random?: () => number
  readonly uuid?: () => string
  readonly onState?: (state: LinkState) => void
  readonly onRefused?: (refusal: Refusal) => void
}

/** Takes back what was registered, now and for every later connection. */
export interface Registered {
  unregister(): void
}

/** A function to be called when something happens. */
export interface TriggerRequest {
  readonly type: string
  readonly functionId: string
  readonly config?: Json
  readonly metadata?: Json
}

const LIMITS: CallLimits & ServingLimits = {
  queued: 256,
  queuedBytes: 1024 * 1024,
  unsentBytes: 4 * 1024 * 1024,
  running: 256,
  kept: 256,
  keptChars: 1024 * 1024,
  frameBytes: 1_000_000,
}
/** A socket that has so much to send has no room for telemetry. */
const UNSENT_TELEMETRY = 256 * 1024
/** A relay that says nothing about a reattachment within this time knows nothing of it. */
const SETTLE_MS = 5000

/** A member of the relay: offers functions, calls those of others, and stays one over broken connections. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #link: Link
  readonly #calls: Calls
  readonly #serving: Serving
  readonly #providing: Providing
  /** Frames that make a new connection know what we offer; types first, then functions, then bindings. */
  readonly #types = new Map<string, string>()
  readonly #functions = new Map<string, string>()
  readonly #bindings = new Map<string, string>()
  readonly #clock: Clock
  readonly #uuid: () => string
  /** What was taken back while nobody could be told. */
  #gone: string[] = []
  #identity: WorkerRegistered | undefined
  /** Whether frames beside registrations may go out. */
  #isReady = false
  /** Who we were, while the relay has not said whether we still are. */
  #previous: WorkerRegistered | undefined
  #isReattached = false
  #stopSettling: () => void = () => undefined

  constructor(options: WorkerOptions) {
    const { address, socket = openGlobalSocket, clock = SYSTEM_CLOCK, random = Math.random, uuid = () => crypto.randomUUID() } = options
    const limits = { ...LIMITS, ...options.limits }
    this.#options = options
    this.#clock = clock
    this.#uuid = uuid
    const linkOptions = { address: typeof address === 'string' ? () => Promise.resolve(address) : address, socket, clock, random }
    this.#link = new Link(linkOptions, {
      opened: () => this.#opened(),
      frame: (frame) => this.#frame(frame),
      dropped: () => this.#dropped(),
      state: (state) => this.#state(state),
    })
    this.#calls = new Calls({ clock, uuid, limits, road: this.#road() })
    const send = (text: string): void => this.#send(text)
    this.#serving = new Serving({ limits, send })
    this.#providing = new Providing(send)
    this.#link.retry()
  }

  /** Of this connection; undefined while there is none. */
  get id(): string | undefined {
    return this.#isReady ? this.#identity?.worker_id : undefined
  }

  /** @throws TypeError for an id that is registered here already */
  registerFunction(id: string, handler: Handler, options: FunctionOptions = {}): Registered {
    this.#serving.add(id, handler)
    const { description, request, response, metadata } = options
    const frame = { type: 'registerfunction', id, description, request_format: request, response_format: response, metadata }
    this.#register(this.#functions, id, JSON.stringify(frame))
    return {
      unregister: () => {
        this.#serving.remove(id)
        this.#unregister(this.#functions, id, { type: 'unregisterfunction', id })
      },
    }
  }

  /** A refusal comes through `onRefused`, with the id of what it gives. */
  registerTrigger({ type, functionId, config = {}, metadata }: TriggerRequest): Registered & { readonly id: string } {
    const id = this.#uuid()
    const frame: RegisterTrigger = { type: 'registertrigger', id, trigger_type: type, function_id: functionId, config, metadata }
    this.#register(this.#bindings, id, JSON.stringify(frame))
    return { id, unregister: () => this.#unregister(this.#bindings, id, { type: 'unregistertrigger', id, trigger_type: type }) }
  }

  /** @throws TypeError for a type that is registered here already */
  registerTriggerType(type: TriggerType): Registered {
    this.#providing.add(type)
    const { id, description, config, payload } = type
    const frame = { type: 'registertriggertype', id, description, trigger_request_format: config, call_request_format: payload }
    this.#register(this.#types, id, JSON.stringify(frame))
    return {
      unregister: () => {
        this.#providing.remove(id)
        this.#unregister(this.#types, id, { type: 'unregistertriggertype', id })
      },
    }
  }

  /** Calls a function wherever it lives. @throws CallError */
  invoke(functionId: string, data?: Json, options: CallOptions = {}): Promise<Json | undefined> {
    return this.#calls.call(functionId, data, options)
  }

  /** Calls a function without an answer: it may get lost with the connection. @throws CallError `busy` */
  send(functionId: string, data?: Json, options: Omit<CallOptions, 'deadlineMs' | 'signal'> = {}): void {
    this.#calls.send(functionId, data, options)
  }

  /** Puts a call into a queue; it is kept when this gives its receipt. `key`: the same one is one item. @throws CallError */
  async enqueue(
    to: { readonly queue: string; readonly functionId: string; readonly key?: string },
    data?: Json,
    options: CallOptions = {},
  ): Promise<string> {
    const { queue, functionId, key } = to
    const answer = await this.#calls.call(functionId, data, {
      ...options,
      action: { type: 'enqueue', queue, ...(key !== undefined && { key }) },
    })
    const receipt = isJsonObject(answer) ? answer['messageReceiptId'] : undefined
    return typeof receipt === 'string' ? receipt : ''
  }

  /** A new channel; either end may be put into a payload. @throws CallError */
  async createChannel(): Promise<{ readonly reader: ChannelRef; readonly writer: ChannelRef }> {
    const made = await this.invoke('engine::channels::create', {})
    const { reader, writer } = isJsonObject(made) ? made : {}
    if (isChannelRef(reader) && isChannelRef(writer)) return { reader, writer }
    throw new CallError('engine::channels::create', { code: 'deserialization_error', message: 'The relay gave no channel.' })
  }

  openReader(ref: ChannelRef): ReadableStream<ChannelItem> {
    return readChannel(ref, this.#channelOptions())
  }

  openWriter(ref: ChannelRef): WritableStream<ChannelItem> {
    return writeChannel(ref, this.#channelOptions())
  }

  /** Functions of all workers, as far as we may call them. @throws CallError */
  functions(filter: JsonObject = {}): Promise<readonly JsonObject[]> {
    return rowsOf(this, 'functions', filter)
  }

  /** All workers. @throws CallError */
  workers(filter: JsonObject = {}): Promise<readonly JsonObject[]> {
    return rowsOf(this, 'workers', filter)
  }

  /** Tells the relay what happened here: a message of telemetry, asked for only when it can be sent. False: not now; nobody waits for it. */
  tell(telemetry: () => Uint8Array<ArrayBuffer>): boolean {
    if (!this.#isReady || this.#link.waiting > UNSENT_TELEMETRY) return false
    this.#link.sendBytes(telemetry())
    return true
  }

  /** Tries to connect now: somebody knows that the network is back. */
  retry(): void {
    this.#link.retry()
  }

  /** Leaves for good. Calls that wait fail, those that run here are told. */
  close(): void {
    this.#isReady = false
    this.#link.close()
    this.#stopSettling()
    this.#calls.close()
    this.#serving.forget()
  }

  #opened(): void {
    const { name, description, runtime = 'tabwright', version } = this.#options
    this.#previous = this.#identity
    this.#isReattached = false
    if (this.#previous !== undefined) {
      const { worker_id, reattach_token } = this.#previous
      this.#link.send(JSON.stringify({ type: 'reattach', previous_worker_id: worker_id, reattach_token, again: true }))
      // Frames of a connection are answered in order: before this pong the relay has said whether it knows us.
      this.#link.send('{"type":"ping"}')
      this.#stopSettling = this.#clock.after(SETTLE_MS, () => this.#settled())
    }
    const data = { name, description, runtime, version }
    this.#link.send(JSON.stringify({ type: 'invokefunction', function_id: 'engine::workers::register', data, action: { type: 'void' } }))
    for (const text of this.#gone) this.#link.send(text)
    this.#gone = []
    for (const frames of [this.#types, this.#functions, this.#bindings]) for (const text of frames.values()) this.#link.send(text)
    if (this.#previous === undefined) this.#ready()
  }

  #settled(): void {
    this.#stopSettling()
    this.#previous = undefined
    this.#isReady = true
    if (this.#isReattached) {
      this.#calls.resend()
      this.#serving.resend()
    } else {
      this.#calls.stopSent()
      this.#serving.forget()
    }
    this.#ready()
  }

  #ready(): void {
    this.#isReady = true
    this.#calls.flush()
    this.#options.onState?.({ type: 'open' })
  }

  #dropped(): void {
    this.#isReady = false
    this.#stopSettling()
    // A socket that broke before it was settled: we are still who we were before it.
    if (this.#previous !== undefined && !this.#isReattached) this.#identity = this.#previous
  }

  /** Open is what has settled. */
  #state(state: LinkState): void {
    if (state.type !== 'open') this.#options.onState?.(state)
  }

  #frame(frame: RelayFrame): void {
    switch (frame.type) {
      case 'workerregistered':
        this.#identity = frame
        return
      case 'reattached':
        this.#isReattached = true
        return
      case 'pong':
        return this.#previous === undefined ? undefined : this.#settled()
      case 'invokefunction':
        return this.#serving.called(frame)
      case 'cancelinvocation':
        return this.#serving.cancelled(frame)
      case 'invocationresult':
        return this.#calls.answered(frame)
      case 'registertrigger':
        return void this.#providing.bound(frame)
      case 'unregistertrigger':
        return this.#providing.unbound(frame)
      case 'triggerregistrationresult':
        return frame.error ? this.#refused(frame.error, frame.id) : undefined
      case 'registrationrejected':
        return this.#refused(frame, frame.function_id)
      case 'error':
        return this.#refused(frame.error, frame.id)
      case 'ping':
        return undefined
      default:
        return assertNever(frame)
    }
  }

  #refused({ code, message }: { readonly code: string; readonly message: string }, id: string | undefined): void {
    this.#options.onRefused?.({ code, message, id })
  }

  #register(frames: Map<string, string>, id: string, text: string): void {
    frames.set(id, text)
    this.#link.send(text)
  }

  #unregister(frames: Map<string, string>, id: string, frame: object): void {
    if (!frames.delete(id)) return
    const text = JSON.stringify(frame)
    if (this.#link.isOpen) this.#link.send(text)
    else if (this.#identity !== undefined) this.#gone.push(text)
  }

  #send(text: string): void {
    if (this.#isReady) this.#link.send(text)
  }

  #road(): Road {
    const isReady = (): boolean => this.#isReady
    const link = this.#link
    return {
      get isReady() {
        return isReady()
      },
      get waiting() {
        return link.waiting
      },
      send: (text) => link.send(text),
    }
  }

  #channelOptions(): Parameters<typeof readChannel>[1] {
    return { address: this.#link.address, socket: this.#options.socket ?? openGlobalSocket, clock: this.#clock }
  }
}
