import { classOf, complementOf, rangeOf, unionOf, type CharSet } from './char-set'

const LETTERS = ['\\p{Alphabetic}', '\\p{Nd}']
const MARKS = ['\\p{P}', '\\p{S}']
// U+00A0, U+2007 and U+202F do not break a line: the C library does not count them.
const BLANKS = unionOf([
  classOf(' \\t'),
  ...[0x1680, 0x205f, 0x3000].map((code) => rangeOf(code)),
  rangeOf(0x2000, 0x2006),
  rangeOf(0x2008, 0x200a),
])
const SPACES = unionOf([BLANKS, classOf('\\t-\\r'), rangeOf(0x2028, 0x2029)])
const SHOWN = ['\\p{L}', '\\p{M}', '\\p{N}', '\\p{P}', '\\p{S}', '\\p{Cf}', '\\p{Co}']

/** `[[:alpha:]]` and the like, in the locale C.UTF-8. */
export const POSIX_CLASSES: ReadonlyMap<string, CharSet> = new Map([
  ['alpha', classOf('A-Za-z', LETTERS)],
  ['digit', classOf('0-9')],
  ['alnum', classOf('0-9A-Za-z', LETTERS)],
  ['upper', classOf('A-Z', ['\\p{Lu}'])],
  ['lower', classOf('a-z', ['\\p{Ll}'])],
  ['space', SPACES],
  ['blank', BLANKS],
  ['punct', classOf('!-/:-@[-`{-~', MARKS)],
  ['print', unionOf([classOf(' -~', SHOWN), BLANKS].map((set, i) => (i === 0 ? set : { ...set, ascii: classOf(' ').ascii })))],
  ['graph', classOf('!-~', SHOWN)],
  ['cntrl', unionOf([classOf('\\x00-\\x1f\\x7f'), rangeOf(0x80, 0x9f), rangeOf(0x2028, 0x2029)])],
  ['xdigit', classOf('0-9A-Fa-f')],
])

/** What GNU tools count as part of a word. */
export const POSIX_WORD = classOf('0-9A-Za-z_', LETTERS)

/** The classes that a backslash names in GNU's expressions. */
export function gnuEscape(letter: string): CharSet | undefined {
  if (letter === 'w') return POSIX_WORD
  if (letter === 'W') return complementOf(POSIX_WORD)
  if (letter === 's') return SPACES
  return letter === 'S' ? complementOf(SPACES) : undefined
}
