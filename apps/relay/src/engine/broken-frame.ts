import { isJsonObject, type Json } from '@tabwright/protocol'
import type { Calls } from './calls'
import { endOfString } from './frame-text'
import type { Worker } from './worker'

/** The call that a frame is about: that it makes, or that it wanted to answer. */
export interface AboutCall {
  readonly type: 'makes' | 'answers'
  readonly id: string
}

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/

/** The call of a frame of the wrong shape. */
export function callOf(value: Json): AboutCall | undefined {
  return isJsonObject(value) ? aboutCall(value['type'], value['invocation_id']) : undefined
}

/** The same of a text that breaks the rules of the wire, as far as one can tell: its own fields count, none inside its payload. */
export function callIn(text: string): AboutCall | undefined {
  const found = new Map<string, string>()
  let depth = 0
  let last = ''
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at + 1)
        if (depth === 1 && end - at < 100) last = text.slice(at + 1, end)
        at = end
        break
      }
      case '{':
      case '[':
        depth++
        break
      case '}':
      case ']':
        depth--
        break
      case ':': {
        const value =
          depth === 1 && (last === 'type' || last === 'invocation_id') ? /^\s*"([^"\\]{1,40})"/.exec(text.slice(at + 1, at + 60)) : null
        if (value?.[1] !== undefined) found.set(last, value[1])
        break
      }
    }
  }
  return aboutCall(found.get('type'), found.get('invocation_id'))
}

function aboutCall(type: Json | undefined, id: Json | undefined): AboutCall | undefined {
  if (typeof id !== 'string' || !UUID.test(id)) return undefined
  if (type === 'invokefunction') return { type: 'makes', id }
  return type === 'invocationresult' ? { type: 'answers', id } : undefined
}

/**
 * Ends the call of a frame that could not be taken: no other frame will come, and its caller would wait for the whole deadline. A call
 * is ended by who makes it or was asked alone, whatever else the text names.
 */
export function endBroken(
  worker: Worker,
  { about, why }: { readonly about: AboutCall | undefined; readonly why: string },
  calls: Calls,
): void {
  if (about === undefined) return
  const { type, id } = about
  const call = calls.get(id)
  if (type === 'makes') {
    // One that was taken before has its own end.
    if (call !== undefined || worker.answered(id) !== undefined) return
    return worker.connection.send({
      type: 'invocationresult',
      invocation_id: id,
      error: { code: 'bad_frame', message: why, not_called: true },
    })
  }
  // As an answer that comes too late: of what nobody waits for, too, it is known now that it ended.
  if (call === undefined) worker.servedUnasked(id)
  if (call === undefined || call.owner !== worker) return
  const message = `The answer of ${call.functionId} could not be taken. ${why} What is larger than a frame may be belongs into a channel.`
  calls.end(call, { type: 'error', error: { code: 'serialization_error', message } })
}
