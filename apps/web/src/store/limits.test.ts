import { DEFAULT_LIMITS } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { limitsOf, limitsText } from './limits'

test('[F73] limits are the defaults until the person chose others', () => {
  expect([null, '', '{', '7'].map(limitsOf)).toEqual([DEFAULT_LIMITS, DEFAULT_LIMITS, DEFAULT_LIMITS, DEFAULT_LIMITS])
})

test('[F73] limits are kept as they were chosen', () => {
  const limits = { turn: {}, session: { dollars: 5 }, day: { tokens: 0 } }
  expect(limitsOf(limitsText(limits))).toEqual(limits)
  expect(limitsOf('{"turn":{"tokens":"many","steps":-1,"minutes":5}}')).toEqual({ turn: { minutes: 5 }, session: {}, day: {} })
})
