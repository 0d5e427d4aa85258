import type { Json } from '@tabwright/protocol'
import { otlpLogs } from '@tabwright/protocol/relay'
import { expect, it, vi } from 'vitest'
import { readOtlp } from './read-otlp'

const read = (prefix: string, value: Json) => {
  const batch = readOtlp(Buffer.from(prefix + JSON.stringify(value)), 'me')
  if (typeof batch === 'string') throw new Error(batch)
  return batch
}
const many = (count: number): Json[] => Array.from({ length: count }, () => ({}))

it('of one message a thousand records are read, and the rest is counted without being checked', () => {
  const checked = vi.spyOn(otlpLogs, 'safeParse')
  const logs = read('LOGS', { resourceLogs: [{ scopeLogs: [{ logRecords: many(30_000) }, { logRecords: many(3) }] }] })
  expect([logs.logs.length, logs.dropped]).toEqual([997, 30_003 - 997])
  expect(JSON.stringify(checked.mock.calls[0]?.[0]).length).toBeLessThan(4000)
  const points = read('MTRC', {
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'x', gauge: { dataPoints: many(2000) }, sum: { dataPoints: many(5) } }] }] }],
  })
  expect([points.points.length, points.dropped]).toEqual([997, 2005 - 997])
})

it('what belongs to the records is bounded over all of them, however deep it is nested', () => {
  const attributes = Array.from({ length: 20_000 }, () => ({ key: 'k', value: { intValue: 1 } }))
  const checked = vi.spyOn(otlpLogs, 'safeParse')
  read('LOGS', { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords: [{ attributes }] }] }] })
  expect(JSON.stringify(checked.mock.lastCall?.[0]).match(/intValue/g)).toHaveLength(16_000)
  const nested = '{"resource":'.repeat(50_000) + '1' + '}'.repeat(50_000)
  expect(readOtlp(Buffer.from(`LOGS${nested}`), 'me')).toBe('The telemetry is not OTLP as JSON.')
})
