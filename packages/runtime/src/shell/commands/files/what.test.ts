import { fileCommands } from '../files'
import { compareStories } from '../../../../../testkit/src/command-story'

const FILES = {
  'a.txt': 'hello\n',
  'src/a.js': '1\n',
  'src/lib/b.ts': '22\n',
  'src/big.bin': 'x'.repeat(5000),
  'run.sh': '#!/bin/sh\n',
  'sp ace': 'x',
  'node_modules/x/index.js': 'y\n',
  '.hid/z': 'z\n',
  '.gitignore': 'node_modules\n*.txt\n!src/*.txt\n/src/lib\n',
  'src/keep.txt': 'kept\n',
  'é.txt': 'e\n',
}
const SET_UP = ['chmod 755 run.sh', 'ln -s a.txt l', 'ln -s src sl', 'ln -s nope broken', 'mkdir empty']
/** Several to a story: making the files anew for each takes longer than the commands. */
const grouped = (lines: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(lines.length / 9) }, (_, at) => lines.slice(at * 9, at * 9 + 9))
const told = (lines: readonly string[]) => ({ lines: [...SET_UP, ...lines], files: FILES })

compareStories('stat', fileCommands, [
  told([
    "stat -c '%N|%n|%5s|%-8s|%08a|%#a|%A|%12A|%.3A|%h|%F' a.txt l src 'sp ace' empty",
    "stat -c '%q|%5q|%%|%f|%b|%B|%o|%m' a.txt l src broken",
    "stat --printf '%n\\t%s\\x41\\101\\n' a.txt run.sh",
    "stat --printf 'a\\qb\\' a.txt",
    "stat -c '%5%' a.txt",
    "stat -c '%n%' a.txt",
    'stat -L -c %s%F l',
    'stat -L broken',
    'stat nope a.txt/x -c %n',
    'stat',
    'stat -c',
    'stat --cached=foo a.txt',
    'stat -Lc %a run.sh sl',
    'touch -d 2024-01-02T03:04:05.678Z a.txt',
    "stat -c '%y|%.10y|%Y|%.3Y|%.Y|%12Y|%10.3Y' a.txt",
    "stat -c '%+5s|% s|%05h|%-5a|' a.txt",
    "stat --printf='%U' -- nope",
  ]),
])

compareStories('du', fileCommands, grouped([
    'du -a', 'du', 'du -s', 'du -sh src', 'du -c src a.txt', 'du -d1', 'du -d 0 .', 'du -ab src', 'du -b src', 'du -s -a', 'du -s -d1', 'du -s -d0', 'du -d x', 'du -t 8K -a',
    'du -t -5K -a', 'du -B foo .', 'du -ah', 'du -ah --apparent-size', 'du -BM .', 'du -Bk src', 'du --block-size=1K src', 'du -0a src/lib', 'du --inodes', 'du --inodes -a src',
    'du -S', 'du nope src', 'du -a a.txt a.txt', 'du -a . src', 'du -l a.txt a.txt', "du --exclude='*.txt' -a", 'du --exclude=src/lib', 'du -m', 'du -k src', 'du -D l', 'du -L l sl', 'du l sl',
    'du -bs a.txt src', 'du --si -a', 'du -X nofile', 'du --time=foo', 'du --time --time-style=foo', 'du -hc src node_modules', 'du -sch src node_modules', 'du -- nope',
    'du -Sh src', 'du -aS src', "du -ab --exclude=lib src", 'du -x src', 'du -a -d1 src', 'du -hs .',
  ]).map((lines) => ({ ...told(lines), sorted: true as const }))) // prettier-ignore

