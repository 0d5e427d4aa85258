import { describe, expect, it } from 'vitest'
import { readSchedule } from './schedule'

const at = (text: string) => Date.parse(text)
const slots = (config: { expression: string; timezone?: string }, from: string, count: number) => {
  const schedule = readSchedule(config)
  const found: string[] = []
  for (let slot = schedule.next(at(from)); slot !== undefined && found.length < count; slot = schedule.next(slot)) {
    found.push(new Date(slot).toISOString())
  }
  return found
}

describe('a schedule', () => {
  it('has six fields, seconds first, in UTC unless a zone is named', () => {
    expect(slots({ expression: '30 0 12 * * *' }, '2026-01-01T12:00:30Z', 2)).toEqual([
      '2026-01-02T12:00:30.000Z',
      '2026-01-03T12:00:30.000Z',
    ])
    expect(slots({ expression: '0 0 12 * * MON', timezone: 'Europe/Berlin' }, '2026-01-01T00:00:00Z', 1)).toEqual([
      '2026-01-05T11:00:00.000Z',
    ])
  })

  it('[rule 115] has each slot once where the clock is turned back, and keeps it where the clock jumps over it', () => {
    const timezone = 'America/New_York'
    expect(slots({ expression: '0 30 1 * * *', timezone }, '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-02T06:30:00.000Z',
    ])
    expect(slots({ expression: '0 30 2 * * *', timezone }, '2026-03-07T12:00:00Z', 2)).toEqual([
      '2026-03-08T07:00:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ])
    expect(slots({ expression: '0 0 * * * *', timezone }, '2026-11-01T04:30:00Z', 3)).toEqual([
      '2026-11-01T05:00:00.000Z',
      '2026-11-01T06:00:00.000Z',
      '2026-11-01T07:00:00.000Z',
    ])
  })

  it('tells the newest slot of a time and how many came before it, of very many so many', () => {
    const schedule = readSchedule({ expression: '0 0 * * * *' })
    expect(schedule.newest(at('2026-01-01T00:00:00Z'), at('2026-01-01T00:59:59Z'))).toBeUndefined()
    expect(schedule.newest(at('2026-01-01T00:00:00Z'), at('2026-01-01T01:00:00Z'))).toEqual({ slot: at('2026-01-01T01:00:00Z'), missed: 0 })
    expect(schedule.newest(at('2026-01-01T00:30:00Z'), at('2026-01-01T05:10:00Z'))).toEqual({ slot: at('2026-01-01T05:00:00Z'), missed: 4 })
    expect(readSchedule({ expression: '* * * * * *' }).newest(0, at('2026-01-01T00:00:00Z'))).toEqual({
      slot: at('2026-01-01T00:00:00Z'),
      missed: 1000,
    })
  })

  it('says what is wrong with an expression or a zone', () => {
    for (const config of [
      {},
      { expression: '* * * * *' },
      { expression: '61 * * * * *' },
      { expression: '* * * * * *', timezone: 'Mars/X' },
      'x',
    ]) {
      expect(() => readSchedule(config)).toThrow(/^The cron trigger was not bound: .+\.$/)
    }
  })
})
