import { FailureError, type Clock, type Failure, type ModelEvent } from '@tabwright/protocol'
import {
  answer,
  drop,
  errorEvent,
  event,
  hold,
  htmlPage,
  httpError,
  rawBlock,
  rawTool,
  startModelServer,
  stream,
  text,
  thinking,
  tool,
  type ModelServer,
  type Reply,
  type Step,
} from '@tabwright/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { anthropicModel } from './model-anthropic'
import { unreachable } from './model-failure'
import { listModels } from './model-list'

const servers: ModelServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function serve(...script: readonly Reply[]): Promise<ModelServer> {
  const server = await startModelServer({ script, token: 'sk-test-1234' })
  servers.push(server)
  return server
}

function modelAt(server: Pick<ModelServer, 'url'>, more: { readonly token?: string; readonly clock?: Clock } = {}) {
  return anthropicModel({ id: 'claude-test-1', label: 'Test', baseUrl: server.url, token: 'sk-test-1234', ...more })
}

function bodyOf(...messages: readonly string[]): string {
  const head =
    '"system":[{"type":"text","text":"Be good.","cache_control":{"type":"ephemeral"}}],"tools":[{"name":"read_file","input_schema":{"type":"object"}}]'
  return `{"model":"claude-test-1","max_tokens":100,"stream":true,${head},"messages":[${messages.join(',')}]}`
}
const HELLO = '{"role":"user","content":[ {"type":"text","text":"Grüß dich \\u2028 👋"} ]}'

interface Heard {
  readonly events: readonly ModelEvent[]
  readonly failure: Failure | undefined
}

async function hear(
  server: Pick<ModelServer, 'url'>,
  body = bodyOf(HELLO),
  more: { signal?: AbortSignal; token?: string; clock?: Clock; on?: (event: ModelEvent) => void } = {},
): Promise<Heard> {
  const events: ModelEvent[] = []
  const { signal = new AbortController().signal, on, ...options } = more
  try {
    for await (const item of modelAt(server, options).stream(body, signal)) {
      events.push(item)
      on?.(item)
    }
    return { events, failure: undefined }
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    return { events, failure: error.failure }
  }
}

function completed(heard: Heard): Extract<ModelEvent, { type: 'complete' }> {
  const last = heard.events.at(-1)
  if (last?.type !== 'complete') throw new Error(`not complete: ${JSON.stringify(heard.failure)}`)
  return last
}

/** A clock that a test moves. */
function handClock(): Clock & { advance(ms: number): Promise<void> } {
  let now = 0
  const sleepers = new Set<{ until: number; wake: () => void }>()
  return {
    now: () => now,
    mono: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const stopped = (): void => reject(new FailureError({ code: 'aborted', message: 'stopped' }))
        const wake = (): void => {
          signal.removeEventListener('abort', stopped)
          resolve()
        }
        sleepers.add({ until: now + ms, wake })
        signal.addEventListener('abort', stopped, { once: true })
      }),
    async advance(ms) {
      const target = now + ms
      while (now < target) {
        now = Math.min(target, now + 5_000)
        for (const sleeper of [...sleepers].filter(({ until }) => until <= now)) {
          sleepers.delete(sleeper)
          sleeper.wake()
        }
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    },
  }
}

