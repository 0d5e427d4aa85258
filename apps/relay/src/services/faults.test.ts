import { afterEach, describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '@tabwright/protocol'
import { ENGINE_LIMITS } from '../engine/engine-limits'
import { openWorker } from '../engine/socket-under-test'
import { startForTest, type RelayUnderTest, type TestOptions } from '../relay-under-test'
import { SERVICE_LIMITS } from './bounds'

const TOKEN = 'automation-token-0123456789'

describe('what breaks around services', () => {
  let relay: RelayUnderTest | undefined
  const start = async (limits: TestOptions['limits'] = {}): Promise<RelayUnderTest> => {
    relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN }, limits })
    return relay
  }
  const invoke = async (at: RelayUnderTest, path: string, data: Json): Promise<{ status: number; value: Json }> => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
    const { status, text } = await at.send({ method: 'POST', path: `/invoke/${path}`, headers, body: JSON.stringify(data) })
    const value: Json = JSON.parse(text)
    return { status, value }
  }
  const worker = (at: RelayUnderTest) => openWorker(`ws://localhost:${at.port}/worker`, TOKEN)
  afterEach(() => relay?.stop())

  it('[R-02] [C36] a full disk is 507 and no receipt, and what is there is read, delivered and deleted', async () => {
    const at = await start({ services: { ...SERVICE_LIMITS, storeBytes: 1024 * 1024 } })
    expect((await invoke(at, 'state::set', { scope: 's', key: 'a', value: 'kept' })).status).toBe(200)
    expect((await invoke(at, 'w::work?enqueue=jobs', { n: 1 })).status).toBe(202)
    let full: { status: number; value: Json } = { status: 0, value: null }
    for (let n = 0; full.status !== 507 && n < 20; n++)
      full = await invoke(at, 'state::set', { scope: 'big', key: `k${n}`, value: 'x'.repeat(200_000) })
    expect(full).toMatchObject({ status: 507, value: { error: { type: 'store_full' } } })
    const item = await invoke(at, 'w::work?enqueue=jobs', { n: 'x'.repeat(200_000) })
    expect(item.status).toBe(507)
    expect((await invoke(at, 'state::get', { scope: 's', key: 'a' })).value).toBe('kept')
    expect((await invoke(at, 'engine::queue::topic_stats', { topic: 'jobs' })).value).toMatchObject({ depth: 1 })
    expect((await invoke(at, 'state::delete', { scope: 'big', key: 'k0' })).status).toBe(200)
    expect((await invoke(at, 'state::set', { scope: 's', key: 'b', value: 'fits again' })).status).toBe(200)
  })

  it('[R-04] [C39] an item whose worker dies in the middle comes to another with the same key and receipt', async () => {
    const at = await start({ engine: { ...ENGINE_LIMITS, graceMs: 50 } })
    const register = { type: 'registerfunction', id: 'w::work' }
    const first = await worker(at)
    first.send(register)
    await first.settled()
    const item = { queue: 'jobs', function_id: 'w::work', data: { n: 1 }, key: 'order-7' }
    const { value } = await invoke(at, 'engine::queue::enqueue', item)
    const before = await first.ofType('invokefunction')
    first.ws.terminate()
    const second = await worker(at)
    second.send(register)
    const after = await second.ofType('invokefunction')
    expect(after['data']).toMatchObject({ n: 1 })
    expect([before['metadata'], after['metadata']]).toMatchObject([
      { ...receipt(value), key: 'order-7', attempt: 1 },
      { ...receipt(value), key: 'order-7', attempt: 2 },
    ])
    second.send({ type: 'invocationresult', invocation_id: after['invocation_id'] ?? null, function_id: 'w::work' })
    await expect
      .poll(async () => (await invoke(at, 'engine::queue::topic_stats', { topic: 'jobs' })).value)
      .toMatchObject({ depth: 0, failed: 1, delivered: 1 })
    expect((await invoke(at, 'engine::queue::enqueue', item)).value).toEqual(value)
    expect((await invoke(at, 'engine::queue::enqueue', { ...item, data: { n: 2 } })).status).toBe(409)
  })

  it('what a function of the queue does not answer in time is delivered again', async () => {
    const at = await start()
    const slow = await worker(at)
    slow.send({ type: 'registerfunction', id: 'w::work' })
    const config = { topic: 't', queue_config: { visibilityTimeout: 1, backoffDelayMs: 0 } }
    slow.send({ type: 'registertrigger', id: 'b1', trigger_type: 'durable:subscriber', function_id: 'w::work', config })
    await slow.settled()
    await invoke(at, 'iii::durable::publish', { topic: 't', data: 1 })
    await slow.ofType('invokefunction')
    expect((await slow.ofType('invokefunction'))['metadata']).toMatchObject({ attempt: 2 })
  })
})

function receipt(value: Json): JsonObject {
  return {
    messageReceiptId:
      typeof value === 'object' && value !== null && 'messageReceiptId' in value ? (value['messageReceiptId'] ?? null) : null,
  }
}
