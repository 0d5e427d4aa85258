import { describe, expect, it } from 'vitest'
import { realCommand, tryCommand, type Trial } from '../../../../../testkit/src/command-lab'
import { searchCommands } from '../search'

const FILES: NonNullable<Trial['files']> = {
  '.git/HEAD': 'ref: x\n',
  '.git/info/exclude': 'excluded.txt\n',
  '.gitignore': 'node_modules/\n*.log\n!keep.log\n/build\ndocs/*.tmp\n# a comment\n**/cache/**\n',
  '.ignore': 'ignored.txt\n',
  '.rgignore': 'rgignored.txt\n',
  'src/a.c': 'int foo;\nbar\nfoo bar foo\n',
  'src/a.h': '#define FOO 1\n\tint foobar;\n',
  'src/build/out.c': 'foo in build\n',
  'src/cache/deep/c.c': 'foo cached\n',
  'src/.hidden.c': 'foo hidden\n',
  'build/x.c': 'foo built\n',
  'node_modules/m/x.js': 'foo();\n',
  'docs/a.tmp': 'foo tmp\n',
  'docs/b.md': '# Foo\n\nfoo and bar\n\n\nlast foo',
  'docs/.gitignore': '!a.tmp\nb.txt\n',
  'docs/b.txt': 'foo\n',
  'a.log': 'foo log\n',
  'keep.log': 'foo kept\n',
  'ignored.txt': 'foo\n',
  'rgignored.txt': 'foo\n',
  'excluded.txt': 'foo\n',
  bin: 'foo\0x\n',
  late: `${'line of text foo\n'.repeat(8000)}\0foo\n`,
  t: 'x\nfoo\ny\n  indented foo\nFoo Foo\nfoo_bar foo-bar\n1 22 333\nend',
  lat: 'caf\udce9 foo\n',
  accents: 'École été\nnaïve foo\n',
  u16: '\udcff\udcfef\0o\0o\0\n\0',
  empty: '',
}

// `%{` stands for a dollar and a brace.
const LINES = String.raw`
foo .
foo ./
foo src
foo src/a.c
foo src/a.c t
-n foo .
-n foo t
-c foo .
-l foo .
--count-matches foo .
-c -o foo .
-c --include-zero zzz t src
--files-without-match foo src t empty
--files .
--files src
--files src docs
--files -g '*.c' .
--files --hidden .
--files --no-ignore .
--files -uu .
--files -0 src
-u foo .
-uu foo .
-uuu foo .
--hidden foo .
-. foo src
--no-ignore foo .
--no-ignore-vcs foo .
--no-ignore-dot foo .
--no-ignore-parent foo src
--no-require-git foo .
--ignore-file docs/.gitignore foo .
-g '*.c' foo .
-g '!*.c' foo .
-g 'src/**' foo .
-g '**/a.*' foo .
-g '*.{c,h}' foo .
-g src foo .
-g '!src' foo .
-g '*.log' foo .
-g '[ab].*' foo .
-g '/t' foo .
--iglob '*.C' foo .
-tc foo .
-t c -t md foo .
-Tc foo .
-tfoo x .
--type-add 'tt:t*' -ttt foo .
--max-depth 1 foo .
--max-depth 2 foo .
--max-filesize 10 foo .
-A1 foo .
-B1 foo t
-C1 -n foo t docs
-A1 -m1 foo t
-m1 foo .
-m 2 -n foo t
-o foo src
-on foo t
-ob foo t
-o '\w+' t
-r X foo src
-r '$0-%{0}x' foo src
-r '$1' '(fo)o' src
-r '%{n}!' '(?P<n>fo)o' src
-or '$1' '(\w)oo' t
-r '' foo t
foo bin
-a foo bin
-c foo bin
-l foo bin
foo bin t
foo late
-c foo late
foo lat
'caf.' lat
foo u16
'\w+é' accents
-r X '()' accents
-r '[$0]' 'é|' accents
-ob 'z*' accents
--vimgrep 'z*' accents
--count-matches '' accents
--json '()' -q accents
-r X '\b' accents
-i É accents
--heading foo .
--heading -n foo src t
--heading -A1 foo t docs/b.md
--vimgrep foo .
--column foo t
-N --column foo t
--column -N foo t
-N -p foo t
-N --vimgrep foo t
-N -n foo t
--no-filename foo .
-I foo .
-H foo t
-b foo t
--trim foo t
--passthru foo t
--passthru zzz t
-M 8 foo t
-N foo t
-S FOO .
-S foo t
-S Foo t
-S '\S+Foo' t
-i FOO src
-s FOO src
-w foo t
-w fo t
-w 'foo|foo_bar' t
-x foo t
-x 'x|y' t
-F 'foo;' src
-F '(' src
-v foo t
-vn foo t
-vc foo t
-q foo .
-q zzz .
zzz .
-e foo -e bar src
-f empty foo t
-e '-x' t
-U 'x\nfoo' t
-Un 'foo\ny' t
-U --multiline-dotall 'x.foo' t
-U 'x.foo' t
-Uc 'x\nfoo' t
-U -A1 'x\nf' t
-Uo 'x\nfoo|y' t
-Uon 'x\nfoo' t
-U -o 'foo' src
-U -r X foo src
-U --column foo t
-U --count-matches 'x\nfoo|foo' t
'x\nfoo' t
-P 'foo(?=_)' t
-P '(\w)\1' t
-P 'foo\Kbar' src
'(' t
'(?=a)' t
'a\1' t
'[z-a]' t
'*a' t
'a{2,1}' t
'\y' t
'a**' t
'{' t
'[[:alpha:]]+' -o t
'[[:^alpha:]]+' -o t
'[a-f&&[^b]]' -o t
'\d{2,}' -o t
'\bfoo\b' -c t
'(?i)foo' -c t
'(?i:F)oo' -c t
'(?x) fo o # c' -c t
'^\s+' -c t
'$' -c t
'^$' -n docs/b.md
'.*' -o docs/b.md
'' -c docs/b.md
'foo|bar' -o src
'fo*' -o src
'fo*?' -o src
'\x66oo' -c t
'\u{66}oo' -c t
'\pL+' -o accents
'\p{Lu}' -o accents
'\p{Greek}' -o accents
'[^\x00-\x7F]' -o accents
foo nofile
foo nofile t
--no-messages foo nofile
--color always -n foo src
--color always --heading -n foo src
--color always -A1 foo t
--color always --column foo t
--color always -o foo t
--color always -r X foo t
--color always -l foo src
--color always -c foo src
--color never foo t
--color foo foo t
-p foo src
-0 -l foo src
-0 foo src
--null -c foo src
--context-separator XX -A1 foo t
--no-context-separator -A1 foo t
-L foo src
-j1 foo src
-A x foo t
--foo
-tpy foo .
--no-heading foo src
foo .git
foo node_modules
foo build ./src
foo docs/..
--sortr path foo src
--type-list
`

