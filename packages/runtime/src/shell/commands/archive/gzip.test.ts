import { gzipSync } from 'fflate'
import { tryCommand } from '../../../../../testkit/src/command-lab'
import { compareWithReal } from '../../../../../testkit/src/command-table'
import { expect, it } from 'vitest'
import { bytesOf, joined, textOf } from '../../text'
import { FileTree } from '../../tree/file-tree'
import { archiveCommands } from '../archive'

const random = Uint8Array.from({ length: 150_000 }, (_, index) => (index * 2654435761) >>> 24)
const words = Array.from({ length: 800 }, (_, index) => `line ${index * 7919}`).join('\n')
const packed = (text: string | Uint8Array, level: 0 | 6 | 9 = 6): Uint8Array =>
  gzipSync(typeof text === 'string' ? bytesOf(text) : text, { level, mtime: 1_700_000_000_000, filename: 'inner.txt' })

const good = packed('hello, hello, hello\n')
const bent = (at: number): string => textOf(good.map((byte, index) => (index === (at + good.length) % good.length ? byte ^ 1 : byte)))

const FILES = {
  'a.txt': 'hello, hello, hello\n',
  'a.gz': textOf(good),
  'words.gz': textOf(packed(words)),
  'stored.gz': textOf(packed('stored as it is\n'.repeat(200), 0)),
  'two.gz': textOf(joined([packed('one\n'), packed('two\n')])),
  'empty.gz': textOf(packed('')),
  'zeros.gz': textOf(joined([good, new Uint8Array(100)])),
  'more.gz': textOf(joined([good, bytesOf('garbage')])),
  'cut.gz': textOf(good.subarray(0, -12)),
  'cut8.gz': textOf(good.subarray(0, -3)),
  'crc.gz': bent(-8),
  'size.gz': bent(-4),
  'plain.gz': 'not packed at all\n',
  'none.gz': '',
  'x.tgz': textOf(good),
  there: 'in the way\n',
  'there.gz': textOf(good),
  'dir/one.gz': textOf(packed('one\n')),
  'dir/sub/two.gz': textOf(packed('two\n')),
}

const rows = [
  ...['a', 'a.gz', 'words.gz', 'stored.gz', 'two.gz', 'empty.gz', 'zeros.gz', 'x.tgz'].map((name) => ({ line: `gzip -dc ${name}` })),
  ...['more.gz', 'cut.gz', 'cut8.gz', 'crc.gz', 'size.gz', 'plain.gz', 'none.gz', 'nosuch', 'nosuch.gz', 'a.txt', 'dir'].map((name) => ({
    line: `gzip -t ${name}`,
    words: true as const,
  })),
  { line: 'gzip -d a.gz', makes: ['a', 'a.gz'] },
  { line: 'gzip -dk a.gz', makes: ['a', 'a.gz'] },
  { line: 'gzip -d x.tgz', makes: ['x.tar', 'x.tgz'] },
  { line: 'gzip -d there.gz', makes: ['there', 'there.gz'], words: true as const },
  { line: 'gzip -df there.gz', makes: ['there', 'there.gz'] },
  { line: 'gzip -dN a.gz', makes: ['inner.txt', 'a', 'a.gz'] },
  { line: 'gzip -d crc.gz', makes: ['crc', 'crc.gz'], words: true as const },
  { line: 'gzip -dr dir', makes: ['dir/one', 'dir/sub/two', 'dir/one.gz'] },
  { line: 'gzip -d a.txt', words: true as const },
  { line: 'gzip -dq a.txt', words: true as const },
  { line: 'gzip a.gz', words: true as const, makes: ['a.gz'] },
  { line: 'gzip nosuch dir', words: true as const },
  { line: 'gzip -l a.gz words.gz two.gz' },
  { line: 'gzip -l empty.gz' },
  { line: 'gzip -lv nosuch.gz', words: true as const },
  { line: 'gzip -lvq a.gz words.gz' },
  { line: 'gzip -tv a.gz', words: true as const },
  { line: 'gzip -dv a.gz', words: true as const },
  { line: 'gzip -dcf a.txt a.gz' },
  { line: 'gzip -dc', stdin: textOf(good) },
  { line: 'gzip -dc', stdin: 'nothing of the kind', words: true as const },
  { line: 'gzip -t', stdin: '', words: true as const },
  { line: 'gzip --no-such', words: true as const },
  { line: 'zcat two.gz a.gz' },
  { line: 'gunzip -c two.gz' },
].map((row) => ({ files: FILES, ...row }))

compareWithReal('gzip', archiveCommands, rows)

it.each(['', '-1', '-9', '--best'])('packs with %s what it unpacks to the same bytes, and keeps mode and time', async (level) => {
  const tree = new FileTree()
  tree.mkdir('/workspace', true)
  tree.writeFile('/workspace/data', random, 0o750)
  tree.utimes('/workspace/data', 1_600_000_000_000)
  const argv = ['gzip', ...(level === '' ? [] : [level]), 'data']
  expect(await tryCommand(archiveCommands, { argv }, tree)).toMatchObject({ code: 0, out: '', err: '' })
  expect(tree.find('/workspace/data')).toBeUndefined()
  expect(tree.find('/workspace/data.gz')).toMatchObject({ mode: 0o750, mtime: 1_600_000_000_000 })
  expect(await tryCommand(archiveCommands, { argv: ['gunzip', 'data'] }, tree)).toMatchObject({ code: 0, err: '' })
  expect(tree.readFile('/workspace/data')).toEqual(random)
})

it('packs standard input so that the real tool unpacks it', async () => {
  const { out } = await tryCommand(archiveCommands, { argv: ['gzip'], stdin: words })
  const again = await tryCommand(archiveCommands, { argv: ['zcat'], stdin: out })
  expect(again).toEqual({ out: words, err: '', code: 0 })
})
