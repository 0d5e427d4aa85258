import { expect, test } from 'vitest'
import { languageOf } from './language'

test('a grammar is found by extension, whatever its case', () => {
  expect(languageOf('src/App.TSX')).toBe('typescript')
  expect(languageOf('README.md')).toBe('markdown')
  expect(languageOf('a.b/c.json')).toBe('json')
})

test('a file without an extension is known by its name or is plain text', () => {
  expect(languageOf('docker/Dockerfile')).toBe('dockerfile')
  expect(languageOf('LICENSE')).toBe('plaintext')
  expect(languageOf('a.d/constructor')).toBe('plaintext')
})
