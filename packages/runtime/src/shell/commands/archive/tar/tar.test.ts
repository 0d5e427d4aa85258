import { describe, expect, it } from 'vitest'
import { expectAgreement, tryShell } from '../../../../../../testkit/src/shell-lab'
import { FileTree } from '../../../tree/file-tree'
import { tryCommand } from '../../../../../../testkit/src/command-lab'
import { bytesOf, textOf } from '../../../text'
import { archiveCommands } from '../../archive'
import { dateCommands } from '../../dates'
import { fileCommands } from '../../files'
import { findCommands } from '../../find'
import { searchCommands } from '../../search'
import { systemCommands } from '../../system'
import { textCommands } from '../../text'
import { writeHeader } from './tar-header'

const commands = [
  ...archiveCommands,
  ...fileCommands,
  ...textCommands,
  ...dateCommands,
  ...findCommands,
  ...searchCommands,
  ...systemCommands,
]

const FILES = {
  'd/a': 'alpha\n',
  'd/b.log': 'beta\n',
  'd/sub/c': 'gamma\n',
  'd/sub/deep/e.txt': 'epsilon\n'.repeat(200),
  'd/.git/HEAD': 'ref\n',
  'd/empty': '',
  'd/name with space': 's\n',
  top: 'top\n',
  list: 'd/a\ntop\n',
  patterns: '*.log\nsub\n',
}
const OWN = '--sort=name --owner=u:7 --group=g:8 --mtime=@1700000000'

