import { isJsonObject, type Json } from '@tabwright/protocol'
import type { Calls } from './calls'
import type { Worker } from './worker'

/** The fields that say what a frame is about stand first, in every client that is known. */
const HEAD_CHARS = 400

/** The call that a frame wanted to answer, as far as one can tell of a text that breaks the rules of the wire. */
export function answeredIn(text: string): string | undefined {
  const head = text.slice(0, HEAD_CHARS)
  return /"type"\s*:\s*"invocationresult"/.test(head) ? /"invocation_id"\s*:\s*"([0-9a-fA-F-]{36})"/.exec(head)?.[1] : undefined
}

/** The call that a frame of the wrong shape wanted to answer. */
export function answeredBy(value: Json): string | undefined {
  if (!isJsonObject(value) || value['type'] !== 'invocationresult') return undefined
  const id = value['invocation_id']
  return typeof id === 'string' ? id : undefined
}

/**
 * Ends a call whose answer could not be taken: no other will come, and its caller would wait for the whole deadline. Only who was asked
 * can end it so, whatever else the text names.
 */
export function endBroken(worker: Worker, { id, why }: { readonly id: string | undefined; readonly why: string }, calls: Calls): void {
  const call = id === undefined ? undefined : calls.get(id)
  // As an answer that comes too late: of what nobody waits for, too, it is known now that it ended.
  if (call === undefined && id !== undefined) worker.servedUnasked(id)
  if (call === undefined || call.owner !== worker) return
  const message = `The answer of ${call.functionId} could not be taken. ${why} What is larger than a frame may be belongs into a channel.`
  calls.end(call, { type: 'error', error: { code: 'serialization_error', message } })
}
