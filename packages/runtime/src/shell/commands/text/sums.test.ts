import { compareWithReal } from '../../../../../testkit/src/command-table'
import { textCommands } from '../text'

const FILES = { a: 'hello\n', 'b c': 'x', 'd/x': '', 'new\nline': 'n', 'back\\slash': 'b' }
const MD5 = 'b1946ac92492d2347c6235b4d2611184'
const X = '9dd4e461268c8034f5c8564e155c67a6'

compareWithReal('digests', textCommands, [
  ...['md5sum', 'sha1sum', 'sha224sum', 'sha256sum', 'sha384sum', 'sha512sum', 'b2sum'].flatMap((tool) =>
    ['', 'a "b c"', '--tag a', '-b a', '-t a', '-z a', 'missing a', 'd', '-', `$'new\\nline'`, `'back\\slash'`].map((flags) => ({
      line: `${tool} ${flags}`,
      stdin: 'stdin',
      files: FILES,
    })),
  ),
  { line: 'b2sum -l 128 a', files: FILES },
  { line: 'b2sum -l 128 --tag a', files: FILES },
  { line: 'b2sum -l 7 a', files: FILES },
  { line: 'md5sum missing', words: true },
  { line: 'md5sum -b --tag a', files: FILES },
  { line: 'md5sum -t --tag a', files: FILES },
  { line: 'md5sum --quiet a', files: FILES, words: true },
])

compareWithReal('checks of digests', textCommands, [
  ...[
    `${MD5}  a\n`,
    `${MD5} *a\n`,
    `${X}  b c\n${MD5}  a\n`,
    `${X}  a\n`,
    `${MD5}  missing\n${MD5}  a\n`,
    'nonsense\n',
    `nonsense\n${MD5}  a\n`,
    `# comment\n${MD5}  a\n`,
    `MD5 (a) = ${MD5}\n`,
    `${MD5}  a\r\n`,
    '',
    `${MD5.toUpperCase()}  a\n`,
    `SHA1 (a) = ${MD5}\n`,
    `${MD5} a\n`,
    `${X}  missing\n`,
    `x\ny\n${X}  a\n${X}  d\n`,
  ].flatMap((stdin) =>
    ['md5sum -c', 'md5sum -c --quiet', 'md5sum -c --status', 'md5sum -c --ignore-missing', 'md5sum -c --strict -w'].map((line) => ({
      line,
      stdin,
      files: FILES,
      words: true as const,
    })),
  ),
  { line: 'md5sum -c list', files: { ...FILES, list: `${MD5}  a\n` } },
  { line: 'sha1sum -c', stdin: 'f572d396fae9206628714fb2ce00f72e94f2258f  a\n', files: FILES },
  { line: 'b2sum -c', stdin: 'BLAKE2b-128 (a) = 00000000000000000000000000000000\n', files: FILES },
  { line: 'md5sum -c missing', words: true },
  { line: 'cksum -c', stdin: `MD5 (a) = ${MD5}\n`, files: FILES },
  { line: 'cksum -a md5 -c', stdin: `${MD5}  a\n`, files: FILES },
])

compareWithReal(
  'cksum and sum',
  textCommands,
  [
    'cksum',
    'cksum a',
    'cksum a "b c"',
    'cksum -a md5 a',
    'cksum -a sha256 --untagged a',
    'cksum -a bsd a',
    'cksum -a sysv a',
    'cksum -a crc a',
    'cksum -a nope a',
    'cksum missing',
    'sum',
    'sum a',
    'sum -s a',
    'sum -r a "b c"',
    'sum -s',
    'sum a "b c"',
    'cksum -a blake2b -l 64 a',
    'cksum -a sha1 a missing',
    'cksum -',
  ].map((line) => ({ line, stdin: 'some standard input\n'.repeat(100), files: FILES })),
)
