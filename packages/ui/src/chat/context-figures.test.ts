import { expect, test } from 'vitest'
import { clearedSentence, costSentence, costText, levelOf, meterText, shareOf } from './context-figures'

test('the ring warns near the place where a summary is made', () => {
  const at = (used: number) => levelOf({ used, limit: 200_000, compactAt: 150_000 })
  expect([at(100_000), at(130_000), at(150_000)]).toEqual(['low', 'middle', 'high'])
  expect([0.5, 0.8, 0.95].map((share) => levelOf({ used: share * 1000, limit: 1000 }))).toEqual(['low', 'middle', 'high'])
  expect(levelOf({ used: 1_000_000 })).toBe('low')
})

test('the meter says how much of what, and that it does not know where it does not', () => {
  expect(meterText({ used: 84_000, limit: 200_000, compactAt: 150_000 })).toBe('84k of 200k tokens, summarised at 150k')
  expect(meterText({ used: 84_000, limit: 200_000, compactAt: 150_000, isCleared: true })).toMatch(/old results are left out at 150k$/)
  expect(meterText({ used: 84_000 })).toMatch(/not known/)
  expect([shareOf(50, 200), shareOf(300, 200), shareOf(50, undefined)]).toEqual([0.25, 1, 0])
})

test('[F19] what the provider left out is said with its numbers, and that it is not gone', () => {
  expect(clearedSentence({ toolUses: 7, tokens: 52_000 })).toBe('7 old tool results, 52k tokens; all of it stays in the log.')
  expect(clearedSentence({ toolUses: 1, tokens: 21_000 })).toMatch(/^One old tool result, 21k tokens/)
})

test('a cost that is known in part is not said as if it were whole', () => {
  const cost = { dollars: 0.42, unknown: [], estimated: false, bills: 3 }
  expect(costText(cost)).toBe('$0.42')
  expect(costText({ ...cost, estimated: true })).toBe('about $0.42')
  expect(costText({ ...cost, unknown: ['odd-1'] })).toBe('unknown price')
  expect(costSentence({ ...cost, unknown: ['odd-1'] })).toBe(
    'Not known: there is no price here for odd-1. What has a price comes to $0.42.',
  )
})
