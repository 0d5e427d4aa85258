import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Json } from '@tabwright/protocol'
import { EngineError, type InvokeOptions, type Service } from '../engine/built-in'
import { createCronService } from '../services/cron/cron'
import type { ServiceParts } from '../services/parts'
import { createQueueService, type QueueService } from '../services/queue/queue'
import { servicesForTest, type ServicesUnderTest } from '../services/services-under-test'
import { createStateService } from '../services/state/state'
import type { StoreKind } from './store-kinds-under-test'

/** What triggers promise, whatever technology keeps state, items and slots. */
export function triggerContract(kind: StoreKind): void {
  describe('a trigger of the state', () => {
    let under: ServicesUnderTest
    let queue: QueueService
    let state: Service
    let seen: Json[]
    const call = (id: string, data: Json, more = {}) => under.call(state, `state::${id}`, data, more)
    const set = (key: string, value: Json, more = {}) => call('set', { scope: 'tasks', key, value }, more)
    const bind = (functionId: string, config: Json, id = functionId) => under.bind(state, { id, triggerType: 'state', functionId, config })
    const open = async (parts: ServiceParts) => {
      queue = createQueueService(parts)
      state = createStateService(parts, queue.wake)
      await queue.open()
    }
    beforeEach(async () => {
      under = servicesForTest({}, Date.now, kind)
      seen = []
      under.functions.set('w::on', (data) => void seen.push(data ?? null))
      await open(under.parts)
    })
    afterEach(async () => {
      await queue.close()
      under.remove()
    })

    it('tells a bound function each change of what it watches, in order for each key', async () => {
      await bind('w::on', { scope: 'tasks' })
      await set('a', 1)
      await set('a', 2)
      await call('set', { scope: 'elsewhere', key: 'a', value: 3 })
      await call('delete', { scope: 'tasks', key: 'a' })
      await expect
        .poll(() => seen)
        .toEqual([
          { type: 'state', event_type: 'state:created', scope: 'tasks', key: 'a', old_value: null, new_value: 1 },
          { type: 'state', event_type: 'state:updated', scope: 'tasks', key: 'a', old_value: 1, new_value: 2 },
          { type: 'state', event_type: 'state:deleted', scope: 'tasks', key: 'a', old_value: 2, new_value: null },
        ])
    })

    it('a condition over the new value decides, as an expression or as a function', async () => {
      const others: Json[] = []
      under.functions.set('w::other', (data) => void others.push(data ?? null))
      under.functions.set('w::wants', (data) => Object(data).key !== 'skip')
      await bind('w::on', { scope: 'tasks', condition: 'status == "pending"' })
      await bind('w::other', { key: 'skip', condition_function_id: 'w::wants' })
      await bind('w::other', { key: 'take', condition_function_id: 'w::wants' }, 'second')
      for (const status of ['pending', 'done', 'pending']) await set('t', { status })
      await set('t', 'not an object')
      for (const key of ['skip', 'take']) await set(key, { status: 'x' })
      await expect.poll(() => seen.map((one) => Object(one).new_value)).toEqual([{ status: 'pending' }, { status: 'pending' }])
      await expect.poll(() => others.map((one) => Object(one).key)).toEqual(['take'])
    })

    it('what a change caused is delivered after a restart, and in order', async () => {
      under.functions.delete('w::on')
      await bind('w::on', { scope: 'tasks' })
      for (const n of [1, 2, 3]) await set('a', n)
      await queue.close()
      await open(under.reopen())
      under.functions.set('w::on', (data) => void seen.push(data ?? null))
      await expect.poll(() => seen.map((one) => Object(one).new_value)).toEqual([1, 2, 3])
    })

    it('fires with the rights of whoever bound it, in the trace of whoever wrote', async () => {
      let got: InvokeOptions | undefined
      under.functions.set('w::on', (_data, options) => void (got = options))
      const narrow = { id: 'narrow', kind: 'worker' as const, grants: { register: [], call: ['w::*'], bind: ['*'], provide: [] } }
      under.identities.set('narrow', narrow)
      const refused = state.triggerTypes[0]?.bind({
        id: 'n',
        triggerType: 'state',
        functionId: 'w::on',
        config: {},
        metadata: undefined,
        binder: narrow,
        worker: 'w',
      })
      await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' })
      const reader = { ...narrow, grants: { ...narrow.grants, call: ['w::*', 'state::get'] } }
      under.identities.set('narrow', reader)
      await state.triggerTypes[0]?.bind({
        id: 'n',
        triggerType: 'state',
        functionId: 'w::on',
        config: {},
        metadata: undefined,
        binder: reader,
        worker: 'w',
      })
      const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }
      await set('a', 1, { trace, depth: 3 })
      await expect.poll(() => got).toMatchObject({ as: reader, trace, depth: 4 })
      under.identities.delete('narrow')
      await set('a', 2)
      expect(await under.stores.queue.stats('engine::state')).toMatchObject({ depth: 0, dead: 0 })
      expect(await call('get', { scope: 'tasks', key: 'a' })).toBe(2)
    })

    it('a chain of triggers is cut at depth 8, and the change is kept', async () => {
      under.functions.set('w::on', async (data, { depth }) => {
        seen.push(depth)
        await call('set', { scope: 'tasks', key: 'a', value: Number(Object(data).new_value) + 1 }, { depth })
      })
      await bind('w::on', { scope: 'tasks' })
      await set('a', 0)
      await expect.poll(() => under.failures).toMatchObject([expect.any(EngineError)])
      expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      expect(await call('get', { scope: 'tasks', key: 'a' })).toBe(8)
    })
  })

  describe('a subscription', () => {
    let under: ServicesUnderTest
    let queue: QueueService
    let seen: Json[]
    const publish = (data: Json) => under.call(queue, 'iii::durable::publish', { topic: 'news', data })
    const subscribe = (functionId: string, config: { [key: string]: Json } = {}, id = 'b') =>
      under.bind(queue, { id, triggerType: 'durable:subscriber', functionId, config: { topic: 'news', ...config } })
    const stats = (topic: string) => under.call(queue, 'engine::queue::topic_stats', { topic })
    const listens = (id: string, list: Json[]) => under.functions.set(id, (data) => void list.push(data ?? null))
    const restart = async () => {
      await queue.close()
      queue = createQueueService(under.reopen())
      await queue.open()
    }
    beforeEach(async () => {
      under = servicesForTest({}, Date.now, kind)
      seen = []
      queue = createQueueService(under.parts)
      await queue.open()
    })
    afterEach(async () => {
      await queue.close()
      under.remove()
      expect(under.failures).toEqual([])
    })

    it('every subscriber of a topic gets what is published, also what came while it was away', async () => {
      const other: Json[] = []
      await publish('before anybody')
      listens('w::work', seen)
      await subscribe('w::work')
      listens('o::other', other)
      await subscribe('o::other', {}, 'b2')
      await publish('both')
      await expect.poll(() => [seen, other]).toEqual([['before anybody', 'both'], ['both']])
      under.functions.delete('o::other')
      await restart()
      await publish('away')
      listens('o::other', other)
      await expect.poll(() => other).toEqual(['both', 'away'])
    })

    it('who unsubscribes while its function is there gets nothing more', async () => {
      listens('w::work', seen)
      await subscribe('w::work')
      await queue.triggerTypes[0]?.unbind('b', 'unbound')
      await expect.poll(() => under.stores.queue.subscriptions()).toEqual([])
      await publish('nobody')
      expect(await stats('news')).toMatchObject({ depth: 1, consumer_count: 0 })
      expect(seen).toEqual([])
    })

    it('exactly false of its condition ends an item without its function', async () => {
      under.functions.set('w::wants', (data) => data === 'yes')
      listens('w::work', seen)
      await subscribe('w::work', { condition_function_id: 'w::wants', queue_config: { type: 'fifo' } })
      for (const data of ['no', 'yes']) await publish(data)
      await expect.poll(() => seen).toEqual(['yes'])
      await expect.poll(() => stats('news')).toMatchObject({ depth: 0, dlq_depth: 0 })
    })
  })

  describe('a schedule', () => {
    let under: ServicesUnderTest
    let queue: QueueService
    let cron: Service
    let seen: Json[]
    const open = async (parts: ServiceParts) => {
      queue = createQueueService(parts)
      cron = createCronService(parts, queue.wake)
      await queue.open()
    }
    const close = async () => {
      await cron.close()
      await queue.close()
    }
    const bind = (config: Json = HOURLY, id = 'b') => under.bind(cron, { id, triggerType: 'cron', functionId: 'w::tick', config })
    const times = () => seen.map((one) => Object(one).scheduled_time)
    /** As the clock goes on: what a timer began is over before the next. */
    const pass = async (minutes: number) => {
      for (let n = 0; n < minutes; n++) {
        await vi.advanceTimersByTimeAsync(MINUTE)
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    beforeEach(async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 0, 1, 0, 30) })
      under = servicesForTest({}, Date.now, kind)
      seen = []
      under.functions.set('w::tick', (data) => void seen.push(data ?? null))
      await open(under.parts)
    })
    afterEach(async () => {
      await close()
      under.remove()
      vi.useRealTimers()
      expect(under.failures).toEqual([])
    })

    it('[rule 115] calls the function once for each slot', async () => {
      await bind()
      await pass(121)
      expect(seen).toMatchObject([
        {
          trigger: 'cron',
          job_id: 'b',
          scheduled_time: '2026-01-01T01:00:00.000Z',
          actual_time: expect.stringMatching(/^2026-01-01T01:00:0/),
        },
        { scheduled_time: '2026-01-01T02:00:00.000Z' },
      ])
      expect(under.reports).toEqual([])
    })

    it('[F57] two copies of a worker are one job, also while one leaves', async () => {
      await bind(HOURLY, 'one')
      await bind(HOURLY, 'two')
      await pass(31)
      await cron.triggerTypes[0]?.unbind('one', 'unbound')
      await pass(60)
      expect(times()).toEqual(['2026-01-01T01:00:00.000Z', '2026-01-01T02:00:00.000Z'])
    })

    it('[rule 115] [F57] slots that a relay missed are told, and made up for once', async () => {
      await bind()
      await pass(31)
      await close()
      vi.setSystemTime(Date.UTC(2026, 0, 1, 5, 10))
      await open(under.reopen())
      await bind({ ...HOURLY }, 'after')
      await pass(1)
      expect(seen.slice(1)).toMatchObject([{ scheduled_time: '2026-01-01T05:00:00.000Z', missed_slots: 3 }])
      expect(under.reports).toEqual([{ what: 'cron slots missed', function: 'w::tick', missed: 3 }])
      await pass(55)
      expect(times().slice(2)).toEqual(['2026-01-01T06:00:00.000Z'])
    })

    it('a slot whose run was kept when the relay died is one run', async () => {
      await bind()
      const take = vi.spyOn(under.stores.cron, 'take').mockRejectedValue(new Error('killed here'))
      await pass(31)
      expect(times()).toEqual(['2026-01-01T01:00:00.000Z'])
      take.mockRestore()
      await close()
      await open(under.reopen())
      await bind()
      await pass(5)
      expect(times()).toEqual(['2026-01-01T01:00:00.000Z'])
      expect(under.failures.splice(0)).not.toEqual([])
    })
  })
}

const MINUTE = 60_000
const HOURLY = { expression: '0 0 * * * *' }
