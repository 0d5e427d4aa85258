import { expect, test } from 'vitest'
import { personOf, personText } from './git-person'

test('who commits is nobody until somebody was entered', () => {
  for (const text of [null, '', '\n', '\n\n\n']) expect(personOf(text)).toEqual({ name: '', email: '' })
})

test('who commits is kept as one line each, without what git leaves out', () => {
  expect(personOf(personText({ name: ' Ann\n<Bee> ', email: 'ann@example.com' }))).toEqual({ name: 'Ann  Bee', email: 'ann@example.com' })
  expect(personOf('x'.repeat(500)).name).toHaveLength(200)
})
