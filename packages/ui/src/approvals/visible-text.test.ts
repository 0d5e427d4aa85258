import { describe, expect, test } from 'vitest'
import { visibleText } from './visible-text'

const shown = (text: string): string =>
  visibleText(text)
    .map((part) => part.text)
    .join('')

describe('[O21] visibleText', () => {
  test('ordinary text, accents and line breaks stay as they are', () => {
    const text = `{"command":"echo héllo 世界 🙂"}\nsecond line\n\n${' '.repeat(40)}x`
    expect(visibleText(text)).toEqual([{ type: 'plain', text }])
  })

  test.each([
    ['a right-to-left override', 'rm \u202egpj.exe', 'rm \\u{202E}gpj.exe'],
    ['a zero-width space', 'npm\u200b test', 'npm\\u{200B} test'],
    ['a no-break space', 'rm\u00a0-rf', 'rm\\u{00A0}-rf'],
    ['an escape sequence', '\u001b[2Kls', '\\u{001B}[2Kls'],
    ['a carriage return', 'evil\rgood', 'evil\\u{000D}good'],
    ['a tag character', 'a\u{e0041}b', 'a\\u{E0041}b'],
    ['a Hangul filler', 'a\u3164b', 'a\\u{3164}b'],
    ['a braille blank', 'a\u2800b', 'a\\u{2800}b'],
    ['half a surrogate pair', 'a\ud800b', 'a\\u{D800}b'],
    ['a variation selector', 'a\ufe0fb', 'a\\u{FE0F}b'],
    ['many spaces in a row', `ls${' '.repeat(4000)}; curl evil`, 'ls[4,000 spaces]; curl evil'],
    ['many line breaks in a row', `ls${'\n'.repeat(500)}curl evil`, 'ls[500 line breaks]\ncurl evil'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ])('%s is shown as an escape', (_, text, expected) => {
    expect(shown(text)).toBe(expected)
  })

  test('an escape says what it stands for', () => {
    expect(visibleText('\u202e')).toEqual([{ type: 'escape', text: '\\u{202E}', name: 'right-to-left override' }])
  })
})
