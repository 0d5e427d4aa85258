import { DEFAULT_GUARDS, DEFAULT_LIMITS, NO_QUALITY } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { chosenModel, whenLongChoice } from './when-long'

test('[F19] a long conversation is summarised unless the person chose otherwise', () => {
  expect(['clear', 'summarise', 'odd', '', null].map(whenLongChoice)).toEqual(['clear', 'summarise', 'summarise', 'summarise', 'summarise'])
})

test('[F19] the choice travels with the model', () => {
  expect(
    chosenModel(
      { id: 'one', label: 'One', clearsResults: true },
      { whenLong: 'clear', limits: DEFAULT_LIMITS, guards: DEFAULT_GUARDS, quality: NO_QUALITY },
    ),
  ).toEqual({
    id: 'one',
    label: 'One',
    clearsResults: true,
    whenLong: 'clear',
    limits: DEFAULT_LIMITS,
    guards: DEFAULT_GUARDS,
    quality: NO_QUALITY,
  })
})
