import * as z from 'zod/mini'
import type { Json } from '../json'
import { invocationResult, type InvocationResult } from './invocation-result'
import { invokeFunction, type InvokeFunction } from './invoke-function'
import { ping, pong, type Ping, type Pong } from './ping'
import { reattach, type Reattach } from './reattach'
import { registerFunction, type RegisterFunction } from './register-function'
import { registerService, type RegisterService } from './register-services'
import { registerTrigger, type RegisterTrigger } from './register-trigger'
import { registerTriggerType, type RegisterTriggerType } from './register-trigger-type'
import { triggerRegistrationResult, type TriggerRegistrationResult } from './trigger-registration-result'
import { unregisterFunction, type UnregisterFunction } from './unregister-function'
import { unregisterTrigger, type UnregisterTrigger } from './unregister-trigger'
import { unregisterTriggerType, type UnregisterTriggerType } from './unregister-trigger-type'

/** Everything that a worker may send. */
export type ClientFrame =
  | InvocationResult
  | InvokeFunction
  | Ping
  | Pong
  | Reattach
  | RegisterFunction
  | RegisterService
  | RegisterTrigger
  | RegisterTriggerType
  | TriggerRegistrationResult
  | UnregisterFunction
  | UnregisterTrigger
  | UnregisterTriggerType

/** What a frame is not, with the id it names, so that its sender knows which one was refused. */
export interface BadFrame {
  readonly type: 'bad'
  readonly code: 'bad_frame' | 'unknown_frame'
  readonly message: string
  readonly id?: string
}

const SCHEMAS: ReadonlyMap<string, z.ZodMiniType<ClientFrame>> = new Map<string, z.ZodMiniType<ClientFrame>>([
  ['invokefunction', invokeFunction],
  ['invocationresult', invocationResult],
  ['registerfunction', registerFunction],
  ['unregisterfunction', unregisterFunction],
  ['registertrigger', registerTrigger],
  ['unregistertrigger', unregisterTrigger],
  ['registertriggertype', registerTriggerType],
  ['unregistertriggertype', unregisterTriggerType],
  ['triggerregistrationresult', triggerRegistrationResult],
  ['registerservice', registerService],
  ['reattach', reattach],
  ['ping', ping],
  ['pong', pong],
])

/** A value as a frame of a worker. Fields that we do not know are dropped. */
export function parseClientFrame(value: Json): ClientFrame | BadFrame {
  const type = textAt(value, 'type')
  if (type === undefined) return { type: 'bad', code: 'bad_frame', message: 'A frame is a JSON object with a "type".' }
  const schema = SCHEMAS.get(type)
  const id = (textAt(value, 'invocation_id') ?? textAt(value, 'id') ?? textAt(value, 'function_id'))?.slice(0, 128)
  if (schema === undefined)
    return { type: 'bad', code: 'unknown_frame', message: 'This relay knows no frame of that type.', ...(id !== undefined && { id }) }
  const parsed = z.safeParse(schema, value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue === undefined || issue.path.length === 0 ? 'it' : `"${issue.path.map(String).join('.').slice(0, 200)}"`
  const message = `The ${type} frame was not taken: ${where} is missing or of another shape.`
  return { type: 'bad', code: 'bad_frame', message, ...(id !== undefined && { id }) }
}

function textAt(value: Json, key: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined
  const found: unknown = Object.getOwnPropertyDescriptor(value, key)?.value
  return typeof found === 'string' ? found : undefined
}
