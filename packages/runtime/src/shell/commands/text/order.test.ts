import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { realCommand, tryCommand } from '../../../../../testkit/src/command-lab'
import { compareWithReal } from '../../../../../testkit/src/command-table'
import { textCommands } from '../text'

const PLAIN = 'banana\napple\nCherry\n\n apple\nBanana\n10\n9\n-3\n1.5\nz\u0001\né\nA b\na.b\na-b\n_x\napple\n+5\n1e3\n 7\n0x1F\nnan\ninf\n'
const SIZES = '10K\n2M\n1G\n500\n-1K\n1k\n3.5M\n0\n1024\nx\n1T\n-2M\n999K\n'
const VERSIONS =
  'v1.10\nv1.9\nv1.2.3\nv1.2\nfile10.txt\nfile9.txt\nfile1.txt.gz\n1.0~rc1\n1.0\n1.0-1\na\n.b\n.\n..\n\n1.0.0\nabc-1.007.tgz\nabc-1.012b.tgz\nabc-1.01a.tgz\n'
const MONTHS = 'Mar\nJAN\ndec\n feb\nfoo\n\nJuly 3\nSept\nApril\n'
const ROWS = 'bob 30 x\nalice 4 y\ncarol  30 a\nalice 30 y\ndave\t5\tz\nbob 4 b\n  eve 12 q\n'
const CSV = 'b,2,x\na,10,y\nc,2,a\na,9,z\n,,\nb,2,w\n'

compareWithReal('sort', textCommands, [
  ...[
    '',
    '-r',
    '-n',
    '-nr',
    '-g',
    '-gr',
    '-f',
    '-fu',
    '-d',
    '-i',
    '-b',
    '-u',
    '-s',
    '-fs',
    '-df',
    '-h',
    '-V',
    '-M',
    '-rs',
    '-ru',
    '-nu',
    '-z',
    '-k1.2',
    '-k1.2b',
    '-bf',
    '-gs',
    '-fr',
    '--sort=numeric',
    '--reverse',
    '--ignore-case -u',
  ].map((flags) => ({
    line: `sort ${flags}`,
    stdin: PLAIN,
  })),
  ...['-h', '-hr', '-n', '-hu', '-h -s'].map((flags) => ({ line: `sort ${flags}`, stdin: SIZES })),
  ...['-V', '-Vr', '--version-sort -u', '--sort=version'].map((flags) => ({ line: `sort ${flags}`, stdin: VERSIONS })),
  ...['-M', '-Mr', '-Mu'].map((flags) => ({ line: `sort ${flags}`, stdin: MONTHS })),
  ...[
    '-k2',
    '-k2n',
    '-k2,2n',
    '-k2,2nr',
    '-k2nr -k1',
    '-k1,1 -k2,2n',
    '-k1,1r -k2,2n',
    '-k2,2 -s',
    '-k2,2n -s',
    '-k2b',
    '-bk2',
    '-k2,2b',
    '-k1.2,1.3',
    '-k2.1,2.1',
    '-k2.2b,2.2',
    '-k3',
    '-k3,3r',
    '-k9',
    '-k2,1',
    '-uk1,1',
    '-uk2,2n',
    '-rk1,1 -u',
    '-rk2,2n',
    '-k1,1f -k3,3',
    "-t ' ' -k2n",
    "-t ' ' -k2,2n -k3",
    '-k 2',
    '-k1,1.0',
    '-k1b,1b',
    '-nk2 -k1,1',
    '-n -k2,2 -k1r',
    '-k1,1d',
    '-k2g',
    '-b -k2.1,2.1',
  ].map((flags) => ({ line: `sort ${flags}`, stdin: ROWS })),
  ...[
    '-t, -k2n',
    '-t, -k2,2n -k1,1',
    '-t, -k2,2 -k3,3r',
    '-t, -k1,1 -k2,2nr',
    '-t, -k3',
    '-t, -u -k1,1',
    '-t, -k2.1,2.1 -s',
    "-t '\\0' -k1",
    '-t, -k1,1 -s',
    '-st, -k2,2g',
    '-t , -k 2,2n -k 1,1r',
  ].map((flags) => ({ line: `sort ${flags}`, stdin: CSV })),
  ...['-c', '-C', '-cr', '-cu', '-cn', '-c -k2n', '--check=quiet', '--check=silent', '--check=diagnose-first', '-c a'].map((flags) => ({
    line: `sort ${flags}`,
    stdin: 'a\nb\nb\na\n',
    files: { a: '1\n2\n' },
    words: true as const,
  })),
  { line: 'sort -cu', stdin: 'a\na\n', words: true },
  { line: 'sort -c', stdin: 'a\nb\n' },
  { line: 'sort -m a b', files: { a: 'a\nc\ne\n', b: 'b\nc\nd' } },
  { line: 'sort -m a b', files: { a: 'z\nc\ne\n', b: 'b\nq\nd' } },
  { line: 'sort -mu a b', files: { a: 'a\nc\nc\ne\n', b: 'b\nc\nd' } },
  { line: 'sort -m -r a b - ', stdin: 'q\n', files: { a: 'z\na\n', b: 'x\nb\n' } },
  { line: 'sort a b', files: { a: 'b\na', b: 'c\n' } },
  { line: 'sort -o a a', files: { a: 'b\na\n' }, makes: ['a'] },
  { line: 'sort a -o out -n', files: { a: '10\n9\n' }, makes: ['out'] },
  { line: 'sort --files0-from=n', files: { n: 'a\0b\0', a: '2\n', b: '1\n' } },
  { line: 'sort --random-source=seed -R', stdin: 'a\nb\nc\nd\ne\nb\n', files: { seed: '0123456789abcdefghij' } },
  { line: 'sort --random-source=seed -R -k2,2', stdin: 'a 1\nb 2\nc 1\nd 3\n', files: { seed: '0123456789abcdefghij' } },
  { line: 'sort -R', stdin: 'a\n' },
  {
    line: 'sort -n',
    stdin:
      '123456789012345678901234567890\n123456789012345678901234567891\n-123456789012345678901234567890\n0.1000000000000000000001\n0.1\n-0\n0\n.5\n-.5\n007\n7\n',
  },
  { line: 'sort -n -s', stdin: '-0\n0\n00\n0.0\nabc\n\n-\n.\n' },
  ...[
    'missing',
    '-k0',
    '-k',
    '-t ab',
    '-t ""',
    '-nd',
    '-k1x',
    '-k1.0',
    '-k a',
    '-k1,a',
    '-S x',
    '-Q',
    '-nM',
    '-c a b',
    'd',
    '-k1.',
    '--sort=foo',
    '-gV',
    '-k1,2.x',
    '-cC',
    '-hn',
    '-t a -t b',
    '--parallel=x',
    '-Ri',
    '-iM',
  ].map((flags) => ({
    line: `sort ${flags}`,
    files: { a: '', b: '', 'd/x': '' },
    words: true as const,
  })),
])

