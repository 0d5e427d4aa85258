import { DEFAULT_GUARDS } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { guardsOf, guardsText } from './guards'

test('[F46] the levels of guards are kept as they were chosen, and are the defaults before', () => {
  const guards = { input: 'block', tool: 'off', output: 'warn', check: 'block' } as const
  expect(guardsOf(guardsText(guards))).toEqual(guards)
  expect(guardsOf('block off warn'), 'of before there was a fourth set').toEqual({ ...guards, check: 'off' })
  expect([null, '', 'x y z'].map(guardsOf)).toEqual([DEFAULT_GUARDS, DEFAULT_GUARDS, DEFAULT_GUARDS])
})
