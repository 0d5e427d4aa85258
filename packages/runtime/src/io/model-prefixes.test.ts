import { FailureError, type ModelEvent } from '@tabwright/protocol'
import {
  answer,
  errorEvent,
  event,
  ping,
  rawBlock,
  rawTool,
  startModelServer,
  summary,
  text,
  thinking,
  tool,
  type Reply,
} from '@tabwright/testkit'
import { beforeAll, expect, it } from 'vitest'
import { anthropicModel } from './model-anthropic'

/** Streams of every kind that the provider sends. */
const STREAMS: Readonly<Record<string, Reply>> = {
  text: answer([text('Hello.')]),
  'text in pieces': answer([text('Grüße 👋, in pieces of one', ['Gr', 'ü', 'ße ', '👋', ', in pieces of one'])]),
  'no blocks': answer([]),
  'an empty text': answer([text('', [])]),
  'two texts': answer([text('One.'), text('Two.')]),
  thinking: answer([thinking('Let me see.'), text('Seen.')]),
  'omitted thinking': answer([thinking(''), text('Seen.')]),
  'redacted thinking': answer([rawBlock('{"type":"redacted_thinking","data":"abc="}'), text('Seen.')]),
  'thinking and a tool': answer([thinking('I read it.'), tool('read_file', { path: 'a.ts' })]),
  'a tool': answer([tool('read_file', { path: 'src/ä "b".ts' })]),
  'a tool without input': answer([tool('list', {})]),
  'a tool in single bytes': answer([tool('grep', { pattern: '\\d' }, { fragment: 1 })]),
  'two tools': answer([tool('a', { x: 1 }), tool('b', { y: [null, true] })]),
  'a tool with broken input': answer([rawTool('write_file', '{"path":"a", "text": "cut')]),
  'a tool with prototype keys': answer([rawTool('write_file', '{"__proto__":{"x":1}}')]),
  'a fallback to another model': answer(
    [text('Before.'), rawBlock('{"type":"fallback","from":{"model":"m"},"to":{"model":"n"}}'), text('After.')],
    { iterations: [{ type: 'message', model: 'm', input_tokens: 3, output_tokens: 1 }] },
  ),
  'a summary': summary('What was done: nothing. Grüße.'),
  'a summary that came to nothing': summary(null),
  'a search of the provider': answer([
    rawBlock('{"type":"server_tool_use","id":"srv_1","name":"web_search","input":{"query":"x"}}'),
    rawBlock('{"type":"web_search_tool_result","tool_use_id":"srv_1","content":[]}'),
    text('Found.'),
  ]),
  'a refusal': answer([text('I')], { stopReason: 'refusal' }),
  'an answer at its limit': answer([tool('write_file', { text: 'long' })], { stopReason: 'max_tokens' }),
  'a pause': answer([text('wait')], { stopReason: 'pause_turn' }),
  'a kind of block that nobody knows': answer([rawBlock('{"type":"novelty","a":{"b":[1]}}'), text('Fine.')]),
  'a kind of event that nobody knows': answer([text('Fine.')], { before: [ping, event('novelty', { type: 'novelty' })], after: [ping] }),
  'an error behind the text': answer([text('Half')], { after: [errorEvent('overloaded_error', 'busy')] }),
}

let recorded: readonly (readonly [name: string, bytes: Uint8Array])[] = []
beforeAll(async () => {
  const names = Object.keys(STREAMS)
  const server = await startModelServer({ script: Object.values(STREAMS), token: 'sk-test-1234' })
  const body = '{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hi"}]}'
  const all: [string, Uint8Array][] = []
  for (const name of names) {
    const headers = { authorization: 'Bearer sk-test-1234', 'content-type': 'application/json', 'anthropic-version': '2023-06-01' }
    const response = await fetch(`${server.url}/v1/messages`, { method: 'POST', headers, body })
    all.push([name, new Uint8Array(await response.arrayBuffer())])
  }
  await server.close()
  recorded = all
})

interface Heard {
  readonly events: readonly ModelEvent[]
  /** Undefined: the stream ended as if it were whole. */
  readonly thrown: unknown
}

/** A body whose connection breaks behind these bytes. */
const resetAfter = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (to) => to.enqueue(new Uint8Array(bytes)),
    pull: (to) => to.error(new TypeError('terminated')),
  })

async function hear(body: Uint8Array | ReadableStream<Uint8Array>): Promise<Heard> {
  const events: ModelEvent[] = []
  const model = anthropicModel({
    id: 'm',
    label: 'M',
    baseUrl: 'http://model.example',
    token: 't',
    fetch: async () =>
      new Response(body instanceof Uint8Array ? new Uint8Array(body) : body, { headers: { 'content-type': 'text/event-stream' } }),
  })
  try {
    for await (const one of model.stream('{}', new AbortController().signal)) events.push(one)
    return { events, thrown: undefined }
  } catch (error) {
    return { events, thrown: error }
  }
}

const isComplete = ({ events }: Heard): boolean => events.some((one) => one.type === 'complete')

/** Where the line that ends the answer begins; the length where there is none. */
function endOf(bytes: Uint8Array): number {
  const at = Buffer.from(bytes).indexOf('event: message_stop')
  return at < 0 ? bytes.length : at
}

it('[C28] hears every recorded stream to its end', async () => {
  expect(recorded).toHaveLength(25)
  for (const [name, bytes] of recorded) {
    const heard = await hear(bytes)
    expect([name, isComplete(heard)]).toEqual([name, name !== 'an error behind the text'])
  }
})

it('[C28] [O46] takes no stream for an answer before its last event, wherever it is cut', async () => {
  let cuts = 0
  for (const [name, bytes] of recorded) {
    const end = endOf(bytes)
    // All begin alike: cut there once.
    const from = cuts === 0 ? 0 : Buffer.from(bytes).indexOf('event: ', 1)
    for (let length = from; length <= end; length++, cuts++) {
      const { events, thrown } = await hear(bytes.subarray(0, length))
      const isWrong = !(thrown instanceof FailureError) || events.some((one) => one.type === 'complete')
      if (isWrong) expect.unreachable(`${name} cut at ${length}: ${String(thrown)}`)
    }
  }
  expect(cuts).toBeGreaterThan(10_000)
}, 120_000)

it('[O46] takes a stream that is reset for none either, and what came of it for a part', async () => {
  const [, bytes] = recorded.find(([name]) => name === 'text in pieces') ?? expect.unreachable('it was recorded')
  for (let length = 0; length <= endOf(bytes); length += 7) {
    const { events, thrown } = await hear(resetAfter(bytes.subarray(0, length)))
    expect([length, thrown instanceof FailureError, events.some((one) => one.type === 'complete')]).toEqual([length, true, false])
  }
})

it('[C28] answers every change of a byte with an answer or a failure, and nothing else', async () => {
  for (const [name, bytes] of recorded) {
    for (let at = name.length; at < bytes.length; at += 17) {
      const changed = bytes.slice()
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
      const heard = await hear(changed)
      const isWrong = heard.thrown === undefined ? !isComplete(heard) : !(heard.thrown instanceof FailureError)
      if (isWrong) expect.unreachable(`${name} changed at ${at}: ${String(heard.thrown)}`)
    }
  }
}, 60_000)
