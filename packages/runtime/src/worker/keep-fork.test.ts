import { FailureError, type SessionId } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { hashText } from '../io/hash-noble'
import { clock, inMemory, random, sample } from '../portable/session-under-test'
import { keepFork } from './keep-fork'

const FULL = new FailureError({ code: 'storage_full', message: 'No room.' })

async function keep(most: number): Promise<{ made: unknown; removed: SessionId[]; listed: SessionId[]; purges: number }> {
  const { images } = inMemory()
  const removed: SessionId[] = []
  let puts = 0
  let purges = 0
  const { bytes } = await sample()
  const made: unknown = await keepFork(bytes, {
    images: { ...images, put: async (image) => ((puts += 1) > most ? Promise.reject(FULL) : images.put(image)) },
    hash: hashText,
    clock,
    random,
    remove: async (session) => void removed.push(session),
    purge: () => void (purges += 1),
  }).catch((error: unknown) => error)
  return { made, removed, listed: (await images.list()).map(({ id }) => id), purges }
}

it('a fork that is made outlives what it was read from', async () => {
  const { made, removed, listed, purges } = await keep(2)
  expect(removed).toHaveLength(1)
  expect(listed).toEqual(expect.arrayContaining([made, ...removed]))
  expect([removed.some((id) => id === made), purges]).toEqual([false, 1])
})

it('a fork for which there is no room leaves nothing: what was taken in for it goes again', async () => {
  const { made, removed, listed, purges } = await keep(1)
  expect(made).toBe(FULL)
  expect(removed).toEqual(listed)
  expect([removed.length, purges]).toEqual([1, 1])
})

it('what cannot be taken in leaves nothing to take away', async () => {
  expect(await keep(0)).toEqual({ made: FULL, removed: [], listed: [], purges: 0 })
})
