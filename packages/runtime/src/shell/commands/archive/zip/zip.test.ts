import { describe, expect, it } from 'vitest'
import { tryCommand } from '../../../../../../testkit/src/command-lab'
import { expectAgreement, hasTools, tryShell } from '../../../../../../testkit/src/shell-lab'
import { bytesOf, joined, textOf } from '../../../text'
import { FileTree } from '../../../tree/file-tree'
import { UTC } from '../../dates/zones'
import { archiveCommands } from '../../archive'
import { dateCommands } from '../../dates'
import { diffCommands } from '../../diff'
import { fileCommands } from '../../files'
import { findCommands } from '../../find'
import { searchCommands } from '../../search'
import { systemCommands } from '../../system'
import { textCommands } from '../../text'
import { centralHead, localHead, zipEnd, type ZipEntry } from './zip-format'

const commands = [
  ...archiveCommands,
  ...fileCommands,
  ...textCommands,
  ...dateCommands,
  ...findCommands,
  ...searchCommands,
  ...systemCommands,
  ...diffCommands,
]

/** An archive of one member, whatever it says of itself. */
function archiveOf(entry: Partial<ZipEntry> & { readonly name: string }, data: string): string {
  const how = { zone: UTC, isBare: true }
  const bytes = bytesOf(data)
  const whole: ZipEntry = {
    madeBy: 0x031e, flags: 0, method: 0, mtime: 1_700_000_000_000, crc: 0, packed: bytes.length, size: bytes.length, internal: 0,
    external: 0o100644 * 65_536, offset: 0, hasExtra: false, comment: '', ...entry,
  } // prettier-ignore
  const head = localHead(whole, how)
  const central = centralHead(whole, how)
  const end = zipEnd({ count: 1, size: central.length, offset: head.length + bytes.length, comment: '' })
  return textOf(joined([head, bytes, central, end]))
}

const FILES = {
  'd/a': 'hello hello hello hello hello hello\n',
  'd/empty': '',
  'd/sub/b': 'y\n',
  'd/sub/c.log': 'a log\n',
  top: 'top\n',
  'bin.dat': '\0\u0001\u0002\udcff\udcfe'.repeat(4),
  list: 'top\nd/a\n',
  'up.zip': archiveOf({ name: '../up', crc: 0x8cdc1683 }, 'x'),
  'abs.zip': archiveOf({ name: '/abs', crc: 0x8cdc1683 }, 'x'),
  'bad.zip': archiveOf({ name: 'bad', crc: 1 }, 'contents'),
  'locked.zip': archiveOf({ name: 'locked', flags: 1 }, 'contents of it'),
  'odd.zip': archiveOf({ name: 'odd', method: 93 }, 'contents'),
  'cut.zip': archiveOf({ name: 'cut' }, 'contents').slice(0, 40),
  'evil.zip': archiveOf({ name: 'link', external: 0o120777 * 65_536, crc: 0x2f6d1d08 }, '/etc'),
}

const SOME = 'touch -d @1700000000 top d/* d/sub/* d; zip -q a.zip d/ d/a d/empty d/sub/ d/sub/b top bin.dat'

