import { expect, test } from 'vitest'
import { commandIn, commandsFor } from './slash'

const compact = { name: 'compact', argument: 'instructions', about: 'Summarise', run: async () => undefined }
const ALL = [compact]

test('a command is a whole message with its name first, and the rest is its argument', () => {
  expect(commandIn('/compact', ALL)).toEqual({ command: compact, argument: '' })
  expect(commandIn(' /compact  keep the\nnumbers ', ALL)).toEqual({ command: compact, argument: 'keep the\nnumbers' })
})

test('a path, an unknown name and a slash inside a sentence are messages', () => {
  for (const text of ['/workspace/a.ts is wrong', '/fly', 'use /compact', '/compactly', '/', '/compact/x']) {
    expect(commandIn(text, ALL), text).toBeUndefined()
  }
})

test('the box offers what may be meant', () => {
  expect(commandsFor('/', ALL)).toEqual([compact])
  expect(commandsFor('/comp', ALL)).toEqual([compact])
  expect(commandsFor('/compact keep it', ALL)).toEqual([compact])
  for (const text of ['', 'a', '/x', '/comp keep', ' /compact']) expect(commandsFor(text, ALL), text).toEqual([])
})

test('what takes no argument is a message when words follow it', () => {
  const fork = { name: 'fork', about: 'Fork', run: async () => undefined }
  expect(commandIn('/fork', [fork])).toEqual({ command: fork, argument: '' })
  expect(commandIn('/fork the repository', [fork])).toBeUndefined()
  expect(commandsFor('/fork the', [fork])).toEqual([])
})
