import type { CancelInvocation } from './cancel-invocation'
import type { ErrorFrame } from './error-frame'
import type { InvocationResult } from './invocation-result'
import type { InvokeFunction } from './invoke-function'
import type { Ping, Pong } from './ping'
import type { Reattached } from './reattached'
import type { RegisterTrigger } from './register-trigger'
import type { RegistrationRejected } from './registration-rejected'
import type { TriggerRegistrationResult } from './trigger-registration-result'
import type { UnregisterTrigger } from './unregister-trigger'
import type { WorkerRegistered } from './worker-registered'

/** Everything that the relay may send to a worker. */
export type RelayFrame =
  | CancelInvocation
  | ErrorFrame
  | InvocationResult
  | InvokeFunction
  | Ping
  | Pong
  | Reattached
  | RegisterTrigger
  | RegistrationRejected
  | TriggerRegistrationResult
  | UnregisterTrigger
  | WorkerRegistered
