import * as sdk0221 from 'iii-sdk'
import * as sdk0220 from 'iii-sdk-0220'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startForTest, type RelayUnderTest } from '../relay-under-test'

/** A second is not much where others run too. */
const LONG = { timeout: 15_000 }
const TOKEN = 'automation-token-0123456789'

const VERSIONS = [
  { version: '0.22.1', sdk: sdk0221 },
  { version: '0.22.0', sdk: sdk0220 },
] as const

describe.each(VERSIONS)('services, to iii-sdk $version', ({ sdk }) => {
  let relay: RelayUnderTest
  const open: sdk0221.IIIClient[] = []
  const worker = (name: string): sdk0221.IIIClient => {
    const client = sdk.registerWorker(`ws://localhost:${relay.port}/worker`, {
      workerName: name,
      otel: { enabled: false },
      enableMetricsReporting: false,
      headers: { authorization: `Bearer ${TOKEN}` },
      reconnectionConfig: { initialDelayMs: 50 },
    }) as sdk0221.IIIClient
    open.push(client)
    return client
  }
  const trigger = <T>(client: sdk0221.IIIClient, function_id: string, payload: object) =>
    client.trigger<object, T>({ function_id, payload })
  beforeAll(async () => {
    vi.spyOn(console, 'debug').mockReturnValue()
    vi.spyOn(console, 'error').mockReturnValue()
    relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.shutdown()))
  })
  afterAll(() => relay.stop())

  it('state is set, read, listed, changed in steps and deleted', async () => {
    const client = worker('writer')
    expect(await trigger(client, 'state::set', { scope: 's', key: 'a', value: { n: 1 } })).toMatchObject({
      old_value: null,
      new_value: { n: 1 },
    })
    expect(await trigger(client, 'state::update', { scope: 's', key: 'a', ops: [{ type: 'increment', path: 'n', by: 1 }] })).toMatchObject({
      new_value: { n: 2 },
    })
    expect(await trigger(client, 'state::get', { scope: 's', key: 'a' })).toEqual({ n: 2 })
    expect(await trigger(client, 'state::list', { scope: 's' })).toEqual([{ n: 2 }])
    expect(await trigger(client, 'state::delete', { scope: 's', key: 'a' })).toEqual({ n: 2 })
    expect(await trigger(client, 'state::get', { scope: 's', key: 'a' })).toBeUndefined()
    await expect(trigger(client, 'state::set', { scope: 's' })).rejects.toMatchObject({ code: 'deserialization_error' })
  })

  it('the enqueue action is answered with a receipt and delivered, to a worker that comes later too', async () => {
    const sender = worker('sender')
    const action = sdk.TriggerAction.Enqueue({ queue: 'jobs' })
    const receipt = await sender.trigger({ function_id: 'later::work', payload: { n: 7 }, action })
    expect(receipt).toMatchObject({ messageReceiptId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    const seen: unknown[] = []
    worker('late').registerFunction('later::work', async (input: { n: number }) => void seen.push(input.n))
    await vi.waitFor(() => expect(seen).toEqual([7]), LONG)
    await vi.waitFor(
      async () => expect(await trigger(sender, 'engine::queue::topic_stats', { topic: 'jobs' })).toMatchObject({ depth: 0 }),
      LONG,
    )
  })

  it('a state trigger with a condition sets off a function, which publishes to another worker', async () => {
    const published: unknown[] = []
    const critic = worker('critic')
    critic.registerFunction('critic::review', async (input) => void published.push(input))
    critic.registerTrigger({ type: 'durable:subscriber', function_id: 'critic::review', config: { topic: 'drafts' } })
    const researcher = worker('researcher')
    researcher.registerFunction('research::start', async (input: { key: string; new_value: { status: string } }) => {
      await trigger(researcher, 'iii::durable::publish', { topic: 'drafts', data: { of: input.key, was: input.new_value.status } })
    })
    researcher.registerTrigger({
      type: 'state',
      function_id: 'research::start',
      config: { scope: 'research-tasks', condition: 'status == "pending"' },
    })
    const client = worker('person')
    await vi.waitFor(async () => {
      const { registered_triggers: all } = await trigger<{ registered_triggers: object[] }>(client, 'engine::registered-triggers::list', {})
      expect(all.length).toBeGreaterThanOrEqual(2)
    }, LONG)
    for (const status of ['draft', 'pending'])
      await trigger(client, 'state::set', { scope: 'research-tasks', key: 't1', value: { status } })
    await vi.waitFor(() => expect(published).toMatchObject([{ of: 't1', was: 'pending' }]), LONG)
  })

  it('a trigger whose config is wrong is refused to the worker that bound it', async () => {
    const said = vi.spyOn(console, 'error')
    const client = worker('binder')
    client.registerFunction('b::on', async () => null)
    client.registerTrigger({ type: 'cron', function_id: 'b::on', config: { expression: 'every day' } })
    await vi.waitFor(() => expect(JSON.stringify(said.mock.calls)).toContain('cron trigger was not bound'), LONG)
  })

  it('cron calls each second, and a durable binding needs no connection', async () => {
    const seen: { scheduled_time: string }[] = []
    const client = worker('clock')
    client.registerFunction('clock::tick', async (input: { scheduled_time: string }) => void seen.push(input))
    const binding = { trigger_type: 'cron', function_id: 'clock::tick', config: { expression: '* * * * * *' } }
    const { id } = await trigger<{ id: string }>(client, 'engine::register_trigger', binding)
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(2), LONG)
    expect(new Set(seen.map((one) => one.scheduled_time)).size).toBe(seen.length)
    expect(await trigger(client, 'engine::unregister_trigger', { id })).toEqual({ removed: true })
  })
})
