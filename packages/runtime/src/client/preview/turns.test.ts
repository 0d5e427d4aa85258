import { expect, it } from 'vitest'
import { createTurns } from './turns'

it('answers so many requests at once, and the others in their turn', async () => {
  const inTurn = createTurns(2)
  const ends: (() => void)[] = []
  const begun: number[] = []
  for (const n of [1, 2, 3, 4])
    inTurn(() => {
      begun.push(n)
      return new Promise((resolve) => ends.push(resolve))
    })
  expect(begun).toEqual([1, 2])
  ends[1]?.()
  await expect.poll(() => begun).toEqual([1, 2, 3])
  ends[0]?.()
  ends[2]?.()
  await expect.poll(() => begun).toEqual([1, 2, 3, 4])
})
