import { expect, test } from 'vitest'
import { walk } from './cell-layout'

const start = { row: 0, column: 0 }

test('text wraps at the last column, and a full row stays pending', () => {
  expect(walk('abcd', start, 4)).toEqual({ row: 0, column: 4 })
  expect(walk('abcde', start, 4)).toEqual({ row: 1, column: 1 })
})

test('a wide character that does not fit takes the next row', () => {
  expect(walk('abc漢', start, 4)).toEqual({ row: 1, column: 2 })
  expect(walk('ab漢', start, 4)).toEqual({ row: 0, column: 4 })
})

test('a combining mark takes no cell', () => {
  expect(walk('e\u0301', start, 10)).toEqual({ row: 0, column: 1 })
})

test('a line break goes to the first column', () => {
  expect(walk('ab\ncd', { row: 1, column: 3 }, 10)).toEqual({ row: 2, column: 2 })
})
