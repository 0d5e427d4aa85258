import * as z from 'zod/mini'

/** Codes of refusals and failures that the relay itself gives; functions may answer with others of their own. */
export type EngineErrorCode =
  | 'bad_frame'
  | 'busy'
  | 'channel_send_failed'
  | 'deserialization_error'
  | 'enqueue_error'
  | 'FORBIDDEN'
  | 'function_not_found'
  | 'function_not_invokable'
  | 'FUNCTION_NAMESPACE_CONFLICT'
  | 'INVALID_NAMESPACE'
  | 'invalid_name'
  | 'invocation_cancelled'
  | 'invocation_error'
  | 'invocation_failed'
  | 'invocation_stopped'
  | 'NOT_FOUND'
  | 'serialization_error'
  | 'TIMEOUT'
  | 'too_deep'
  | 'too_large'
  | 'too_many'
  | 'trigger_registration_failed'
  | 'trigger_type_not_found'
  | 'unavailable'
  | 'unknown_frame'

/** What a call that failed answers. */
export const errorBody = z.object({
  code: z.string().check(z.maxLength(256)),
  message: z.string(),
  stacktrace: z.optional(z.nullable(z.string())),
  /** The relay refused the call before anybody was asked. It alone says so: of an owner's error this is not passed on. */
  not_called: z.optional(z.boolean()),
})
export type ErrorBody = z.infer<typeof errorBody>
