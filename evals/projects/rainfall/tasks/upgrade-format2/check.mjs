import { writeFileSync } from 'node:fs'
import { assert, load, node, solved, testsPass } from '../../../../kit.mjs'

const { readMeasurements } = await load('src/measurements.js')
const NEW =
  '# rainfall 2\ndate;station;mm\n2026-01-04;Harbour;3,2\n2026-01-05;"Hill; south";11\n2026-01-06;Harbour;\n2026-01-07;"Say ""hi""";0,25\n'
const wanted = [
  { station: 'Harbour', date: '2026-01-04', mm: 3.2 },
  { station: 'Hill; south', date: '2026-01-05', mm: 11 },
  { station: 'Say "hi"', date: '2026-01-07', mm: 0.25 },
]
const shape = (rows) => rows.filter(({ mm }) => mm !== undefined).map(({ station, date, mm }) => ({ station, date, mm }))
assert.deepEqual(shape(readMeasurements(NEW)), wanted, 'it reads the new format')
assert.deepEqual(shape(readMeasurements(NEW.replaceAll('\n', '\r\n'))), wanted, 'with line ends of Windows')
const OLD = 'station,date,mm\n"Hill, north",2026-01-01,5.5\nHarbour,2026-01-02,-\nHarbour,2026-01-03,0\n'
const old = [
  { station: 'Hill, north', date: '2026-01-01', mm: 5.5 },
  { station: 'Harbour', date: '2026-01-03', mm: 0 },
]
assert.deepEqual(shape(readMeasurements(OLD)), old, 'it reads the old format')
assert.deepEqual(shape(readMeasurements(OLD.replaceAll('\n', '\r\n'))), old, 'with line ends of Windows')
for (const bad of [
  '# rainfall 2\ndate;station;mm\n2026-01-04;Harbour;a lot\n',
  '# rainfall 2\ndate;station;mm\n4.1.2026;Harbour;1\n',
  '# rainfall 2\ndate;station;mm\n2026-01-04;Harbour;-1\n',
  '# rainfall 2\nstation;date;mm\n',
  '# rainfall 3\ndate;station;mm\n',
  'station,date,mm\nHarbour,2026-01-01,\n',
  'station,date,mm\nHarbour,2026-01-01,"1,5"\n',
  'date,station,mm\n',
])
  assert.throws(() => readMeasurements(bad), Error, `${JSON.stringify(bad)} is refused`)
writeFileSync('new.csv', NEW)
const { code, out, err } = node(['src/main.js', 'data/harbour.csv', 'new.csv'])
assert.equal(code, 0, err)
assert.match(out, /^Harbour,2026-01,4,17\.4,4\.35,2026-01-02$/m, 'both in one call')
assert.match(out, /^"Say ""hi""",2026-01,1,0\.[23],0\.25,2026-01-07$/m)
assert.ok(testsPass(), 'the tests of the project pass')
solved()
