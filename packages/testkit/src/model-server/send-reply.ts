import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { tokens, type PromptTokens } from './prompt-cache'
import { END_USAGE, MODEL_MARK, START_USAGE, type Reply, type Step, type StreamReply } from './reply'

/** What the server fills into a scripted answer. */
export interface Filling {
  readonly model: string
  readonly prompt: PromptTokens
}

/** Sends one reply as the script says, and returns when it is out or the client left. */
export async function sendReply(response: ServerResponse, reply: Reply, filling: Filling): Promise<void> {
  if (reply.type === 'drop') return void response.socket?.resetAndDestroy()
  if (reply.type === 'http') return void response.writeHead(reply.status, reply.headers).end(reply.body)
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'request-id': 'req_test' })
  response.flushHeaders()
  await sendSteps(response, reply, filling)
}

async function sendSteps(response: ServerResponse, reply: StreamReply, filling: Filling): Promise<void> {
  const writer = byteWriter(response, reply)
  let output = 0
  for (const step of reply.steps) {
    if (step.type === 'hold') {
      await Promise.race([step.until, once(response, 'close')])
    } else {
      if (step.type === 'event' && step.name === 'content_block_delta') output += tokens(step.data) - 18
      if (!(await writer(bytesOf(step, filling, Math.max(1, output))))) return
    }
    if (response.closed) return
    if (reply.delayMs !== undefined) await sleep(reply.delayMs)
  }
  response.end()
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
      if (!response.write(part.subarray(at, at + size))) await Promise.race([once(response, 'drain'), once(response, 'close')])
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

function bytesOf(step: Exclude<Step, { type: 'hold' }>, { model, prompt }: Filling, output: number): Buffer {
  if (step.type === 'raw') return Buffer.from(step.text)
  const start = {
    input_tokens: prompt.input,
    cache_read_input_tokens: prompt.cacheRead,
    cache_creation_input_tokens: prompt.cacheWrite,
    output_tokens: 1,
  }
  const data = step.data
    .replace(`"${START_USAGE}"`, () => JSON.stringify(start))
    .replace(`"${END_USAGE}"`, () => JSON.stringify({ ...start, output_tokens: output }))
    .replace(`"${MODEL_MARK}"`, () => JSON.stringify(model))
  return Buffer.from(`event: ${step.name}\ndata: ${data}\n\n`)
}
