import { isJsonObject, type JsonObject } from '@tabwright/protocol'
import {
  isFunctionName,
  parseClientFrame,
  prefixOf,
  type Action,
  type ClientFrame,
  type ErrorBody,
  type InvocationResult,
  type InvokeFunction,
  type Reattach,
  type RegisterFunction,
  type RegisterTrigger,
  type RegisterTriggerType,
} from '@tabwright/protocol/relay'
import { answerText, isBeyond, letGo, tooLarge } from './answer-text'
import { callOf, endBroken } from './broken-frame'
import { EngineError } from './built-in'
import type { CallEnd, Calls } from './calls'
import type { CallRequest, Dispatch } from './dispatch'
import type { EngineLimits } from './engine-limits'
import type { ReadFrame } from './frame-text'
import { MCP_IDENTITY, isGranted, ownPrefixes, type Identity } from './identity'
import { answerPing, lostEnd } from './lost-call'
import type { Registering, TakeRegistering } from './registration-hooks'
import type { Registry } from './registry'
import { traceOf, type Trace } from './trace'
import { sizeRefusal } from './said-size'
import type { Triggers } from './triggers'
import type { Worker } from './worker'

export interface FrameOptions {
  readonly limits: EngineLimits
  readonly calls: Calls
  readonly registry: Registry
  readonly triggers: Triggers
  readonly dispatch: Dispatch
  /** Names of functions and trigger types that are built in. */
  readonly isBuiltIn: (name: string) => boolean
  /** The identity to which the first segment of a name belongs, if to one. */
  readonly prefixOwner: (prefix: string) => string | undefined
  /** What a call of this identity goes through first. */
  readonly middleware: ((request: CallRequest, frame: InvokeFunction) => CallRequest) | undefined
  /** What a worker registers goes through this, in its order. */
  readonly registering: TakeRegistering
  /** Takes up the place of a worker whose socket broke. */
  readonly reattach: (worker: Worker, frame: Reattach) => void
}

/** Acts on one frame of a worker. Every refusal is answered with a code, a sentence and the id it concerns. */
export type TakeFrame = (worker: Worker, frame: ReadFrame) => void

export function createTakeFrame(options: FrameOptions): TakeFrame {
  return (worker, read) => {
    const frame = parseClientFrame(read.value)
    if (frame.type === 'bad') {
      endBroken(worker, { about: callOf(read.value), why: frame.message }, options.calls)
      if (frame.code === 'bad_frame') worker.connection.refuseBad(frame.message, frame.id)
      else worker.connection.refuse(frame.code, frame.message, frame.id)
      return
    }
    take(worker, { frame, read }, options)
  }
}

function take(worker: Worker, { frame, read }: { readonly frame: ClientFrame; readonly read: ReadFrame }, options: FrameOptions): void {
  switch (frame.type) {
    case 'invokefunction':
      return invoke(worker, { frame, text: read.data }, options)
    case 'invocationresult':
      return result(worker, { frame, text: read.result }, options)
    case 'registerfunction':
    case 'unregisterfunction':
    case 'registertrigger':
    case 'unregistertrigger':
    case 'registertriggertype':
    case 'unregistertriggertype':
      return options.registering(worker, registering(worker, frame, options))
    case 'triggerregistrationresult':
      return options.triggers.answered(frame.id, worker, frame.error ?? undefined)
    case 'reattach':
      return options.reattach(worker, frame)
    case 'ping':
      return answerPing(worker)
    case 'pong':
    case 'registerservice':
      return
  }
}

type RegistrationFrame = Extract<ClientFrame, { type: `${'register' | 'unregister'}${'function' | 'trigger' | 'triggertype'}` }>

/** What a frame does to the catalogue, and what is asked about it before. */
function registering(worker: Worker, frame: RegistrationFrame, options: FrameOptions): Registering {
  const { registry, triggers } = options
  const unasked = (apply: () => void): Registering => ({
    apply,
    refuse: (message) => worker.connection.refuse('too_many', message, frame.id),
  })
  switch (frame.type) {
    case 'registerfunction':
      return registeringFunction(worker, frame, options)
    case 'registertrigger':
      return registeringTrigger(worker, frame, options)
    case 'registertriggertype':
      return registeringType(worker, frame, options)
    case 'unregisterfunction':
      return unasked(() => void registry.remove(registry.idOf(frame.id, worker) ?? storedId(worker.identity, frame.id), worker))
    case 'unregistertrigger':
      return unasked(() => void triggers.unbind(frame.id, worker))
    case 'unregistertriggertype':
      return unasked(() => triggers.withdraw(frame.id, worker))
  }
}

