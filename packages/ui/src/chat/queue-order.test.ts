import { expect, test } from 'vitest'
import { followed, moved, orderOf, sameQueue } from './queue-order'

const QUEUE = [
  { n: 4, text: 'a' },
  { n: 7, text: 'b' },
  { n: 9, text: 'c' },
]
const texts = (queue: readonly { readonly text: string }[]): string => queue.map(({ text }) => text).join('')

test('a message moves between the numbers, which stay ascending, and not past the ends', () => {
  expect(texts(moved(QUEUE, 2, 0))).toBe('cab')
  expect(moved(QUEUE, 2, 0).map(({ n }) => n)).toEqual([4, 7, 9])
  expect(orderOf(QUEUE, 2, 0)).toEqual([9, 4, 7])
  expect(texts(moved(QUEUE, 0, 1))).toBe('bac')
  expect(orderOf(QUEUE, 0, 1)).toEqual([7, 4, 9])
  expect(moved(QUEUE, 0, -1)).toBe(QUEUE)
  expect(moved(QUEUE, 2, 3)).toBe(QUEUE)
  expect(moved(QUEUE, 5, 0)).toBe(QUEUE)
})

test('two queues are the same when they deliver the same texts at the same numbers', () => {
  expect(sameQueue(QUEUE, [...QUEUE])).toBe(true)
  expect(sameQueue(QUEUE, moved(QUEUE, 0, 1))).toBe(false)
  expect(sameQueue(QUEUE, QUEUE.slice(1))).toBe(false)
})

test('a message that is being changed is followed where another tab moves it, and given up once it is delivered', () => {
  const change = { n: 7, text: 'b, but better', was: 'b' }
  expect(followed(QUEUE, change)).toBe(change)
  expect(followed(moved(QUEUE, 1, 0), change)).toEqual({ ...change, n: 4 })
  expect(followed([{ n: 9, text: 'c' }], change)).toBeUndefined()
})
