import { compareStories } from '../../../../../testkit/src/command-story'
import { fileCommands } from '../files'

const FILES = {
  'a.txt': 'hello\n',
  'b.c': 'x'.repeat(5000),
  '.hidden': 'h',
  'd/x': 'x\n',
  'd/sub/y10': 'y\n',
  'd/sub/y9': 'yy\n',
  'e f': '1',
  'back~': '',
  'run.sh': '#!/bin/sh\n',
}
const SETUP = [
  'touch -d 2020-02-03T04:05:06Z a.txt', 'touch -d 2024-01-02T03:04:05.5Z b.c', 'touch -d 2019-01-01Z .hidden', 'touch -d 2021-01-01Z e\\ f', 'touch -d 2021-05-05Z back~ run.sh',
  'touch -d 2018-01-01Z d/x d/sub/y10 d/sub/y9', 'touch -d 2017-01-01Z "e f"', 'ln -s a.txt link', 'ln -s nowhere broken', 'ln -s d dirlink', 'touch -h -d 2022-01-01Z link broken dirlink',
  'chmod 755 run.sh', 'ln a.txt hard', 'chmod 600 b.c', 'rm -f "e\\\\ f"', 'touch -d 2020-01-01Z d/sub d .',
].filter((line) => !line.includes('\\ f') && !line.includes('\\\\')) // prettier-ignore

const LINES = [
  'ls', 'ls -a', 'ls -A', 'ls -1', 'ls -r', 'ls -t', 'ls -S', 'ls -X', 'ls -v d/sub', 'ls -R', 'ls -d', 'ls -d d', 'ls -F', 'ls -p', 'ls -m', 'ls -C', 'ls -x', 'ls -C -w 20',
  'ls -m -w 20', 'ls -Q', 'ls -b', 'ls -N', 'ls -B', 'ls -I "*.c"', 'ls --hide "*.c"', 'ls -a --hide "*.c"', 'ls --group-directories-first', 'ls --zero', 'ls a.txt d missing b.c', 'ls missing',
  'ls -l a.txt b.c run.sh link broken hard', 'ls -lF link dirlink broken run.sh', 'ls -ld d', 'ls -l d', 'ls -lh b.c', 'ls -l --si b.c', 'ls -s b.c a.txt', 'ls -ls b.c', 'ls -lg b.c', 'ls -lo b.c',
  'ls -lG b.c', 'ls -lt a.txt b.c hard', 'ls -lu a.txt', 'ls --full-time a.txt b.c', 'ls -l --time-style=long-iso a.txt', 'ls -l --time-style=iso a.txt', 'ls -l --time-style=+%s a.txt b.c',
  'ls --time-style=bad -l a.txt', 'ls -l dirlink', 'ls -L link', 'ls -lL link', 'ls -H dirlink', 'ls -dl dirlink', 'ls dirlink/', 'ls -lH link', 'ls --color=always', 'ls --color=always -R d', 'ls -1 --color=always nothing d a.txt', 'ls -l --color=always link run.sh d broken',
  'ls --color=auto', 'ls --color=bad', 'ls --sort=size', 'ls --sort=bad', 'ls --time=atime', 'ls -R d', 'ls d dirlink', 'ls -f d', 'ls -U d', 'ls -x -w 30', 'ls -s', 'ls --quoting-style=shell', 'ls --quoting-style=shell-always',
  'ls --quoting-style=shell-escape', 'ls --quoting-style=c -a d', 'ls -z', 'ls --file-type', 'ls --indicator-style=slash', 'ls -lk b.c', 'ls -l --block-size=K b.c', 'ls -s --block-size=1 b.c', 'ls -lr --time-style=+ a.txt b.c', 'ls ""',
  'ls -1 a.txt/', 'ls -lR d', 'ls -rt', 'ls -St', 'ls -Sr', 'ls -tr1 a.txt b.c', 'ls --author -l b.c', 'ls -w 0 -C', 'ls -T 0 -C', 'ls -CF --color=always', 'ls -aF', 'ls --format=commas', 'ls --format=long a.txt', 'ls -q', 'ls --version=1',
] // prettier-ignore

compareStories(
  'listings',
  fileCommands,
  LINES.map((line) => ({
    files: FILES,
    env: line.includes('color') ? { TERM: 'xterm' } : {},
    lines: [...SETUP, line],
    ...(line.includes(' -f') || line.includes(' -U') ? { sorted: true as const } : {}),
  })),
)
