import type { InvocationResult } from '@tabwright/protocol/relay'
import type { Call, CallEnd } from './calls'
import type { Worker } from './worker'

/** A name that no worker can offer: a call of it under the id of another asks whether that one is known. */
const KNOWN = 'engine::invocations::known'

/**
 * A client that came back sends its first ping behind its reattachment, and answers calls from the pong on. Then a worker that runs each id
 * once is asked about the calls that were too large to be kept: one that it knows runs on or is answered once more, and of one that was
 * lost on its way it says that there is no such function.
 */
export function answerPing(worker: Worker): void {
  worker.connection.send({ type: 'pong' })
  for (const { id } of worker.takeUnsure())
    worker.connection.sendText(`{"type":"invokefunction","invocation_id":"${id}","function_id":"${KNOWN}"}`)
}

/** The end of a call that its owner does not know, if it says so. */
export function lostEnd(call: Call, frame: InvocationResult): CallEnd | undefined {
  if (frame.function_id !== KNOWN || !frame.error) return undefined
  const message = `This call of ${call.functionId} was lost with its owner's socket, or its answer was, and it was too large to be sent again: look before you repeat it.`
  return { type: 'error', error: { code: 'invocation_stopped', message } }
}
