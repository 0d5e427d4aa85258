import assert from 'node:assert/strict'
import test from 'node:test'
import { readMeasurements } from '../src/measurements.js'
import { summarise } from '../src/summary.js'

test('reads quoted fields and leaves out what was not measured', () => {
  assert.deepEqual(readMeasurements('station,date,mm\n"Hill, ""north""",2026-01-01,1.5\nHarbour,2026-01-02,-\n'), [
    { station: 'Hill, "north"', date: '2026-01-01', mm: 1.5 },
  ])
})

test('makes a row a station and month', () => {
  const day = (date, mm) => ({ station: 'Harbour', date, mm })
  assert.deepEqual(summarise([day('2026-01-01', 3.2), day('2026-01-02', 11), day('2026-02-01', 1)]), [
    { station: 'Harbour', month: '2026-01', days: 2, total_mm: 14.2, mean_mm: 7.1, wettest: '2026-01-02' },
    { station: 'Harbour', month: '2026-02', days: 1, total_mm: 1, mean_mm: 1, wettest: '2026-02-01' },
  ])
})
