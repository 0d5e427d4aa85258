import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpenPlace, StorePlace } from './contract-place'
import type { StoredBinding } from '../engine/built-in'

/** What every store of durable bindings and of cron slots does. */
export function bindingContract(open: OpenPlace): void {
  let place: StorePlace
  beforeEach(async () => void (place = await open()))
  afterEach(() => place.remove())

  describe('a store of durable bindings', () => {
    const binding: StoredBinding = {
      id: 'b1',
      triggerType: 'state',
      functionId: 'w::on',
      config: { scope: 's' },
      metadata: { v: 1 },
      binder: 'tester',
    }
    const second: StoredBinding = { ...binding, id: 'b0', metadata: undefined }

    it('keeps bindings over a restart, oldest first, until they are removed', async () => {
      await place.stores.triggers.put(binding)
      await place.stores.triggers.put(second)
      const stores = await place.reopen()
      expect(await stores.triggers.list()).toEqual([binding, second])
      expect(await stores.triggers.remove('b0')).toBe(true)
      expect(await stores.triggers.remove('b0')).toBe(false)
      expect(await stores.triggers.list()).toEqual([binding])
    })

    it('the same id replaces the binding, in its place', async () => {
      await place.stores.triggers.put(binding)
      await place.stores.triggers.put(second)
      await place.stores.triggers.put({ ...binding, config: { scope: 't' } })
      expect(await place.stores.triggers.list()).toEqual([{ ...binding, config: { scope: 't' } }, second])
    })
  })

  describe('a store of cron slots', () => {
    it('gives a slot to one of those who ask at once, and never again', async () => {
      const { cron } = place.stores
      await cron.note({ job: 'j', slot: 1000, bound: true })
      expect((await Promise.all([cron.take('j', 2000), cron.take('j', 2000)])).toSorted()).toEqual([false, true])
      const again = (await place.reopen()).cron
      expect(await again.take('j', 2000)).toBe(false)
      expect(await again.take('j', 1500)).toBe(false)
      expect(await again.take('j', 3000)).toBe(true)
      expect(await again.get('j')).toEqual({ job: 'j', slot: 3000, bound: true })
      expect(await again.take('unknown', 1)).toBe(false)
    })

    it('a note never turns a job back, and forgets only what nobody has bound', async () => {
      const { cron } = place.stores
      await cron.note({ job: 'j', slot: 1000, bound: true })
      await cron.note({ job: 'j', slot: 500, bound: false })
      await cron.note({ job: 'k', slot: 500, bound: true })
      expect(await cron.get('j')).toEqual({ job: 'j', slot: 1000, bound: false })
      expect(await cron.bound()).toEqual(['k'])
      expect(await cron.forget(2000)).toBe(1)
      expect(await cron.get('j')).toBeUndefined()
      expect(await cron.get('k')).toBeDefined()
    })
  })
}
