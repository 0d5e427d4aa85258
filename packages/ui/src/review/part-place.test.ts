import { expect, it } from 'vitest'
import { partAt, partPlace } from './part-place'

const hunk = (old: [number, number], now: [number, number]) => ({
  old: { start: old[0], count: old[1] },
  now: { start: now[0], count: now[1] },
})

it('says where a part is by the lines of the file as it is', () => {
  expect(partPlace(hunk([2, 1], [2, 3]))).toBe('lines 3–5')
  expect(partPlace(hunk([6, 0], [6, 1]))).toBe('line 7')
  expect(partPlace(hunk([4, 1], [4, 0]))).toBe('a line removed after line 4')
  expect(partPlace(hunk([4, 2], [0, 0]))).toBe('2 lines removed after line 0')
})

it('finds the part of a line, or the next one, or the last', () => {
  const hunks = [hunk([2, 1], [2, 2]), hunk([9, 2], [10, 0]), hunk([20, 1], [19, 1])]
  expect([1, 3, 4, 5, 11, 12, 20, 99].map((line) => partAt(hunks, line))).toEqual([0, 0, 0, 1, 1, 2, 2, 2])
  expect(partAt([], 3)).toBe(0)
})
