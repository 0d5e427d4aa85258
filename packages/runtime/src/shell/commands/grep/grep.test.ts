import { realCommand, tryCommand, type Outcome, type Trial } from '../../../../../testkit/src/command-lab'
import { describe, expect, it } from 'vitest'
import { searchCommands } from '../search'

const TEXT = 'apple\nbanana\ncherry apple\n\nfoo.bar\nfoo bar baz\nFOO\n  indented\nx=1; y=2;\nabcabc\naa bb\nline*star\n(paren)\nend\n'
const FILES: NonNullable<Trial['files']> = {
  a: TEXT,
  b: 'apple pie\nno newline at end',
  empty: '',
  bin: 'text a\n\0\u0001apple\nmore apple\n',
  latin: 'caf\udce9 apple\nclean apple\n',
  crlf: 'one\r\ntwo\r\n',
  accents: 'éclair\nÉcole\nnaïve x\n日本語\n',
  nuls: 'one\0two\nlines\0three\0',
  pats: 'foo\nban\n',
  'src/main.c': 'int main() {\n  return foo;\n}\n',
  'src/main.h': 'int foo;\n',
  'src/deep/x.py': 'foo = 1\n# foo\n',
  'node_modules/m/i.js': 'foo()\n',
}

/** Words of a line, with the quotes of a shell. */
function words(line: string): readonly string[] {
  const found = line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)
  return [...found].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, one: string | undefined, two: string | undefined) => one ?? two ?? ''),
  )
}

