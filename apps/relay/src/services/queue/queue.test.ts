import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Json } from '@tabwright/protocol'
import { EngineError, type InvokeOptions } from '../../engine/built-in'
import { DEFAULT_IDENTITY } from '../../engine/identity'
import { servicesForTest, type ServicesUnderTest } from '../services-under-test'
import { createQueueService, type QueueService } from './queue'

describe('the queue', () => {
  let under: ServicesUnderTest
  let queue: QueueService
  let seen: Json[]
  const enqueue = (data: Json, more: { [key: string]: Json } = {}) =>
    under.call(queue, 'engine::queue::enqueue', { queue: 'jobs', function_id: 'w::work', data, ...more })
  const publish = (data: Json, more: { [key: string]: Json } = {}) =>
    under.call(queue, 'iii::durable::publish', { topic: 'news', data, ...more })
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
    under = servicesForTest({}, () => Date.now())
    seen = []
    queue = createQueueService(under.parts)
    await queue.open()
  })
  afterEach(async () => {
    await queue.close()
    under.remove()
    expect(under.failures).toEqual([])
  })

  it('answers with a receipt once the item is kept, and delivers it to its function', async () => {
    listens('w::work', seen)
    const id = '01234567-89ab-cdef-0123-456789abcdef'
    expect(await enqueue({ n: 1 }, { messageReceiptId: id })).toEqual({ messageReceiptId: id })
    await expect.poll(() => seen).toEqual([{ n: 1 }])
    await expect.poll(() => stats('jobs')).toMatchObject({ depth: 0, delivered: 1, failed: 0, in_flight: 0 })
  })

  it('waits for a function that is not there, over a restart too', async () => {
    await enqueue('early')
    await restart()
    expect(await stats('jobs')).toMatchObject({ depth: 1 })
    listens('w::work', seen)
    await expect.poll(() => seen).toEqual(['early'])
  })

  it('the sender, its trace, depth and the receipt come with the item', async () => {
    let got: InvokeOptions | undefined
    under.functions.set('w::work', (_data, options) => void (got = options))
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, baggage: 'k=v' }
    const data = { queue: 'jobs', function_id: 'w::work', data: 1, key: 'order-7' }
    const receipt = await under.call(queue, 'engine::queue::enqueue', data, { trace, depth: 2 })
    await expect
      .poll(() => got)
      .toMatchObject({ as: DEFAULT_IDENTITY, trace, depth: 2, metadata: { ...Object(receipt), queue: 'jobs', attempt: 1, key: 'order-7' } })
  })

  it('[C39] a delivery that failed is made again after its back-off, then it is a dead letter with its reasons', async () => {
    under.functions.set('w::work', (data) => {
      seen.push(data ?? null)
      throw new EngineError('invocation_failed', `broken ${seen.length}`)
    })
    await subscribe('w::work', { queue_config: { maxRetries: 2, backoffType: 'fixed', backoffDelayMs: 1 } })
    await publish('poison', { key: 'k' })
    await expect.poll(() => stats('news')).toMatchObject({ depth: 0, dlq_depth: 1, failed: 2 })
    const dead = await under.call(queue, 'engine::queue::dlq_messages', { topic: 'news' })
    expect(dead).toMatchObject([
      { payload: 'poison', retries: 2, error: 'invocation_failed: broken 2', reasons: [{ message: 'invocation_failed: broken 1' }, {}] },
    ])
    expect(await under.call(queue, 'engine::queue::dlq_topics', {})).toEqual([{ topic: 'news', broker_type: 'builtin', message_count: 1 }])
    listens('w::work', seen)
    expect(await under.call(queue, 'iii::queue::redrive', { queue: 'news' })).toEqual({ queue: 'news', redriven: 1 })
    await expect.poll(() => seen).toEqual(['poison', 'poison', 'poison'])
  })

  it('[C39] a consumer whose own call had nobody to take it has failed, and is not asked for ever', async () => {
    under.functions.set('w::work', () => {
      throw new EngineError('function_not_found', 'mail::send is not there')
    })
    await subscribe('w::work', { queue_config: { maxRetries: 2, backoffType: 'fixed', backoffDelayMs: 1 } })
    await publish('order')
    await expect.poll(() => stats('news')).toMatchObject({ depth: 0, dlq_depth: 1, failed: 2 })
  })

  it('a dead letter can be thrown away or begun again alone', async () => {
    under.functions.set('w::work', (data) => {
      throw new EngineError(data === 'b' ? 'too_large' : 'FORBIDDEN', 'never')
    })
    for (const data of ['a', 'b']) await enqueue(data)
    await expect.poll(() => stats('jobs')).toMatchObject({ dlq_depth: 2 })
    const letters = await under.call(queue, 'engine::queue::dlq_messages', { topic: 'jobs' })
    const [first, second] = Array.isArray(letters) ? letters.map((one) => String(Object(one).id)) : []
    expect(await under.call(queue, 'iii::queue::discard_message', { queue: 'jobs', message_id: first ?? '' })).toMatchObject({
      discarded: true,
    })
    listens('w::work', seen)
    expect(await under.call(queue, 'iii::queue::redrive_message', { queue: 'jobs', message_id: second ?? '' })).toMatchObject({
      redriven: 1,
    })
    await expect.poll(() => seen).toEqual(['b'])
  })

  it('all dead letters of a queue are thrown away at once', async () => {
    under.functions.set('w::work', () => {
      throw new EngineError('FORBIDDEN', 'never')
    })
    for (const data of ['a', 'b']) await enqueue(data)
    await expect.poll(() => stats('jobs')).toMatchObject({ dlq_depth: 2 })
    expect(await under.call(queue, 'iii::queue::discard', { queue: 'jobs' })).toEqual({ queue: 'jobs', discarded: 2 })
    expect(await stats('jobs')).toMatchObject({ depth: 0, dlq_depth: 0 })
    await expect(under.call(queue, 'iii::queue::discard', {})).rejects.toMatchObject({ code: 'deserialization_error' })
  })

  it('one key is one item; another payload under it is refused', async () => {
    const first = await enqueue({ a: 1 }, { key: 'k' })
    expect(await enqueue({ a: 1 }, { key: 'k' })).toEqual(first)
    const payload = { queue: 'jobs', function_id: 'w::work', data: { a: 1 } }
    expect(await under.call(queue, 'engine::queue::enqueue', payload, { metadata: { enqueue: { key: 'k' } } })).toEqual(first)
    await expect(enqueue({ a: 2 }, { key: 'k' })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await stats('jobs')).toMatchObject({ depth: 1 })
  })

  it('no more are under way than a subscriber wants, and each group keeps its order', async () => {
    let now = 0
    let most = 0
    under.functions.set('w::work', async (data) => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setTimeout(resolve, 2))
      seen.push(data ?? null)
      now--
    })
    await subscribe('w::work', { queue_config: { concurrency: 2, messageGroupField: 'of' } })
    const all = Array.from({ length: 12 }, (_, n) => ({ of: n % 3, n }))
    for (const data of all) await publish(data)
    await expect.poll(() => seen.length).toBe(12)
    expect(most).toBe(2)
    for (const of of [0, 1, 2]) {
      expect(seen.filter((one) => Object(one).of === of)).toEqual(all.filter((one) => one.of === of))
    }
  })

  it('a fifo subscriber gets one after the other, past a failure', async () => {
    let failures = 1
    under.functions.set('w::work', (data) => {
      if (failures-- > 0) throw new EngineError('invocation_failed', 'once')
      seen.push(data ?? null)
    })
    await subscribe('w::work', { queue_config: { type: 'fifo', backoffDelayMs: 1 } })
    for (const n of [1, 2, 3]) await publish(n)
    await expect.poll(() => seen).toEqual([1, 2, 3])
  })

  it('higher priority first, and nothing before its delay is over', async () => {
    await enqueue('low')
    await enqueue('high', { priority: 5 })
    await enqueue('later', { delay_ms: 20, priority: 9 })
    under.functions.set('w::work', (data) => void seen.push(data ?? null))
    await expect.poll(() => seen.length).toBe(3)
    expect(seen.indexOf('high')).toBeLessThan(seen.indexOf('low'))
  })

  const letTimePass = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms)
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve))
  }
  const withClock = async (test: () => Promise<void>) => {
    await queue.close()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    queue = createQueueService(under.reopen())
    await queue.open()
    try {
      await test()
    } finally {
      vi.useRealTimers()
    }
  }
  const busy = () => under.functions.set('w::work', () => Promise.reject(new EngineError('busy', 'later', { isNotCalled: true })))

  it('who leaves while its function is there has not unsubscribed: what waits is kept, and comes when it is back', async () => {
    await withClock(async () => {
      busy()
      await subscribe('w::work')
      for (const data of ['a', 'b']) await publish(data)
      await enqueue('c', { queue: 'news' })
      await queue.triggerTypes[0]?.unbind('b', 'left')
      await letTimePass(60_000)
      await publish('d')
      expect(await stats('news')).toMatchObject({ depth: 4, dlq_depth: 0, consumer_count: 0 })
      listens('w::work', seen)
      await subscribe('w::work')
      await letTimePass(5000)
      expect(new Set(seen)).toEqual(new Set(['a', 'b', 'c', 'd']))
      expect(seen).toHaveLength(4)
    })
  })

  it('what waits when somebody unsubscribes is a dead letter and told of; what was sent to the function itself still comes', async () => {
    await withClock(async () => {
      busy()
      await subscribe('w::work')
      for (const data of ['a', 'b']) await publish(data)
      await enqueue('c', { queue: 'news' })
      await queue.triggerTypes[0]?.unbind('b', 'unbound')
      await letTimePass(2000)
      expect(await stats('news')).toMatchObject({ depth: 1, dlq_depth: 2 })
      expect(under.reports).toMatchObject([{ queue: 'news', function: 'w::work', dead: 2 }])
      const letters = await under.call(queue, 'engine::queue::dlq_messages', { topic: 'news' })
      expect(letters).toMatchObject([{ payload: 'a', error: expect.stringContaining('subscription was ended') }, { payload: 'b' }])
      listens('w::work', seen)
      await letTimePass(5000)
      expect(seen).toEqual(['c'])
      expect(await under.call(queue, 'iii::queue::redrive', { queue: 'news' })).toMatchObject({ redriven: 2 })
      await letTimePass(5000)
      expect(seen).toEqual(['c', 'a', 'b'])
    })
  })

  it('one of two bindings that came in one flush is a subscription still when the other goes', async () => {
    await withClock(async () => {
      listens('w::work', seen)
      await Promise.all([subscribe('w::work', {}, 'one'), subscribe('w::work', {}, 'two')])
      await queue.triggerTypes[0]?.unbind('two', 'unbound')
      await letTimePass(2000)
      await publish('still here')
      await letTimePass(1000)
      expect(seen).toEqual(['still here'])
    })
  })

  it('a subscription that was bound for long outlives a restart; one that nobody comes back to ends', async () => {
    await withClock(async () => {
      busy()
      await subscribe('w::work')
      vi.setSystemTime(Date.now() + 8 * 24 * 60 * 60_000)
      await publish('waits')
      await restart()
      expect(await stats('news')).toMatchObject({ depth: 1, dlq_depth: 0 })
      expect(await under.stores.queue.subscriptions()).toHaveLength(1)
      await subscribe('w::work')
      vi.setSystemTime(Date.now() + 6 * 24 * 60 * 60_000)
      await letTimePass(10 * 60_000)
      await queue.triggerTypes[0]?.unbind('b', 'left')
      vi.setSystemTime(Date.now() + 6 * 24 * 60 * 60_000)
      await publish('new')
      await letTimePass(10 * 60_000)
      expect(await under.stores.queue.subscriptions(), 'bound until six days ago').toHaveLength(1)
      vi.setSystemTime(Date.now() + 2 * 24 * 60 * 60_000)
      await letTimePass(10 * 60_000)
      expect(await under.stores.queue.subscriptions()).toEqual([])
      expect(await under.stores.queue.dead('news', { offset: 0, limit: 9 })).toMatchObject([{ payload: 'waits' }, { payload: 'new' }])
    })
  })

  it('rights are looked at when it is sent and again when it is delivered', async () => {
    const narrow = { id: 'narrow', kind: 'worker' as const, grants: { register: [], call: ['a::*'], bind: ['*'], provide: [] } }
    await expect(
      under.call(queue, 'engine::queue::enqueue', { queue: 'jobs', function_id: 'w::work' }, { as: narrow }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await under.call(queue, 'engine::queue::enqueue', { queue: 'jobs', function_id: 'a::work' }, { as: narrow })
    listens('a::work', seen)
    await expect.poll(() => stats('jobs')).toMatchObject({ dlq_depth: 1 })
    expect(seen).toEqual([])
  })

  it("a topic that is nobody's to name, a payload that is too large and a chain of triggers that is too long are refused", async () => {
    await expect(enqueue(1, { queue: 'engine::state' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(enqueue('x'.repeat(257 * 1024))).rejects.toMatchObject({ code: 'too_large' })
    await expect(enqueue(1, { queue: '' })).rejects.toMatchObject({ code: 'deserialization_error' })
    await expect(under.call(queue, 'iii::durable::publish', { topic: 'news', data: 1 }, { depth: 8 })).rejects.toMatchObject({
      code: 'too_deep',
    })
    await expect(subscribe('w::work', { queue_config: { concurrency: 0 } })).rejects.toMatchObject({ code: 'trigger_registration_failed' })
    expect(await under.call(queue, 'engine::queue::list_topics', {})).toEqual([])
  })

  it('what is under way when the relay stops is delivered again after it', async () => {
    let calls = 0
    under.functions.set('w::work', (_data, { signal }) => {
      calls++
      return new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(new EngineError('invocation_stopped', 'stopped'))),
      )
    })
    await enqueue('slow')
    await expect.poll(() => calls).toBe(1)
    await restart()
    await expect.poll(() => calls).toBe(2)
    expect(await under.stores.queue.dead('jobs', { offset: 0, limit: 9 })).toEqual([])
  })
})
