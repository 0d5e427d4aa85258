import { expect, test } from 'vitest'
import { hitRows, markedText } from './hit-rows'

test('each file stands above its lines and leads to the first of them', () => {
  const rows = hitRows([
    {
      path: 'a.ts',
      hits: [
        { line: 3, text: 'tea' },
        { line: 7, text: 'teas' },
      ],
    },
    { path: 'b.ts', hits: [{ line: 1, text: 'tea' }] },
  ])
  expect(rows.map((row) => (row.type === 'file' ? `${row.path} ${row.lines} from ${row.first}` : `${row.path}:${row.hit.line}`))).toEqual([
    'a.ts 2 from 3',
    'a.ts:3',
    'a.ts:7',
    'b.ts 1 from 1',
    'b.ts:1',
  ])
})

test('what was found is marked in its line, and nothing where only the line is known', () => {
  expect(markedText({ line: 1, text: 'a tea b', mark: { from: 2, to: 5 } })).toEqual(['a ', 'tea', ' b'])
  expect(markedText({ line: 1, text: 'a tea b' })).toEqual(['a tea b', '', ''])
})