const LINES = String.raw`
grep apple a
grep -n apple a b
grep -c apple a b empty
grep -v apple a
grep -vn a a
grep -i foo a
grep -in foo a
grep -w foo a
grep -x FOO a
grep -xi foo a
grep -o 'a[a-z]' a
grep -on 'a.' a b
grep -ob a a
grep -obn an a
grep -b apple a b
grep -l apple a b empty
grep -L apple a b empty
grep -lv apple a b
grep -q apple a
grep -q nothing a
grep nothing a
grep -s x nofile
grep x nofile
grep apple a nofile
grep -q apple a nofile
grep -q apple nofile a
grep -h apple a b
grep -H apple a
grep -A1 apple a
grep -B1 apple a
grep -C1 apple a
grep -1 apple a
grep -A1 -n apple a b
grep -nB2 -A1 bar a
grep -A 100 banana b a
grep -m1 apple a b
grep -m1 -A2 apple a
grep -m2 -c a a
grep -m0 a a
grep -m x a a
grep -A x a a
grep --no-group-separator -A1 a a
grep --group-separator=== -A0 apple a
grep --group-separator=XX -A1 apple a
grep -e apple -e foo a
grep -e foo -f pats a
grep -f pats a
grep -f empty a
grep -vf empty b
grep -f nofile a
grep '' a
grep -c '' a empty b
grep -v '' a
grep -E 'a|b' a
grep -E '(foo|ban)' a
grep -E '^(foo)?' a
grep -oE '(abc)+' a
grep -oE '(a|ab)(c|bcd)?' a
grep -E '(.)\1' a
grep '\(.\)\1' a
grep -E 'foo\.bar|^$' -n a
grep -E '^\s+' a
grep -E '\bfoo\b' a
grep '\<ba' a
grep -c 'a\{2\}' a
grep -E 'a{2}' a
grep -E '{' src/main.c
grep -E 'a{}' a
grep -E 'a{1,2,3}' a
grep '[a-c-e]' a
grep '[é-ü]' accents
grep '[éü]' accents
grep '[[:upper:]]' a
grep '[[:space:]]' a
grep '[^a-z]' a
grep -F 'foo.bar' a
grep -F '*' a
grep -Fx 'end' a
grep -Fw foo a
grep -Fi FoO a
grep -Fo -e foo -e foobar -e fo a
grep -F 'a
foo' a
grep 'a*' -o a
grep -P '\d+' a
grep -oP '\w+(?=\.)' a
grep -oP 'foo\K.*' a
grep -P '^(?!foo)' a
grep -oP '(?<=x=)\d' a
grep -P 'a++b' a
grep -iP 'foo' a
grep -wP 'foo' a
grep -xP 'fo+' -i a
grep -P '(' a
grep '\(' a
grep '[a' a
grep -E '(a' a
grep -E 'a)' a
grep -E '*a' a
grep -E 'a{1,2' a
grep -E '(a)\2' a
grep '[[:foo:]]' a
grep '[:space:]' a
grep 'a\' a
grep apple bin
grep -c apple bin
grep -a apple bin
grep -I apple bin
grep -I apple bin a
grep -o apple bin
grep -l apple bin
grep -v zzz bin
grep --binary-files=text apple bin
grep --binary-files=without-match apple bin
grep --binary-files=foo apple bin
grep -n 'more' bin
grep apple latin
grep -a apple latin
grep -o apple latin
grep -c apple latin
grep 'caf.' latin
grep 'e$' crlf
grep -c . crlf
grep . accents
grep -i école accents
grep -o '[[:alpha:]]*' accents
grep -E '^.{3}$' accents
grep -w x accents
grep -o . accents
grep -b x accents
grep -ob x accents
grep -z two nuls
grep -zo 'two.lines' nuls
grep -zc . nuls
grep -z '^lines' nuls
grep -zn . nuls
grep -rn foo src
grep -r foo
grep -r foo .
grep -rl foo .
grep -rc foo src
grep -rh foo src
grep -rL foo src
grep -r foo --include=*.c
grep -r foo --include='*.c' --include='*.h' .
grep -r foo --exclude='*.c' src
grep -r foo --exclude-dir=node_modules .
grep -r foo --exclude-dir=deep --include='*.py' .
grep -rI apple .
grep -rin FOO src/
grep -r foo src/main.c
grep -rH foo src/main.c
grep -R foo src a
grep foo src
grep foo src a
grep -d skip foo src a
grep -d recurse foo src
grep -s foo src
grep --exclude=a foo a b
grep --include=a apple a b
grep --exclude-dir=src -r foo src .
grep --exclude-from=pats foo a
grep --color=always apple a
grep --color=always -n apple a b
grep --color=always -rn foo src
grep --color=always -A1 -n apple a
grep --color=always -v apple b
grep --color=always -o a b
grep --color=always -l apple a
grep --color=always -c apple a b
grep --color=always -i 'FOO' a
grep --color=never apple a
grep --color=auto apple a
grep --color apple a
grep --colour=always -w foo a
grep --color=always -b foo a
grep --color=always '' b
grep -Z -l apple a b
grep -lZ apple a
grep -HZn apple a
grep -cZ apple a b
grep -T apple a b
grep -Tn apple a
grep --label=in -H apple -
grep --label=in -c apple
grep apple
grep -H apple
grep -n apple - a
grep -c apple - < x
grep -r apple -
grep
grep -E
grep -e
grep -Q a
grep --foo a
grep --in a
grep -EF a a
grep -PE a a
grep -GE 'a+' a
grep -y FOO a
grep -U foo a
grep --line-buffered foo a
grep -nc foo a
grep -ov a a
grep -oc a a
grep -lc a a
grep -lL a a empty
grep -nv . a
grep -w 'o*' a
grep -wo 'fo*' a
grep -w '' a
grep -x '' a
grep -x 'a|b' a
grep -Ex 'a|foo bar baz' a
grep -Ew 'ba|bar' a
grep -e -v a
grep -- -v a
grep -e a -i a
grep a -c a
grep -n '^' b
grep -n '$' b
grep -ni 'I' accents
grep -o 'b*' a
grep -Eo '[a-z]+|[0-9]+' a
grep -Eo '[0-9]{1,3}' a
grep -E 'x=[0-9];|\(' a
grep 'foo\|apple' a
grep 'fo\+' a
grep 'fo\?o' a
grep '^a' a
grep 'a$' a
grep '^$' a
grep '\.' a
grep 'line\*' a
grep 'line*star' a
grep '(paren)' a
grep -E '\(paren\)' a
grep -E 'a.*a.*a' a
grep -E '^(.*) apple$' a
grep '\w\+ \w\+' a
grep -E '(foo|bar) (foo|bar)' a
`

async function compare(line: string): Promise<string | undefined> {
  const trial = { argv: words(line), files: FILES, stdin: 'apple on stdin\nfoo\n' }
  const ours = await tryCommand(searchCommands, trial)
  const real = realCommand(trial)
  if (real === undefined) return undefined
  const isSorted = / -[a-z]*[rR]| -d recurse/.test(line)
  const told = ({ out, err, code }: Outcome): string =>
    JSON.stringify([isSorted ? out.split('\n').toSorted() : out, isSorted ? '' : err === '' ? '' : 'words', code])
  return told(ours) === told(real) ? undefined : `${line}\n  ours ${told(ours)} ${ours.err}\n  real ${told(real)} ${real.err}`
}

const HAS_GREP = realCommand({ argv: ['grep', '--version'] })?.out.startsWith('grep (GNU grep) 3.8') === true

describe('grep', () => {
  it.skipIf(!HAS_GREP)(
    'agrees with GNU grep 3.8 in output, exit code and whether it complains',
    async () => {
      const wrong: string[] = []
      for (const line of LINES.trim().split(/\n(?=grep)/)) {
        const difference = await compare(line)
        if (difference !== undefined) wrong.push(difference)
      }
      expect(wrong.join('\n')).toBe('')
    },
    300_000,
  )
})
