import { randomUUID } from 'node:crypto'
import { isJsonObject, type Json } from '@tabwright/protocol'
import { WIRE_LIMITS, type EngineErrorCode, type ErrorBody } from '@tabwright/protocol/relay'
import type { Away } from './away'
import { EngineError, type BuiltIn } from './built-in'
import type { Call, CallEnd, Calls } from './calls'
import { limitFor, type EngineLimits } from './engine-limits'
import type { HttpFunctions } from './http-function'
import { isForbidden, mayCall, mayFireFor, type Identity } from './identity'
import type { Registration, Registry } from './registry'
import { withDepth, type Trace } from './trace'
import type { Triggers } from './triggers'
import type { Hop, HopStart, Hops } from '../telemetry/hops'
import type { Worker } from './worker'

/** A call on its way to whoever answers it. */
export interface CallRequest {
  /** Undefined: nobody waits. */
  readonly id: string | undefined
  readonly functionId: string
  readonly data: Json | undefined
  /** The same as text, as it came, when it can be sent on. */
  readonly text?: string | undefined
  readonly metadata: Json | undefined
  readonly as: Identity
  /** The right was looked at already: what is called now stands in for what was asked for. */
  readonly isGranted?: boolean
  readonly caller: Worker | undefined
  readonly trace: Trace
  readonly depth: number
  readonly deadlineMs?: number | undefined
  /** A function of a tab that is closed or asleep is waited for, as long as the call has time. */
  readonly waits?: boolean
  readonly signal?: AbortSignal | undefined
  /** Called once. For a call that nobody waits for only with an error that kept it from being sent. */
  readonly settle: (end: CallEnd) => void
}

export interface DispatchOptions {
  readonly limits: EngineLimits
  readonly calls: Calls
  readonly registry: Registry
  readonly away: Away
  readonly builtIns: ReadonlyMap<string, BuiltIn>
  readonly http: HttpFunctions
  readonly hops: Hops
  /** Whether a binding lets this worker call that function, whatever it was granted itself. */
  readonly mayFire: Triggers['mayFire']
  /** A fault of ours, for the log. */
  readonly failed: (functionId: string, thrown: unknown) => void
}

/** Sends calls to where their function lives, within rights, depth and bounds. */
export type Dispatch = (request: CallRequest) => void

export function createDispatch(options: DispatchOptions): Dispatch {
  const { registry, builtIns } = options
  return (request) => {
    const { functionId } = request
    const builtIn = builtIns.get(functionId)
    const isQuiet = builtIn?.infrastructure === true || builtIn?.quiet === true
    const hop = isQuiet ? undefined : options.hops.begin(hopOf(request))
    const on: OnItsWay = { request, hop, trace: hop?.trace ?? request.trace }
    const refusal = refusalOf(request, builtIn, options)
    if (refusal !== undefined) return refuse(on, refusal)
    if (builtIn !== undefined) return runHere(on, options, (call) => builtIn.run(request.data, contextOf(request, call)))
    const found = registry.pick(functionId)
    if (found === undefined) return waitOrRefuse(on, options)
    if (found.invocation === undefined) return ask(found, on, options)
    const { invocation } = found
    return runHere(on, options, (call) =>
      options.http({ functionId, invocation, data: request.data, trace: withDepth(on.trace, request.depth) }, call.abort.signal),
    )
  }
}

/** A call in this relay. */
interface OnItsWay {
  readonly request: CallRequest
  /** Undefined for what is no part of a trace. */
  readonly hop: Hop | undefined
  /** What it causes belongs to our part of its trace. */
  readonly trace: Trace
}

function hopOf({ functionId, trace, as, caller, depth, text }: CallRequest): HopStart {
  return { functionId: functionId.slice(0, 200), trace, as: as.id, caller: caller?.id, depth, chars: text?.length }
}

/** Before anybody was asked: whoever called may call again. */
function refuse({ hop, request }: OnItsWay, body: ErrorBody): void {
  hop?.end(body.code)
  request.settle({ type: 'error', error: { ...body, not_called: true } })
}