function registeringFunction(worker: Worker, frame: RegisterFunction, options: FrameOptions): Registering {
  const { description, metadata } = frame
  const id = storedId(worker.identity, frame.id)
  const input = { function_id: id, ...(description && { description }), ...(metadata && { metadata }) }
  return {
    asked: { hook: 'function', input },
    apply: (said) =>
      register(
        worker,
        { frame: { ...frame, ...textOf(said, 'description'), ...objectOf(said, 'metadata') }, id: nameOf(said, 'function_id') ?? id },
        options,
      ),
    refuse: (message) => rejectFunction(worker, frame, { code: 'FORBIDDEN', message }),
  }
}

function registeringTrigger(worker: Worker, frame: RegisterTrigger, options: FrameOptions): Registering {
  const { id, trigger_type: triggerType, config, metadata } = frame
  const functionId = boundId(worker.identity, frame.function_id)
  const input = { trigger_id: id, trigger_type: triggerType, function_id: functionId, config: config ?? {}, ...(metadata && { metadata }) }
  return {
    asked: { hook: 'trigger', input },
    apply: (said) => {
      const wanted = { ...frame, trigger_type: nameOf(said, 'trigger_type') ?? triggerType, config: said['config'] ?? config ?? {} }
      bind(worker, { frame: wanted, functionId: nameOf(said, 'function_id') ?? functionId }, options)
    },
    refuse: (message) => refuseTrigger(worker, frame, { code: 'FORBIDDEN', message }),
  }
}

function registeringType(worker: Worker, frame: RegisterTriggerType, options: FrameOptions): Registering {
  const { id, description } = frame
  return {
    asked: { hook: 'triggerType', input: { trigger_type_id: id, description: description ?? '' } },
    apply: (said) => provide(worker, { ...frame, ...textOf(said, 'description') }, options),
    refuse: (message) => refuseType(worker, id, { code: 'FORBIDDEN', message }),
  }
}

function nameOf(said: JsonObject, field: string): string | undefined {
  const value = said[field]
  return typeof value === 'string' ? value : undefined
}

function textOf(said: JsonObject, field: 'description'): { readonly description?: string } {
  const value = said[field]
  return typeof value === 'string' ? { description: value } : {}
}

function objectOf(said: JsonObject, field: 'metadata'): { readonly metadata?: JsonObject } {
  const value = said[field]
  return isJsonObject(value) ? { metadata: value } : {}
}

interface Carried<T> {
  readonly frame: T
  /** The payload as it came. */
  readonly text: string | undefined
}

function invoke(worker: Worker, { frame, text }: Carried<InvokeFunction>, options: FrameOptions): void {
  const { action } = frame
  const id = action?.type === 'void' ? undefined : (frame.invocation_id ?? undefined)
  if (id !== undefined && answerAgain(worker, { id, functionId: frame.function_id }, options)) return
  const { trace, depth } = worker.causeOf(traceOf(frame))
  const namespace = frame.namespace ?? 'default'
  const settle = (end: CallEnd) => answer(worker, { id, functionId: frame.function_id, trace, end }, options)
  if (namespace !== 'default') return settle({ type: 'error', error: WRONG_NAMESPACE })
  const direct: CallRequest = {
    id,
    functionId: frame.function_id,
    data: frame.data,
    text,
    metadata: frame.metadata ?? undefined,
    as: worker.identity,
    caller: worker,
    trace,
    depth,
    deadlineMs: frame.timeout_ms ?? undefined,
    settle,
    waits: true,
  }
  const request = action?.type === 'enqueue' ? enqueued(direct, action) : direct
  options.dispatch(options.middleware?.(request, frame) ?? request)
}

const WRONG_NAMESPACE: ErrorBody = { code: 'INVALID_NAMESPACE', message: 'This relay has one namespace, "default".', not_called: true }

/** A call that came twice is not run twice, whether or not its answer is still here. */
function answerAgain(
  worker: Worker,
  { id, functionId }: { readonly id: string; readonly functionId: string },
  { calls }: FrameOptions,
): boolean {
  if (calls.get(id)?.caller === worker) return true
  const answered = worker.answered(id)
  if (answered !== undefined)
    worker.connection.sendText(answered.type === 'kept' ? answered.text : answerText(id, functionId, letGo(functionId)))
  return answered !== undefined
}

