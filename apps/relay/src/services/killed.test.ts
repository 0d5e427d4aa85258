import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as sdk from 'iii-sdk'
import Database from 'libsql'
import type { Json, JsonObject } from '@tabwright/protocol'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cutterTo, openSocket, openWorker, type RawSocket } from '../engine/socket-under-test'
import { buildFolder, builtRelay, type BuiltRelay } from './built-relay-under-test'

// `npm run relay:kill -- 200` for more; the gate has a few.
const KILLS = Number(process.env['TABWRIGHT_RELAY_KILLS'] ?? 2)
/** Pages of 4 KiB: 1 MiB is soon full. */
const SMALL_DISK = 256
const LONG = { timeout: 30_000, interval: 50 }
const out = buildFolder('relay-killed')

interface Job {
  readonly group: number
  readonly n: number
}

beforeAll(async () => {
  await build({ configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)), logLevel: 'error', build: { outDir: out } })
}, 60_000)
afterAll(() => rmSync(out, { recursive: true, force: true }))

describe('a relay that is killed', () => {
  let relay: BuiltRelay
  let client: sdk.IIIClient
  const delivered: Job[] = []
  const told: { readonly key: string; readonly new_value: number }[] = []
  const acknowledged = { jobs: [] as Job[], states: new Map<string, number>() }

  beforeAll(async () => {
    for (const method of ['debug', 'error', 'warn'] as const) vi.spyOn(console, method).mockReturnValue()
    relay = builtRelay(join(out, 'main.mjs'))
    await relay.start()
    client = sdk.registerWorker(`ws://localhost:${relay.port()}/worker`, {
      workerName: 'consumer',
      otel: { enabled: false },
      enableMetricsReporting: false,
      headers: { authorization: `Bearer ${relay.token}` },
      reconnectionConfig: { initialDelayMs: 20, maxDelayMs: 200 },
    })
    client.registerFunction('kill::work', async (job: Job) => void delivered.push(job))
    client.registerFunction('kill::on-state', async (event: { key: string; new_value: number }) => void told.push(event))
    await relay.invoke('engine::register_trigger', { trigger_type: 'state', function_id: 'kill::on-state', config: { scope: 'kill' } })
  }, 60_000)
  afterAll(async () => {
    await client.shutdown()
    await relay.remove()
  })

  /** Sends until the relay is gone, one after the other, and notes what was acknowledged. */
  async function load(group: number, kind: 'job' | 'state'): Promise<void> {
    const before = acknowledged.jobs.filter((one) => one.group === group).length
    for (let n = before; ; n++) {
      try {
        if (kind === 'job') {
          await relay.invoke('engine::queue::enqueue', {
            queue: 'kills',
            function_id: 'kill::work',
            data: { group, n },
            group: `g${group}`,
            key: `${group} ${n}`,
          })
          acknowledged.jobs.push({ group, n })
        } else {
          const value = (acknowledged.states.get(`k${group}`) ?? 0) + 1
          await relay.invoke('state::set', { scope: 'kill', key: `k${group}`, value })
          acknowledged.states.set(`k${group}`, value)
        }
      } catch (thrown) {
        // Only the end of the process ends it: what the relay refuses is a failure of this test.
        if (thrown instanceof TypeError) return
        throw thrown
      }
    }
  }

  it(`[R-01] [C35] loses nothing that it acknowledged, keeps the order of groups and keys, and is found again (${KILLS} kills)`, async () => {
    for (let n = 0; n < KILLS; n++) {
      const loads = [0, 1, 2].flatMap((group) => [load(group, 'job'), load(group, 'state')])
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 400))
      await relay.kill()
      await Promise.all(loads)
      await relay.start()
    }
    expect(acknowledged.jobs.length).toBeGreaterThan(0)
    expect(acknowledged.states.size).toBeGreaterThan(0)
    await vi.waitFor(
      async () => expect(await relay.invoke('engine::queue::topic_stats', { topic: 'kills' })).toMatchObject({ depth: 0, dlq_depth: 0 }),
      LONG,
    )

    // Delivered at least once, and for the first time in the order in which they were accepted. One more may have been kept without an answer.
    const seen = new Set(delivered.map(({ group, n }) => `${group} ${n}`))
    expect(acknowledged.jobs.filter(({ group, n }) => !seen.has(`${group} ${n}`))).toEqual([])
    for (const group of [0, 1, 2]) {
      const first = [...new Set(delivered.filter((one) => one.group === group).map((one) => one.n))]
      expect(first).toEqual(first.toSorted((a, b) => a - b))
    }

    for (const [key, value] of acknowledged.states) {
      expect(Number(await relay.invoke('state::get', { scope: 'kill', key }))).toBeGreaterThanOrEqual(value)
      await vi.waitFor(
        () => expect(Math.max(0, ...told.filter((one) => one.key === key).map((one) => one.new_value))).toBeGreaterThanOrEqual(value),
        LONG,
      )
      const values = [...new Set(told.filter((one) => one.key === key).map((one) => one.new_value))]
      expect(values).toEqual(Array.from({ length: values.length }, (_, at) => at + 1))
    }
  }, 600_000)
})

