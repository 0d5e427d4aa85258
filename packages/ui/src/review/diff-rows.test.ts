import { expect, test } from 'vitest'
import { type DiffRow, diffRows, differingParts } from './diff-rows'

const numbered = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join('')
const short = (row: DiffRow): string => {
  if (row.type === 'fold') return `… ${row.lines}`
  if (row.type === 'note') return `\\ ${row.text}`
  return `${{ same: ' ', added: '+', removed: '-' }[row.type]}${row.before ?? ''}|${row.after ?? ''} ${row.text}`
}

test('a changed line stands between three lines of context, the rest is folded and counted', () => {
  const before = numbered(20)
  const diff = diffRows(before, before.replace('line 10\n', 'line ten\n'))
  expect(diff?.rows.map(short)).toEqual([
    '… 6',
    ' 7|7 line 7',
    ' 8|8 line 8',
    ' 9|9 line 9',
    '-10| line 10',
    '+|10 line ten',
    ' 11|11 line 11',
    ' 12|12 line 12',
    ' 13|13 line 13',
    '… 7',
  ])
  expect(diff).toMatchObject({ added: 1, removed: 1 })
})

test('a new file is all additions, a deleted one all removals', () => {
  expect(diffRows(null, 'a\nb\n')?.rows.map(short)).toEqual(['+|1 a', '+|2 b'])
  expect(diffRows('a\nb\n', null)?.rows.map(short)).toEqual(['-1| a', '-2| b'])
})

test('a missing newline at the end is said', () => {
  expect(diffRows('a\n', 'a')?.rows.map(short)).toEqual(['-1| a', '+|1 a', '\\ No newline at the end of the file'])
})

test('equal texts have no rows', () => {
  expect(diffRows('a\n', 'a\n')).toEqual({ rows: [], added: 0, removed: 0 })
  expect(diffRows(null, '')).toEqual({ rows: [], added: 0, removed: 0 })
})

test('a rewritten line is marked where it differs, an unlike one is not', () => {
  const [removed, added] = diffRows('const total = sum(a)\n', 'const total = mean(a)\n')?.rows ?? []
  expect(removed).toMatchObject({ mark: { from: 14, to: 17 } })
  expect(added).toMatchObject({ mark: { from: 14, to: 18 } })
  expect(diffRows('alpha\n', 'omega beta\n')?.rows[0]).not.toHaveProperty('mark')
})

test('common ends are not counted twice', () => {
  expect(differingParts('aa', 'aaa')).toEqual([
    { from: 2, to: 2 },
    { from: 2, to: 3 },
  ])
})

test('an insertion at the top folds nothing above it', () => {
  expect(diffRows('b\n', 'a\nb\n')?.rows.map(short)).toEqual(['+|1 a', ' 1|2 b'])
})
