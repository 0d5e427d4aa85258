import { assert, node, solved, testsPass } from '../../../../kit.mjs'

const FILES = ['data/harbour.csv', 'data/hill.csv']
const main = (...args) => node(['src/main.js', ...args])
const json = main(...FILES, '--json')
assert.equal(json.code, 0, json.err)
assert.deepEqual(JSON.parse(json.out), [
  { station: 'Harbour', month: '2026-01', days: 3, total_mm: 14.2, mean_mm: 4.73, wettest: '2026-01-02' },
  { station: 'Hill, north', month: '2026-01', days: 1, total_mm: 5.5, mean_mm: 5.5, wettest: '2026-01-01' },
  { station: 'Hill, north', month: '2026-02', days: 2, total_mm: 3.8, mean_mm: 1.88, wettest: '2026-02-03' },
])
const names = (...args) => JSON.parse(main('--json', ...FILES, ...args).out).map(({ station, month }) => `${station} ${month}`)
assert.deepEqual(names('--station', 'Harbour'), ['Harbour 2026-01'], 'one station')
assert.deepEqual(
  names('--station', 'Hill, north', '--station', 'Harbour'),
  ['Harbour 2026-01', 'Hill, north 2026-01', 'Hill, north 2026-02'],
  'several of them',
)
assert.match(main('--station', 'Harbour', ...FILES).out, /^station,month.*\nHarbour,2026-01,3,14\.2,4\.73,2026-01-02\n$/, 'the table too')
const missing = main(...FILES, '--station', 'Nowhere')
assert.equal(missing.code, 1, 'a station that is nowhere ends with 1')
assert.match(missing.err, /Harbour/, 'and the stations there are')
assert.match(missing.err, /Hill, north/)
assert.equal(missing.out, '')
assert.equal(main(...FILES, '--station', 'Harbour', '--station', 'Nowhere').code, 1)
assert.equal(main(...FILES, '--xml').code, 2, 'an unknown option ends with 2')
assert.equal(main('--json').code, 2, 'without a file there is the usage')
assert.notEqual(main(...FILES, '--station').code, 0, 'a station without a name')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
