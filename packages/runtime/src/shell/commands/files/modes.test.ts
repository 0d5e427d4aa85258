import { compareStories } from '../../../../../testkit/src/command-story'
import { fileCommands } from '../files'

const FILES = { a: 'hello\n', b: 'other\n', 'd/x': 'x\n', 'd/sub/y': 'y\n' }
const MODES = ['755', 'u+x', 'go-r', 'a=r', '+x', '-x', 'u=rwx,go=', 'u+s', 'g+s', '+t', 'a=rX', 'u=g', 'o=u', 'g-w+x', '1777', '07', 'ug+rw,o-rwx', '=', '+X', 'u=rws', '0', '=rw', 'a-w', 'o+w', 'u-x,u+x', 'a+s', '-r', '-rw', 'z', 'u+', '99', '+755', '77777', 'u=,g=u'] // prettier-ignore

compareStories(
  'permission bits',
  fileCommands,
  MODES.map((mode) => ({
    files: FILES,
    sorted: true as const,
    lines: [
      `chmod -v 644 a`,
      `chmod -v ${mode} a`,
      `chmod -v ${mode} d`,
      ...(/[u=]|^-r|^0/.test(mode) ? [`chmod -v ${mode} b`] : [`chmod -Rv ${mode} d`]),
    ],
  })),
)

compareStories('owners and references', fileCommands, [
  {
    files: FILES,
    lines: [
      'chmod -c 644 a',
      'chmod -c 600 a',
      'chmod -v --reference=a b',
      'chmod 600 missing',
      'chmod -f 600 missing',
      'chmod 600',
      'chmod',
      'ln -s nowhere l',
      'chmod 600 l',
      'ln -s a k',
      'chmod -v 640 k',
      'chmod --reference=missing a',
      'chmod u+x -v a',
      'chmod -v -x a',
      'chmod a -w -v',
      'chmod -v -- -w b',
    ],
  },
  { files: FILES, lines: ['chown nosuchuser a', 'chown', 'chown user', 'chgrp nosuchgroup a', 'chgrp', 'chown x:y missing'] },
])

compareStories('times', fileCommands, [
  {
    files: FILES,
    lines: [
      'touch a n',
      'touch -c m',
      'touch m/x',
      'touch',
      'touch -d nonsense a',
      'touch -t 13 a',
      'touch -t 202413010000 a',
      'touch -r missing a',
      'touch --time=bad a',
      'touch -d yesterday -t 202401010000 a',
      'touch d',
      'touch a/',
      'touch -h zz',
      'touch ""',
      'touch -',
    ],
  },
])

compareStories('sizes', fileCommands, [
  {
    files: FILES,
    lines: [
      'truncate -s 3 a',
      'truncate -s +2 a',
      'truncate -s %4 a',
      'truncate -s -1 a n',
      'truncate -s 1K n',
      'truncate -r a b',
      'truncate -s x a',
      'truncate a',
      'truncate -s 1',
      'truncate -c -s 1 missing',
      'truncate -s 1 d',
      'truncate -s /0 a',
      'truncate -s 1 -r a b',
      'truncate -s 1X a',
      'truncate -s 1kB b',
      'truncate -r missing b',
    ],
  },
])

compareStories('names of temporary files', fileCommands, [
  [
    'mktemp -u XX',
    'mktemp a.XXX.b/c',
    'mktemp x',
    'mktemp nodir/XXXXXX',
    'mktemp --suffix=.x fooYXXXXz',
    'mktemp -t /a/XXXX',
    'mktemp -p /tmp /XXXX',
    'mktemp a b',
    'mktemp -d nodir/XXX',
    'mktemp -q nodir/XXX',
  ],
])
