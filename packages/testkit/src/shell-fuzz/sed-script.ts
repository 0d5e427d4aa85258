import type { Draw } from './draw'
import { basicPattern, count } from './words'

const part = (draw: Draw): string => basicPattern(draw).replaceAll('/', '\\/')

function address(draw: Draw): string {
  const one = (): string => draw.pick(['1', '2', '$', String(1 + draw.below(6)), `/${part(draw)}/`, `/${part(draw)}/I`])
  const which = draw.below(10)
  if (which < 3) return ''
  if (which < 6) return one()
  if (which < 8) return `${one()},${one()}`
  return draw.pick([`${count(draw)}~2`, `2,+${count(draw)}`, `1,~3`, `0,/${part(draw)}/`, `${one()}!`, `/${part(draw)}/,$`])
}

const replacement = (draw: Draw): string =>
  draw.pick(['', 'X', '[&]', '&&', '\\U&', '\\u&', '\\n', '-', '\\L&\\E!', '<\\t>', 'a\\&b', '\\x41'])

const COMMANDS: readonly ((draw: Draw) => string)[] = [
  (d) => `s/${part(d)}/${replacement(d)}/${d.pick(['', 'g', '2', 'gI', 'p', '3g', 'w w.out', 'I'])}`,
  (d) => `s/\\(${d.pick(['a', '[0-9]', '.', '[a-z]*', 'o\\?'])}\\)\\(${d.pick(['.', 'n', '[^ ]*'])}\\)/\\2\\1/${d.pick(['', 'g', '2'])}`,
  (d) => `s/${part(d)}/${replacement(d)}/${d.pick(['', 'g'])}`,
  (d) => d.pick(['d', 'p', '=', 'q', 'Q', 'N', 'G', 'H', 'x', 'h', 'g', 'n', 'P', 'D', 'l', 'z', 'F', 'q5', 'l 20', '$!N']),
  (d) => `y/${d.pick(['abc/xyz', 'aeiou/AEIOU', '01/10', ' /_'])}/`,
  (d) =>
    d.pick([
      'a\\\nadded',
      'i\\\nput in',
      'c\\\nchanged',
      'a one line',
      '1i top',
      '$a end',
      'r data/matrix.txt',
      'w w.out',
      'R data/words.txt',
    ]),
  (d) =>
    d.pick([
      'N;s/\\n/+/',
      '1!G;h;$!d',
      '$!N;P;D',
      ':a;s/^\\(.*\\)aa/\\1b/;ta',
      ':a;N;$!ba;s/\\n/,/g',
      's/a/b/;T;s/b/c/',
      'n;d',
      'H;$!d;x',
      '/a/{s//A/;p}',
      '/a/,/e/{=;d}',
      '/^$/d;s/^/> /',
      'x;$G',
    ]),
]

/** A script for sed: one or two commands with addresses. */
export function sedScript(draw: Draw): string {
  const one = (): string => {
    const what = draw.pick(COMMANDS)(draw)
    // A command that has an address of its own takes no second one.
    return /^[1$:]/.test(what) ? what : address(draw) + what
  }
  return draw.chance(0.75) ? one() : `${one()}\n${one()}`
}
