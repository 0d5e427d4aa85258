import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import type { CancelInvocation, ErrorBody, InvocationResult, InvokeFunction, RegisterTrigger, RelayFrame } from '@tabwright/protocol/relay'

/** A text as a frame of the relay, with the fields that are used here and nothing else. Undefined: it is none, and is passed over. */
export function readFrame(text: string): RelayFrame | undefined {
  const value = parse(text)
  if (!isJsonObject(value)) return undefined
  switch (value['type']) {
    case 'invokefunction':
      return readCall(value)
    case 'invocationresult':
      return readResult(value)
    case 'workerregistered': {
      const worker_id = textAt(value, 'worker_id')
      return worker_id === undefined
        ? undefined
        : { type: 'workerregistered', worker_id, reattach_token: textAt(value, 'reattach_token') ?? '' }
    }
    case 'reattached':
      return { type: 'reattached', previous_worker_id: textAt(value, 'previous_worker_id') ?? '' }
    case 'cancelinvocation':
      return readCancel(value)
    case 'registertrigger':
      return readBinding(value)
    case 'unregistertrigger': {
      const id = textAt(value, 'id')
      return id === undefined ? undefined : { type: 'unregistertrigger', id, trigger_type: textAt(value, 'trigger_type') }
    }
    case 'triggerregistrationresult': {
      const id = textAt(value, 'id')
      return id === undefined ? undefined : { type: 'triggerregistrationresult', id, error: errorAt(value) }
    }
    case 'registrationrejected':
      return readRejected(value)
    case 'error': {
      const id = textAt(value, 'id')
      return { type: 'error', error: errorAt(value) ?? UNSAID, ...(id !== undefined && { id }) }
    }
    case 'ping':
      return { type: 'ping' }
    case 'pong':
      return { type: 'pong' }
    default:
      return undefined
  }
}

const UNSAID: ErrorBody = { code: 'invocation_failed', message: 'The other side did not say why.' }

function readCall(value: JsonObject): InvokeFunction | undefined {
  const function_id = textAt(value, 'function_id')
  if (function_id === undefined) return undefined
  return {
    type: 'invokefunction',
    invocation_id: textAt(value, 'invocation_id'),
    function_id,
    data: value['data'],
    metadata: value['metadata'],
    traceparent: textAt(value, 'traceparent'),
    baggage: textAt(value, 'baggage'),
  }
}

function readResult(value: JsonObject): InvocationResult | undefined {
  const invocation_id = textAt(value, 'invocation_id')
  if (invocation_id === undefined) return undefined
  // As other clients have it: whatever is true stands for an error, also one whose body is none.
  const error = value['error'] ? (errorAt(value) ?? UNSAID) : undefined
  return { type: 'invocationresult', invocation_id, result: value['result'], error }
}

function readCancel(value: JsonObject): CancelInvocation | undefined {
  const invocation_id = textAt(value, 'invocation_id')
  const { reason } = value
  if (invocation_id === undefined) return undefined
  return { type: 'cancelinvocation', invocation_id, reason: reason === 'deadline' || reason === 'caller_gone' ? reason : 'cancelled' }
}

function readBinding(value: JsonObject): RegisterTrigger | undefined {
  const id = textAt(value, 'id')
  const trigger_type = textAt(value, 'trigger_type')
  const function_id = textAt(value, 'function_id')
  if (id === undefined || trigger_type === undefined || function_id === undefined) return undefined
  return { type: 'registertrigger', id, trigger_type, function_id, config: value['config'], metadata: value['metadata'] }
}

function readRejected(value: JsonObject): RelayFrame | undefined {
  const function_id = textAt(value, 'function_id')
  if (function_id === undefined) return undefined
  const code = textAt(value, 'code') ?? 'FUNCTION_NAMESPACE_CONFLICT'
  const message = textAt(value, 'message') ?? 'Another worker offers a function of that name.'
  return { type: 'registrationrejected', code, namespace: textAt(value, 'namespace') ?? 'default', function_id, message }
}

function errorAt(value: JsonObject): ErrorBody | undefined {
  const error = value['error']
  if (!isJsonObject(error)) return undefined
  const stacktrace = textAt(error, 'stacktrace')
  const { code, message } = UNSAID
  return {
    code: textAt(error, 'code') ?? code,
    message: textAt(error, 'message') ?? message,
    ...(stacktrace !== undefined && { stacktrace }),
    ...(error['not_called'] === true && { not_called: true }),
  }
}

/** Own fields only: a name that every object answers to is none. */
function textAt(value: JsonObject, key: string): string | undefined {
  const found = Object.hasOwn(value, key) ? value[key] : undefined
  return typeof found === 'string' ? found : undefined
}

function parse(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch (thrown) {
    // Too deep for the parser is a RangeError: no frame either.
    if (thrown instanceof SyntaxError || thrown instanceof RangeError) return undefined
    throw thrown
  }
}
