import type { Json, JsonObject } from '@tabwright/protocol'
import * as sdk from 'iii-sdk'
import { getLogger } from '@iii-dev/helpers/observability'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { LIMITS } from '../limits'
import { openSocket, openWorker, until, type RawSocket } from '../engine/socket-under-test'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { runTokenCommand } from '../cli/token-command'

const TOKEN = 'automation-token-0123456789'
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'

let relay: RelayUnderTest
let scoped: string
beforeAll(async () => {
  relay = await startForTest({
    env: { TABWRIGHT_TOKEN: TOKEN, TABWRIGHT_LOG: 'info' },
    limits: { engine: { ...LIMITS.engine, telemetryBytes: 100_000, telemetrySockets: 3, tokenPollMs: 50 } },
  })
  scoped = runTokenCommand(['add', 'orders', '--call', 'orders::*', '--data', relay.data], {}).out.trim()
})
afterAll(() => relay.stop())

const join = () => openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
const isCall = (functionId: string) => (frame: JsonObject) => frame['type'] === 'invokefunction' && frame['function_id'] === functionId

interface SpanRow {
  readonly name: string
  readonly span_id: string
  readonly parent_span_id: string | null
  readonly service: string
  readonly by: string
  readonly error: string | null
  readonly level: number
  readonly attributes: JsonObject
  readonly events: readonly Json[]
  readonly logs: readonly JsonObject[]
}

async function treeOf(socket: RawSocket, trace: string): Promise<readonly SpanRow[]> {
  const { result, error } = await socket.call('engine::traces::tree', { trace_id: trace })
  if (error !== undefined) throw new Error(JSON.stringify(error))
  return JSON.parse(JSON.stringify(result)).spans
}

/** Answers every call of it, after the handler has made its own calls. */
async function serve(owner: RawSocket, id: string, handle: (frame: JsonObject) => Promise<Json>): Promise<void> {
  owner.send({ type: 'registerfunction', id })
  await owner.settled()
  const next = (): void => {
    void owner.next(isCall(id)).then(async (frame) => {
      const result = await handle(frame)
      owner.send({ type: 'invocationresult', invocation_id: frame['invocation_id'] ?? null, result })
      next()
    })
  }
  next()
}

