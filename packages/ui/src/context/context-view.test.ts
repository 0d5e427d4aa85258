import { expect, it } from 'vitest'
import { budgetText, costFigures } from './cost-view'
import { partSentence, percent, sourceSentence } from './context-view'

it('never calls a share nothing that is there', () => {
  expect([percent(0, 10), percent(1, 1000), percent(5, 10), percent(1, 0)]).toEqual(['0%', '<1%', '50%', '0%'])
})

it('says of a part what it is of the window and what came from the cache', () => {
  expect(partSentence({ tokens: 8123, cached: 8123 }, 16_246)).toBe('about 8.1k tokens, 50% of the window, all from the cache')
  expect(partSentence({ tokens: 800, cached: 0 }, 1600)).toBe('about 800 tokens, 50% of the window, nothing from the cache')
  expect(partSentence({ tokens: 800, cached: 200 }, 1600)).toBe('about 800 tokens, 50% of the window, 200 from the cache')
})

it('says who counted, and that the parts are estimates', () => {
  expect(sourceSentence(undefined, 0)).toContain('every figure here is an estimate')
  const counted = { model: 'claude-x', at: 0, cacheRead: 1, cacheWrite: 1, input: 1, output: 1 }
  expect(sourceSentence(counted, 0)).toContain('(claude-x)')
})

it('never shows a part of the cost as if it were all of it', () => {
  const cost = { tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }, models: [], tools: [], budget: [] }
  const day = (spent: number, unknown: readonly string[]): readonly string[] =>
    costFigures({
      ...cost,
      session: { dollars: spent, unknown, estimated: false, bills: 1 },
      today: { dollars: spent, tokens: 0, others: 0 },
    }).map(([, value]) => value)
  expect(day(2, [])).toEqual(['$2.00', '$2.00'])
  expect(day(2, ['claude-next'])).toEqual(['unknown price', 'at least $2.00'])
  expect(day(0, ['claude-next'])).toEqual(['unknown price', 'unknown price'])
})

it('says where a limit stands', () => {
  expect(budgetText({ scope: 'day', unit: 'tokens', used: 8910.4, allowed: 20_000_000 })).toBe('Today: 8,910 of 20,000,000 tokens')
  expect(budgetText({ scope: 'session', unit: 'dollars', used: 1.5, allowed: 5 })).toBe('This session: $1.50 of $5.00')
  expect(budgetText({ scope: 'turn', unit: 'minutes', used: 0.26, allowed: 120 })).toBe('This turn: 0.3 of 120 minutes')
})
