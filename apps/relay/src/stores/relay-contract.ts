import type { Json, JsonObject } from '@tabwright/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ENGINE_LIMITS } from '../engine/engine-limits'
import { openWorker, until, type RawSocket } from '../engine/socket-under-test'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import type { KeptPlace, StoreKind } from './store-kinds-under-test'

const TOKEN = 'automation-token-0123456789'

/** What workers are promised by a relay that stands on such stores, seen from their sockets alone. */
export function relayContract(kind: StoreKind): void {
  describe('a relay', () => {
    let place: KeptPlace
    let relay: RelayUnderTest
    const start = async () => {
      relay = await startForTest({
        data: place.data,
        env: { TABWRIGHT_TOKEN: TOKEN },
        limits: { engine: { ...ENGINE_LIMITS, graceMs: 50 } },
        stores: ({ limit, now }) => place.open({ limit, now }),
      })
    }
    const restart = async () => {
      await relay.stop()
      await start()
    }
    const worker = () => openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    const offering = async (...ids: readonly string[]) => {
      const socket = await worker()
      for (const id of ids) socket.send({ type: 'registerfunction', id })
      await socket.settled()
      return socket
    }
    const invoke = async (path: string, data: Json): Promise<{ status: number; value: Json }> => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
      const { status, text } = await relay.send({ method: 'POST', path: `/invoke/${path}`, headers, body: JSON.stringify(data) })
      const value: Json = JSON.parse(text)
      return { status, value }
    }
    const stats = async (topic: string) => (await invoke('engine::queue::topic_stats', { topic })).value
    const called = (socket: RawSocket, id: string) =>
      socket.next((frame) => frame['type'] === 'invokefunction' && frame['function_id'] === id)
    const answer = (socket: RawSocket, { invocation_id = null, function_id = null }: JsonObject) =>
      socket.send({ type: 'invocationresult', invocation_id, function_id, result: null })

    beforeEach(async () => {
      place = kind.place()
      await start()
    })
    afterEach(async () => {
      await relay.stop()
      place.remove()
    })

    it('[R-04] [C39] an item whose worker dies in the middle comes to another with the same key and receipt', async () => {
      const first = await offering('w::work')
      const item = { queue: 'jobs', function_id: 'w::work', data: { n: 1 }, key: 'order-7' }
      const { value } = await invoke('engine::queue::enqueue', item)
      const before = await first.ofType('invokefunction')
      first.ws.terminate()
      const second = await offering('w::work')
      const after = await second.ofType('invokefunction')
      expect(after['data']).toMatchObject({ n: 1 })
      expect([before['metadata'], after['metadata']]).toMatchObject([
        { ...Object(value), key: 'order-7', attempt: 1 },
        { ...Object(value), key: 'order-7', attempt: 2 },
      ])
      answer(second, after)
      await until(async () => expect(await stats('jobs')).toMatchObject({ depth: 0, failed: 1, delivered: 1 }))
      expect((await invoke('engine::queue::enqueue', item)).value).toEqual(value)
      expect((await invoke('engine::queue::enqueue', { ...item, data: { n: 2 } })).status).toBe(409)
    })

    it('what a function of the queue does not answer in time is delivered again', async () => {
      const slow = await offering('w::work')
      const config = { topic: 't', queue_config: { visibilityTimeout: 1, backoffDelayMs: 0 } }
      slow.send({ type: 'registertrigger', id: 'b1', trigger_type: 'durable:subscriber', function_id: 'w::work', config })
      await slow.settled()
      await invoke('iii::durable::publish', { topic: 't', data: 1 })
      await slow.ofType('invokefunction')
      expect((await slow.ofType('invokefunction'))['metadata']).toMatchObject({ attempt: 2 })
    })

    it('what it acknowledged outlives it: values with their versions, items, keys and durable bindings', async () => {
      const binding = { trigger_type: 'state', function_id: 'w::on', config: { scope: 'tasks' } }
      const { value: bound } = await invoke('engine::register_trigger', binding)
      expect((await invoke('state::set', { scope: 'tasks', key: 'a', value: 1 })).status).toBe(200)
      const item = { queue: 'jobs', function_id: 'w::work', data: { n: 1 }, key: 'once' }
      const { value: receipt } = await invoke('engine::queue::enqueue', item)
      const { value: before } = await invoke('state::get', { scope: 'tasks', key: 'a', with_version: true })
      await restart()
      expect((await invoke('state::get', { scope: 'tasks', key: 'a', with_version: true })).value).toEqual(before)
      expect((await invoke('engine::queue::enqueue', item)).value).toEqual(receipt)
      const swap = { scope: 'tasks', key: 'a', value: 2, expected_version: Object(before).version }
      expect((await invoke('state::compare-and-set', swap)).value).toMatchObject({ swapped: true })
      expect((await invoke('state::compare-and-set', { ...swap, value: 3 })).value).toMatchObject({ swapped: false })
      const consumer = await offering('w::on', 'w::work')
      // Of before the restart and of after it, each once and in order.
      const first = await called(consumer, 'w::on')
      answer(consumer, first)
      const second = await called(consumer, 'w::on')
      answer(consumer, second)
      expect([first['data'], second['data']]).toMatchObject([{ new_value: 1 }, { old_value: 1, new_value: 2 }])
      const work = await called(consumer, 'w::work')
      expect(work).toMatchObject({ data: { n: 1 }, metadata: { ...Object(receipt), attempt: 1 } })
      answer(consumer, work)
      await until(async () => expect(await stats('jobs')).toMatchObject({ depth: 0, dlq_depth: 0 }))
      expect((await invoke('engine::unregister_trigger', bound)).value).toEqual({ removed: true })
    })

    it('a subscription and what was published to it wait for its worker over a restart', async () => {
      const first = await offering('w::news')
      const config = { topic: 'news' }
      first.send({ type: 'registertrigger', id: 'b1', trigger_type: 'durable:subscriber', function_id: 'w::news', config })
      await first.settled()
      await until(async () => expect(await stats('news')).toMatchObject({ consumer_count: 1 }))
      await restart()
      expect((await invoke('iii::durable::publish', { topic: 'news', data: 'away' })).status).toBe(200)
      expect(await stats('news')).toMatchObject({ depth: 1 })
      const again = await offering('w::news')
      expect(await called(again, 'w::news')).toMatchObject({ data: 'away' })
    })
  })
}
