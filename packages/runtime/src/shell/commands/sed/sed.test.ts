import { describe, expect, it } from 'vitest'
import { realCommand, tryCommand, type Trial } from '../../../../../testkit/src/command-lab'
import { searchCommands } from '../search'

const FILES: NonNullable<Trial['files']> = {
  z: 'one\ntwo\nthree\nfour\nfive\n',
  n1: 'x',
  n2: 'y\nstart\nmiddle\nend',
  code: 'int main() {\n  return foo(1, 2);\n}\n\n// NOTE: fix /this/\nname = "value"\n',
  words: 'The quick brown fox\njumps over the lazy dog\n\nTHE END the\n',
  nuls: 'a\0b\nc\0',
  accents: 'café ü éaé\n',
  bytes: 'caf\udce9\tx\\y\u0007\n',
  script: '# a comment\n/two/ {\n  s/t/T/\n  p\n}\n$a\\\nlast line\n',
  'dir/f': 'q\n',
}

const PLAIN = String.raw`
p
-n p
-n 2p
-n '$p'
-n 2,4p
-n '2,$p'
-n /t/p
-n '/t/!p'
-n /two/,/four/p
-n /two/,3p
-n /four/,2p
-n 2,1p
-n 1~2p
-n 0~2p
-n 2~0p
-n 2,~2p
-n 2,+1p
-n '/two/,+1p'
-n '/o/,/o/p'
-n '0,/one/p'
-n '1,/one/p'
-n '/two/I,/FOUR/Ip'
-n '\xtwoxp'
-n '\%two%p'
-n '$='
=
-n '/two/='
d
2d
'$d'
'/^t/d'
'2!d'
'1d;n;d'
'2q'
'2Q'
'q5'
'Q 3'
'$!N;P;D'
'$!N;$!D'
'N;N;s/\n/+/g'
'N;P;D'
'G;G'
'1!G;h;$!d'
'H;$!d;x;s/\n/,/g'
'x;p;x'
'n;d'
'n;n;s/./X/'
's/o/0/'
's/o/0/g'
's/e/E/2'
's/e/[&]/'
's/\(t\)\(.\)/\2\1/'
-E 's/(t)(.)/\2\1/'
-E 's/(a|b|e)+/<&>/g'
-r 's/(.)(.)/\2\1/g'
's/x*/-/g'
's/e*$/Z/'
's/e*/Z/2'
's/e*/Z/3g'
's/\b/|/g'
's/\</</g'
's/\w\+/<&>/g'
's/.*/\U&/'
's/./\U&/'
's/\(.\)\(.*\)/\U\1\E\2/'
's/.*/\U&/;s/\(.\)\(.*\)/\1\L\2/'
's/\(.\)\(.\)/\u\1\u\2/'
's/\(.*\)/\u\1/'
's/.*/\l\U&/'
's/.*/\u\L&/'
's/t/\U&\n&/'
's/o/\n/g'
's/o/\x26/'
's/o/\o101\d066/'
's,o,\,,'
's|o|\||'
's|o\|e|X|'
-E 's|o\|e|X|'
's/t/\//'
's/[/]/x/'
's/[o/]/x/'
's/o/\
X/'
-n 's/o/&&/p'
-n 's/o/0/gp'
's/O/x/I'
's/O/x/ig'
's/a\|o/X/g'
's/o\?n/[&]/'
's/.\{3\}/&-/g'
-E 's/.{2,3}/<&>/g'
-E 's/^(.)(.*)$/\2\1/'
-E 's/(.)\1/<&>/'
's/\(.\)\1/<&>/'
's//X/'
'/o/s//X/g'
's/e$/E/mg'
':a;s/^\(x*\)[^x]/\1x/;ta'
':a;N;$!ba;s/\n/ /g'
-e ':a' -e 'N' -e '$!ba' -e 's/\n/ /g'
'ta;p;:a'
'T;p'
's/o/0/;T;s/$/!/'
's/o/0/;t;s/$/!/'
'bx;s/$/no/;:x'
'/two/{s/t/T/;p}'
'/o/{p;p}'
'2{s/t/T/;}'
'2!{p}'
'{p};p'
'/t/{/w/{s/w/W/}}'
'y/abcdefghijklmnopqrstuvwxyz/ABCDEFGHIJKLMNOPQRSTUVWXYZ/'
'y/o\/e/123/'
'y/abc/\n\t\\/'
'y/ab/c/'
'a hello'
'2a hello'
'$a end'
'1i first'
'2c changed'
'2,3c changed'
'2,3!c changed'
'$!c changed'
'a\
hello\
world'
'a\  hello'
'a\text'
'a\ttext'
'a he\tllo'
'a\
\ttext\ntwo\\x'
'i\
  two spaces'
'1i\   foo'
'a hello\nworld'
'$a\'
'a a;p'
'1i a\
b'
'c\'
'a\  x\  y'
-e 'a\' -e foo
-e 'i\' -e ' two'
'2r n1'
'r nofile'
'$r n2'
'1s/o/0/;2r n1'
'R n2'
'1R n2'
'=;='
'F'
'z;s/^$/E/'
'l'
-n 'l 1'
-n 'l 0'
-n 'l 5'
-l 4 -n l
'w /dev/stdout'
-n 's/o/0/w /dev/stdout'
-n 'W /dev/stdout'
'w /dev/stderr'
'#n'
'#n
p'
'p # c'
'/o/ {
p # c
}'
'1,3{2c\X
}'
's/o/x/ p'
's/o/x/ ; p'
' 2 , 4 p'
'2, 4p'
'1! p'
'5!s/$/ x/;5q'
's/$/\r/'
's/^/> /;/two/,/four/{/four/!d}'
'2{N;N;s/\n/,/g}'
's/\(o\)/\10/'
's/[\n]/x/'
'N;s/[\n]/x/'
's/[^a-m]//g'
's/[[:alpha:]]/x/2'
's/[]]/x/'
's/[^]]/x/'
--posix 's/o/x/'
-z 's/\n/,/g'
-z 's/^t/T/mg'
-z '$!d'
-s -n '$='
-s p
--expression=p
--quiet p
'v'
'v 9.0'
'k'
'3'
's/a'
's/a/b'
's/a/b/x'
's/a/b/gg'
's/a/b/0'
's/a/b/pp'
's/a/b/3 4'
'y/ab'
'b nolabel'
'{p'
'p}'
'1,p'
'a'
'r'
':'
'pq'
'p x'
'1!!p'
'+1p'
'0p'
'0,5p'
's/\(a/b/'
's/a/\1/'
's/a\{1/b/'
's/[a/b/'
's/*a/b/'
-E 's/*a/b/'
'1,2,3p'
'/a'
's'
's/a/b/w'
'0~0p'
'bend};p;:end}'
's/o/x/;}'
-n '/start/,/end/{//!p}'
--foo
-n
--line-length=x p
'5,2p'
's/\n//'
's/\./x/'
"s/'//"
's/o\+$//'
's/\s*$//'
's/^[ \t]*//'
'/^$/d'
'/./,$!d'
'$!{h;d};x;G'
'1!{x;p;x};h'
's/\(.*\)e/\1E/'
's/\([a-z]\)\([a-z]*\)/\2\1/'
'D'
's/t/\n/;D'
's/o/x/2p;s/x/y/w /dev/stdout'
'1~3d'
'2,3{=;d}'
'/[0-9]/d'
'/o$/s/$/!/'
'\,two,d'
's#o#\##'
's&o&[\&]&'
's.o.\..g'
`

