import type { ErrorBody } from '@tabwright/protocol/relay'

/** Why a call has no result: what the relay or the function answered, or what went wrong on this side. */
export class CallError extends Error {
  /** Of the relay (`function_not_found`, `FORBIDDEN`, `TIMEOUT`, `busy`, `invocation_stopped` …) or of the function itself. */
  readonly code: string
  readonly functionId: string
  /** Of the other side, where it sent one. */
  readonly stacktrace: string | undefined
  /** The relay, or this side, refused it before the function was asked. Whatever else a code may look like, it may have run. */
  readonly isNotCalled: boolean

  constructor(functionId: string, body: ErrorBody) {
    super(body.message)
    this.name = 'CallError'
    this.code = body.code
    this.functionId = functionId
    this.stacktrace = body.stacktrace ?? undefined
    this.isNotCalled = body.not_called === true
  }
}

/** What a handler threw, as it is answered: stacks stay here, and that a call of its own was refused says nothing of this one. */
export function errorBodyOf(thrown: unknown): ErrorBody {
  if (thrown instanceof CallError) return { code: thrown.code, message: thrown.message }
  return { code: 'invocation_failed', message: thrown instanceof Error ? thrown.message || thrown.name : 'The function failed.' }
}