/** Accepting it is a call of the queue, whoever that is. */
function enqueued(request: CallRequest, { queue, key }: Extract<Action, { type: 'enqueue' }>): CallRequest {
  const receipt = crypto.randomUUID()
  const { functionId, data, trace, settle, text: _text, ...rest } = request
  return {
    ...rest,
    functionId: 'engine::queue::enqueue',
    data: { queue, function_id: functionId, ...(data !== undefined && { data }), ...(key && { key }), messageReceiptId: receipt, ...trace },
    trace,
    settle: (end) => {
      if (end.type === 'error' && end.error.code === 'function_not_found')
        return settle({ type: 'error', error: { code: 'enqueue_error', message: 'This relay has no queue; nothing was accepted.' } })
      const isReceipt = end.type === 'result' && isJsonObject(end.value) && typeof end.value['messageReceiptId'] === 'string'
      settle(end.type === 'error' || isReceipt ? end : { type: 'result', value: { messageReceiptId: receipt } })
    },
  }
}

interface Answer {
  readonly id: string | undefined
  readonly functionId: string
  readonly trace: Trace
  readonly end: CallEnd
}

function answer(worker: Worker, { id, functionId, trace, end }: Answer, options: FrameOptions): void {
  const { limits } = options
  const to = current(worker)
  if (id === undefined) {
    if (end.type === 'error') to.connection.refuse('invocation_error', end.error.message, functionId)
    return
  }
  const text = answerText(id, functionId, { ...end, trace: { ...trace, ...end.trace } })
  if (isBeyond(text, limits.frame)) return answer(worker, { id, functionId, trace, end: tooLarge(functionId, limits.frame) }, options)
  to.keep(id, text, limits)
  to.connection.sendText(text)
}

function current(worker: Worker): Worker {
  let found = worker
  while (found.successor !== undefined) found = found.successor
  return found
}

/** Only from who was asked, and only once: anything else is silently dropped, as an answer that came too late is. */
function result(worker: Worker, { frame, text }: Carried<InvocationResult>, { calls }: FrameOptions): void {
  const call = calls.get(frame.invocation_id)
  if (call === undefined) worker.servedUnasked(frame.invocation_id)
  if (call === undefined || call.owner !== worker) return
  const lost = lostEnd(call, frame)
  if (lost !== undefined) return calls.end(call, lost)
  const trace = traceOf(frame)
  const { error } = frame
  if (error !== undefined && error !== null) {
    // What only the relay can know of a call its owner cannot say.
    const { code, message, stacktrace } = error
    return calls.end(call, { type: 'error', error: { code, message, ...(typeof stacktrace === 'string' && { stacktrace }) }, trace })
  }
  return calls.end(call, { type: 'result', value: frame.result, ...(text !== undefined && { text }), trace })
}

function storedId(identity: Identity, id: string): string {
  return identity.prefix === undefined ? id : `${identity.prefix}::${id}`
}

interface WireError {
  readonly code: string
  readonly message: string
}

function rejectFunction(
  { connection }: Worker,
  frame: RegisterFunction,
  { code, message, owner }: WireError & { readonly owner?: string | undefined },
): void {
  connection.send({
    type: 'registrationrejected',
    code,
    namespace: 'default',
    function_id: frame.id.slice(0, 200),
    ...(owner !== undefined && { owner_worker_id: owner }),
    message,
  })
}

/** @param wish `id`: under which it is called; its owner knows it as it named it */
function register(worker: Worker, { frame, id }: { readonly frame: RegisterFunction; readonly id: string }, options: FrameOptions): void {
  const { registry, limits } = options
  const reject = (code: string, message: string, owner?: string) => rejectFunction(worker, frame, { code, message, owner })
  const refusal = nameRefusal(worker.identity, id, options)
  if (refusal !== undefined) return reject(refusal.code, refusal.message)
  if (!registry.has(id, worker) && registry.count(worker) + options.triggers.count(worker) >= limits.registrations)
    return reject('too_many', `A worker may register ${limits.registrations} functions, and this one has.`)
  const { request_format: request, response_format: response, metadata, invocation } = frame
  const why = sizeRefusal(id, [frame.description, request, response, metadata, invocation], limits.registration)
  if (why !== undefined) return reject('too_large', why)
  const inTheWay = registry.add({
    id,
    ownId: frame.id,
    worker,
    description: frame.description ?? undefined,
    request: request ?? undefined,
    response: response ?? undefined,
    metadata: metadata ?? undefined,
    invocation: invocation ?? undefined,
  })
  if (inTheWay !== undefined) reject('FUNCTION_NAMESPACE_CONFLICT', `${id} belongs to another identity.`, inTheWay.id)
}

