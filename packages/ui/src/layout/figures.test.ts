import { describe, expect, test } from 'vitest'
import { plural } from '../language'
import { ago, bytes, clock, count, dollars, duration, elapsed } from './figures'

describe('figures', () => {
  test.each([
    [0, '0.0 s'],
    [840, '0.8 s'],
    [9_949, '9.9 s'],
    [14_300, '14 s'],
    [125_000, '2 min 05 s'],
    [4_320_000, '1 h 12 min'],
  ])('%i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })

  test('a ticking clock shows whole seconds and never goes below zero', () => {
    expect([elapsed(-5), elapsed(999), elapsed(61_000)]).toEqual(['0 s', '0 s', '1 min 01 s'])
  })

  test.each([
    [950, '950'],
    [8_100, '8.1k'],
    [212_000, '212k'],
    [1_240_000, '1.2M'],
  ])('%i is %s', (n, text) => {
    expect(count(n)).toBe(text)
  })

  test('bytes keep at most one decimal', () => {
    expect([bytes(12), bytes(4_200), bytes(52_400_000), bytes(1_340_000_000)]).toEqual(['12 B', '4.2 KB', '52.4 MB', '1.3 GB'])
  })

  test('time past is told in the coarsest unit that helps', () => {
    const now = Date.UTC(2026, 10, 20, 12)
    const hour = 3_600_000
    expect([ago(now - 5_000, now), ago(now - 4 * 60_000, now), ago(now - 3 * hour, now), ago(now - 30 * hour, now)]).toEqual([
      'now',
      '4 min',
      '3 h',
      'yesterday',
    ])
  })

  test('one is singular', () => {
    expect([plural(1, 'file'), plural(0, 'file')]).toEqual(['1 file', '0 files'])
  })
})

test('money is dollars and cents, and a little is said to be little', () => {
  expect([0, 0.004, 0.01, 0.424, 12.3, 1240.4].map(dollars)).toEqual(['$0.00', '<$0.01', '$0.01', '$0.42', '$12.30', '$1,240'])
})

test('a time of today needs no date', () => {
  const now = new Date(2026, 10, 21, 15, 0).getTime()
  expect(clock(new Date(2026, 10, 21, 4, 2).getTime(), now)).toBe('04:02')
  expect(clock(new Date(2026, 10, 20, 14, 2).getTime(), now)).toBe('yesterday 14:02')
  expect(clock(new Date(2026, 10, 12, 14, 2).getTime(), now)).toBe('12 Nov 14:02')
})