describe('the trace of a call', () => {
  it('goes from its caller over the relay to its owner, who is given the hop as parent', async () => {
    const [owner, caller] = [await join(), await join()]
    const seen: Json[] = []
    await serve(owner, 'hop::x', async ({ traceparent }) => seen.push(traceparent ?? null))
    await caller.call('hop::x', {}, { traceparent: `00-${TRACE}-${PARENT}-01` })
    const [span] = await treeOf(caller, TRACE)
    expect(span).toMatchObject({ name: 'hop::x', parent_span_id: PARENT, service: 'tabwright-relay', error: null, level: 0 })
    expect(seen).toEqual([`00-${TRACE}-${span?.span_id}-01`])
    await until(() => expect(relay.logged()).toMatch(new RegExp(`"function":"hop::x","who":"default","code":"ok".*"trace":"${TRACE}"`)))
    expect(await caller.call('engine::traces::list', { search: 'hop::x' })).toMatchObject({
      result: { traces: [{ trace_id: TRACE, name: 'hop::x', spans: 1, errors: 0 }], total: 1 },
    })
    ;[owner, caller].forEach(({ ws }) => ws.close())
  })

  it('goes on from a plain request, whose log line names it too', async () => {
    const trace = 'd'.repeat(32)
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', traceparent: `00-${trace}-${PARENT}-01` }
    expect(await relay.send({ method: 'POST', path: '/invoke/state::list_groups', headers, body: '{}' })).toMatchObject({ status: 200 })
    const reader = await join()
    expect(await treeOf(reader, trace)).toMatchObject([{ name: 'state::list_groups', parent_span_id: PARENT }])
    await until(() => expect(relay.logged()).toMatch(new RegExp(`"route":"/invoke/:function_id".*"trace":"${trace}".*"request"`)))
    reader.ws.close()
  })

  it('begins at the relay where the caller has none, and a refusal is a part of it', async () => {
    const caller = await join()
    await caller.call('nobody::there', {})
    const { result } = await caller.call('engine::traces::list', { search: 'nobody::there', errors: true })
    const [{ trace_id: trace = '' } = {}] = (result as { traces: readonly { trace_id?: string }[] }).traces
    expect(await treeOf(caller, trace)).toMatchObject([{ name: 'nobody::there', parent_span_id: null, error: 'function_not_found' }])
    caller.ws.close()
  })

  it('is one through a queue and a trigger of state, though the worker hands no context on', async () => {
    const [owner, caller] = [await join(), await join()]
    const trace = 'a'.repeat(32)
    const ended = new Promise<void>((resolve) => {
      void serve(owner, 'chain::work', async () => {
        await owner.call('state::set', { scope: 'chain', key: 'k', value: { n: 1 } })
        return 1
      }).then(() =>
        serve(owner, 'chain::changed', async () => {
          resolve()
          return 1
        }),
      )
    })
    await owner.settled()
    owner.send({ type: 'registertrigger', id: 'chain-b', trigger_type: 'state', function_id: 'chain::changed', config: { scope: 'chain' } })
    await owner.settled()
    await caller.call('chain::work', {}, { action: { type: 'enqueue', queue: 'chain' }, traceparent: `00-${trace}-${PARENT}-01` })
    await ended
    const rows = await until(async () => {
      const found = await treeOf(caller, trace)
      expect(found).toHaveLength(4)
      return found
    })
    expect(rows.map(({ name, level }) => [level, name])).toEqual([
      [0, 'engine::queue::enqueue'],
      [1, 'chain::work'],
      [2, 'state::set'],
      [3, 'chain::changed'],
    ])
    expect(rows[3]?.attributes).toMatchObject({ depth: 1 })
    ;[owner, caller].forEach(({ ws }) => ws.close())
  })

  it('a ring of triggers ends at 8, though the worker drops trace context and baggage', async () => {
    const owner = await join()
    let ran = 0
    const depths: (number | undefined)[] = []
    await serve(owner, 'ring::changed', async ({ baggage }) => {
      depths.push(Number(/tabwright\.depth=(\d)/.exec(JSON.stringify(baggage ?? ''))?.[1]))
      ran += 1
      await owner.call('state::set', { scope: 'ring', key: 'k', value: { n: ran } })
      return 1
    })
    owner.send({ type: 'registertrigger', id: 'ring-b', trigger_type: 'state', function_id: 'ring::changed', config: { scope: 'ring' } })
    await owner.settled()
    await owner.call('state::set', { scope: 'ring', key: 'k', value: { n: 0 } })
    await until(async () => expect(await owner.call('state::get', { scope: 'ring', key: 'k' })).toMatchObject({ result: { n: 8 } }))
    await until(() => expect(relay.logged()).toContain('A chain of triggers was cut'))
    expect(depths).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    owner.ws.close()
  })
})

