import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '@tabwright/protocol'
import { DEFAULT_IDENTITY, subjectOf, type Identity } from '../../engine/identity'
import { servicesForTest, type ServicesUnderTest } from '../services-under-test'
import { createQueueService, type QueueService } from './queue'

const identity = (id: string, epoch: string, call: readonly string[]): Identity => ({
  id,
  epoch,
  kind: 'worker',
  grants: { register: [], call, bind: ['*'], provide: [] },
})

describe('on whose account an item is delivered, in a lane that somebody has subscribed to', () => {
  let under: ServicesUnderTest
  let queue: QueueService
  let seen: { readonly data: Json; readonly as: string }[]
  const sender = identity('sender', 'a', ['w::work', 'engine::*', 'iii::*'])
  const subscriber = identity('subscriber', 'b', ['w::*'])
  const comes = (one: Identity) => under.identities.set(subjectOf(one), one)
  const goes = (one: Identity) => under.identities.delete(subjectOf(one))
  const subscribe = (topic: string, binder: Identity, id = topic, config: { [key: string]: Json } = {}) =>
    under.bind(queue, { id, triggerType: 'durable:subscriber', functionId: 'w::work', config: { topic, ...config }, binder })
  const enqueue = (data: Json, as: Identity) =>
    under.call(queue, 'engine::queue::enqueue', { queue: 'news', function_id: 'w::work', data }, { as })
  const publish = (data: Json, as: Identity) => under.call(queue, 'iii::durable::publish', { topic: 'news', data }, { as })
  const works = () => under.functions.set('w::work', (data, { as }) => void seen.push({ data: data ?? null, as: as.id }))
  const stats = () => under.call(queue, 'engine::queue::topic_stats', { topic: 'news' })
  const letters = () => under.call(queue, 'engine::queue::dlq_messages', { topic: 'news' })

  beforeEach(async () => {
    under = servicesForTest({ subscriptionsOfIdentity: 2 }, () => Date.now())
    seen = []
    for (const one of [sender, subscriber]) comes(one)
    queue = createQueueService(under.parts)
    await queue.open()
  })
  afterEach(async () => {
    await queue.close()
    under.remove()
    expect(under.failures).toEqual([])
  })

  it("what was published is the subscriber's, what was sent to the function itself is the sender's, without the condition of the topic", async () => {
    under.functions.set('w::wants', (data) => data !== 'sent')
    works()
    await subscribe('news', subscriber, 'b', { condition_function_id: 'w::wants' })
    await publish('published', sender)
    await enqueue('sent', sender)
    await expect.poll(() => seen).toHaveLength(2)
    expect(seen).toEqual(
      expect.arrayContaining([
        { data: 'published', as: 'subscriber' },
        { data: 'sent', as: 'sender' },
      ]),
    )
  })

  it('what a revoked token sent or published is a dead letter, whoever has subscribed, also after another got its name', async () => {
    await subscribe('news', subscriber)
    await enqueue('sent', sender)
    await publish('published', sender)
    await publish('of another', DEFAULT_IDENTITY)
    goes(sender)
    comes({ ...sender, epoch: 'c' })
    works()
    await expect.poll(stats).toMatchObject({ depth: 0, dlq_depth: 2 })
    expect(seen).toEqual([{ data: 'of another', as: 'subscriber' }])
    const error = '"sender" may not call anything any more.'
    expect(await letters()).toMatchObject([
      { payload: 'sent', error },
      { payload: 'published', error },
    ])
    await under.call(queue, 'iii::queue::redrive', { queue: 'news' })
    await expect.poll(stats).toMatchObject({ depth: 0, dlq_depth: 2 })
    expect(seen).toHaveLength(1)
  })

  it('what a revoked token subscribed to is nobody else’s: it is a dead letter, though who published it is there', async () => {
    await subscribe('news', subscriber)
    await publish('for nobody', DEFAULT_IDENTITY)
    goes(subscriber)
    works()
    await expect.poll(stats).toMatchObject({ depth: 0, dlq_depth: 1 })
    expect(await letters()).toMatchObject([{ error: '"subscriber" may not call anything any more.' }])
    expect(seen).toEqual([])
  })

  it('who may call a function too does not make its subscription theirs: rules, condition and rights stay; its owner does, and whoever comes when nobody has it', async () => {
    const owner = identity('owner', 'f', ['w::*'])
    comes(owner)
    await subscribe('news', subscriber)
    const rules = { queue_config: { maxRetries: 1 } }
    await expect(subscribe('news', sender, 'of the sender', rules)).rejects.toMatchObject({ code: 'trigger_registration_failed' })
    under.functions.set('w::work', (_data, { as }) => void seen.push({ data: null, as: as.id }))
    under.owners.set('w::work', 'owner')
    await publish('one', sender)
    await expect.poll(() => seen).toEqual([{ data: null, as: 'subscriber' }])
    await subscribe('news', owner, 'of the owner')
    await expect(subscribe('news', subscriber)).rejects.toMatchObject({ code: 'trigger_registration_failed' })
    await publish('two', sender)
    await expect.poll(() => seen.map(({ as }) => as)).toEqual(['subscriber', 'owner'])
    goes(owner)
    await subscribe('news', subscriber)
    await publish('three', sender)
    await expect.poll(() => seen.map(({ as }) => as)).toEqual(['subscriber', 'owner', 'subscriber'])
  })

  it('a stranger who has left was not revoked: what it published comes', async () => {
    const stranger = identity('guest:7', 'd', ['iii::*'])
    comes(stranger)
    await subscribe('news', subscriber)
    await publish('from outside', stranger)
    goes(stranger)
    works()
    await expect.poll(() => seen).toEqual([{ data: 'from outside', as: 'subscriber' }])
  })

  it('an identity has only so many subscriptions, those that it left included; what it has is bound again', async () => {
    works()
    for (const topic of ['one', 'two']) {
      await subscribe(topic, subscriber)
      await queue.triggerTypes[0]?.unbind(topic, 'left')
    }
    await expect(subscribe('three', subscriber)).rejects.toMatchObject({ code: 'too_many' })
    await expect(subscribe('one', subscriber)).resolves.toBeUndefined()
    await expect(subscribe('three', sender)).resolves.toBeUndefined()
    const strangers = ['guest:1', 'guest:2', 'guest:3'].map((id) => identity(id, 'e', ['w::*']))
    for (const [n, one] of strangers.slice(0, 2).entries()) await subscribe(`of ${n}`, one)
    await expect(subscribe('of 3', strangers[2] ?? sender)).rejects.toMatchObject({ code: 'too_many' })
    expect(await under.stores.queue.subscriptions()).toHaveLength(5)
  })
})
