import { expect, it } from 'vitest'
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
