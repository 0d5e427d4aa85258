import { expect, test } from 'vitest'
import { arranged, isSettled, moved } from './queue-order'

const message = (n: number) => ({ n, text: `message ${n}` })
const QUEUE = [message(4), message(7), message(9)]
const numbers = (queue: readonly { readonly n: number }[]): readonly number[] => queue.map(({ n }) => n)

test('a queued message moves up and down, and not past the ends', () => {
  expect(numbers(moved(QUEUE, 2, 0))).toEqual([9, 4, 7])
  expect(numbers(moved(QUEUE, 0, 1))).toEqual([7, 4, 9])
  expect(moved(QUEUE, 0, -1)).toBe(QUEUE)
  expect(moved(QUEUE, 2, 3)).toBe(QUEUE)
  expect(moved(QUEUE, 5, 0)).toBe(QUEUE)
})

test('an arrangement outlives deliveries and newcomers', () => {
  expect(numbers(arranged(QUEUE, [9, 4, 7]))).toEqual([9, 4, 7])
  expect(numbers(arranged([message(7), message(9), message(12)], [9, 4, 7]))).toEqual([9, 7, 12])
  expect(arranged(QUEUE, undefined)).toBe(QUEUE)
})

test('an arrangement is settled once the queue itself has that order', () => {
  expect(isSettled(QUEUE, [9, 4, 7])).toBe(false)
  expect(isSettled([message(9), message(4), message(7)], [9, 4, 7])).toBe(true)
})
