import { expect, it } from 'vitest'
import { FileTree } from '../../tree/file-tree'
import { systemCommands } from '../system'
import { tryCommand } from '../../../../../testkit/src/command-lab'
import { compareWithReal, type Row } from '../../../../../testkit/src/command-table'

const FILES = { a: 'hello world\n', b: 'older and longer\n', lines: 'one\ntwo two\n\nthree' }
const row = (line: string, ...makes: readonly string[]): Row => ({ line, files: FILES, makes })

compareWithReal('dd', systemCommands, [
  ...[
    'dd if=a', 'dd if=a bs=1 count=5', 'dd if=a bs=4 skip=1 count=1 status=none', 'dd if=a conv=ucase status=none', 'dd if=a conv=lcase,swab status=none', 'dd if=a bs=5 conv=swab status=none', 'dd if=nope', 'dd if=a of=nodir/x',
    'dd foo', 'dd if=a bs=0', 'dd if=a bs=x', 'dd count=1 if=a conv=foo', 'dd if=a ibs=3 obs=5 status=none', 'dd if=a bs=5 conv=sync status=none', 'dd if=lines cbs=6 conv=block status=none', 'dd if=a cbs=4 conv=unblock status=none',
    'dd if=a iflag=skip_bytes,count_bytes skip=2 count=3 status=none', 'dd if=a of=nc conv=nocreat', 'dd if=a of=b conv=excl', 'dd if=a bs=1 skip=100', 'dd if=a bs=2x3 count=1 status=none', 'dd if=a bs=1kB status=none', 'dd status=foo if=a',
    'dd if=a bs=3 count=1B status=none', 'dd if=a skip=-1', 'dd if=a iflag=foo', 'dd if=a conv=ucase,lcase', 'dd if=a bs=1 count=0', 'dd if=/dev/zero bs=3 count=2 status=none', 'dd if=a bs=4 skip=2 iseek=1 status=none', 'dd if=.', 'dd --foo',
  ].map((line) => ({ line, files: FILES })),
  { line: 'dd bs=3 count=2 status=none', stdin: 'abcdefghij' },
  { line: 'dd bs=2 skip=2 status=none', stdin: 'abcdefghij' },
  row('dd if=a of=b', 'b'),
  row('dd if=a of=b conv=notrunc', 'b'),
  row('dd if=a of=b bs=1 seek=20 conv=notrunc status=none', 'b'),
  row('dd if=a of=b bs=2 seek=3 count=2', 'b'),
  row('dd if=a of=s bs=1 count=0 seek=10', 's'),
  row('dd if=/dev/zero of=z bs=1k count=3 status=noxfer', 'z'),
  row('dd if=a of=b oflag=append conv=notrunc status=none', 'b'),
  row('dd if=a of=n oflag=seek_bytes seek=3 status=none', 'n'),
  row('dd if=/dev/null of=b', 'b'),
  row('dd if=a of=e conv=excl,fsync', 'e'),
  row('dd if=a of=sp conv=sparse', 'sp'),
  row('dd if=a of=b bs=5 conv=sync,notrunc', 'b'),
]) // prettier-ignore

it('stops at the size that a file may have, in the words of the system', async () => {
  const sparse = await tryCommand(systemCommands, { argv: ['dd', 'if=/dev/zero', 'of=big', 'bs=1', 'count=0', 'seek=10G'] })
  expect(sparse).toEqual({ out: '', err: "dd: failed to truncate to 10737418240 bytes in output file 'big': File too large\n", code: 1 })
  const tree = new FileTree({ bytes: 1_000_000, nodes: 100 })
  const full = await tryCommand(systemCommands, { argv: ['dd', 'if=/dev/zero', 'of=big', 'bs=64k', 'count=10000'] }, tree)
  expect(full.err).toMatch(/^dd: error writing 'big': No space left on device\n/)
  expect(full.code).toBe(1)
})
