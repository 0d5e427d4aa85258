import type { Json } from '@tabwright/protocol'
import type { Hop } from '../telemetry/hops'
import type { ErrorBody } from '@tabwright/protocol/relay'
import type { Trace } from './trace'
import type { Worker } from './worker'

/** How a call ended. `text` is the result as its owner wrote it, where it can be sent on unread. */
export type CallEnd =
  | { readonly type: 'result'; readonly value: Json | undefined; readonly text?: string; readonly trace?: Trace }
  | { readonly type: 'error'; readonly error: ErrorBody; readonly trace?: Trace }

/** A call that somebody waits for. */
export interface Call {
  readonly id: string
  readonly functionId: string
  readonly trace: Trace
  /** How many triggers led to it. */
  readonly depth: number
  /** Undefined for what is no part of a trace. */
  readonly hop: Hop | undefined
  /** Who made it; undefined for `POST /invoke` and services. */
  caller: Worker | undefined
  /** Identity whose calls in flight it counts among. */
  readonly of: string
  /** Who was asked; undefined while the relay itself is at it. */
  owner: Worker | undefined
  /** Tells what is at it that nobody waits any more; undefined where nothing in this process is. */
  readonly abort: AbortController | undefined
  readonly settle: (end: CallEnd) => void
  timer: NodeJS.Timeout | undefined
  /** The frame for its owner, unless it is too large to be kept: it may have been lost with the owner's socket. */
  frame: string | undefined
  /** Lets go of what could have called it off. */
  unlisten: (() => void) | undefined
}

export type CancelReason = 'cancelled' | 'deadline' | 'caller_gone'

/** All calls in flight, by the id that their callers gave them. */
export interface Calls {
  /** How many there are. */
  readonly size: number
  get(id: string): Call | undefined
  /** How many calls of an identity are in flight. */
  of(identity: string): number
  begin(call: Call, deadlineMs: number): void
  /** Only the first end counts. */
  end(call: Call, end: CallEnd): void
  /** Ends a call from the caller's side and tells whoever is at it. */
  cancel(call: Call, reason: CancelReason): void
}

export function createCalls(): Calls {
  const inFlight = new Map<string, Call>()
  const counts = new Map<string, number>()

  function forget(call: Call): boolean {
    if (inFlight.get(call.id) !== call) return false
    inFlight.delete(call.id)
    clearTimeout(call.timer)
    call.unlisten?.()
    const left = (counts.get(call.of) ?? 1) - 1
    if (left > 0) counts.set(call.of, left)
    else counts.delete(call.of)
    call.caller?.called(call)
    call.owner?.served(call)
    return true
  }

  function cancel(call: Call, reason: CancelReason): void {
    const { owner } = call
    if (!forget(call)) return
    owner?.connection.send({ type: 'cancelinvocation', invocation_id: call.id, reason })
    call.abort?.abort()
    const error = CANCELLED[reason](call)
    call.hop?.end(error.code)
    call.settle({ type: 'error', error })
  }

  return {
    get size() {
      return inFlight.size
    },
    get: (id) => inFlight.get(id),
    of: (identity) => counts.get(identity) ?? 0,
    begin: (call, deadlineMs) => {
      inFlight.set(call.id, call)
      counts.set(call.of, (counts.get(call.of) ?? 0) + 1)
      call.caller?.call(call)
      call.timer = setTimeout(() => cancel(call, 'deadline'), deadlineMs)
    },
    end: (call, end) => {
      if (!forget(call)) return
      call.hop?.end(end.type === 'error' ? end.error.code : undefined)
      call.settle(end)
    },
    cancel,
  }
}

const CANCELLED: { readonly [reason in CancelReason]: (call: Call) => ErrorBody } = {
  cancelled: (call) => ({ code: 'invocation_cancelled', message: `The call of ${call.functionId} was cancelled.` }),
  // Neither with a worker nor under way here: the tab that it is for did not come back.
  deadline: ({ functionId, owner, abort }) =>
    owner === undefined && abort === undefined
      ? {
          code: 'unavailable',
          message: `The tab that offers ${functionId} did not come back in time. Nothing was called.`,
          not_called: true,
        }
      : { code: 'TIMEOUT', message: `${functionId} did not answer in time.` },
  caller_gone: (call) => ({ code: 'invocation_stopped', message: `The caller of ${call.functionId} is gone.` }),
}
