import { NO_QUALITY, type QualityWish } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { qualityOf, qualityText, withStronger } from './quality'

const STRONG = { id: 'strong', label: 'Strong', maxOutput: 9 }

test('[F69] what finished work is held against is kept as it was chosen, and is nothing before', () => {
  const all: readonly QualityWish[] = [
    { check: { type: 'command', command: 'npm test' }, stronger: STRONG },
    { check: { type: 'schema', schema: '{}' } },
    { check: { type: 'question', question: 'Is it?' } },
    NO_QUALITY,
  ]
  for (const wish of all) expect(withStronger(qualityOf(qualityText(wish)), [STRONG])).toEqual(wish)
  expect([null, '', '3', '{"check":{"type":"command"}}', '{"check":7}'].map(qualityOf)).toEqual(Array(5).fill(NO_QUALITY))
  expect(withStronger({ ...NO_QUALITY, stronger: STRONG }, []), 'a model that is not there any more').toEqual(NO_QUALITY)
})
