import { expect, it } from 'vitest'
import { chosenText } from './conflict-text'

it('makes of three sides what was chosen, each side on lines of its own', () => {
  const sides = { base: 'was\n', yours: 'mine', agents: 'theirs' }
  expect(chosenText(sides, 'yours')).toBe('mine')
  expect(chosenText(sides, 'agent')).toBe('theirs')
  expect(chosenText(sides, 'neither')).toBe('was\n')
  expect(chosenText(sides, 'both')).toBe('mine\ntheirs')
  expect(chosenText({ ...sides, yours: 'mine\n' }, 'both')).toBe('mine\ntheirs')
  expect(chosenText({ ...sides, yours: '' }, 'both')).toBe('theirs')
  expect(chosenText({ ...sides, agents: 'a\r\nb\r\n' }, 'both')).toBe('mine\r\na\r\nb\r\n')
})
