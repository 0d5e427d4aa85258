import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpenPlace, StorePlace } from './contract-place'
import type { NewItem } from './queue-store'

const DAY = 24 * 60 * 60_000
const LANE = { queue: 'jobs', functionId: 'w::work' }

/** What every queue store does. */
export function queueContract(open: OpenPlace): void {
  describe('a queue store', () => {
    let place: StorePlace
    let made = 0
    const queue = () => place.stores.queue
    const item = (more: Partial<NewItem> = {}): NewItem => {
      made += 1
      return { id: `i${made}`, ...LANE, payload: { n: made }, origin: { as: 'tester', depth: 0 }, ...more }
    }
    const accept = (more: Partial<NewItem> = {}) => queue().accept(item(more))
    const claimed = async (limit = 10) => (await queue().claim(LANE, limit)).map((one) => one.id)
    const failed = (id: string, next: number | 'never' = 0) => queue().failed(id, { reason: `no ${id}`, next, counts: true })
    beforeEach(async () => {
      made = 0
      place = await open()
    })
    afterEach(() => place.remove())

    it('delivers in the order of acceptance, an item to one caller at a time', async () => {
      for (let n = 0; n < 3; n++) await accept()
      expect(await claimed(2)).toEqual(['i1', 'i2'])
      expect(await claimed(2)).toEqual(['i3'])
      expect(await claimed(2)).toEqual([])
      queue().release('i2')
      expect(await claimed(2)).toEqual(['i2'])
    })

    it('what was accepted is there after a restart, what was done is not, what was only claimed is', async () => {
      const whole = item({
        group: 'g',
        key: 'k',
        priority: 3,
        note: { binding: 'b' },
        origin: { as: 'x', depth: 2, traceparent: '00-a', baggage: 'b=c' },
      })
      await queue().accept(whole)
      for (let n = 0; n < 2; n++) await accept()
      await claimed()
      await queue().done('i2')
      const stores = await place.reopen()
      const found = await stores.queue.claim(LANE, 10)
      expect(found.map((one) => one.id)).toEqual(['i1', 'i3'])
      expect(found[0]).toMatchObject({ ...whole, isPublished: false, attempts: 0, reasons: [] })
      expect(await stores.queue.lanes()).toEqual([LANE])
    })

    it('one key is one item for 24 hours, delivered or not; another payload under it is a conflict', async () => {
      expect(await accept({ key: 'k', payload: { a: 1, b: 2 } })).toEqual({ type: 'accepted', id: 'i1' })
      expect(await accept({ key: 'k', payload: { b: 2, a: 1 } })).toEqual({ type: 'known', id: 'i1' })
      expect(await accept({ key: 'k', payload: { a: 2 } })).toEqual({ type: 'conflict', id: 'i1' })
      expect(await accept({ key: 'k', queue: 'other' })).toMatchObject({ type: 'accepted' })
      await claimed()
      await queue().done('i1')
      const stores = await place.reopen()
      expect(await stores.queue.accept(item({ key: 'k', payload: { a: 1, b: 2 } }))).toEqual({ type: 'known', id: 'i1' })
      place.clock.now += DAY + 1
      expect(await stores.queue.accept(item({ key: 'k', payload: { a: 2 } }))).toMatchObject({ type: 'accepted' })
    })

    it('the same receipt twice is one item', async () => {
      const twice = item()
      expect(await Promise.all([queue().accept(twice), queue().accept(twice)])).toEqual([
        { type: 'accepted', id: 'i1' },
        { type: 'known', id: 'i1' },
      ])
      expect(await queue().accept({ ...twice, payload: 'another' })).toEqual({ type: 'conflict', id: 'i1' })
    })

    it('what comes in one moment is kept in its order, and a receipt among it that stands for another payload is told', async () => {
      const many = Array.from({ length: 40 }, () => item())
      const [again, other] = [many[3] ?? item(), { ...(many[20] ?? item()), payload: 'another' }]
      const keyed = [item({ key: 'k' }), item({ group: 'g' })]
      const told = await Promise.all([...many.slice(0, 30), again, ...keyed, other, ...many.slice(30)].map((one) => queue().accept(one)))
      expect(told.filter(({ type }) => type === 'accepted')).toHaveLength(42)
      expect([told[30], told[33]]).toEqual([
        { type: 'known', id: again.id },
        { type: 'conflict', id: other.id },
      ])
      const stores = await place.reopen()
      const kept = [...many.slice(0, 30), ...keyed, ...many.slice(30)]
      expect((await stores.queue.claim(LANE, 99)).map(({ id, payload }) => [id, payload])).toEqual(kept.map((one) => [one.id, one.payload]))
    })

    it('a group is delivered one after the other, past failures; other groups do not wait for it', async () => {
      for (const group of ['a', 'a', 'b', 'a']) await accept({ group })
      expect(await claimed()).toEqual(['i1', 'i3'])
      await failed('i1', place.clock.now + 1000)
      await queue().done('i3')
      expect(await claimed()).toEqual([])
      place.clock.now += 1000
      expect(await claimed()).toEqual(['i1'])
      await queue().done('i1')
      expect(await claimed()).toEqual(['i2'])
      await failed('i2', 'never')
      expect(await queue().isPending(LANE, 'a')).toBe(true)
      expect(await claimed()).toEqual(['i4'])
      await queue().done('i4')
      expect(await queue().isPending(LANE, 'a')).toBe(false)
    })

    it('a group goes on where it was after a restart', async () => {
      for (let n = 0; n < 2; n++) await accept({ group: 'a' })
      await claimed()
      const stores = await place.reopen()
      expect((await stores.queue.claim(LANE, 10)).map((one) => one.id)).toEqual(['i1'])
    })

    it('higher priority first, and nothing before its time', async () => {
      await accept()
      await accept({ priority: 5 })
      await accept({ priority: 9, due: place.clock.now + 500 })
      expect(await queue().nextDue(LANE)).toBe(place.clock.now + 500)
      expect(await claimed(1)).toEqual(['i2'])
      place.clock.now += 500
      expect(await claimed()).toEqual(['i3', 'i1'])
      expect(await queue().nextDue(LANE)).toBeUndefined()
    })

    it('failures are counted and told, over a restart too; a delivery that nobody could take is not counted', async () => {
      await accept()
      await claimed()
      await queue().failed('i1', { reason: 'nobody', next: 0, counts: false })
      await claimed()
      await failed('i1')
      const stores = await place.reopen()
      expect(await stores.queue.claim(LANE, 1)).toMatchObject([{ attempts: 1, reasons: [{ at: place.clock.now, message: 'no i1' }] }])
    })

    it('a dead item is not delivered, tells its reasons, and begins again or goes when asked', async () => {
      for (let n = 0; n < 3; n++) await accept()
      for (const id of await claimed()) await failed(id, 'never')
      expect(await claimed()).toEqual([])
      expect(await queue().dead('jobs', { offset: 1, limit: 1 })).toMatchObject([
        { id: 'i2', attempts: 1, diedAt: place.clock.now, reasons: [{ message: 'no i2' }] },
      ])
      expect(await queue().discard('jobs', 'i3')).toBe(1)
      expect(await queue().discard('jobs', 'i3')).toBe(0)
      expect(await queue().redrive('jobs', 'i3')).toBe(0)
      expect(await queue().redrive('other')).toBe(0)
      expect(await queue().redrive('jobs')).toBe(2)
      expect(await queue().claim(LANE, 10)).toMatchObject([
        { id: 'i1', attempts: 0, reasons: [] },
        { id: 'i2', attempts: 0, reasons: [] },
      ])
    })

    it('all dead items of a queue are deleted at once, and nothing that is alive or of another queue', async () => {
      for (let n = 0; n < 3; n++) await accept()
      await accept({ queue: 'other' })
      for (const id of await claimed(2)) await failed(id, 'never')
      const [other] = await queue().claim({ ...LANE, queue: 'other' }, 1)
      await failed(other?.id ?? '', 'never')
      expect(await queue().discard('jobs')).toBe(2)
      expect(await queue().discard('jobs')).toBe(0)
      expect(await queue().stats('jobs')).toMatchObject({ depth: 1, dead: 0 })
      expect(await queue().stats('other')).toMatchObject({ dead: 1 })
      const stores = await place.reopen()
      expect(await stores.queue.dead('jobs', { offset: 0, limit: 9 })).toEqual([])
    })

    it('counts what lies where', async () => {
      await accept()
      place.clock.now += 10
      await accept({ due: place.clock.now + 1 })
      for (let n = 0; n < 2; n++) await accept({ group: 'g' })
      await accept({ queue: 'other' })
      expect(await queue().stats('jobs')).toEqual({ queue: 'jobs', depth: 4, waiting: 2, dead: 0, oldest: place.clock.now - 10 })
      await claimed()
      await failed('i1', 'never')
      expect(await queue().stats('jobs')).toMatchObject({ depth: 3, dead: 1, oldest: place.clock.now })
      expect((await queue().queues()).map((one) => one.queue)).toEqual(['jobs', 'other'])
      expect(await queue().stats('none')).toEqual({ queue: 'none', depth: 0, waiting: 0, dead: 0, oldest: undefined })
    })

    it('what nobody took for seven days dies, what died that long ago is deleted', async () => {
      await accept({ group: 'g' })
      await accept({ group: 'g' })
      place.clock.now += 7 * DAY + 1
      expect(await queue().sweep()).toBe(2)
      expect(await queue().dead('jobs', { offset: 0, limit: 9 })).toMatchObject([{ id: 'i1' }, { id: 'i2' }])
      place.clock.now += 7 * DAY + 1
      expect(await queue().sweep()).toBe(0)
      expect(await queue().stats('jobs')).toMatchObject({ depth: 0, dead: 0 })
    })

    it('what is being delivered is not swept', async () => {
      await accept()
      await claimed()
      place.clock.now += 7 * DAY + 1
      expect(await queue().sweep()).toBe(0)
      await queue().done('i1')
      expect(await queue().stats('jobs')).toMatchObject({ depth: 0, dead: 0 })
    })

    it('a subscription stays over a restart, and goes without the items of its function and of another', async () => {
      const subscription = { ...LANE, config: { concurrency: 2 }, binder: 'tester', at: 5 }
      await queue().subscribe({ ...subscription, at: 4 })
      await queue().subscribe(subscription)
      await accept({ functionId: 'other::work' })
      await accept()
      const stores = await place.reopen()
      expect(await stores.queue.subscriptions()).toEqual([subscription])
      expect(await stores.queue.unsubscribe(LANE, 'ended')).toBe(0)
      expect(await stores.queue.subscriptions()).toEqual([])
      expect(await stores.queue.lanes()).toEqual([{ queue: 'jobs', functionId: 'other::work' }, LANE])
    })

    it('what was published to a subscription that ended is dead with the reason, also what was under way, and begins again', async () => {
      await queue().subscribe({ ...LANE, config: {}, binder: 't', at: 1 })
      const publish = async (more: Partial<NewItem> = {}) => {
        const one = item(more)
        return queue().publish(one, () => one)
      }
      for (const group of ['g', 'g']) await publish({ group })
      await accept({ group: 'g' })
      await publish({ due: place.clock.now + 5 })
      expect(await claimed()).toEqual(['i1'])
      expect(await queue().unsubscribe(LANE, 'ended')).toBe(3)
      await failed('i1', place.clock.now)
      place.clock.now += 5
      expect(await claimed()).toEqual(['i3'])
      expect(await queue().dead('jobs', { offset: 0, limit: 9 })).toMatchObject(
        ['i1', 'i2', 'i4'].map((id) => ({ id, attempts: 0, reasons: [{ message: 'ended' }] })),
      )
      await queue().done('i3')
      expect(await queue().redrive('jobs')).toBe(3)
      expect(await claimed()).toEqual(['i1', 'i4'])
    })

    it('what is published becomes an item of each subscription, its key counts once for all', async () => {
      const publish = (payload: string, key?: string) => {
        const { functionId: _none, ...rest } = item({ payload, ...(key !== undefined && { key }) })
        return queue().publish(rest, ({ functionId, config }) => ({ ...rest, id: `${rest.id} ${functionId}`, functionId, note: config }))
      }
      const subscribe = (functionId: string) =>
        queue().subscribe({ queue: 'jobs', functionId, config: { of: functionId }, binder: 't', at: 1 })
      expect(await publish('early')).toEqual({ type: 'accepted', id: 'i1' })
      await subscribe(LANE.functionId)
      await subscribe('b::b')
      expect(await publish('late', 'k')).toEqual({ type: 'accepted', id: 'i2' })
      expect(await publish('late', 'k')).toEqual({ type: 'known', id: 'i2' })
      expect(await publish('other', 'k')).toEqual({ type: 'conflict', id: 'i2' })
      expect(await queue().claim(LANE, 10)).toMatchObject([
        { payload: 'early', isPublished: true },
        { payload: 'late', isPublished: true, note: { of: LANE.functionId } },
      ])
      expect(await queue().claim({ queue: 'jobs', functionId: 'b::b' }, 10)).toMatchObject([{ payload: 'late', note: { of: 'b::b' } }])
    })
  })
}