const WHOLE = String.raw`
sed p n1 n2
sed -n '$p' n1 n2
sed -s -n '$p' n1 n2
sed -n '$=' z n2
sed '$a end' n1
sed '1i first' n1
sed G n1
sed p n1
sed 'r n1' n2
sed '$r n1' z
sed N n2
sed '$!N' n2
sed 's/x/&\n/' n1
sed '$d' n2 n1
sed -n '/start/,/end/{//!p}' n2
sed -n '/start/,/end/p' n2 z
sed -f script z
sed -n -f script z
sed -f nofile z
sed -f script -e 's/three/3/' z
sed p nofile
sed p nofile z
sed p dir
sed -i p dir
sed -i p nofile
sed
sed -n
sed -s F n1 n2
sed -s '1s/^/> /' n1 n2
sed '1s/^/> /' n1 n2
sed -z 's/^/X/' nuls
sed -z p n1
sed -zn l nuls
sed -n l bytes
sed 's/./x/g' bytes
sed 's/[^ ]/x/g' bytes
sed 's/x*/-/g' accents
sed 's/\b/|/g' accents
sed 's/é/[&]/g;y/é/e/' accents
sed 's/./\U&/g' accents
sed 's/\(foo\)(\([^)]*\))/\1[\2]/' code
sed -E 's/(foo)\(([^)]*)\)/\1[\2]/' code
sed 's/"\([^"]*\)"/<\1>/' code
sed 's:/this/:/that/:' code
sed '/^\/\//d' code
sed -E '/^\s*$/d;s/^\s+//' code
sed -n '/{/,/}/p' code
sed 's/\bthe\b/THE/gI' words
sed 's/\<./\u&/g' words
sed -E 's/\b(.)/\u\1/g' words
sed -E 's/(^|[^a-z])the/\1a/Ig' words
sed '/^$/d;=' words
sed 's/[aeiou]//g' words
sed -E 's/([a-z]+) ([a-z]+)/\2 \1/' words
sed -n '/quick/{n;p}' words
sed '/fox/a\  indented' words
sed '/fox/c instead' words
sed 's/o/0/3' words
sed -n '2{p;q}' words
sed --version-x
sed -e p -e d z
sed -n -e 1p -e 3p z
sed --in-place=.bak
`

