import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { packagesIdb } from './packages-idb'

const bytes = (size: number): Uint8Array => new Uint8Array(size).fill(7)

describe('archives of packages in the browser', () => {
  it('are found by whoever asks for them, in another session too', async () => {
    await packagesIdb({ name: 'shared' }).put('sha512-a', bytes(3))
    const other = packagesIdb({ name: 'shared' })
    expect(await other.get('sha512-a')).toEqual(bytes(3))
    expect(await other.get('sha512-b')).toBeUndefined()
  })

  it('take no more room than they may: what nobody asked for longest goes', async () => {
    let time = 0
    const store = packagesIdb({ name: 'small', mostBytes: 10, now: () => ++time })
    for (const name of ['a', 'b']) await store.put(name, bytes(4))
    await store.get('a')
    await store.put('c', bytes(4))
    expect(await Promise.all(['a', 'b', 'c'].map(async (name) => (await store.get(name))?.length))).toEqual([4, undefined, 4])
    await store.put('too large', bytes(11))
    expect(await store.get('too large')).toBeUndefined()
    expect(await store.get('a')).toBeDefined()
  })

  it('are as not there where the browser keeps nothing, and that is told', async () => {
    const troubles: unknown[] = []
    const store = packagesIdb({
      name: 'broken',
      onTrouble: (error) => troubles.push(error),
      now: () => {
        throw new Error('no time')
      },
    })
    await packagesIdb({ name: 'broken' }).put('a', bytes(1))
    expect(await store.get('a')).toBeUndefined()
    expect(troubles).toHaveLength(1)
  })
})
