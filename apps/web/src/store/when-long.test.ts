import { expect, test } from 'vitest'
import { chosenModel, whenLongChoice } from './when-long'

test('[F19] a long conversation is summarised unless the person chose otherwise', () => {
  expect(['clear', 'summarise', 'odd', '', null].map(whenLongChoice)).toEqual(['clear', 'summarise', 'summarise', 'summarise', 'summarise'])
})

test('[F19] the choice travels with the model', () => {
  expect(chosenModel({ id: 'one', label: 'One', clearsResults: true }, 'clear')).toEqual({
    id: 'one',
    label: 'One',
    clearsResults: true,
    whenLong: 'clear',
  })
})
