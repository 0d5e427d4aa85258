import { compareWithReal } from '../../../../../testkit/src/command-table'
import { compareStories } from '../../../../../testkit/src/command-story'
import { diffCommands } from '../diff'
import { fileCommands } from '../files'

const LABELS = '--label a --label b'

/** A row of pseudo-random lines, the same in every run. */
function drawn(seed: number, count: number, kinds: number): string {
  let state = seed
  const next = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state >>> 8
  }
  return Array.from({ length: next() % count }, () => `line ${next() % kinds}\n`).join('')
}

compareWithReal(
  'files of few kinds of lines',
  diffCommands,
  Array.from({ length: 60 }, (_, i) => ({
    line:
      [
        'diff a b',
        `diff -u ${LABELS} a b`,
        `diff -U0 ${LABELS} a b`,
        `diff -c ${LABELS} a b`,
        'diff -d a b',
        `diff -d -u ${LABELS} a b`,
        'diff -e a b',
        'diff -n a b',
      ][i % 8] ?? '',
    files: {
      a: drawn(i * 7 + 1, [12, 60, 300][i % 3] ?? 12, [3, 9, 40][(i >> 1) % 3] ?? 3),
      b: drawn(i * 7 + 4, [12, 60, 300][i % 3] ?? 12, [3, 9, 40][(i >> 1) % 3] ?? 3),
    },
  })),
)

const A = 'int f()\n{\n  a;\n  b;\n}\n\nint g()\n{\n  c;\n  d;\n  e;\n  h;\n}\nend\n'
const B = 'int f()\n{\n  a;\n  B;\n}\n\n\nint g()\n{\n  c;\n  d;\n\te;\n  h;\n  i;\n}\nEnd'
const FLAGS = ['', '-u', '-c', '-U1', '-C 1', '-U 0', '-i', '-w', '-b', '-B', '-Z', '-E', '-q', '-s', '-p -u', '-p -c', '-u -F "^int"', '-I "^end" -i', '-wB', '-uB', '-e', '-n', '--normal', '-a', '--color=always', '-u --color=always', '-T', '-1 -u', '-u5', '--unified=2', '-uw', '-y', '-u -c', '--bad', '-U x', '-d', '--strip-trailing-cr'] // prettier-ignore

compareWithReal('options', diffCommands, [
  ...FLAGS.flatMap((flags) => [
    { line: `diff ${flags} ${LABELS} a b`, files: { a: A, b: B } },
    { line: `diff ${flags} ${LABELS} b a`, files: { a: A, b: B } },
  ]).filter(({ line }) => !line.includes('-y')),
  { line: 'diff a b', files: { a: 'x', b: 'x\n' } },
  { line: 'diff a b', files: { a: '', b: 'x\n' } },
  { line: `diff -u ${LABELS} a b`, files: { a: 'x\ny', b: '' } },
  { line: 'diff a b', files: { a: 'x\0y\n', b: 'z\n' }, words: true },
  { line: 'diff -q a b', files: { a: 'x\0y\n', b: 'z\n' } },
  { line: 'diff a missing', files: { a: 'x' }, words: true },
  { line: 'diff a', files: { a: 'x' }, words: true },
  { line: 'diff', words: true },
  { line: 'diff a b c', words: true },
  { line: 'diff - a', stdin: 'y\n', files: { a: 'x\n' } },
  { line: 'diff a d', files: { a: 'x\n', 'd/a': 'y\n' } },
  { line: 'diff d a', files: { a: 'x\n', 'd/b': 'y\n' }, words: true },
  { line: 'diff --strip-trailing-cr a b', files: { a: 'x\r\ny\r\n', b: 'x\ny\n' } },
  { line: 'diff -s a b', files: { a: 'x\n', b: 'x\n' } },
])

const TREES = {
  'p/same': 's\n',
  'q/same': 's\n',
  'p/x': '1\n',
  'q/x': '2\n',
  'p/only': 'o\n',
  'q/new': 'n\n',
  'p/s/deep': 'd\n',
  'q/s/deep': 'e\n',
  'p/t/u': 'u\n',
  'p/kind': 'k',
  'q/kind/z': 'z',
  'p/bin': 'a\0b',
  'q/bin': 'a\0c',
}

compareStories(
  'folders',
  [...fileCommands, ...diffCommands],
  [
    {
      files: TREES,
      lines: [
        'touch -d 2020-01-01Z p/x q/x p/s/deep q/s/deep p/only q/new p/t/u',
        'diff p q',
        'diff -r p q',
        'diff -rq p q',
        'diff -ru p q',
        'diff -rN p q',
        'diff -rs p q',
        'diff -r -x x -x "s*" p q',
        'diff -rP p q',
        'diff -r -S s p q',
        'diff -r p p',
        'diff p/x q',
        'diff -u p/x q/x',
        'diff -N p/x nothing',
        'diff p missing',
        'diff -c p/x q/x',
        'diff -uN p/x nothing',
      ],
    },
  ],
)