const scripts = [
  // Making.
  'zip a.zip top; zip a.zip top d/a; zip a top; ls *.zip; zip -q b.zip top; unzip -Z1 b.zip',
  'zip -r a.zip d | sort; unzip -Z1 a.zip | sort; zip -rq b.zip ./d; unzip -Z1 b.zip | sort; cd d; zip -r ../c.zip . | sort; zip -r ../c.zip ../top; unzip -Z1 ../c.zip | sort',
  'zip a.zip nosuch; echo $?; zip a.zip nosuch top; echo $?; zip a.zip; echo $?; zip -Q a.zip top; echo $?; zip --nope a.zip top; echo $?; zip -r nodir/a.zip d; echo $?; zip top d/a; echo $?',
  'zip -r a.zip d -x "*.log" | sort; zip -r b.zip d -x "d/sub/*" | sort; zip -r c.zip d -i "*a" "*b" | sort; zip -r e.zip . -x "*.zip" "d/*" | sort; zip -x top -r f.zip top d/a; zip -r g.zip d -x@list; echo $?',
  'zip -j a.zip d/a d/sub/b; unzip -l a.zip | cut -c1-9,30-; zip -j b.zip d/a d/sub/../a; echo $?; zip -rD c.zip d | sort; zip -0 e.zip d/a; zip -9 f.zip d/a; unzip -v e.zip | head -4 | tail -1 | cut -c1-35; zip -n a g.zip d/a',
  'ln -s d/a l; ln -s d ld; zip a.zip l; zip -y b.zip l; unzip -Z b.zip | cut -c1-20,40-; zip -r c.zip ld | sort; zip -ry e.zip ld l; mkdir o; unzip b.zip -d o; readlink o/l',
  'zip -q a.zip top; zip -d a.zip top; echo $?; ls a.zip; zip -q a.zip top d/a; zip -d a.zip "d/*"; unzip -Z1 a.zip; zip -d a.zip nosuch; echo $?; zip -dq a.zip top; echo $?; zip -d no.zip x; echo $?',
  'touch -d @1000000000 top; zip -q a.zip top; zip -u a.zip top; echo $?; touch top; zip -u a.zip top d/a; echo $?; zip -f a.zip; echo $?; touch -d 2030-01-01 d/a; zip -f a.zip; zip -FS a.zip top d/a; zip -FS a.zip top; unzip -Z1 a.zip; zip -uq a.zip top; echo $?',
  'zip -m a.zip top d/sub/b; ls top d/sub; zip -rmq b.zip d; ls d; printf "top\\nd/a\\n" | zip -@ c.zip; echo $?; ls *.dat | zip -@ f; unzip -Z1 f',
  'echo hi | zip a.zip -; unzip -p a.zip; unzip -l a.zip | wc -l; echo hi | zip -q - - | wc -c | grep -c .; zip -q - top > b.zip; unzip -Z1 b.zip; zip -q - nosuch > c.zip; echo $?; zip -qr - d | cat > e.zip; unzip -Z1 e.zip | sort; zip -T a.zip; zip -v g.zip d/empty top',
  'zip -q -X a.zip top; wc -c < a.zip; zip -q b.zip top; wc -c < b.zip; zip -qr c.zip d/empty top; wc -c < c.zip; zip -sf b.zip; zip -q -O o.zip b.zip d/empty; unzip -Z1 o.zip; unzip -Z1 b.zip; echo é > é; zip -q u.zip é; unzip -Z1 u.zip',
  // Listing.
  `${SOME}; unzip -l a.zip | grep -v bin; unzip -v a.zip | grep -v -e bin -e d/a -e files; unzip -Z a.zip | grep -v -e bytes; unzip -Z1 a.zip; zipinfo -1 a.zip 'd/*'; zipinfo -2 a.zip top; unzip -Z -s a.zip d/a`,
  `${SOME}; unzip -l a.zip top d/a; unzip -l a.zip 'd/*' -x d/a; unzip -ql a.zip top; unzip -qql a.zip top; unzip -l a.zip nosuch; echo $?; unzip -Z1 a.zip nosuch; echo $?; unzip -l a; unzip -l -C a.zip TOP; unzip -l a.zip 'd/s?b/*'`,
  `${SOME}; zipinfo -t a.zip | cut -d, -f1,2; zipinfo -h a.zip | tail -1 | cut -d, -f2; zipinfo -m a.zip top; zipinfo -l a.zip top; unzip -z a.zip; TZ=Asia/Tokyo unzip -l a.zip top; unzip -t a.zip; unzip -tq a.zip; unzip -tqq a.zip; unzip -t a.zip top; unzip -t a.zip nosuch; echo $?`,
  'unzip nosuch; echo $?; unzip -l nosuch.zip; echo $?; unzip top; echo $?; unzip -t cut.zip; echo $?; unzip -Q a.zip 2>/dev/null; echo $?; unzip d; echo $?; : > z.zip; unzip z.zip; echo $?; zipinfo nosuch; echo $?',
  `${SOME}; printf 'r\\nnew\\n' | unzip a.zip top; cat new; unzip -l <(cat a.zip) 2>&1 | tail -1 | cut -c1-20; zip -q1 f.zip d/a; zip -q2 g.zip d/a; zip -q8 h.zip d/a; for z in f g h; do unzip -Z $z.zip d/a | cut -c30-42; done`,
  // Unpacking.
  `${SOME}; mkdir o; unzip a.zip -d o; find o | sort; unzip -q a.zip -d p; ls p; unzip -o a.zip -d o; unzip -n a.zip -d o; unzip -oq a.zip -d o; unzip -d q a.zip top; unzip a.zip -d x/y; echo $?`,
  `${SOME}; unzip -j a.zip -d o; ls o; unzip a.zip 'd/*' -d p; find p | sort; unzip a.zip -x 'd/*' -d q; find q | sort; unzip a.zip top nosuch -d r; echo $?; unzip -qo a.zip nosuch; echo $?; unzip -L -o a.zip top; unzip -d w a.zip top; ls w; unzip -o a.zip top d/sub/b -x d/sub/b -d s; ls s`,
  `${SOME}; unzip -p a.zip top d/a; unzip -c a.zip top; unzip -cq a.zip top; unzip -p a.zip | wc -c; unzip -p a.zip nosuch; echo $?; unzip -p a.zip bin.dat | cmp - bin.dat && echo same`,
  `${SOME}; echo new > top; unzip a.zip top; echo $?; cat top; echo n | unzip a.zip top; echo $?; cat top; echo y | unzip a.zip top; cat top; printf 'A\\n' | unzip -q a.zip; echo $?; unzip -u a.zip; unzip -f a.zip; touch -d @5 top; unzip -uo a.zip; touch -d @5 top; unzip -fo a.zip; ls -l --time-style=+%s top d/a | cut -d" " -f6-`,
  'unzip up.zip -d o; echo $?; ls o ../up; unzip abs.zip -d p; echo $?; ls p; unzip bad.zip; echo $?; unzip -t bad.zip; echo $?; unzip -tq bad.zip; unzip -p bad.zip; echo $?; unzip -t up.zip',
  'chmod 751 top; zip -q a.zip top; rm top; unzip -q a.zip; ls -l top | cut -c1-10; umask 077; rm top; unzip -q a.zip; ls -l top | cut -c1-10; mkdir top2; zip -q b.zip top2; rmdir top2; unzip b.zip; mkdir x; mv top x/top; cd x; zip -q ../c.zip top; cd ..; mkdir -p y/top/z; cd y; unzip -o ../c.zip; echo $?',
]

