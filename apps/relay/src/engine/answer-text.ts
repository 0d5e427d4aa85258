import type { CallEnd } from './calls'

/** The frame that tells a caller how its call ended. A result goes on as its owner wrote it. */
export function answerText(id: string, functionId: string, end: CallEnd): string {
  const { traceparent, baggage } = end.trace ?? {}
  let text = `{"type":"invocationresult","invocation_id":"${id}","function_id":${JSON.stringify(functionId)}`
  if (end.type === 'error') text += `,"error":${JSON.stringify(end.error)}`
  else if (end.value !== undefined && end.value !== null) text += `,"result":${end.text ?? JSON.stringify(end.value)}`
  if (traceparent !== undefined) text += `,"traceparent":"${traceparent}"`
  if (baggage !== undefined) text += `,"baggage":${JSON.stringify(baggage)}`
  return `${text}}`
}

/** Whether it has more bytes. No character takes more than three: what is far below is not measured. */
export function isBeyond(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes
}

/** In place of an answer that no frame can hold. */
export function tooLarge(functionId: string, bytes: number): CallEnd {
  return { type: 'error', error: { code: 'too_large', message: `${functionId} answered more than ${bytes} bytes; use a channel.` } }
}

/** To a call that comes once more after its answer was let go. */
export function letGo(functionId: string): CallEnd {
  const message = `This call of ${functionId} ended and was answered, but the answer is not kept any more: it is not run again. What is large belongs into a channel.`
  return { type: 'error', error: { code: 'invocation_stopped', message } }
}