const scripts = [
  // What is written, to the byte.
  `tar -cf - ${OWN} d top | sha256sum`,
  `tar -cf - ${OWN} --format=ustar d top | sha256sum`,
  `tar -cf - ${OWN} --format=v7 d top | sha256sum`,
  `tar -cf - ${OWN} --format=oldgnu d top | sha256sum`,
  `tar -cf - ${OWN} --format=pax --pax-option=delete=atime,delete=ctime d top | sha256sum`,
  `tar -cf - ${OWN} --numeric-owner d | sha256sum`,
  `tar -cf - ${OWN} -b 1 top | wc -c; tar -cf - ${OWN} top | wc -c; tar -cf - --record-size=1024 top | wc -c`,
  `n=$(printf 'x%.0s' {1..150}); mkdir -p $n; echo 1 > $n/$n; tar -cf - ${OWN} $n | sha256sum; tar -cf - ${OWN} --format=ustar $n 2>&1 | tail -c 60; tar -cf - ${OWN} --format=pax --pax-option=delete=atime,delete=ctime $n | sha256sum`,
  `n=$(printf 'y%.0s' {1..120}); echo 1 > $n; tar -cf a.tar ${OWN} --format=ustar $n; echo $?; tar -cf a.tar --format=v7 $n; echo $?; tar cf a.tar $n; tar tf a.tar; rm $n; tar xf a.tar; cat $n; ln -s $n l; tar cf - ${OWN} l | sha256sum; ln $n h; tar cf - ${OWN} $n h | sha256sum`,
  `ln top hard; ln -s top soft; ln -s nowhere/at/all away; tar -cf - ${OWN} top hard soft away | sha256sum; tar -cf - ${OWN} -h top hard soft | sha256sum; tar -cf - ${OWN} --hard-dereference top hard | sha256sum`,
  `tar -cf - ${OWN} --mode=600 d | sha256sum; tar -cf - ${OWN} --mode=u=rw,go=r,a+X d | sha256sum`,
  `echo é > né; tar -cf - ${OWN} né | sha256sum; tar -cf - ${OWN} --format=pax --pax-option=delete=atime,delete=ctime né | sha256sum`,
  // Listings.
  `tar -cf a.tar ${OWN} d top; tar tf a.tar; tar tvf a.tar; tar -t -f a.tar d/sub; tar tf a.tar nosuch d; echo $?`,
  `tar -cf a.tar ${OWN} d; tar --list --verbose --file=a.tar --numeric-owner; tar -tvf a.tar --full-time | head -3; tar tvf a.tar --utc | head -2`,
  `tar -cf a.tar --owner=averylongusername:1 --group=andagroupname:2 --mtime=@0 top d/a; tar tvf a.tar`,
  `tar -cf a.tar d top; tar tf a.tar --wildcards '*.log'; tar tf a.tar '*.log'; echo $?; tar tf a.tar --wildcards --no-wildcards-match-slash 'd/*' | sort; tar tf a.tar --exclude='*.txt' | sort; tar tf a.tar --no-anchored c`,
  `ln -s top soft; ln top hard; tar cf a.tar ${OWN} top hard soft; tar tvf a.tar; tar tvf a.tar hard`,
  `printf x > $'a\\nb'; printf y > 'back\\\\slash'; printf z > $'bad\\xff'; tar cf a.tar ${OWN} a* b*; tar tf a.tar; tar tvf a.tar`,
  // Making.
  'tar cvf a.tar d/sub top; tar -cvvf a.tar --owner=u:1 --group=g:1 --mtime=@0 top; tar cvf - top 2>/dev/null | wc -c; tar cvf - top 2>&1 >/dev/null',
  `tar cf a.tar --exclude=sub d; tar tf a.tar | sort; tar cf a.tar --exclude='d/s*' d; tar tf a.tar | sort; tar cf a.tar --exclude-from=patterns d; tar tf a.tar | sort; tar cf a.tar -X patterns d; tar tf a.tar | wc -l`,
  `tar cf a.tar --exclude-vcs d; tar tf a.tar | sort; tar cf a.tar --anchored --exclude=sub d; tar tf a.tar | wc -l; tar cf a.tar --exclude=./d/sub ./d; tar tf a.tar | sort; tar cf a.tar --exclude=SUB --ignore-case d; tar tf a.tar | wc -l; tar cf a.tar --exclude=SUB d --ignore-case; tar tf a.tar | wc -l`,
  'tar cf a.tar --exclude=d/sub/ d; tar tf a.tar | sort; tar cf a.tar --no-wildcards --exclude="*.log" d; tar tf a.tar | wc -l; tar cf a.tar d --exclude=sub; echo $?; tar tf a.tar | wc -l',
  'tar cf a.tar -C d a sub; tar tf a.tar | sort; tar cf a.tar -C d a -C sub c; tar tf a.tar; tar cf a.tar -C d a -C .. top; tar tf a.tar; tar cf a.tar -C nosuch x; echo $?',
  "tar cf a.tar -T list; tar tf a.tar; printf 'd/a\\0top\\0' | tar cf a.tar --null -T -; tar tf a.tar; find d -name '*.log' -print0 | tar cf a.tar --null --files-from=-; tar tf a.tar; printf -- '-C d\\na\\n' > l2; tar cf a.tar -T l2; tar tf a.tar",
  'tar cf a.tar nosuch top; echo $?; tar tf a.tar; tar cf a.tar; echo $?; tar; echo $?; tar -f a.tar; echo $?; tar cxf a.tar x; echo $?',
  'tar cf a.tar $PWD/top 2>&1; tar tf a.tar | sed s,.*/,, ; tar cPf a.tar $PWD/top; tar tf a.tar | cut -c1; cd d; tar cf ../a.tar ../top 2>&1; tar tf ../a.tar; tar cf ../a.tar ./../d/a sub/../a 2>&1; tar tf ../a.tar',
  'tar cf a.tar --no-recursion d top; tar tf a.tar; tar cf a.tar top --no-recursion d; tar tf a.tar; tar cf a.tar d/ ./top; tar tf a.tar | sort; tar cf a.tar . ; tar tf a.tar | sort',
  'tar cf a.tar ./d --transform=s,^./d,pkg-1.0,; tar tf a.tar | sort; tar cf a.tar --xform="s/a/A/g;s/\\.log/.txt/" d; tar tf a.tar | sort; tar cf a.tar --transform "s,d/,x/,x" --transform "s/x/y/i" d/a; tar tf a.tar; tar cvf a.tar --transform=s,d,q, --show-transformed-names d/a',
  `ln -s d/a soft; tar cf a.tar ${OWN} --transform=s,d,q, soft d/a; tar tvf a.tar; tar cf a.tar ${OWN} --transform=s,d,q,S soft d/a; tar tvf a.tar; tar cf a.tar ${OWN} --transform='flags=r;s,d,q,' soft; tar tvf a.tar`,
  'tar czf a.tgz d; gzip -t a.tgz && tar tzf a.tgz | sort; tar tf a.tgz | wc -l; cat a.tgz | tar tz | wc -l; cat a.tgz | tar t; echo $?; tar caf b.tar.gz d; gzip -l b.tar.gz | wc -l; tar -zcvf c.tgz top; mkdir o; tar -C o -zxvf c.tgz; cat o/top',
  'tar tzf top; echo $?; tar xf top; echo $?; tar tf nosuch; echo $?; : > e; tar tf e; echo $?; tar tf d; echo $?; tar tzf e; echo $?; tar cf nodir/a.tar top; echo $?',
  'tar cf a.tar d/a; tar rf a.tar top; tar tf a.tar; wc -c < a.tar; tar uf a.tar d/a top; tar tf a.tar; touch -d 2100-01-01 d/a; tar uvf a.tar d/a top; tar tf a.tar; tar -rf new.tar top; tar tf new.tar; gzip a.tar; tar rf a.tar.gz top; echo $?',
  'tar cf a.tar --remove-files top d/sub; ls d; ls top; tar tf a.tar | sort; tar cf d/self.tar d 2>&1; tar tf d/self.tar | sort',
  'tar cf a.tar -N 2100-01-01 --sort=name d; tar tf a.tar; tar cf a.tar --newer-mtime=2001-01-01 top; tar tf a.tar; tar cf a.tar --after-date=nonsense top; echo $?; tar cf a.tar --format=zip top; echo $?; tar cf a.tar --sort=size top; echo $?; tar cf a.tar -b x top; echo $?',
  // Unpacking.
  'tar cf a.tar --sort=name d top; mkdir o; tar xvf a.tar -C o; find o | sort; tar xf a.tar -C o --strip-components=1; find o | sort; tar xf a.tar -C o --strip-components=9; echo $?; tar xvf a.tar -C o --strip-components=1 --show-transformed-names',
  'tar cf a.tar d top; mkdir o; tar xf a.tar -C o d/a nosuch; echo $?; find o; tar xf a.tar -C o d/sub; find o | sort; tar xf a.tar -C nosuch; echo $?; cd o; tar xf ../a.tar -C d/sub top; find . | sort; tar xf ../a.tar d/ ; ls d',
  'tar cf a.tar --sort=name d top; tar xOf a.tar top; tar xf a.tar -O d/a d/b.log; tar xOvf a.tar top; tar xzOf a.tar top; echo $?; tar xf a.tar --to-stdout d',
  'tar cf a.tar top d/a; echo new > top; tar xkf a.tar; echo $?; cat top; tar xf a.tar --skip-old-files -v; cat top; tar xf a.tar --keep-newer-files; cat top; tar xf a.tar --overwrite; cat top; rm top; mkdir top; tar xf a.tar; echo $?; touch top/x; tar xf a.tar; echo $?; tar xf a.tar --recursive-unlink; cat top; tar xUf a.tar; cat top',
  'chmod 754 top; chmod 700 d; touch -d @1000 top d; tar cf a.tar top d; rm -r top d; tar xpf a.tar; ls -ld --time-style=+%s top d | cut -d" " -f1,6-; tar xmf a.tar; test top -nt patterns -o top -ef patterns; ls -l --time-style=+%s top | cut -d" " -f6 | grep -c ^1000$; umask 077; rm -r top d; tar xf a.tar --no-same-permissions; ls -ld top d | cut -c1-10',
  'ln top hard; ln -s top soft; ln -s /etc/passwd abs; ln -s ../../x up; tar cf a.tar top hard soft abs up; mkdir o; tar xf a.tar -C o; ls o; readlink o/soft o/abs o/up; test o/top -ef o/hard && echo same; tar xf a.tar -C o; tar xkf a.tar -C o; echo $?; readlink o/abs',
  'tar cPf a.tar ../$(basename $PWD)/top 2>/dev/null; mkdir o; cd o; tar xf ../a.tar 2>&1 | sed "s,\\.\\./[^/]*,X,"; ls -A',
  'tar cPf a.tar $PWD/top; mkdir o; cd o; tar xf ../a.tar 2>&1; find . -type f | sed s,.*/,,; cd ..; rm top; tar xPf a.tar; cat top',
  'mkdir away; ln -s $PWD/away evil; tar cf a.tar evil; rm evil; mkdir evil; echo x > evil/f; tar rf a.tar evil/f; mkdir o; tar xf a.tar -C o; echo $?; ls o; ls away',
  'tar cf my.tar top d; tar xf my.tar --one-top-level; find my | sort; tar xvf my.tar --one-top-level=other top; cat other/top; tar xf my.tar --transform=s,top,bottom, top; cat bottom; tar xf my.tar --xform="s,^d,D," d/a; cat D/a',
  'cat top > x; tar cf a.tar x; echo 2 > x; tar rf a.tar x; tar xOf a.tar x; tar xOf a.tar --occurrence x; tar xOf a.tar --occurrence=2 x; tar tf a.tar --occurrence=3 x; echo $?',
  'tar cf a.tar --sort=name d top; head -c 3000 a.tar > cut.tar; mkdir o; tar xf cut.tar -C o; echo $?; tar cf b.tar top; cat a.tar b.tar > ab.tar; tar tf ab.tar | wc -l; tar tif ab.tar | wc -l; (cat top; cat a.tar) > bad.tar; tar tf bad.tar > /dev/null; echo $?; head -c 1024 b.tar | tar tf -; echo $?; head -c 1536 b.tar | tar tf -; echo $?; tar czf z.tgz d; head -c 100 z.tgz > c.tgz; tar tf c.tgz; echo $?',
  // Taking out.
  `tar cf a.tar ${OWN} d top; tar --delete -f a.tar d/sub top; tar tf a.tar; wc -c < a.tar; sha256sum < a.tar; tar --delete -f a.tar nosuch; echo $?; tar -f a.tar --delete d; tar tf a.tar; echo $?; wc -c < a.tar; tar czf z.tgz d; tar --delete -f z.tgz d; echo $?`,
  // Comparing.
  `tar cf a.tar ${OWN} --mtime=@5 top; tar df a.tar | grep -v [UG]id; touch -d @9 top; tar cf a.tar d top; tar df a.tar; echo $?; tar dvf a.tar top; echo more >> top; tar df a.tar; echo $?; echo tOp > top; tar df a.tar | tail -1; rm top; tar df a.tar; echo $?; mkdir top; tar df a.tar; echo $?; chmod 700 d/a; tar -d -f a.tar d/a`,
  `tar cf a.tar d top; tar xf a.tar --to-command='echo $TAR_FILENAME $TAR_SIZE $TAR_FILETYPE $TAR_MODE $TAR_ARCHIVE; cat | wc -l' d | sort; tar xvf a.tar --to-command='cat > /dev/null; echo "$TAR_VOLUME"; exit 3' top; echo $?`,
  'tar --nosuch; echo $?; tar -cf; echo $?; tar cf; echo $?; tar -cf a.tar --strip-components=x top; echo $?; tar xf a.tar --one-top-level=; echo $?; tar -c top | tar -x -v; tar c d | (mkdir p && cd p && tar x); find p | sort; tar -c -f a.tar -- top; tar tf a.tar; tar --create --file a.tar top d/a && tar --get -v --file a.tar',
  'tar cf a.tar -v d/a 2>/dev/null; tar cfv b.tar top; tar -czvf c.tar.gz d/a top; tar xvzf c.tar.gz top; tar --extract --gzip --file=c.tar.gz --directory=d; cat d/top; tar --totals -cf a.tar top 2>&1 | cut -d" " -f1-4; tar cf a.tar --verbatim-files-from -T list; tar tf a.tar; tar cf a.tar --add-file=top; tar tf a.tar',
]