describe('/worker/otel', () => {
  const quiet = ['log', 'debug', 'error', 'warn'] as const
  const address = () => `ws://localhost:${relay.port}/worker/otel`

  it('takes the traces, lines and metrics of the published SDK, and joins them to the trace of the call', async () => {
    for (const method of quiet) vi.spyOn(console, method).mockReturnValue()
    const client = sdk.registerWorker(`ws://localhost:${relay.port}/worker`, {
      workerName: 'told',
      otel: { serviceName: 'billing', metricsExportIntervalMs: 200, fetchInstrumentationEnabled: false },
      headers: { authorization: `Bearer ${TOKEN}` },
    })
    client.registerFunction('told::slow', async () => {
      getLogger()?.emit({ severityNumber: 13, body: 'the index is missing' })
      return 1
    })
    const caller = await join()
    await until(async () =>
      expect(await caller.call('engine::functions::list', { prefix: 'told::' })).toMatchObject({ result: { functions: [{}] } }),
    )
    const trace = 'b'.repeat(32)
    await caller.call('told::slow', { secret: 'the payload' }, { traceparent: `00-${trace}-${PARENT}-01` })
    const rows = await until(async () => {
      const found = await treeOf(caller, trace)
      expect(found).toHaveLength(2)
      expect(found[1]?.logs).toHaveLength(1)
      return found
    })
    expect(rows).toMatchObject([
      { name: 'told::slow', service: 'tabwright-relay', level: 0, parent_span_id: PARENT },
      {
        name: 'execute told::slow',
        service: 'billing',
        by: 'this machine',
        level: 1,
        logs: [{ level: 'warn', message: 'the index is missing' }],
      },
    ])
    expect(rows[1]?.events.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain('the payload')
    expect(await caller.call('engine::logs::list', { level: 'warn', service: 'billing' })).toMatchObject({
      result: { logs: [{ message: 'the index is missing', trace_id: trace }] },
    })
    await until(async () => {
      const { result } = await caller.call('engine::metrics::list', { service: 'billing' })
      expect((result as { total: number }).total).toBeGreaterThan(0)
    })
    await client.shutdown()
    caller.ws.close()
    vi.restoreAllMocks()
  }, 30_000)

  const message = (prefix: string, value: Json) => Buffer.from(prefix + JSON.stringify(value))
  const lines = (text: string, many = 1) =>
    message('LOGS', {
      resourceLogs: [
        { scopeLogs: [{ logRecords: Array.from({ length: many }, () => ({ body: { stringValue: text }, severityNumber: 9 })) }] },
      ],
    })

  it('says who it is by its token, in a header or before the host, and not at all to a foreign page', async () => {
    const bearer = await openSocket(address(), { headers: { authorization: `Bearer ${scoped}` } })
    const before = await openSocket(address().replace('ws://', `ws://otel:${scoped}@`))
    for (const socket of [bearer, before]) {
      if ('status' in socket) throw new Error(socket.body)
      socket.send(lines('by a token'))
      socket.ws.close()
    }
    const reader = await join()
    await until(async () =>
      expect(await reader.call('engine::logs::list', { search: 'by a token' })).toMatchObject({
        result: { logs: [{ by: 'orders' }, { by: 'orders' }] },
      }),
    )
    expect(await openSocket(address(), { headers: { origin: 'https://evil.example' } })).toMatchObject({ status: 403 })
    expect(await openSocket(address(), { headers: { authorization: 'Bearer wrong-wrong-wrong' } })).toMatchObject({ status: 401 })
    const page = { origin: `http://localhost:${relay.port}` }
    expect(await openSocket(address(), { headers: page })).toMatchObject({ status: 401 })
    expect(await openSocket(address(), { headers: { 'x-forwarded-for': '203.0.113.7' } })).toMatchObject({ status: 401 })
    const orders = await openWorker(`ws://localhost:${relay.port}/worker`, scoped)
    expect(await orders.call('engine::logs::list', {})).toMatchObject({ error: { code: 'FORBIDDEN' } })
    ;[reader, orders].forEach(({ ws }) => ws.close())
  })

  it('is taken as bytes on the socket of a worker too, as a page has no other, and nothing else is', async () => {
    const worker = await join()
    const [trace, spanId] = ['e'.repeat(32), '1'.repeat(16)]
    const spans = [{ traceId: trace, spanId, name: 'turn', startTimeUnixNano: '1', endTimeUnixNano: '2' }]
    worker.send(message('OTLP', { resourceSpans: [{ scopeSpans: [{ spans }] }] }))
    await until(async () => expect(await treeOf(worker, trace)).toMatchObject([{ name: 'turn', by: 'default' }]))
    worker.send(Buffer.from('what'))
    const refused = await worker.next(({ type }) => type === 'error')
    expect(refused).toMatchObject({ error: { code: 'bad_frame', message: expect.stringContaining('begins with OTLP, LOGS or MTRC') } })
    worker.ws.close()
  })

  it('is closed after three messages that are none, drops what is too much, and goes with its token', async () => {
    const odd = await openSocket(address())
    if ('status' in odd) throw new Error(odd.body)
    for (const one of [Buffer.from('what'), message('OTLP', { resourceSpans: 7 }), Buffer.from('LOGS{')]) odd.send(one)
    expect(await odd.closed).toBe(1008)

    const many = (await Promise.all([1, 2, 3, 4].map(() => openSocket(address())))).flatMap((one) => ('status' in one ? [] : [one]))
    expect(await Promise.race(many.map(({ closed }) => closed))).toBe(1013)
    for (const { ws } of many) ws.close()
    await Promise.all(many.map(({ closed }) => closed))

    const loud = await openSocket(address())
    if ('status' in loud) throw new Error(loud.body)
    for (let n = 0; n < 8; n++) loud.send(lines(`loud ${'x'.repeat(8000)}`, 10))
    loud.send(lines('loud, the last'))
    const reader = await join()
    const { result } = await until(async () => {
      const answer = await reader.call('engine::logs::list', { search: 'loud', limit: 1000 })
      expect(JSON.stringify(answer)).toContain('loud, the last')
      return answer
    })
    expect((result as { total: number }).total).toBeLessThan(50)
    loud.ws.close()
    reader.ws.close()

    const theirs = runTokenCommand(['add', 'gone', '--call', 'gone::*', '--data', relay.data], {}).out.trim()
    const revoked = await openSocket(address(), { headers: { authorization: `Bearer ${theirs}` } })
    if ('status' in revoked) throw new Error(revoked.body)
    runTokenCommand(['revoke', 'gone', '--data', relay.data], {})
    expect(await revoked.closed).toBe(1008)
  })
})
