import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { bindingContract } from './binding-contract'
import { queueContract } from './queue-contract'
import { stateContract } from './state-contract'
import { StoreFull, StoreTooNew } from './store-database'
import { placeOf, SQLITE, STORE_KINDS } from './store-kinds-under-test'
import { openStores } from './stores'

const MEGABYTE = 1024 * 1024

const openPlace = (limit?: number) => placeOf(SQLITE, limit)

describe.each(STORE_KINDS)('stores in $name', (kind) => {
  const open = () => placeOf(kind)
  stateContract(open)
  queueContract(open)
  bindingContract(open)
})

describe('in SQLite', () => {
  it('[C36] a full disk refuses the write that has no room, keeps none of it, and reads go on', async () => {
    const place = await openPlace(MEGABYTE)
    const { state, queue } = place.stores
    const set = (key: string, value: string) => state.write({ scope: 's', key, change: { type: 'set', value } }, () => [])
    await set('small', 'kept')
    await expect(set('large', 'x'.repeat(2 * MEGABYTE))).rejects.toThrow(StoreFull)
    const item = { id: 'i', queue: 'q', functionId: 'f', payload: 'x'.repeat(2 * MEGABYTE), origin: { as: 't', depth: 0 }, key: 'k' }
    const [full, fits] = await Promise.allSettled([queue.accept(item), set('other', 'kept too')])
    expect(full).toMatchObject({ status: 'rejected', reason: expect.any(StoreFull) })
    expect(fits.status).toBe('fulfilled')
    const lane = { queue: 'many', functionId: 'f', origin: { as: 't', depth: 0 } }
    const together = Array.from({ length: 20 }, (_, n) => ({ ...lane, id: `m${n}`, payload: n === 7 ? 'x'.repeat(2 * MEGABYTE) : n }))
    const told = await Promise.allSettled(together.map((one) => queue.accept(one)))
    expect(told.flatMap((one, n) => (one.status === 'rejected' ? [n] : []))).toEqual([7])
    expect(await queue.stats('many')).toMatchObject({ depth: 19 })
    expect(await state.get('s', 'large')).toBeUndefined()
    expect(await state.list('s', { limit: 9 })).toMatchObject([{ value: 'kept too' }, { value: 'kept' }])
    expect(await queue.accept({ ...item, payload: 'smaller' })).toMatchObject({ type: 'accepted' })
    await place.remove()
  })

  it('what was asked before a close is kept', async () => {
    const place = await openPlace()
    const writing = place.stores.state.write({ scope: 's', key: 'k', change: { type: 'set', value: 1 } }, () => [])
    const stores = await place.reopen()
    await writing
    expect(await stores.state.get('s', 'k')).toMatchObject({ value: 1 })
    await place.remove()
  })

  it('a file of the version before is taken over with what lies in it', async () => {
    const place = await openPlace()
    const lane = { queue: 'q', functionId: 'f' }
    const origin = { as: 't', depth: 0 }
    await place.stores.queue.accept({ ...lane, id: 'before', payload: 1, origin })
    place.stores.close()
    const db = new Database(join(place.data, 'stores.db'))
    db.exec('ALTER TABLE items DROP COLUMN published; PRAGMA user_version = 1')
    db.close()
    const { queue } = await place.reopen()
    await queue.subscribe({ ...lane, config: {}, binder: 't', at: 1 })
    await queue.publish({ queue: 'q', id: 'after', payload: 2, origin }, (to) => ({ ...lane, id: 'after', payload: to.config, origin }))
    expect(await queue.unsubscribe(lane, 'ended')).toBe(1)
    expect(await queue.claim(lane, 9)).toMatchObject([{ id: 'before' }])
    await place.remove()
  })

  it('the file is for its owner only, and one of a newer relay is refused with a sentence', async () => {
    const place = await openPlace()
    expect(statSync(join(place.data, 'stores.db')).mode & 0o777).toBe(0o600)
    place.stores.close()
    const db = new Database(join(place.data, 'stores.db'))
    db.exec('PRAGMA user_version = 99')
    db.close()
    expect(() => openStores({ data: place.data, limit: MEGABYTE })).toThrow(StoreTooNew)
    expect(() => openStores({ data: place.data, limit: MEGABYTE })).toThrow(/version 99 .* --data/)
    rmSync(place.data, { recursive: true })
  })
})
