import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { openSocket, openWorker, until } from '../engine/socket-under-test'
import { startForTest, startUpstream } from '../relay-under-test'
import { runTokenCommand } from '../cli/token-command'

const TOKEN = 'automation-token-0123456789'
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'

interface Sent {
  readonly path: string | undefined
  readonly body: string
}

async function collector() {
  const sent: Sent[] = []
  const upstream = await startUpstream((incoming: IncomingMessage, outgoing) => {
    let body = ''
    incoming.on('data', (part: Buffer) => (body += part.toString()))
    incoming.on('end', () => {
      sent.push({ path: incoming.url, body })
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  return { sent, ...upstream }
}

describe('a collector', () => {
  it('gets the spans of calls and the lines of workers, the last ones when the relay stops; an unsampled trace stays here', async () => {
    const { sent, url, close } = await collector()
    const relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT: url } })
    const caller = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    await caller.call('state::set', { scope: 's', key: 'k', value: 1 }, { traceparent: `00-${TRACE}-${PARENT}-01` })
    await caller.call('state::get', { scope: 's', key: 'k' }, { traceparent: `00-${'c'.repeat(32)}-${PARENT}-00` })
    const telling = await openSocket(`ws://localhost:${relay.port}/worker/otel`)
    if ('status' in telling) throw new Error(telling.body)
    const log = { body: { stringValue: 'out of stock' }, severityNumber: 17, traceId: TRACE, spanId: PARENT }
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
    telling.send(Buffer.from(`LOGS${JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [log] }] }] })}`))
    await until(async () => expect(await caller.call('engine::logs::list', {})).toMatchObject({ result: { total: 1 } }))
    caller.ws.close()
    telling.ws.close()
    await relay.stop()
    const of = (path: string) => sent.filter((one) => one.path === path).map((one) => one.body)
    const [spans, logs] = [of('/v1/traces').join(''), of('/v1/logs').join('')]
    for (const part of [`"traceId":"${TRACE}"`, `"parentSpanId":"${PARENT}"`, '"name":"state::set"', 'tabwright-relay'])
      expect(spans).toContain(part)
    expect(spans).not.toContain('state::get')
    for (const part of [`"traceId":"${TRACE}"`, 'out of stock', 'shop']) expect(logs).toContain(part)
    await close()
  })
})

describe('/metrics', () => {
  it('is nowhere unless it was asked for, and then for who may read metrics', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` }
    const without = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
    expect(await without.send({ path: '/metrics', headers })).toMatchObject({ status: 404 })
    await without.stop()

    const relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN, TABWRIGHT_METRICS: '1' } })
    const caller = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    await caller.call('state::get', { scope: 's', key: 'k' })
    await caller.call('nobody::there')
    const { status, text, headers: answered } = await relay.send({ path: '/metrics', headers })
    expect(status).toBe(200)
    expect(answered['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    for (const line of [
      'tabwright_calls_total{code="ok"} 1',
      'tabwright_calls_total{code="function_not_found"} 1',
      'tabwright_call_seconds_bucket{le="+Inf"} 2',
      'tabwright_call_seconds_count 2',
      'tabwright_workers 1',
    ])
      expect(text.split('\n')).toContain(line)
    expect(text).toMatch(/^(?:(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{[^}]*\})? \S+)\n)+$/)
    expect(await relay.send({ path: '/metrics' })).toMatchObject({ status: 401 })
    const token = (...grants: string[]) => runTokenCommand(['add', ...grants, '--data', relay.data], {}).out.trim()
    const as = async (bearer: string) => (await relay.send({ path: '/metrics', headers: { authorization: `Bearer ${bearer}` } })).status
    expect(await as(token('scraper', '--call', 'engine::metrics::*'))).toBe(200)
    expect(await as(token('orders', '--call', 'orders::*'))).toBe(403)
    caller.ws.close()
    await relay.stop()
  })
})
