import { writeFileSync } from 'node:fs'
import { assert, node, solved, testsPass } from '../../../../kit.mjs'

const report = (...files) => {
  const names = files.map((lines, at) => {
    writeFileSync(`in-${at}.csv`, `station,date,mm\n${lines.join('\n')}\n`)
    return `in-${at}.csv`
  })
  const { code, out, err } = node(['src/main.js', ...names])
  assert.equal(code, 0, err)
  return out.trim().split('\n').slice(1)
}
assert.deepEqual(
  report(['A,2026-01-01,5', 'A,2026-01-02,1', 'A,2026-01-01,2']),
  ['A,2026-01,2,3,1.5,2026-01-01'],
  'a correction takes the place of the first value',
)
assert.deepEqual(
  report(['A,2026-01-01,5', 'A,2026-01-02,1'], ['A,2026-01-01,0.5']),
  ['A,2026-01,2,1.5,0.75,2026-01-02'],
  'in a later file too',
)
assert.deepEqual(
  report(['A,2026-01-01,5', 'A,2026-01-02,1'], ['A,2026-01-01,-']),
  ['A,2026-01,1,1,1,2026-01-02'],
  'a day that was not measured after all does not count',
)
assert.deepEqual(report(['A,2026-01-01,-', 'A,2026-01-01,4']), ['A,2026-01,1,4,4,2026-01-01'], 'a day that was measured after all does')
assert.deepEqual(report(['A,2026-01-01,5', 'A,2026-01-01,-']), [], 'a month without a day is not there')
assert.deepEqual(
  report(['A,2026-01-01,5', 'B,2026-01-01,7']),
  ['A,2026-01,1,5,5,2026-01-01', 'B,2026-01,1,7,7,2026-01-01'],
  'stations are told apart',
)
assert.deepEqual(node(['src/main.js', 'data/harbour.csv', 'data/hill.csv']).out.trim().split('\n').slice(1), [
  'Harbour,2026-01,3,14.2,4.73,2026-01-02',
  '"Hill, north",2026-01,1,5.5,5.5,2026-01-01',
  '"Hill, north",2026-02,2,3.8,1.88,2026-02-03',
])
assert.ok(testsPass(), 'the tests of the project pass')
solved()
