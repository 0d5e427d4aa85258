import type { Json, JsonObject } from '@tabwright/protocol'
import type { ChannelRef, EngineErrorCode } from '@tabwright/protocol/relay'
import type { Identity } from './identity'
import type { Trace } from './trace'

/** Why a call was not answered with a result: this body goes to the caller. Anything else thrown is a fault of ours and says so. */
export class EngineError extends Error {
  /** Ours, or one of the function that was called. */
  readonly code: EngineErrorCode | (string & {})
  readonly stacktrace: string | undefined
  /** The relay refused it, and nobody was asked. */
  readonly isNotCalled: boolean

  constructor(code: EngineErrorCode | (string & {}), message: string, more: Partial<Pick<EngineError, 'stacktrace' | 'isNotCalled'>> = {}) {
    super(message)
    this.name = 'EngineError'
    this.code = code
    this.stacktrace = more.stacktrace
    this.isNotCalled = more.isNotCalled === true
  }
}

/** Who called a function of the relay itself, and until when an answer is wanted. */
export interface CallContext {
  readonly as: Identity
  /** The connection that called; undefined for `POST /invoke` and for what a service fired. */
  readonly worker: string | undefined
  readonly invocation: string
  readonly trace: Trace
  /** How many triggers led here. */
  readonly depth: number
  /** Aborted when the deadline passed, the caller cancelled, or the caller is gone for good. */
  readonly signal: AbortSignal
  readonly metadata: Json | undefined
}

/** A function that lives in the relay, called like any other. */
export interface BuiltIn {
  readonly id: string
  readonly description: string
  readonly request?: JsonObject
  readonly response?: JsonObject
  /** Not listed unless internal ones are asked for. Everything under `engine::` is. */
  readonly internal?: boolean
  /** Part of what every worker needs, whatever it was granted. */
  readonly infrastructure?: boolean
  /** Calls of it are no part of a trace, because it reads traces. Those of what is infrastructure are none either. */
  readonly quiet?: boolean
  /** Undefined answers nothing. @throws EngineError */
  run(data: Json | undefined, call: CallContext): Promise<Json | undefined>
}

/** A function bound to a trigger. */
export interface Binding {
  readonly id: string
  readonly triggerType: string
  readonly functionId: string
  readonly config: Json
  readonly metadata: Json | undefined
  /** Whose rights count when it is bound and each time it fires. */
  readonly binder: Identity
  /** The connection that it goes with; undefined: it outlives connections. */
  readonly worker: string | undefined
}

/** How a binding ended. `unbound`: its binder wanted it so, or may have none any more. `left`: the socket of its binder ended, and may come back. */
export type BindingEnd = 'unbound' | 'left'

/** A kind of trigger that the relay itself provides. */
export interface BuiltInTrigger {
  readonly type: string
  readonly description: string
  /** Of the config of a binding. */
  readonly configSchema?: JsonObject
  /** Of the payload of a call. */
  readonly callSchema?: JsonObject
  /** @throws EngineError where the config is none of this type; its message reaches the binder */
  bind(binding: Binding): Promise<void>
  /** Also when its binder is gone. Never fails for one that is not there. */
  unbind(id: string, how: BindingEnd): Promise<void>
}

/** Functions and triggers that are built in: state, queue, cron, http. */
export interface Service {
  readonly functions: readonly BuiltIn[]
  readonly triggerTypes: readonly BuiltInTrigger[]
  close(): Promise<void>
}

/** How a service calls a function. */
export interface InvokeOptions {
  /** Whose right to call is checked, now. */
  readonly as: Identity
  readonly trace: Trace
  /** From now, milliseconds; default and ceiling are those of the relay. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
  /** Of the new call: that of what fired, plus one. */
  readonly depth: number
  readonly metadata?: Json
}

/** A message of a channel: text stays text, bytes stay bytes. */
export type ChannelItem = string | Buffer

/** A channel with one end in the relay. */
export interface LocalChannel {
  /** The other end, to be put into a payload. */
  readonly ref: ChannelRef
  /** Resolves when there is room for more. @throws EngineError when the reader is gone */
  write(item: ChannelItem): Promise<void>
  /** After what was written. */
  end(): void
  /** What the other end writes, until it closes. @throws EngineError when it broke off */
  read(): AsyncIterable<ChannelItem>
  /** At once, both ends. */
  destroy(): void
}

/** What services use to reach workers. */
export interface Engine {
  /**
   * Calls a function wherever it lives.
   * @throws EngineError as a worker would be answered: `function_not_found`, `FORBIDDEN`, `TIMEOUT`, `invocation_stopped`, its own
   */
  invoke(functionId: string, data: Json | undefined, options: InvokeOptions): Promise<Json | undefined>
  /** `live`: can be called now. `gone`: had an owner that has left, and may come back. */
  presence(functionId: string): 'live' | 'gone' | 'unknown'
  /** Id of the identity whose function it is now. */
  owner(functionId: string): string | undefined
  /** Who that subject is now, with the rights of now; undefined when its token was revoked, also where another has its name. */
  identity(subject: string): Identity | undefined
  /** @param end which end the relay keeps */
  createChannel(end: 'read' | 'write'): LocalChannel
  /** An answer goes to whoever asked by HTTP: keys of channels that stand in it are theirs, as those in a frame are its worker's. */
  handed(text: string, to: Identity): void
  /** The same of an answer that is streamed: for each part of it. */
  handedInParts(to: Identity): (part: ChannelItem) => void
}

/** A binding that outlives connections, as it is stored. */
export interface StoredBinding {
  readonly id: string
  readonly triggerType: string
  readonly functionId: string
  readonly config: Json
  readonly metadata: Json | undefined
  /** Subject of the identity that bound it. */
  readonly binder: string
}

/** Where `engine::register_trigger` keeps its bindings. An answer is given when it is durable. */
export interface TriggerStore {
  put(binding: StoredBinding): Promise<void>
  /** False: there was none. */
  remove(id: string): Promise<boolean>
  list(): Promise<readonly StoredBinding[]>
}