describe.each([
  ['before', false],
  ['after', true],
] as const)('a relay that is killed right %s what it wrote is on the disk, and before it told anybody', (at, isKept) => {
  let relay: BuiltRelay
  let consumer: RawSocket
  const joined = async () => {
    consumer = await openWorker(`ws://localhost:${relay.port()}/worker`, relay.token)
    for (const id of ['aim::work', 'aim::on-state']) consumer.send({ type: 'registerfunction', id })
    await consumer.settled()
  }
  const calledAt = (socket: RawSocket, id: string) =>
    socket.next((frame) => frame['type'] === 'invokefunction' && frame['function_id'] === id)
  const called = (id: string) => calledAt(consumer, id)
  const answer = ({ invocation_id = null }: JsonObject, socket = consumer) =>
    socket.send({ type: 'invocationresult', invocation_id, function_id: 'aim::work', result: null })
  /** What is asked has no answer, and the relay is there again. */
  const killedIn = async (act: () => Promise<Json>) => {
    relay.aim(at)
    await expect(act()).rejects.toThrow(TypeError)
    await relay.ended()
    await relay.start()
  }
  const stats = (topic = 'aimed') => relay.invoke('engine::queue::topic_stats', { topic })

  beforeAll(async () => {
    relay = builtRelay(join(out, 'main.mjs'), SMALL_DISK)
    await relay.start()
    await relay.invoke('engine::register_trigger', { trigger_type: 'state', function_id: 'aim::on-state', config: { scope: 'aim' } })
  }, 60_000)
  afterAll(() => relay.remove())

  it(`[R-01] [C35] queue: the item ${isKept ? 'is' : 'is not'} there, and who asks again under its key and receipt has one`, async () => {
    const item = {
      queue: 'aimed',
      function_id: 'aim::work',
      data: { n: 1 },
      key: 'once',
      messageReceiptId: '01234567-89ab-4def-8123-456789abcdef',
    }
    await killedIn(() => relay.invoke('engine::queue::enqueue', item))
    expect(await stats()).toMatchObject({ depth: isKept ? 1 : 0 })
    expect(await relay.invoke('engine::queue::enqueue', item)).toEqual({ messageReceiptId: item.messageReceiptId })
    expect(await stats()).toMatchObject({ depth: 1, dlq_depth: 0 })
  }, 60_000)

  it(`[R-04] [C39] an item whose delivery was answered is ${isKept ? 'gone' : 'delivered again with the same receipt'}`, async () => {
    await joined()
    const first = await called('aim::work')
    relay.aim(at)
    answer(first)
    await relay.ended()
    await relay.start()
    expect(await stats()).toMatchObject({ depth: isKept ? 0 : 1 })
    if (isKept) return
    await joined()
    const again = await called('aim::work')
    expect(again).toMatchObject({ data: { n: 1 }, metadata: first['metadata'] ?? null })
    answer(again)
    await vi.waitFor(async () => expect(await stats()).toMatchObject({ depth: 0, dlq_depth: 0 }), LONG)
    consumer.ws.close()
  }, 60_000)

  it(`[R-02] [C36] a full disk: what a delete frees is ${isKept ? '' : 'not '}free, nothing refused is there, and what was acknowledged is`, async () => {
    const set = (key: string) => relay.invoke('state::set', { scope: 'big', key, value: key.padEnd(200_000) })
    const item = { queue: 'full', function_id: 'aim::nobody', data: 'x'.repeat(200_000) }
    const keys: string[] = []
    await expect(
      (async () => {
        for (;;) {
          await set(`k${keys.length}`)
          keys.push(`k${keys.length}`)
        }
      })(),
    ).rejects.toThrow('507')
    await expect(relay.invoke('engine::queue::enqueue', item)).rejects.toThrow('507')
    await killedIn(() => relay.invoke('state::delete', { scope: 'big', key: 'k0' }))
    expect(await stats('full')).toMatchObject({ depth: 0 })
    const listed = await relay.invoke('state::list', { scope: 'big', limit: 1, with_keys: true })
    expect(listed).toMatchObject([{ key: isKept ? 'k1' : 'k0' }])
    if (isKept) expect(await relay.invoke('state::get', { scope: 'big', key: 'k0' })).toBeNull()
    else {
      await expect(relay.invoke('engine::queue::enqueue', item)).rejects.toThrow('507')
      await relay.invoke('state::delete', { scope: 'big', key: 'k0' })
    }
    await set('k0')
    for (const key of keys) expect(await relay.invoke('state::delete', { scope: 'big', key })).toBe(key.padEnd(200_000))
  }, 60_000)

  it(`[R-03] [C37] a delivery into a connection that nothing passes through any more ${isKept ? 'has failed once' : 'was none yet'}, and comes to another`, async () => {
    const between = await cutterTo(relay.port())
    const headers = { authorization: `Bearer ${relay.token}`, host: `localhost:${relay.port()}` }
    const cut = await openSocket(`ws://127.0.0.1:${between.port}/worker`, { headers })
    if ('status' in cut) throw new Error(cut.body)
    cut.send({ type: 'registerfunction', id: 'aim::silent' })
    const config = { topic: 'silent', queue_config: { visibilityTimeout: 2, backoffDelayMs: 0 } }
    cut.send({ type: 'registertrigger', id: 'b', trigger_type: 'durable:subscriber', function_id: 'aim::silent', config })
    await vi.waitFor(async () => expect(await stats('silent')).toMatchObject({ consumer_count: 1 }), LONG)
    await relay.invoke('iii::durable::publish', { topic: 'silent', data: { n: 1 } })
    const first = await calledAt(cut, 'aim::silent')
    relay.aim(at)
    between.cut()
    await relay.ended()
    between.close()
    await relay.start()
    expect(await stats('silent')).toMatchObject({ depth: 1, dlq_depth: 0 })
    const other = await openWorker(`ws://localhost:${relay.port()}/worker`, relay.token)
    other.send({ type: 'registerfunction', id: 'aim::silent' })
    const again = await calledAt(other, 'aim::silent')
    expect(again['metadata']).toEqual({ ...Object(first['metadata']), attempt: isKept ? 2 : 1 })
    answer(again, other)
    await vi.waitFor(async () => expect(await stats('silent')).toMatchObject({ depth: 0, dlq_depth: 0 }), LONG)
    other.ws.close()
  }, 60_000)

  it(`[R-05] [C40] a newer relay that was taking over the file of the one before has ${isKept ? '' : 'not '}done so, and finds what lay in it`, async () => {
    const item = { queue: 'older', function_id: 'aim::work', data: { n: 1 }, key: 'kept' }
    const receipt = await relay.invoke('engine::queue::enqueue', item)
    await relay.kill()
    const file = () => new Database(join(relay.data, 'stores.db'))
    const version = () => {
      const db = file()
      const row = db.prepare('PRAGMA user_version').get()
      db.close()
      return Object(row).user_version
    }
    const before = file()
    before.exec('ALTER TABLE items DROP COLUMN published; PRAGMA user_version = 1')
    before.close()
    relay.aim(at)
    await expect(relay.start()).rejects.toThrow('ended with null')
    await relay.ended()
    expect(version()).toBe(isKept ? 2 : 1)
    await relay.start()
    expect(version()).toBe(2)
    expect(await relay.invoke('engine::queue::enqueue', item)).toEqual(receipt)
    await joined()
    const call = await called('aim::work')
    expect(call).toMatchObject({ data: { n: 1 }, metadata: { ...Object(receipt), key: 'kept' } })
    // A client of a later version is told what this relay does not know, and is answered all the same.
    consumer.send({ type: 'subscribeerrors', id: 'later' })
    expect(await consumer.ofType('error')).toMatchObject({ error: { code: 'unknown_frame' }, id: 'later' })
    answer(call)
    await vi.waitFor(async () => expect(await stats('older')).toMatchObject({ depth: 0, dlq_depth: 0 }), LONG)
    consumer.ws.close()
  }, 60_000)

  // Last: what the trigger's function answered is written down when it likes, and would be what is aimed at.
  it(`[R-01] [C35] state: the value ${isKept ? 'is' : 'is not'} there, who asks again is told so, and its trigger fires with it and not without`, async () => {
    const swap = { scope: 'aim', key: 'k', value: 1, expected_version: 0 }
    await killedIn(() => relay.invoke('state::compare-and-set', swap))
    expect(await relay.invoke('state::compare-and-set', swap)).toMatchObject({ swapped: !isKept })
    expect(await relay.invoke('state::get', { scope: 'aim', key: 'k' })).toBe(1)
    await relay.invoke('state::set', { scope: 'aim', key: 'k', value: 2 })
    await joined()
    const told = [await called('aim::on-state')]
    answer(told[0] ?? {})
    told.push(await called('aim::on-state'))
    answer(told[1] ?? {})
    // In order, and each change once: a change that was not kept is not told, one that was is told though nobody was answered.
    expect(told.map((frame) => frame['data'])).toMatchObject([{ new_value: 1 }, { old_value: 1, new_value: 2 }])
    consumer.ws.close()
  }, 60_000)
})
