import { expect, test } from 'vitest'
import { cleanTitle } from './clean-title'

test('an ordinary title stays, trimmed and on one line', () => {
  expect(cleanTitle('  Fix the\ttest\nnow ')).toBe('Fix the test now')
  expect(cleanTitle('שלום 世界')).toBe('שלום 世界')
})

test('controls and characters that change the direction are taken out', () => {
  expect(cleanTitle('a\u202egpj\u202c.exe\u0007')).toBe('agpj.exe')
  expect(cleanTitle('\ufeffa\u2066b\u2069')).toBe('ab')
})

test('a family of emoji is still one sign', () => {
  expect(cleanTitle('👩\u200d👧 home')).toBe('👩\u200d👧 home')
})

test.each(['', '  \n', '\u200b\u200b', '\u200d', '\u0000\u001b', '\u202e\u2066', '\u3164', '\u2800', '\u00a0'])(
  '%j is no title',
  (text) => {
    expect(cleanTitle(text)).toBeUndefined()
  },
)