function nameRefusal(
  identity: Identity,
  id: string,
  options: FrameOptions,
): { readonly code: string; readonly message: string } | undefined {
  if (!isFunctionName(id))
    return { code: 'invalid_name', message: 'A name is segments of a-z, 0-9, "_" and "-", joined by "::"; this one is not.' }
  if (id.startsWith('engine::') || options.isBuiltIn(id)) return { code: 'FORBIDDEN', message: `${id} is the relay's own.` }
  if (!isGranted(identity, 'register', id)) return { code: 'FORBIDDEN', message: `"${identity.id}" may not register ${id}.` }
  const owner = options.prefixOwner(prefixOf(id))
  // Tokens may share a prefix, where the person says so; that of the servers is nobody else's.
  const isShared = owner !== MCP_IDENTITY.id && ownPrefixes(identity).includes(prefixOf(id))
  if (owner !== undefined && owner !== identity.id && !isShared)
    return { code: 'FORBIDDEN', message: `Names that begin with ${prefixOf(id)}:: belong to another identity.` }
  return undefined
}

function bind(
  worker: Worker,
  { frame, functionId }: { readonly frame: RegisterTrigger; readonly functionId: string },
  { triggers }: FrameOptions,
): void {
  const { id, trigger_type: triggerType, config, metadata } = frame
  const binding = {
    id,
    triggerType,
    functionId,
    config: config ?? {},
    metadata: metadata ?? undefined,
    binder: worker.identity,
    worker: worker.id,
  }
  triggers.bind(binding, worker).catch((thrown: unknown) => {
    const error =
      thrown instanceof EngineError
        ? { code: thrown.code, message: thrown.message }
        : { code: 'trigger_registration_failed', message: `${triggerType} failed in the relay; its log says why.` }
    refuseTrigger(worker, frame, error)
  })
}

function refuseTrigger({ connection }: Worker, { id, trigger_type, function_id }: RegisterTrigger, error: WireError): void {
  connection.send({ type: 'triggerregistrationresult', id, trigger_type, function_id, error })
}

function refuseType({ connection }: Worker, id: string, error: WireError): void {
  connection.send({ type: 'triggerregistrationresult', id: 'none', trigger_type: id.slice(0, 200), error })
}

/** A worker with a prefix binds its own functions by the names it gave them. */
function boundId(identity: Identity, id: string): string {
  return identity.prefix === undefined || id.startsWith(`${identity.prefix}::`) ? id : storedId(identity, id)
}

function provide(worker: Worker, frame: RegisterTriggerType, options: FrameOptions): void {
  const { id } = frame
  const { triggers, registry, limits } = options
  const refuse = (code: string, message: string) => refuseType(worker, id, { code, message })
  if (!isFunctionName(id)) return refuse('invalid_name', 'A name is segments of a-z, 0-9, "_" and "-", joined by "::"; this one is not.')
  if (id.startsWith('engine::') || options.isBuiltIn(id)) return refuse('FORBIDDEN', `${id} is the relay's own.`)
  if (!isGranted(worker.identity, 'provide', id)) return refuse('FORBIDDEN', `"${worker.identity.id}" may not provide ${id}.`)
  if (registry.count(worker) + triggers.count(worker) >= limits.registrations)
    return refuse('too_many', `A worker may register ${limits.registrations} functions and trigger types, and this one has.`)
  const why = sizeRefusal(id, [frame.description, frame.trigger_request_format, frame.call_request_format], limits.registration)
  if (why !== undefined) return refuse('too_large', why)
  const inTheWay = triggers.provide({
    type: id,
    description: frame.description ?? undefined,
    configSchema: frame.trigger_request_format ?? undefined,
    callSchema: frame.call_request_format ?? undefined,
    worker,
  })
  if (inTheWay !== undefined) refuse('FORBIDDEN', `${id} is provided by another identity.`)
}