function refusalOf(request: CallRequest, builtIn: BuiltIn | undefined, options: DispatchOptions): ErrorBody | undefined {
  const { functionId, as, caller, depth, id } = request
  const { limits, calls } = options
  if (depth > WIRE_LIMITS.triggerDepth)
    return error('too_deep', `${functionId} was not called: ${WIRE_LIMITS.triggerDepth} triggers have led here already.`)
  const isOpen = builtIn?.infrastructure === true && !isForbidden(as, functionId)
  const isAllowed = isOpen || request.isGranted === true || mayCall(as, functionId, options.registry.metadataOf(functionId))
  if (!isAllowed && !isFiring(request, options)) return error('FORBIDDEN', `"${as.id}" may not call ${functionId}.`)
  if (id === undefined) return undefined
  if (calls.get(id) !== undefined) return error('invocation_error', 'A call with this invocation id is in flight already.')
  if (as.kind === 'relay') return undefined
  const inFlight = caller?.calls.size ?? 0
  if (inFlight < limitFor(limits, 'calls', as) && calls.of(as.id) < limitFor(limits, 'callsOfIdentity', as)) return undefined
  return error('busy', `Too many calls of "${as.id}" wait for an answer; ${functionId} was not called.`)
}

/** By a trigger: of the relay itself, which nobody but a service of it can be, or of the worker that provides it. */
function isFiring({ functionId, as, caller, depth }: CallRequest, { registry, mayFire }: DispatchOptions): boolean {
  const owner = registry.identityOf(functionId)
  return caller === undefined ? depth > 0 && mayFireFor(as, functionId, owner) : mayFire(caller, functionId, owner)
}

/** Forwards it to its owner, in this very turn, so that calls keep their order. */
function ask(found: Registration, on: OnItsWay, { limits, calls }: DispatchOptions): void {
  const { functionId, id, depth } = on.request
  const owner = found.worker
  if (owner.connection.isFull || (id !== undefined && owner.serves.size >= limits.serves))
    return refuse(on, error('busy', `${functionId} has more to do than it can take in; nothing was called.`))
  const sent = id ?? randomUUID()
  const text = invocationText(found.ownId, sent, on)
  if (id !== undefined) {
    const call = { ...callOf(on, id, owner), frame: text.length <= limits.keptCall ? text : undefined }
    owner.serve(call)
    begin(call, on.request, { limits, calls })
  } else {
    owner.serveUnasked(sent, { depth, hop: on.hop })
    on.hop?.end()
  }
  owner.connection.sendText(text)
}

function waitOrRefuse(on: OnItsWay, { registry, away, limits, calls }: DispatchOptions): void {
  const { functionId, id, waits = false, data, text = JSON.stringify(data) ?? '' } = on.request
  if (id === undefined || !waits || registry.awayOf(functionId) === undefined) return refuse(on, notFound(functionId))
  const call = callOf(on, id, undefined)
  const arrive = ({ worker, ownId }: Registration): void => {
    const frame = invocationText(ownId, id, on)
    call.owner = worker
    call.frame = frame.length <= limits.keptCall ? frame : undefined
    worker.serve(call)
    worker.connection.sendText(frame)
  }
  if (text.length > limits.keptCall || !away.add(call, arrive))
    return refuse(on, error('unavailable', `The tab that offers ${functionId} is closed or asleep. Nothing was called.`))
  begin(call, on.request, { limits, calls })
}