describe('tar', () => {
  for (const script of scripts)
    it(`does what GNU tar does: ${script.slice(0, 150)}`, () => expectAgreement({ script, files: FILES, commands }))

  it('says the words of GNU tar', async () => {
    const { err } = await tryShell({ script: 'tar cf a.tar nosuch; tar xf a.tar nosuch; tar xf no.tar; tar cf a.tar; tar', commands })
    expect(err).toBe(
      [
        'tar: nosuch: Cannot stat: No such file or directory',
        'tar: Exiting with failure status due to previous errors',
        'tar: nosuch: Not found in archive',
        'tar: Exiting with failure status due to previous errors',
        'tar: no.tar: Cannot open: No such file or directory',
        'tar: Error is not recoverable: exiting now',
        'tar: Cowardly refusing to create an empty archive',
        "Try 'tar --help' or 'tar --usage' for more information.",
        "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options",
        "Try 'tar --help' or 'tar --usage' for more information.",
        '',
      ].join('\n'),
    )
  })

  it('stops at the room of the tree, with words', async () => {
    const tree = new FileTree({ bytes: 400_000, nodes: 100 })
    const member = (name: string, size: number): Uint8Array =>
      writeHeader(
        { name, kind: '0', mode: 0o644, uid: 0, gid: 0, size, mtime: 0, link: '', user: '', group: '', major: 0, minor: 0 },
        'gnu',
        { atime: undefined, ctime: undefined, mtime: undefined },
      )
    const files = {
      'big.tar': textOf(member('big', 10 * 1024 ** 3)) + '\0'.repeat(2048),
      'room.tar': textOf(member('room', 300_000)) + '\0'.repeat(300_032 + 1024),
    }
    const big = await tryCommand(commands, { argv: ['tar', 'xf', 'big.tar'], files }, tree)
    expect(big).toMatchObject({ code: 2, out: '' })
    expect(big.err).toContain('tar: big: Cannot write: File too large\n')
    const room = await tryCommand(commands, { argv: ['tar', 'xf', 'room.tar'], files }, new FileTree({ bytes: 400_000, nodes: 100 }))
    expect(room.err).toContain('tar: room: Cannot write: No space left on device\n')
    expect(bytesOf(room.err).length).toBeGreaterThan(0)
  })

  it('names what it does not do', async () => {
    const { err, code } = await tryShell({ script: 'tar cJf a.tar.xz x', commands })
    expect({ err, code }).toEqual({ err: 'tar: option -J is not implemented in this sandbox\n', code: 2 })
  })
})