describe('sort, whatever lines and keys there are', () => {
  it('gives what the real tool gives', async (context) => {
    if (realCommand({ argv: ['sort'] }) === undefined) return context.skip('sort is not installed here')
    const word = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '1', '0', '9', '.', '-', ' ', ' ', '\t', 'é', 'K', ':'), maxLength: 9 })
    const ordering = fc.constantFrom('', 'n', 'r', 'f', 'b', 'nr', 'g', 'h', 'V', 'd', 'i', 'fr', 'bn')
    const place = fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.option(fc.integer({ min: 1, max: 3 })))
      .map(([f, c]) => (c === null ? `${f}` : `${f}.${c}`))
    const key = fc
      .tuple(place, fc.option(place), ordering)
      .map(([from, to, letters]) => `-k${from}${letters}${to === null ? '' : `,${to}`}`)
    const flags = fc
      .tuple(fc.array(key, { maxLength: 2 }), fc.subarray(['-s', '-r', '-u', '-t:', '-b', '-f']))
      .map(([keys, more]) => [...keys, ...more])
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 12 }), flags, async (lines, args) => {
        const trial = { argv: ['sort', ...args], stdin: lines.map((line) => `${line}\n`).join('') }
        expect((await tryCommand(textCommands, trial)).out).toBe(realCommand(trial)?.out)
      }),
      { numRuns: 150 },
    )
    return undefined
  })
})

const REPEATS = 'a 1\na 1\nb 1\nB 1\nc 2\n\n\n c 2\nd 3\nd 3\nd 3\nlast'
compareWithReal('uniq', textCommands, [
  ...[
    '',
    '-c',
    '-d',
    '-D',
    '-u',
    '-i',
    '-ci',
    '-cd',
    '-cu',
    '-du',
    '-f1',
    '-f 1 -c',
    '-s1',
    '-s2',
    '-w1',
    '-w 3',
    '-f1 -s1',
    '-1',
    '--group',
    '--group=prepend',
    '--group=append',
    '--group=both',
    '--group=separate',
    '--all-repeated',
    '--all-repeated=prepend',
    '--all-repeated=separate',
    '-z',
    '-f9',
    '-Dc',
    '--group -c',
    '-w0',
    '-Du',
    '-iD',
    '--group=x',
  ].map((flags) => ({ line: `uniq ${flags}`, stdin: REPEATS })),
  { line: 'uniq a out', files: { a: 'x\nx\n' }, makes: ['out'] },
  { line: 'uniq missing', words: true },
  { line: 'uniq a b c', words: true },
  { line: 'uniq -f x', words: true },
  { line: 'uniq', stdin: '' },
  { line: 'uniq -c', stdin: 'a\na' },
])