describe('the Anthropic adapter over real HTTP', () => {
  it('streams thinking, text and parallel calls, and gives the exact text of the next turn', async () => {
    const server = await serve(
      answer([
        thinking('Let me look.', 'sig=='),
        text('I read both.'),
        tool('read_file', { path: 'a' }, { id: 'toolu_a' }),
        tool('read_file', { path: 'b' }, { id: 'toolu_b' }),
      ]),
    )
    const done = completed(await hear(server))
    expect(done.answer).toMatchObject({ stopReason: 'tool_use', model: 'claude-test-1' })
    expect(done.answer.content.map((item) => item.type)).toEqual(['thinking', 'text', 'call', 'call'])
    expect(done.wire).toBe(
      '{"role":"assistant","content":[{"type":"thinking","thinking":"Let me look.","signature":"sig=="},{"type":"text","text":"I read both."},{"type":"tool_use","id":"toolu_a","name":"read_file","input":{"path":"a"}},{"type":"tool_use","id":"toolu_b","name":"read_file","input":{"path":"b"}}]}',
    )
    expect(done.answer.usage.output).toBeGreaterThan(1)
    expect(server.requests[0]?.wasAborted()).toBe(false)
  })

  it('[rule 15] sends the body byte for byte', async () => {
    const server = await serve(answer([text('ok')]))
    await hear(server)
    expect(server.requests[0]?.body).toBe(bodyOf(HELLO))
    expect(server.requests[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer sk-test-1234',
      'anthropic-dangerous-direct-browser-access': 'true',
    })
    expect(server.requests[0]?.headers['x-api-key']).toBeUndefined()
  })

  it('[rule 15] [rule 24] continues a conversation that a strict server accepts, odd blocks included', async () => {
    const odd = rawBlock('{"zeta":1.50,"type":"hologram","10":"x","9":{"a":"\\u0041"}}', [{ type: 'shimmer_delta', hue: 1 }])
    const server = await serve(
      answer([thinking('', 'only-a-signature'), odd, rawTool('read_file', '{ "path": "a" }', { id: 'toolu_x' })]),
      answer([text('Done.')]),
    )
    const first = completed(await hear(server))
    const results = '{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_x","content":"1\\thello"}]}'
    const second = await hear(server, bodyOf(HELLO, first.wire, results))
    expect(second.failure).toBeUndefined()
    expect(server.problems).toEqual([])
    expect(completed(second).answer.content).toEqual([{ type: 'text', text: 'Done.' }])
  })

  it.each([1, 7, 64])('[C28] reads a stream in chunks of %i bytes, through characters and lines', async (chunkBytes) => {
    const server = await serve(answer([text('Zwölf Boxkämpfer 🥊🥊 jagen', ['Zwölf Box', 'kämpfer 🥊', '🥊 jagen'])], { chunkBytes }))
    expect(completed(await hear(server)).answer.content).toEqual([{ type: 'text', text: 'Zwölf Boxkämpfer 🥊🥊 jagen' }])
  })

  it('[rule 5] (M1) does not complete a cut tool input', async () => {
    const server = await serve(answer([rawTool('write_file', '{"path":"a.txt","content":"hel')], { stopReason: 'max_tokens' }))
    const { answer: got } = completed(await hear(server))
    expect(got).toMatchObject({ stopReason: 'max_tokens', content: [{ type: 'call', input: '{"path":"a.txt","content":"hel' }] })
  })

  it('[rule 6] (M2) keeps the siblings of a malformed call', async () => {
    const server = await serve(answer([rawTool('write_file', '{"p":"a\\q"}'), tool('read_file', { path: 'b' })]))
    const { answer: got, wire } = completed(await hear(server))
    expect(got.content.map((item) => (item.type === 'call' ? item.name : ''))).toEqual(['write_file', 'read_file'])
    expect(JSON.parse(wire)).toMatchObject({ content: [{ input: {} }, { input: { path: 'b' } }] })
  })

  it('[rule 50] [C28] (M4) calls a clean end without message_stop cut, even after a stop reason', async () => {
    const server = await serve(answer([text('almost')], { omitStop: true }))
    const { failure, events } = await hear(server)
    expect(failure).toMatchObject({ code: 'cut', detail: { partial: 'almost', completedBlock: true } })
    expect(events.some((item) => item.type === 'complete')).toBe(false)
  })

  it('[rule 51] (M5) says aborted when stopped in the middle, and the server sees it', async () => {
    const gate = hold()
    const server = await serve(stream([...answer([text('first half')]).steps.slice(0, 4), { type: 'hold', until: gate.until }]))
    const stop = new AbortController()
    const { failure } = await hear(server, undefined, { signal: stop.signal, on: (item) => item.type === 'delta' && stop.abort() })
    expect(failure).toMatchObject({ code: 'aborted', detail: { partial: 'first half', completedBlock: false } })
    await expect.poll(() => server.requests[0]?.wasAborted()).toBe(true)
    gate.release()
  })

  it('[rule 51] sends nothing when stopped before it starts', async () => {
    const server = await serve(answer([text('x')]))
    expect((await hear(server, undefined, { signal: AbortSignal.abort() })).failure?.code).toBe('aborted')
    expect(server.requests).toHaveLength(0)
  })

  it('[rule 52] (M3) hints at 20 s without a byte, again every 10 s, and gives up at 300 s', async () => {
    const gate = hold()
    const server = await serve(stream([...answer([text('thinking about it')]).steps.slice(0, 4), { type: 'hold', until: gate.until }]))
    const clock = handClock()
    let heardDelta = (): void => undefined
    const started = new Promise<void>((resolve) => (heardDelta = resolve))
    const hearing = hear(server, undefined, { clock, on: (item) => item.type === 'delta' && heardDelta() })
    await started
    await clock.advance(320_000)
    const { events, failure } = await hearing
    const silences = events.flatMap((item) => (item.type === 'silent' ? [item.ms] : []))
    expect(silences[0]).toBe(20_000)
    expect(silences.slice(0, 4)).toEqual([20_000, 30_000, 40_000, 50_000])
    expect(silences.at(-1)).toBeLessThan(300_000)
    expect(failure).toMatchObject({ code: 'timeout', detail: { partial: 'thinking abo' } })
    gate.release()
  })

  it('[rule 52] counts the wait for headers too', async () => {
    const gate = hold()
    const server = await startModelServer({ script: () => gate.until.then(() => answer([text('late')])) })
    servers.push(server)
    const clock = handClock()
    const hearing = hear(server, undefined, { clock })
    await server.arrived(1)
    await clock.advance(40_000)
    gate.release()
    const heard = await hearing
    expect(heard.events[0]).toEqual({ type: 'silent', ms: 20_000 })
    expect(completed(heard).answer.content).toEqual([{ type: 'text', text: 'late' }])
  })

  it('[rule 64] (M9) says that it runs in a browser, and sends no header that a proxy would not allow by name', async () => {
    const server = await startModelServer({ script: [answer([text('ok')])], cors: 'https://app.example' })
    servers.push(server)
    const asked: string[] = []
    const counting: typeof fetch = (input, init) => {
      asked.push(...new Headers(init?.headers).keys())
      return fetch(input, init)
    }
    const model = anthropicModel({ id: 'm', label: 'M', baseUrl: server.url, token: 'sk-test-1234', fetch: counting })
    for await (const item of model.stream(bodyOf(HELLO), new AbortController().signal, ['a-beta', 'b-beta']))
      if (item.type === 'complete') break
    expect(server.requests[0]?.headers).toMatchObject({
      'anthropic-dangerous-direct-browser-access': 'true',
      'anthropic-beta': 'a-beta,b-beta',
    })
    const preflight = await fetch(`${server.url}/v1/messages`, { method: 'OPTIONS' })
    const allowed = (preflight.headers.get('access-control-allow-headers') ?? '').split(', ')
    expect(allowed).toContain('authorization')
    const plain = new Set(['accept', 'user-agent'])
    expect(asked.filter((name) => !name.startsWith('x-stainless-') && !plain.has(name) && !allowed.includes(name))).toEqual([])
  })

  it('[rule 55] (M7) asks once and passes 529 on with the wait that was asked for', async () => {
    const server = await serve(
      httpError(529, { type: 'overloaded_error', message: 'Overloaded' }, { 'retry-after-ms': '1500', 'retry-after': '60' }),
    )
    expect((await hear(server)).failure).toMatchObject({ code: 'busy', retryAfterMs: 1500 })
    expect(server.requests).toHaveLength(1)
  })

  it('[C27] (M7) ends on an error event with the text so far', async () => {
    const steps: Step[] = [...answer([text('Half a sen')]).steps.slice(0, 4), errorEvent('overloaded_error', 'Overloaded')]
    expect((await hear(await serve(stream(steps)))).failure).toMatchObject({
      code: 'busy',
      detail: { partial: 'Half a sen', completedBlock: false },
    })
  })

  it('(M7) calls a reset connection cut and says that a block was complete', async () => {
    const whole = answer([tool('read_file', { path: 'a' }, { id: 'toolu_1' }), text('more and more')])
    const cut = whole.steps.findIndex((step) => step.type === 'event' && step.name === 'content_block_stop')
    const server = await serve(
      stream([...whole.steps.slice(0, cut + 1), { type: 'raw', text: ':\n' }], { stopAt: { byte: 1_300, how: 'cut' } }),
      stream(whole.steps, { stopAt: { byte: 1_300, how: 'cut' } }),
    )
    await hear(server)
    expect((await hear(server)).failure).toMatchObject({ code: 'cut', detail: { completedBlock: true } })
  })

  it('[rule 63] [C28] (M8) survives unknown events, deltas and stop reasons, comments and CRLF', async () => {
    const before: Step[] = [
      event('aurora', { type: 'aurora' }),
      { type: 'raw', text: ': comment\r\nevent: ping\r\ndata: {"type":"ping"}\r\n\r\n' },
    ]
    const server = await serve(answer([text('fine')], { before, stopReason: 'tired' }))
    expect(completed(await hear(server)).answer).toMatchObject({ stopReason: 'tired', content: [{ text: 'fine' }] })
  })

  const table: readonly (readonly [string, Reply, Partial<Failure>])[] = [
    [
      '401',
      httpError(401, { type: 'authentication_error', message: 'invalid x-api-key' }),
      { code: 'rejected_key', message: 'The provider rejected the key. It said: invalid x-api-key' },
    ],
    ['401 no_key', httpError(401, { type: 'no_key', message: 'No key is set up.' }), { code: 'no_key', message: 'No key is set up.' }],
    ['403', httpError(403, { type: 'permission_error', message: 'no access' }), { code: 'rejected_key' }],
    ['402', httpError(402, { type: 'billing_error', message: 'pay' }), { code: 'spend_limit' }],
    ['404', httpError(404, { type: 'not_found_error', message: 'model: nope' }), { code: 'not_found' }],
    ['413', httpError(413, { type: 'request_too_large', message: 'too big' }), { code: 'too_large' }],
    [
      '429 with seconds',
      httpError(429, { type: 'rate_limit_error', message: 'slow' }, { 'retry-after': '2' }),
      { code: 'busy', retryAfterMs: 2000 },
    ],
    [
      '[rule 57] 429 by the spend cap',
      httpError(429, { type: 'rate_limit_error', message: 'cap', details: { error_code: 'enforced_spend_limit_reached' } }),
      { code: 'spend_limit' },
    ],
    [
      '[rule 57] 400 by the own spend limit',
      httpError(400, { type: 'invalid_request_error', message: 'You have reached your specified API usage limits.' }),
      { code: 'spend_limit' },
    ],
    [
      '400 too long',
      httpError(400, { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' }),
      { code: 'too_large' },
    ],
    ['400', httpError(400, { type: 'invalid_request_error', message: 'messages.0: bad' }), { code: 'bad_input' }],
    ['500', httpError(500, { type: 'api_error', message: 'oops' }), { code: 'busy' }],
    [
      '502 from the relay',
      httpError(502, { type: 'upstream_unreachable', message: 'api.example.com cannot be reached.' }),
      { code: 'offline', message: 'api.example.com cannot be reached.' },
    ],
    [
      '401 of the relay',
      httpError(401, { type: 'session_ended', message: 'Reload the page.' }),
      { code: 'denied', message: 'Reload the page.' },
    ],
    ['502 page', htmlPage('<h1>Bad gateway</h1>', 502), { code: 'busy' }],
    [
      '[C32] a web page',
      htmlPage('<html>Please log in</html>'),
      { code: 'bad_response', detail: { reason: 'portal', completedBlock: false } },
    ],
    ['a forbidding page', htmlPage('<html>Blocked</html>', 403), { code: 'bad_response' }],
    [
      'JSON instead of events',
      { type: 'http', status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
      { code: 'bad_response' },
    ],
    ['no answer', drop, { code: 'offline' }],
  ]
  it.each(table)('[rule 58] reads %s as a failure after one request', async (_what, reply, expected) => {
    const server = await serve(reply)
    expect((await hear(server)).failure).toMatchObject(expected)
    expect(server.requests).toHaveLength(1)
  })

  it('names what came instead of an answer', async () => {
    const { failure } = await hear(await serve(htmlPage('<html>')))
    expect(failure?.message).toContain("The model server answered with a web page (text/html), not with a model's answer")
  })

  it('says offline with the host when nobody listens', async () => {
    const server = await startModelServer()
    await server.close()
    const { failure } = await hear(server)
    expect(failure).toMatchObject({ code: 'offline', message: `The model server at ${new URL(server.url).host} cannot be reached.` })
  })

  it('says that it is the relay where that is who was asked', () => {
    expect(unreachable('localhost:1', 'localhost:1').message).toBe('The relay at localhost:1 cannot be reached.')
    expect(unreachable('api.example.com', 'localhost:1').message).toBe('The model server at api.example.com cannot be reached.')
  })

  it('says rejected when the bearer is wrong', async () => {
    expect((await hear(await serve(), undefined, { token: 'wrong' })).failure?.code).toBe('rejected_key')
  })
})

describe('the model list', () => {
  const options = (server: ModelServer) => ({ baseUrl: server.url, token: 'sk-test-1234', fetch, now: () => 0 })

  it('reads all pages, keeps the provider’s limits and leaves retired models out', async () => {
    const server = await startModelServer({
      models: [
        { id: 'a', display_name: 'Model A', max_input_tokens: 1_000_000, max_tokens: 128_000, clears: true },
        { id: 'b', lifecycle: 'retired' },
        { id: 'c', max_input_tokens: null, adaptive: false },
      ],
      pageSize: 1,
    })
    servers.push(server)
    expect(await listModels(options(server))).toEqual([
      { id: 'a', label: 'Model A', contextWindow: 1_000_000, maxOutput: 128_000, adaptiveThinking: true, clearsResults: true },
      { id: 'c', label: 'c' },
    ])
  })

  it('says rejected for a bad key and bad response for a page', async () => {
    const server = await serve()
    await expect(listModels({ ...options(server), token: 'bad' })).rejects.toMatchObject({ failure: { code: 'rejected_key' } })
    const page = async (): Promise<Response> => new Response('<html>', { headers: { 'content-type': 'text/html' } })
    await expect(listModels({ ...options(server), fetch: page })).rejects.toMatchObject({ failure: { code: 'bad_response' } })
  })
})
