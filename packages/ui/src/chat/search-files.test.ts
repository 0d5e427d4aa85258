import { expect, it } from 'vitest'
import { searchFiles } from './search-files'

it('finds files by letters in order, and shows the first ones before a letter is typed', () => {
  const paths = ['README.md', 'src/cart.js', 'src/discount.js', 'test/cart.test.js']
  expect(searchFiles(paths, '')).toEqual(paths)
  expect(searchFiles(paths, 'cart')[0]).toBe('src/cart.js')
  expect(searchFiles(paths, 'tcart')).toContain('test/cart.test.js')
  expect(searchFiles(paths, 'zzz')).toEqual([])
  expect(
    searchFiles(
      Array.from({ length: 5000 }, (_, n) => `src/f${n}.ts`),
      'f',
    ),
  ).toHaveLength(10)
})
