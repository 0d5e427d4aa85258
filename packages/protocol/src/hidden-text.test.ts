import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countHidden, withHiddenShown } from './hidden-text'

const tags = (text: string): string => text.replaceAll(/./g, (char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0)))

describe('[O28] hidden text', () => {
  it.each([
    ['tags that spell an order', `fine${tags('rm -rf')}`, 'fine\\u{E0072}\\u{E006D}\\u{E0020}\\u{E002D}\\u{E0072}\\u{E0066}', 6],
    ['bytes in variation selectors', 'a\u{E0101}\u{E0102}', 'a\\u{E0101}\\u{E0102}', 2],
    ['variation selectors behind an emoji that takes one', '😀\uFE0F\uFE0E\uFE0F', '😀\uFE0F\\u{FE0E}\\u{FE0F}', 2],
    ['zero-width characters', 'pass\u200Bword\u2060\uFEFF', 'pass\\u{200B}word\\u{2060}\\u{FEFF}', 3],
    ['characters that turn the direction', 'a\u202Eb\u2066c', 'a\\u{202E}b\\u{2066}c', 2],
    ['tags behind a flag that is none', `🏴${tags('usca')}\u{E007F}`, '🏴\\u{E0075}\\u{E0073}\\u{E0063}\\u{E0061}\\u{E007F}', 5],
    ['a joiner between Latin letters', 'a\u200Cb', 'a\\u{200C}b', 1],
    ['two joiners in a row', 'می\u200C\u200Cخواهم', 'می\\u{200C}\\u{200C}خواهم', 2],
  ])('shows %s', (_, text, shown, count) => {
    expect(withHiddenShown(text)).toBe(shown)
    expect(countHidden(text)).toBe(count)
  })

  it.each(['👩‍💻 👨‍👩‍👧‍👦 ❤️ 👍🏽 1️⃣', `🏴${tags('gbeng')}\u{E007F}`, 'می\u200Cخواهم', 'क्\u200Dष', 'plain\ttext\r\n'])(
    'leaves %s as it is',
    (text) => {
      expect(withHiddenShown(text)).toBe(text)
      expect(countHidden(text)).toBe(0)
    },
  )

  it('loses nothing that is seen, and showing twice is showing once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = withHiddenShown(text)
        expect(withHiddenShown(shown)).toBe(shown)
        expect(countHidden(shown)).toBe(0)
        expect(shown === text).toBe(countHidden(text) === 0)
      }),
    )
  })
})