function words(line: string): readonly string[] {
  const found = line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)
  return [...found].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, one: string | undefined, two: string | undefined) => one ?? two ?? ''),
  )
}

async function difference(line: string, stdin = ''): Promise<string | undefined> {
  const trial = { argv: ['rg', '--sort', 'path', ...words(line)], files: FILES, stdin }
  const ours = await tryCommand(searchCommands, trial)
  const real = realCommand(trial)
  if (real === undefined) return undefined
  const shorten = (text: string): string => (text.length > 700 ? `${text.slice(0, 300)} … ${text.slice(-300)}` : text)
  const isSame = ours.out === real.out && ours.code === real.code && (ours.err === '') === (real.err === '')
  return isSame ? undefined : `rg ${line}\n  ours ${shorten(JSON.stringify(ours))}\n  real ${shorten(JSON.stringify(real))}`
}

const HAS_RG = realCommand({ argv: ['rg', '--version'] })?.out.startsWith('ripgrep 13.') === true

describe('rg', () => {
  it.skipIf(!HAS_RG)(
    'agrees with ripgrep 13 in output, exit code and whether it complains',
    async () => {
      const wrong: string[] = []
      for (const line of LINES.trim().replaceAll('%{', '${').split('\n'))
        wrong.push(...[await difference(line)].filter((each) => each !== undefined))
      for (const line of [
        'foo',
        '-n foo',
        '-c foo',
        '-l foo',
        '-o fo',
        '-v foo',
        '--json-x',
        '-H foo',
        '-q foo',
        '--heading foo',
        'foo -',
        'foo - t',
      ]) {
        wrong.push(...[await difference(line, 'foo in\nbar\nfoo')].filter((each) => each !== undefined))
      }
      expect(wrong.join('\n')).toBe('')
    },
    300_000,
  )

  it.skipIf(!HAS_RG)('writes the same messages under --json, times and sizes aside', async () => {
    const told = (text: string): readonly unknown[] =>
      text
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line, (key, value: unknown) => (/elapsed|bytes_printed|nanos|human/.test(key) ? 0 : value)))
    for (const line of [
      '--json foo src t',
      '--json -A1 foo t',
      '--json zzz t',
      '--json foo lat',
      '--json foo docs/b.md',
      '--json -v foo t',
    ]) {
      const trial = { argv: ['rg', '--sort', 'path', ...words(line)], files: FILES }
      const ours = await tryCommand(searchCommands, trial)
      expect({ line, told: told(ours.out) }).toEqual({ line, told: told(realCommand(trial)?.out ?? '') })
    }
  })

  it('searches the folder where nothing comes on standard input', async () => {
    const run = await tryCommand(searchCommands, { argv: ['rg', 'foo'], files: { 'src/a': 'foo\n', b: 'foo\n' } })
    expect(run.out).toBe('b:foo\nsrc/a:foo\n')
  })

  it('names what it does not do', async () => {
    for (const flag of ['--stats', '-z', '--crlf', '-E utf-16', '--pre x']) {
      const run = await tryCommand(searchCommands, { argv: ['rg', ...words(flag), 'foo', '.'] })
      expect(run.err).toContain('is not implemented in this sandbox')
      expect(run.code).toBe(2)
    }
  })
})
