import { expect, it } from 'vitest'
import { sharedWords } from './handing-over'

const one = { mark: '[secret: A of .env]', place: 'a.ts', count: 1 }

it.each([
  [{ removals: [], leftOut: [] }, 'No secrets were found in it.'],
  [{ removals: [one], leftOut: [] }, 'Names stand in the places of secrets.'],
  [
    { removals: [], leftOut: ['[left out: a.zip, which is packed]'] },
    'No secrets were found in it. What nobody can look through is left out.',
  ],
])('says what was made of a copy, and that a person has to look: %j', (taken, words) => {
  expect(sharedWords('x', taken)).toBe(`Saved a copy of “x”. ${words} Look through it before you hand it on.`)
})