const isThere = hasTools('zip', 'unzip')

describe('zip and unzip', () => {
  for (const script of scripts)
    it.skipIf(!isThere)(`do what Info-ZIP does: ${script.slice(0, 150)}`, () => expectAgreement({ script, files: FILES, commands }))

  it('refuse what they cannot unpack, with words', async () => {
    const { out, err } = await tryShell({ script: 'unzip locked.zip; echo $?; unzip odd.zip; echo $?', files: FILES, commands })
    expect(out + err).toContain('unable to get password')
    expect(out + err).toContain('unsupported compression method 93')
    expect(out).toMatch(/82\n[^]*81\n$/)
  })

  it('write nothing through a link of the archive', async () => {
    const { out } = await tryShell({ script: 'unzip evil.zip -d o; readlink o/link; ls o', files: FILES, commands })
    expect(out).toContain('finishing deferred symbolic links:')
  })

  it('stop at the room of the tree: a member that says ten gigabytes, and one that unpacks to more than there is room for', async () => {
    const bomb = await tryShell({ script: 'head -c 900000 /dev/zero > z; zip -q z.zip z', commands })
    expect(bomb.code).toBe(0)
    const huge = archiveOf({ name: 'huge', method: 8, size: 0xfffffffe }, '\u0003\0')
    const tree = new FileTree({ bytes: 500_000, nodes: 100 })
    const result = await tryCommand(commands, { argv: ['unzip', 'huge.zip'], files: { 'huge.zip': huge } }, tree)
    expect(result).toMatchObject({ code: 50 })
    expect(result.err).toContain('huge:  write error (File too large)')
    const packer = new FileTree()
    await tryCommand(commands, { argv: ['zip', '-q', 'z.zip', 'z'], files: { z: '\0'.repeat(900_000) } }, packer)
    const node = packer.find('/workspace/z.zip')
    const packed = node?.type === 'file' ? textOf(node.bytes) : ''
    const full = await tryCommand(
      commands,
      { argv: ['unzip', 'z.zip'], files: { 'z.zip': packed } },
      new FileTree({ bytes: 500_000, nodes: 100 }),
    )
    expect(full).toMatchObject({ code: 50 })
    expect(full.err).toContain('z:  write error (No space left on device)')
  })

  it('name what they do not do', async () => {
    const { err } = await tryShell({ script: 'zip -e a.zip top; unzip -a a.zip; zip -z a.zip', files: FILES, commands })
    expect(err).toBe(
      'zip: option -e is not implemented in this sandbox\nunzip: option -a is not implemented in this sandbox\nzip: option -z is not implemented in this sandbox\n',
    )
  })
})
