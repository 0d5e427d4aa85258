import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AppliedEdit } from './clearing'
import { tokens, type PromptTokens } from './prompt-cache'
import { END_USAGE, MODEL_MARK, START_USAGE, type Iteration, type Reply, type Step, type StreamReply } from './reply'
import { SIGNATURE, type Bound } from './thinking-binding'

/** What the server fills into a scripted answer. */
export interface Filling {
  readonly model: string
  readonly prompt: PromptTokens
  readonly bound: Pick<Bound, 'signature' | 'report'>
  readonly iterations?: readonly Iteration[]
  /** What was left out of the request before the model saw it. */
  readonly applied?: readonly AppliedEdit[] | undefined
}

/** What a request took of the model, as the provider counts it. */
export interface Spent {
  readonly output: number
}

/** Sends one reply as the script says, and returns when it is out or the client left: with what was generated, if anything was. */
export async function sendReply(response: ServerResponse, reply: Reply, filling: Filling): Promise<Spent | undefined> {
  if (reply.type === 'drop') {
    response.socket?.resetAndDestroy()
    return undefined
  }
  if (reply.type === 'http') {
    response.writeHead(reply.status, reply.headers).end(reply.body)
    return undefined
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'request-id': 'req_test' })
  response.flushHeaders()
  return { output: await sendSteps(response, reply, { ...filling, iterations: reply.iterations ?? [] }) }
}

async function sendSteps(response: ServerResponse, reply: StreamReply, filling: Filling): Promise<number> {
  const writer = byteWriter(response, reply)
  let output = 0
  for (const step of reply.steps) {
    if (step.type === 'hold') {
      await Promise.race([step.until, once(response, 'close')])
    } else {
      if (step.type === 'event' && step.name === 'content_block_delta') output += tokens(step.data) - 18
      if (!(await writer(bytesOf(step, filling, Math.max(1, output))))) break
    }
    if (response.closed) break
    if (reply.delayMs !== undefined) await sleep(reply.delayMs)
  }
  response.end()
  return Math.max(1, output)
}

/** Waits for room in the socket, or for its end. An error of the socket is an end, too: the caller sees it closed. */
async function drained(response: ServerResponse): Promise<void> {
  const waits = new AbortController()
  const end = (event: string): Promise<unknown> => once(response, event, { signal: waits.signal }).catch(() => undefined)
  await Promise.race([end('drain'), end('close')])
  waits.abort()
}

/** Writes bytes in the reply's chunks; false when the reply stops here. */
function byteWriter(response: ServerResponse, reply: StreamReply): (bytes: Buffer) => Promise<boolean> {
  let sent = 0
  return async (bytes) => {
    const room = reply.stopAt ? Math.max(0, reply.stopAt.byte - sent) : bytes.length
    const part = bytes.subarray(0, room)
    const size = reply.chunkBytes ?? (part.length || 1)
    for (let at = 0; at < part.length; at += size) {
      if (response.closed) return false
      if (!response.write(part.subarray(at, at + size))) await drained(response)
      // A turn of the event loop, or the kernel joins the chunks again.
      if (reply.chunkBytes !== undefined) await new Promise((resolve) => setImmediate(resolve))
    }
    sent += part.length
    if (!reply.stopAt || sent < reply.stopAt.byte) return true
    if (reply.stopAt.how === 'end') response.end()
    else {
      // What was written must leave before the reset throws it away.
      await sleep(20)
      response.socket?.resetAndDestroy()
    }
    return false
  }
}

function bytesOf(
  step: Exclude<Step, { type: 'hold' }>,
  { model, prompt, bound, iterations = [], applied }: Filling,
  output: number,
): Buffer {
  if (step.type === 'raw') return Buffer.from(step.text)
  const { cacheWriteHour } = prompt
  const start = {
    input_tokens: prompt.input,
    cache_read_input_tokens: prompt.cacheRead,
    cache_creation_input_tokens: prompt.cacheWrite,
    cache_creation: { ephemeral_5m_input_tokens: prompt.cacheWrite - cacheWriteHour, ephemeral_1h_input_tokens: cacheWriteHour },
    output_tokens: 1,
  }
  const end = { ...start, output_tokens: output }
  const own = iterations.length === 0 ? {} : { iterations: [...iterations, { type: 'message', model, ...end }] }
  const report = bound.report === undefined ? '' : `,"input_transformations":${JSON.stringify(bound.report)}`
  const managed = applied === undefined ? '' : `,"context_management":${JSON.stringify({ applied_edits: applied })}`
  const data = step.data
    .replace(`"${START_USAGE}"`, () => JSON.stringify(start) + report)
    .replace(`"${END_USAGE}"`, () => JSON.stringify({ ...end, ...own }) + managed)
    .replaceAll(`"${SIGNATURE}"`, () => JSON.stringify(bound.signature))
    .replace(`"${MODEL_MARK}"`, () => JSON.stringify(model))
  return Buffer.from(`event: ${step.name}\ndata: ${data}\n\n`)
}
