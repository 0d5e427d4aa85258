import type { Draw } from './draw'

/** What every script of this grammar begins with, so that its words mean something. */
export const PROLOGUE = `x=hello y='a b  c' s=/p/q.tar.gz n=7 e=
a=(one 'two 2' three "" five)
declare -A m=([k]=v ['b c']='x y')
set -- p 'q r' '*'`

const NAMES = [
  'x',
  'y',
  's',
  'n',
  'e',
  'u',
  '1',
  '2',
  'a',
  'a[1]',
  'a[-1]',
  'm[k]',
  "m['b c']",
  'a[n-5]',
  '@',
  '*',
  'a[@]',
  'a[*]',
  '#',
  'm[@]',
]
const PATTERNS = [
  '*',
  '?',
  '[a-m]',
  'l*',
  '*l',
  '/',
  '.',
  '*.',
  'o',
  ' ',
  '[!a-z]',
  '"*"',
  'e|o',
  '[[:space:]]',
  '$x',
  '"$e"',
  '\\*',
  'h?',
  '*/',
  "' '",
]
const PLAIN = ['abc', 'b', '0', '12', '-n', 'x=y', 'a.b', '/tmp', 'é', '-', '%s', '@', '=', ':', '~', '+', 'A', 'x,y', 'a#b', '!']

const QUOTED = [
  "'a b'", '"a b"', 'a\\ b', "$'t\\tb\\n'", "'$x'", '"\\$x"', '"\\"q\\""', "''", '""', "'it'\\''s'", '"*"', "'*'", '\\*', '"a"\'b\'c', '$"l"', '"`echo bt`"', "'\\n'", '"\\n\\a"', '"\'"', '\'"\'', '"~"', 'a"$x"b', '"$x"\'$x\'$x',
] // prettier-ignore

const ARRAYS = [
  '"${a[@]}"', '${a[@]}', '"${a[*]}"', '${a[*]}', '"${a[@]:1:2}"', '"${a[@]: -2}"', '"${a[@]/o/0}"', '"${!a[@]}"', '${#a[@]}', '"${a[-1]}"', '${a[n%3]}', '"${m[k]}"', '"${m[b c]}"', '"${!m[@]}"', '"${a[@]@Q}"',
  '"${a[@]^}"', '"${a[@]#t}"', '"${a[@]%e}"', '"pre${a[@]}post"', '"${a}"', '${#a[1]}', '"${a[@]:7}"', '${!a*}', '"${a[@]//[aeiou]}"', '"$@"', '$@', '"$*"', '$*', '$#', '"${@:2}"', '${@: -1}', '"${!#}"', '"x$@y"', '"${*//q/Q}"',
  '"${@#p}"', '"${a[@]+set}"', '${u[@]-none}', '"${#m[@]}"', '"${m[@]@K}"', '"${a[*]@Q}"', '${a[@]@a}', '"${@@Q}"', '${1}', '${9-}', '"${a[@]:0:1}${a[2]}"',
] // prettier-ignore

const BRACES = ['{a,b}', '{1..3}', 'x{,y}', '{a,b}{1,2}', '{a,"b c"}', '{3..1}', '{01..03}', '{a,$x}', '"{a,b}"', '{a}', '{a,b', '{}', '{a..c}z', '{$x,$n}', '{"$y",q}', '{a,{b,c}}', '{1..5..2}', 'a{b,c}d{e,f}'] // prettier-ignore
const GLOBS = ['*.md', 'src/*', '*/', 'no*such', '[A-Z]*', '*.{md,json}', 'd*/*.txt', '?*.json', '"*".md', 'src/**', '[[:upper:]]*.md'] // prettier-ignore

/** An operator of `${name…}` with its operand. */
function operator(draw: Draw, depth: number): string {
  const inner = (): string => (depth > 0 ? word(draw, depth - 1) : draw.pick(PLAIN))
  return draw.pick([
    () => `${draw.pick([':-', '-', ':+', '+'])}${inner()}`,
    () => `${draw.pick([':-', '-', ':+', '+'])}${inner()} ${inner()}`,
    () => `${draw.pick(['#', '##', '%', '%%'])}${draw.pick(PATTERNS)}`,
    () =>
      `${draw.pick(['/', '//', '/#', '/%'])}${draw.pick(PATTERNS.filter((one) => !one.includes('/')))}/${draw.chance(0.5) ? draw.pick(['', 'X', '&', '[&]', '\\&', '"&"', '$n', "'q'"]) : inner()}`,
    () => draw.pick(['^', '^^', ',', ',,', '^^[aeiou]', '~', '~~', '^h', '//', '//l']),
    () => draw.pick([':1', ':1:2', ': -2', ': -3:2', ':n-6', ':0:1', ':2:-1', ':$((1+1))', ':${#e}', ': 1 : 3', ':9', '::2']),
    () => draw.pick(['@Q', '@U', '@u', '@L', '@A', '@E', '@a', '@P', '@K', '@k']),
    () => '',
  ])()
}

