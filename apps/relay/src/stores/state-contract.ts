import type { Json } from '@tabwright/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpenPlace, StorePlace } from './contract-place'
import type { NewItem } from './queue-store'
import type { StateChanged, StateWrite } from './state-store'

const NOTHING = () => []

/** What every state store does. */
export function stateContract(open: OpenPlace): void {
  describe('a state store', () => {
    let place: StorePlace
    const state = () => place.stores.state
    const set = (key: string, value: Json, expected?: number) =>
      state().write({ scope: 'tasks', key, change: { type: 'set', value }, expected }, NOTHING)
    beforeEach(async () => void (place = await open()))
    afterEach(() => place.remove())

    it('gives what was set, and says what was there before', async () => {
      expect(await state().get('tasks', 'a')).toBeUndefined()
      const first = await set('a', 'one')
      const second = await set('a', 'two')
      expect(first).toMatchObject({ type: 'changed', before: undefined, after: { value: 'one' } })
      expect(second).toMatchObject({ type: 'changed', before: { value: 'one' }, after: { value: 'two' } })
      expect(await state().get('tasks', 'a')).toMatchObject({ scope: 'tasks', key: 'a', value: 'two' })
      expect(await state().get('other', 'a')).toBeUndefined()
    })

    it('lists a scope in key order, page by page, and the scopes', async () => {
      for (const key of ['c', 'a', 'b']) await set(key, key)
      await state().write({ scope: 'empty', key: 'x', change: { type: 'set', value: null } }, NOTHING)
      expect((await state().list('tasks', { limit: 2 })).map((one) => one.key)).toEqual(['a', 'b'])
      expect((await state().list('tasks', { limit: 2, after: 'b' })).map((one) => one.value)).toEqual(['c'])
      expect(await state().groups()).toEqual(['empty', 'tasks'])
    })

    it('deletes, and deleting nothing is told as such', async () => {
      await set('a', 1)
      expect(await state().write({ scope: 'tasks', key: 'a', change: { type: 'delete' } }, NOTHING)).toMatchObject({
        before: { value: 1 },
        after: undefined,
      })
      expect(await state().write({ scope: 'tasks', key: 'a', change: { type: 'delete' } }, NOTHING)).toMatchObject({ before: undefined })
      expect(await state().get('tasks', 'a')).toBeUndefined()
    })

    it('writes only over the version that was expected; a deleted value never has an old version again', async () => {
      const made = await set('a', 1, 0)
      expect(await set('a', 2, 0)).toMatchObject({ type: 'conflict' })
      const version = versionOf(made)
      expect(await set('a', 2, version)).toMatchObject({ type: 'changed' })
      expect(await set('a', 3, version)).toMatchObject({ type: 'conflict' })
      await state().write({ scope: 'tasks', key: 'a', change: { type: 'delete' } }, NOTHING)
      const stores = await place.reopen()
      const again = await stores.state.write({ scope: 'tasks', key: 'a', change: { type: 'set', value: 9 }, expected: 0 }, NOTHING)
      expect(versionOf(again)).toBeGreaterThan(version + 1)
    })

    it('[rule 114] of twenty who claim a task in one moment one gets it, and the others are told that it is taken', async () => {
      const version = versionOf(await set('task', { status: 'pending' }))
      const claim = (owner: string) => set('task', { status: 'in_progress', owner }, version)
      const owners = Array.from({ length: 20 }, (_, n) => `agent-${n}`)
      const outcomes = await Promise.all(owners.map(claim))
      const winners = owners.filter((_, n) => outcomes[n]?.type === 'changed')
      expect(winners).toHaveLength(1)
      expect(outcomes.filter(({ type }) => type === 'conflict')).toHaveLength(19)
      expect(await state().get('tasks', 'task')).toMatchObject({ value: { status: 'in_progress', owner: winners[0] } })
    })

    it('applies the steps of an update at once and tells those that did not fit', async () => {
      const write: StateWrite = {
        scope: 'tasks',
        key: 'a',
        change: {
          type: 'update',
          ops: [
            { type: 'set', path: 'status', value: 'pending' },
            { type: 'increment', path: 'tries', by: 2 },
            { type: 'append', path: 'status', value: [1] },
          ],
        },
      }
      expect(await state().write(write, NOTHING)).toMatchObject({
        after: { value: { status: 'pending', tries: 2 } },
        problems: [{ index: 2, code: 'append.type_mismatch' }],
      })
    })

    it('an update of which nothing fits writes nothing', async () => {
      await set('a', 'text')
      const outcome = await state().write(
        { scope: 'tasks', key: 'a', change: { type: 'update', ops: [{ type: 'increment', by: 1 }] } },
        () => [item('never')],
      )
      expect(outcome).toMatchObject({ type: 'changed', problems: [{ code: 'increment.not_number' }] })
      expect(await place.stores.queue.stats('outbox')).toMatchObject({ depth: 0 })
    })

    it('100 increments that come together are 100', async () => {
      const one: StateWrite = { scope: 's', key: 'n', change: { type: 'update', ops: [{ type: 'increment', by: 1 }] } }
      await Promise.all(Array.from({ length: 100 }, () => state().write(one, NOTHING)))
      expect(await state().get('s', 'n')).toMatchObject({ value: 100 })
    })

    it('what a change causes is kept with it, and is there after a restart', async () => {
      await state().write({ scope: 's', key: 'a', change: { type: 'set', value: 1 } }, (changed: StateChanged) => [
        item(`caused-by-${versionOf(changed) > 0}`),
      ])
      const { queue } = await place.reopen()
      expect((await queue.claim({ queue: 'outbox', functionId: 'f::g' }, 10)).map((one) => one.id)).toEqual(['caused-by-true'])
    })

    it('one write that fails takes neither itself half nor the others of its group with it', async () => {
      const failing = state().write({ scope: 's', key: 'bad', change: { type: 'set', value: 1 } }, () => {
        throw new Error('planted')
      })
      const good = set('good', 1)
      await expect(failing).rejects.toThrow('planted')
      await good
      expect(await state().get('s', 'bad')).toBeUndefined()
      expect(await state().get('tasks', 'good')).toMatchObject({ value: 1 })
    })

    it('carries names and values as they are', async () => {
      const value = { quote: `'";--`, '': null, deep: { list: [1.5, true, 'ü\u0000\u2028'] } }
      await state().write({ scope: `s'%_`, key: '__proto__', change: { type: 'set', value } }, NOTHING)
      const { state: again } = await place.reopen()
      expect(await again.get(`s'%_`, '__proto__')).toMatchObject({ value })
    })
  })
}

function versionOf(outcome: { type: string; after?: { version: number } | undefined }): number {
  if (outcome.after === undefined) throw new Error(`no version: ${JSON.stringify(outcome)}`)
  return outcome.after.version
}

function item(id: string): NewItem {
  return { id, queue: 'outbox', functionId: 'f::g', payload: { id }, origin: { as: 'tester', depth: 1 } }
}