/** Runs it in this process or at an address, under the same clock. */
function runHere(on: OnItsWay, options: DispatchOptions, run: (call: Call & Abortable) => Promise<Json | undefined>): void {
  const { calls, limits } = options
  const { as, functionId, id } = on.request
  // Those that nobody waits for are work here as well.
  if (as.kind !== 'relay' && calls.of(as.id) >= limitFor(limits, 'callsOfIdentity', as))
    return refuse(on, error('busy', `Too many calls of "${as.id}" are under way; ${functionId} was not called.`))
  const call = { ...callOf(on, id ?? randomUUID(), undefined), abort: new AbortController() }
  begin(call, on.request, { limits, calls })
  run(call).then(
    (value) => calls.end(call, { type: 'result', value }),
    (thrown: unknown) => {
      if (thrown instanceof EngineError) return calls.end(call, { type: 'error', error: bodyOf(thrown) })
      options.failed(functionId, thrown)
      const message = `${functionId} failed in the relay; its log says why.`
      return calls.end(call, { type: 'error', error: error('invocation_error', message) })
    },
  )
}

interface Abortable {
  readonly abort: AbortController
}

function callOf({ request, trace, hop }: OnItsWay, id: string, owner: Worker | undefined): Call {
  const { functionId, depth, caller, as, settle } = request
  const isAwaited = request.id !== undefined
  return {
    id,
    functionId,
    trace,
    depth,
    hop,
    caller: isAwaited ? caller : undefined,
    of: as.id,
    owner,
    abort: undefined,
    settle: isAwaited ? settle : (end) => end.type === 'error' && settle(end),
    timer: undefined,
    frame: undefined,
    unlisten: undefined,
  }
}

function begin(call: Call, request: CallRequest, { limits, calls }: Pick<DispatchOptions, 'limits' | 'calls'>): void {
  calls.begin(call, Math.min(request.deadlineMs ?? limits.deadlineMs, limits.longestDeadlineMs))
  const { signal } = request
  if (signal === undefined) return
  if (signal.aborted) return calls.cancel(call, 'cancelled')
  // A signal may outlive its calls by far: that of a queue lives as long as the relay.
  const cancel = () => calls.cancel(call, 'cancelled')
  signal.addEventListener('abort', cancel)
  call.unlisten = () => signal.removeEventListener('abort', cancel)
}

function contextOf(request: CallRequest, call: Call & Abortable): Parameters<BuiltIn['run']>[1] {
  const { as, caller, depth, metadata } = request
  return { as, worker: caller?.id, invocation: call.id, trace: call.trace, depth, metadata, signal: call.abort.signal }
}

/** The frame for the owner: the payload goes on as it came, with the caller's id put into it. */
function invocationText(ownId: string, id: string, { request, trace }: OnItsWay): string {
  const { data, metadata, caller } = request
  const { traceparent, baggage } = withDepth(trace, request.depth)
  let text = `{"type":"invokefunction","invocation_id":"${id}","function_id":"${ownId}"`
  if (data !== undefined) text += `,"data":${payloadText(data, request.text, caller?.id)}`
  if (metadata !== undefined && metadata !== null) text += `,"metadata":${JSON.stringify(metadata)}`
  if (traceparent !== undefined) text += `,"traceparent":"${traceparent}"`
  if (baggage !== undefined) text += `,"baggage":${JSON.stringify(baggage)}`
  return `${text}}`
}

const CALLER = '_caller_worker_id'

function payloadText(data: Json, text: string | undefined, caller: string | undefined): string {
  if (!isJsonObject(data)) return text ?? JSON.stringify(data)
  // What a caller wrote there itself is a claim; a second key of that name would leave it to the reader which counts.
  if (text === undefined || Object.hasOwn(data, CALLER)) {
    const { [CALLER]: _claimed, ...rest } = data
    return JSON.stringify(caller === undefined ? rest : { ...rest, [CALLER]: caller })
  }
  if (caller === undefined) return text
  const isEmpty = Object.keys(data).length === 0
  return `{"${CALLER}":"${caller}"${isEmpty ? '' : ','}${text.slice(text.indexOf('{') + 1)}`
}

function notFound(functionId: string): ErrorBody {
  return error('function_not_found', `There is no function ${functionId.slice(0, 200)} here now.`)
}

function error(code: EngineErrorCode, message: string): ErrorBody {
  return { code, message }
}

function bodyOf({ code, message, stacktrace }: EngineError): ErrorBody {
  return { code, message, ...(stacktrace !== undefined && { stacktrace }) }
}