compareStories('tree', fileCommands, [
  ...grouped([
    'tree', 'tree -a', 'tree -d', 'tree -L 1', 'tree -L 2 src', 'tree -f', 'tree -i', 'tree -if', 'tree -sh src', 'tree -s', 'tree -h src', 'tree -p src', 'tree -F', 'tree -I node_modules',
    "tree -I 'node_modules|*.js'", "tree -P '*.js'", "tree -P '*.js' --prune", 'tree --prune', 'tree --dirsfirst', 'tree --filesfirst', 'tree -r', 'tree -v', 'tree -J', 'tree -X', 'tree -Js', 'tree -Jp src',
    'tree -Xs src', 'tree --noreport', 'tree --filelimit 1', 'tree --filelimit 4', 'tree --gitignore', 'tree -a --gitignore', 'tree --du', 'tree --du -h', 'tree --du -s src empty', 'tree -l', 'tree -Q src', 'tree -N',
     'tree -x src', 'tree -L 0', 'tree -L x', 'tree nope', 'tree src nope', 'tree src empty', 'tree a.txt', 'tree --sort=size src',  'tree --ignore-case -P *.JS', 'tree --charset=ascii',
    'tree -aL 1 --dirsfirst -F', 'tree -pJ src', 'tree -dL 1', 'tree -fL 1', 'tree -n src', 'tree --metafirst -ps src', 'tree -ps src', 'tree -J -L 1', 'tree -J src empty', 'tree -X src empty', 'tree -Ji src', 'tree -Jf src',
    'tree src/', 'tree -f src/', 'tree -F src', 'tree sl', 'tree -lf sl', 'tree -si src', "tree -I 'lib/' src", "tree -I '*' src", "tree -P nomatch src/lib", 'tree -d --du src', 'tree -J --noreport src', 'tree -I', 'tree -d src/lib',
    'tree -L 1 --prune src', 'tree -d -L 3 -f .', 'tree -J broken', 'tree -a -I .git', 'tree --si src', 'tree -hF --dirsfirst src', 'tree -J -d',
  ]).map((lines) => told(lines)),
  { lines: ['tree --fromfile'], stdin: 'a/b/c\na/d\nx\n\n/abs/y\n', files: {} },
  { lines: [...SET_UP, 'tree -C', 'tree -C -F src'], files: FILES, env: { TERM: 'xterm' } },
  { lines: ['ln -s .. src/up', 'tree -l src'], files: FILES },
]) // prettier-ignore

compareStories('which', fileCommands, [['which', 'which nosuchprogram', 'which -z ls', 'which -a nosuchprogram /nope']])

const shown = (lines: readonly string[], ...paths: readonly string[]) => told([...lines, `stat -c '%A %s %n' ${paths.join(' ')}`])
compareStories('install', fileCommands, [
  shown(['install -d x/y/z', 'install -dv x2/y2', 'install -dm 700 p/q'], 'x', 'x/y/z', 'x2/y2', 'p', 'p/q'),
  shown(['install -m 600 a.txt inst', 'install -v a.txt inst2', 'install -D a.txt deep/er/f', 'install -Dv a.txt deep2/er/f'], 'inst', 'inst2', 'deep/er/f'),
  shown(['mkdir d', 'install -t d a.txt run.sh', 'install -v -t d a.txt run.sh', 'install -D -t newd a.txt', 'install -T a.txt inst3'], 'd/a.txt', 'newd/a.txt', 'inst3'),
  told(['install a.txt', 'install', 'install nope x', 'install a.txt nodir/x', 'install -m zz a.txt q1', 'install -d', 'install -d a.txt', 'install src x9']),
  told(['install a.txt run.sh nodir', 'install -t nodir a.txt', 'install -D a.txt', 'install -dt x y', 'install -o nobodyx a.txt i4']),
  shown(['install a.txt inst', 'install -b a.txt inst', 'install -bv a.txt inst', 'install -S .bak a.txt inst', 'install -C a.txt inst', 'install -Cv a.txt inst'], 'inst', 'inst~', 'inst.bak'),
  shown(['install -m 4755 a.txt su', 'install -m u=rw,go=r a.txt i5', 'install l fromlink', 'install -p a.txt instp'], 'su', 'i5', 'fromlink', 'instp'),
]) // prettier-ignore