function parameter(draw: Draw, depth: number): string {
  const made = `\${${draw.chance(0.08) ? '#' : ''}${draw.pick(NAMES)}${operator(draw, depth)}}`
  // A length takes no operator.
  return /^\$\{#\w+\W/.test(made) ? '${#x}' : made
}

/** An expression of numbers. */
export function sum(draw: Draw, depth = 2): string {
  const inner = (): string => sum(draw, depth - 1)
  if (depth === 0)
    return draw.pick(['1', '2', '7', '0', '-3', 'n', 'x1', '10', '0x1f', '017', '2#101', '36#z', '$n', '${#x}', 'n++', '--n', 'a[0]', 'i', '$#', '64#_', '9223372036854775807', '!n', '~n', '-n', '+2', '${a[1]:-4}', '"3"', '$((2))', '08', '']) // prettier-ignore
  return draw.pick([
    () =>
      `${inner()} ${draw.pick(['+', '-', '*', '/', '%', '**', '<<', '>>', '&', '|', '^', '&&', '||', '<', '>', '<=', '==', '!='])} ${inner()}`,
    () => `(${inner()})`,
    () => `${inner()}?${inner()}:${inner()}`,
    () => `${draw.pick(['i', 'n', 'a[3]', 'j'])}${draw.pick(['=', '+=', '-=', '*=', '<<=', '|=', '%='])}${inner()}`,
    () => `${inner()},${inner()}`,
    () => inner(),
  ])()
}

/** A word of a command, with quotes and expansions of any kind. */
export function word(draw: Draw, depth = 2): string {
  return draw.pick([
    () => draw.pick(PLAIN),
    () => draw.pick(QUOTED),
    () => draw.pick(['$x', '"$x"', '$y', '"$y"', '${s}', '$e', '"$e"', '$u', '"$u"', '$n', '$?', '"$1"', '$2', '"$2"', '$3', 'q']),
    () => parameter(draw, depth),
    () => `"${parameter(draw, depth).replaceAll(/(?<=:?[-+])"|"(?=\})/g, '')}"`,
    () => `"${draw.pick(['pre', 'a b', ''])}${parameter(draw, 0)}${draw.pick(['post', ' z', ''])}"`,
    () => draw.pick(ARRAYS),
    () => `$((${sum(draw, 1)}))`,
    () => `"$((${sum(draw)}))"`,
    () => draw.pick(BRACES),
    () => draw.pick(GLOBS),
    () => (depth > 0 ? `$(${draw.pick(['echo', "printf '%s\\n'"])} ${word(draw, depth - 1)})` : '$(echo in)'),
    () => (depth > 0 ? `"$(${draw.pick(['echo', "printf '%s,'"])} ${word(draw, depth - 1)})"` : '"$(echo "in")"'),
    () => `${draw.pick(PLAIN)}${draw.pick(QUOTED)}${draw.pick(['$x', '${y}', '"$y"', ''])}`,
  ])()
}

/** Some words, at least one. */
export const words = (draw: Draw, most = 3): string => Array.from({ length: 1 + draw.below(most) }, () => word(draw)).join(' ')

/** What stands after `[[`, `[` or `test`. */
export function condition(draw: Draw, depth = 1): string {
  const inner = (): string => condition(draw, depth - 1)
  if (depth > 0 && draw.chance(0.3))
    return draw.pick([() => `${inner()} && ${inner()}`, () => `${inner()} || ${inner()}`, () => `! ${inner()}`, () => `( ${inner()} )`])()
  return draw.pick([
    () =>
      `${word(draw, 1)} ${draw.pick(['==', '!=', '=', '<', '>'])} ${draw.chance(0.5) ? draw.pick(PATTERNS.filter((one) => !/[| ]/.test(one))) : word(draw, 0)}`,
    () =>
      `${word(draw, 1)} =~ ${draw.pick(['^h', 'l+', '(l)(o)?$', '"."', '^[a-z]+$', '$x', '"$x"', 'a|b', '[0-9]{1,2}', '^$', '\\.', '(.)(.)', '[[:space:]]', '^(a\\ b)', "'l'l", '.*'])}`,
    () => `${draw.pick(['-n', '-z'])} ${word(draw, 1)}`,
    () =>
      `${draw.pick(['-f', '-d', '-e', '-s', '-r', '-x', '-L'])} ${draw.pick(['README.md', 'src', 'nosuch', '"$x"', 'empty.txt', '""'])}`,
    () =>
      `${draw.pick(['7', '$n', 'n', '08', '0x7', '"$n"', '1+2', '${#x}', 'n+1', '$#'])} ${draw.pick(['-eq', '-ne', '-lt', '-gt', '-ge', '-le'])} ${draw.pick(['7', 'n', '$n', '010', '"5"', '3'])}`,
    () => `${draw.pick(['-v', '-v', '-o', '-R'])} ${draw.pick(['x', 'u', 'a[1]', 'a[9]', 'm[k]', 'errexit', 'm', 'a', '1'])}`,
    () => word(draw, 1),
  ])()
}
