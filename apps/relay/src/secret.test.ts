import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hashedSecret, isSecret, sameHash, sameSecret, secretName } from './secret'

it.each([
  ['the same', 'abcdef', true],
  ['another of its length', 'abcdeg', false],
  ['its beginning', 'abcde', false],
  ['more than it', 'abcdefg', false],
  ['in other letters', 'ABCDEF', false],
  ['nothing', '', false],
])('[O35] a secret is what it is and nothing near it: %s', (_name, given, isSame) => {
  expect(sameSecret(given, 'abcdef')).toBe(isSame)
  expect(isSecret(given, hashedSecret('abcdef'))).toBe(isSame)
  expect(secretName(given) === secretName('abcdef')).toBe(isSame)
})

it('[O35] hashes of another length, as of a row that somebody has edited, are no match and no exception', () => {
  expect(sameHash(hashedSecret('a'), Buffer.alloc(0))).toBe(false)
  expect(isSecret('a', hashedSecret('a').subarray(1))).toBe(false)
})

it('[O35] what compares in constant time stands in one place, and the places that let somebody in use it', () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.test)\.ts$/.test(name))
  const having = (word: string) => sources.filter((name) => readFileSync(join(import.meta.dirname, name), 'utf8').includes(word)).toSorted()
  expect(having('timingSafeEqual')).toEqual(['secret.ts'])
  expect(having("/secret'")).toEqual(
    expect.arrayContaining([
      'engine/channels.ts',
      'engine/engine.ts',
      'engine/tickets.ts',
      'engine/worker-tokens.ts',
      'live-store.ts',
      'mcp/mcp-sign-in.ts',
      'session.ts',
      'share-store.ts',
    ]),
  )
})
