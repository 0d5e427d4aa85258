import { afterEach, describe, expect, it } from 'vitest'
import type { Json } from '@tabwright/protocol'
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
})
