import { randomBytes } from 'node:crypto'
import * as sdk0221 from 'iii-sdk'
import type { ChannelReader, ChannelWriter } from 'iii-sdk/channel'
import { createChannel as createChannel0221 } from 'iii-sdk/helpers'
import * as sdk0220 from 'iii-sdk-0220'
import { createChannel as createChannel0220 } from 'iii-sdk-0220/helpers'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { until } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
const VERSIONS = [
  { version: '0.22.1', sdk: sdk0221, createChannel: createChannel0221 },
  { version: '0.22.0', sdk: sdk0220, createChannel: createChannel0220 },
] as const

let relay: RelayUnderTest
beforeAll(async () => {
  vi.spyOn(console, 'debug').mockReturnValue()
  vi.spyOn(console, 'error').mockReturnValue()
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
})
afterAll(() => relay.stop())

describe.each(VERSIONS)('iii-sdk $version, unchanged', ({ sdk, createChannel }) => {
  const open: sdk0221.IIIClient[] = []
  const worker = (name: string, options: Partial<sdk0221.InitOptions> = {}): sdk0221.IIIClient => {
    const client = sdk.registerWorker(`ws://localhost:${relay.port}/worker`, {
      workerName: name,
      otel: { enabled: false },
      enableMetricsReporting: false,
      headers: { authorization: `Bearer ${TOKEN}` },
      reconnectionConfig: { initialDelayMs: 50 },
      ...options,
    }) as sdk0221.IIIClient
    open.push(client)
    return client
  }
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.shutdown()))
  })
  /** Calls until somebody is there: a registration has no answer. */
  const settled = (client: sdk0221.IIIClient, functionId: string) =>
    until(async () => {
      const found = await client.trigger<object, { functions: { function_id: string }[] }>({
        function_id: 'engine::functions::list',
        payload: { prefix: functionId },
      })
      expect(found.functions).toHaveLength(1)
    })

  it('a function of one worker is called by another, knows who called, and its error arrives as one', async () => {
    const owner = worker('owner')
    owner.registerFunction('sdk::echo', async (input: { n: number; _caller_worker_id: string }) => ({
      n: input.n + 1,
      by: input._caller_worker_id,
    }))
    owner.registerFunction('sdk::fail', async () => {
      throw new Error('no such order')
    })
    owner.registerFunction('sdk::nothing', async () => null)
    const caller = worker('caller')
    await settled(caller, 'sdk::nothing')
    const result = await caller.trigger<object, { n: number; by: string }>({ function_id: 'sdk::echo', payload: { n: 1 } })
    expect(result.n).toBe(2)
    const workers = await caller.trigger<object, { workers: { id: string; name: string }[] }>({
      function_id: 'engine::workers::list',
      payload: {},
    })
    expect(workers.workers.find((one) => one.name === 'caller')?.id).toBe(result.by)
    await expect(caller.trigger({ function_id: 'sdk::fail', payload: {} })).rejects.toMatchObject({
      code: 'invocation_failed',
      message: expect.stringContaining('no such order'),
    })
    await expect(caller.trigger({ function_id: 'sdk::nothing', payload: {} })).resolves.toBeUndefined()
    await expect(caller.trigger({ function_id: 'sdk::absent', payload: {} })).rejects.toMatchObject({ code: 'function_not_found' })
  })

  it('2,000 calls without an answer arrive in order', async () => {
    const seen: number[] = []
    const owner = worker('owner')
    owner.registerFunction('sdk::note', async (input: { n: number }) => void seen.push(input.n))
    const caller = worker('caller')
    await settled(caller, 'sdk::note')
    for (let n = 0; n < 2000; n++) await caller.trigger({ function_id: 'sdk::note', payload: { n }, action: sdk.TriggerAction.Void() })
    await until(() => expect(seen).toHaveLength(2000))
    expect(seen).toEqual(Array.from({ length: 2000 }, (_, n) => n))
  })

  it('300 kB go through a channel, both ways', async () => {
    const bytes = randomBytes(300_000)
    const owner = worker('owner')
    owner.registerFunction('sdk::turn', async ({ from, to }: { from: ChannelReader; to: ChannelWriter }) => {
      const parts: Buffer[] = []
      for await (const part of from.stream) parts.push(Buffer.from(part))
      const all = Buffer.concat(parts)
      to.stream.end(all.toReversed())
      return { got: all.length }
    })
    const caller = worker('caller')
    await settled(caller, 'sdk::turn')
    const there = await createChannel(caller as never)
    const back = await createChannel(caller as never)
    const parts: Buffer[] = []
    back.reader.stream.on('data', (part: Buffer) => parts.push(part))
    const done = new Promise((resolve) => back.reader.stream.on('end', resolve))
    const answered = caller.trigger({ function_id: 'sdk::turn', payload: { from: there.readerRef, to: back.writerRef } })
    there.writer.stream.end(bytes)
    expect(await answered).toEqual({ got: 300_000 })
    await done
    expect(Buffer.concat(parts).equals(bytes.toReversed())).toBe(true)
  })

  it('a binding waits for its provider, comes with the same id when the provider comes back, and goes with its binder', async () => {
    const binder = worker('binder')
    const seen: unknown[] = []
    binder.registerFunction('sdk::on-saved', async (input) => void seen.push(input))
    binder.registerTrigger({ type: 'sdk::saved', function_id: 'sdk::on-saved', config: { glob: '*.ts' } })
    const other = worker('other')
    await settled(other, 'sdk::on-saved')
    const bound: string[] = []
    const gone: string[] = []
    const provide = (client: sdk0221.IIIClient) =>
      client.registerTriggerType(
        { id: 'sdk::saved', description: 'a file was saved' },
        {
          registerTrigger: async ({ id, function_id, config }) => {
            bound.push(id)
            await client.trigger({ function_id, payload: { config }, action: sdk.TriggerAction.Void() })
          },
          unregisterTrigger: async ({ id }) => void gone.push(id),
        },
      )
    const first = worker('provider')
    provide(first)
    await until(() => expect(seen).toHaveLength(1))
    expect(seen[0]).toMatchObject({ config: { glob: '*.ts' } })
    await first.shutdown()
    provide(worker('provider'))
    await until(() => expect(bound).toHaveLength(2))
    expect(bound[1]).toBe(bound[0])
    await binder.shutdown()
    await until(() => expect(gone).toEqual([bound[0]]))
  })

  it('a handler of functions-available hears of a function that came, and of its going', async () => {
    const watcher = worker('watcher')
    const seen: string[][] = []
    watcher.registerFunction('sdk::on-functions', async (input: { functions: { function_id: string }[] }) => {
      seen.push(input.functions.map((one) => one.function_id))
    })
    watcher.registerTrigger({ type: 'engine::functions-available', function_id: 'sdk::on-functions', config: {} })
    await settled(watcher, 'sdk::on-functions')
    const owner = worker('owner')
    owner.registerFunction('sdk::fresh', async () => 1)
    await until(() => expect(seen.at(-1)).toContain('sdk::fresh'))
    await owner.shutdown()
    await until(() => expect(seen.at(-1)).not.toContain('sdk::fresh'))
    expect(seen.flat().filter((one) => one.startsWith('engine::'))).toEqual([])
  })

  it('a call in flight outlives the socket of its owner and that of its caller', async () => {
    const owner = worker('owner')
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    let runs = 0
    owner.registerFunction('sdk::slow', async () => {
      runs++
      await held
      return 'done'
    })
    const caller = worker('caller')
    await settled(caller, 'sdk::slow')
    const answer = caller.trigger({ function_id: 'sdk::slow', payload: {} })
    await until(() => expect(runs).toBe(1))
    const workers = async (client: sdk0221.IIIClient) => {
      const list = await client.trigger<object, { workers: { id: string; name: string }[] }>({
        function_id: 'engine::workers::list',
        payload: {},
      })
      return list.workers.filter((one) => one.name === 'owner' || one.name === 'caller').map((one) => one.id)
    }
    const before = await workers(caller)
    for (const client of [owner, caller]) (client as unknown as { ws: { terminate(): void } }).ws.terminate()
    await until(async () => {
      const after = await workers(caller)
      expect(after).toHaveLength(2)
      expect(after.filter((one) => before.includes(one))).toEqual([])
    })
    release()
    expect(await answer).toBe('done')
    expect(runs).toBe(1)
  })

  it('the owner that goes for good ends the call at once', async () => {
    const owner = worker('owner')
    let runs = 0
    owner.registerFunction('sdk::endless', async () => {
      runs++
      await new Promise(() => {})
    })
    const caller = worker('caller')
    await settled(caller, 'sdk::endless')
    const answer = expect(caller.trigger({ function_id: 'sdk::endless', payload: {} })).rejects.toMatchObject({
      code: 'invocation_stopped',
    })
    await until(() => expect(runs).toBe(1))
    await owner.shutdown()
    await answer
  })

  it('wrong credentials never open, so the client waits longer each time', async () => {
    const client = worker('stranger', { headers: { authorization: 'Bearer wrong-wrong-wrong' } })
    const before = relay.logged()
    await until(() => expect(relay.logged().slice(before.length)).toContain('"status":401'))
    await client.shutdown()
  })
})