function words(line: string): readonly string[] {
  const found = line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)
  return [...found].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, one: string | undefined, two: string | undefined) => one ?? two ?? ''),
  )
}

async function difference(argv: readonly string[]): Promise<string | undefined> {
  const trial = { argv, files: FILES, stdin: 'from stdin\nsecond\n' }
  const ours = await tryCommand(searchCommands, trial)
  const real = realCommand(trial)
  if (real === undefined) return undefined
  const isSame = ours.out === real.out && ours.code === real.code && (ours.err === '') === (real.err === '')
  const wordsDiffer = isSame && real.err.startsWith('sed: -e') && ours.err !== real.err
  return isSame && !wordsDiffer ? undefined : `${JSON.stringify(argv)}\n  ours ${JSON.stringify(ours)}\n  real ${JSON.stringify(real)}`
}

const HAS_SED = realCommand({ argv: ['sed', '--version'] })?.out.startsWith('sed (GNU sed) 4.9') === true

describe('sed', () => {
  it.skipIf(!HAS_SED)(
    'agrees with GNU sed 4.9 on scripts, in output, exit code and the words of its errors',
    async () => {
      const lines = PLAIN.trim().split(/\n(?=[^}\n]*$|.*)/)
      const scripts: string[] = []
      for (const line of lines) {
        const last = scripts.at(-1)
        // A quote that is open goes on in the next line.
        if (last !== undefined && (last.match(/'/g) ?? []).length % 2 === 1 && !last.startsWith('"'))
          scripts[scripts.length - 1] = `${last}\n${line}`
        else scripts.push(line)
      }
      const wrong: string[] = []
      for (const script of scripts) wrong.push(...[await difference(['sed', ...words(script), 'z'])].filter((each) => each !== undefined))
      expect(wrong.join('\n')).toBe('')
    },
    300_000,
  )

  it.skipIf(!HAS_SED)(
    'agrees with GNU sed 4.9 on files',
    async () => {
      const wrong: string[] = []
      for (const line of WHOLE.trim().split('\n')) wrong.push(...[await difference(words(line))].filter((each) => each !== undefined))
      expect(wrong.join('\n')).toBe('')
    },
    300_000,
  )
})
