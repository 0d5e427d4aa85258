import { compareStories } from '../../../../../testkit/src/command-story'
import type { Command } from '../command'
import { fileCommands } from '../files'
import { findCommands } from '../find'
import { textCommands } from '../text'

const echo: Command = {
  name: 'echo',
  summary: 'prints its words',
  run: async (call) => {
    await call.stdout.write(`${call.args.join(' ')}\n`)
    return 0
  },
}

const ALL = [...fileCommands, ...findCommands, ...textCommands, echo]
const FILES = {
  'a.txt': 'hello\n',
  'B.TXT': 'x'.repeat(3000),
  'd/x.c': '',
  'd/sub/y.txt': 'y\n',
  'd/sub/deep/z': 'z',
  '.hid/h': 'h',
  'e f': '',
}
const SETUP = [
  'touch -d 2020-02-03T04:05:06Z a.txt', 'touch -d 2024-01-02T03:04:05.5Z B.TXT', 'chmod 755 a.txt', 'chmod 600 B.TXT', 'chmod 4711 d/x.c', 'ln -s a.txt link', 'ln -s nowhere broken', 'ln -s d dl', 'ln a.txt hard', 'mkdir empty',
] // prettier-ignore

const LINES = [
  'find', 'find .', 'find d', 'find d/', 'find d missing a.txt', 'find . -name "*.txt"', 'find . -iname "*.txt"', 'find . -name ".*"', 'find . -name "?.c"', 'find . -path "./d/*"', 'find . -path "*sub*" -name "y*"', 'find . -ipath "./D/*"',
  'find . -wholename ./d', 'find . -regex ".*\\.txt"', 'find . -regex ".*/[a-z]\\.\\(c\\|txt\\)"', 'find . -iregex ".*TXT"', 'find . -regextype posix-extended -regex ".*/(a|y)\\.txt"', 'find . -regextype egrep -regex ".*[zc]$"', 'find . -regextype bad -regex x',
  'find . -type f', 'find . -type d', 'find . -type l', 'find . -type f,l', 'find . -type z', 'find . -type', 'find . -type ff', 'find . -xtype f', 'find . -xtype l', 'find -L . -type f', 'find -L . -type l', 'find -H dl', 'find dl', 'find dl/', 'find -L dl -name z',
  'find . -size 0', 'find . -size +1', 'find . -size -2', 'find . -size 6c', 'find . -size +2k', 'find . -size -1k', 'find . -size 3k', 'find . -size 1M', 'find . -size x', 'find . -size 1z', 'find . -empty', 'find . -empty -type d',
  'find . -newer a.txt -type f', 'find . -newermt 2022-01-01 -name "*.*"', 'find . ! -newermt 2022-01-01', 'find . -newermt bad', 'find . -newer missing', 'find . -mtime +30', 'find . -mtime -1 -type f', 'find . -mtime 0 -type f', 'find . -mmin -10 -type d', 'find . -mmin +10', 'find . -mtime x', 'find . -daystart -mtime -1 -type f', 'find . -cmin -5 -name a.txt', 'find . -anewer a.txt -name B.TXT',
  'find . -perm 755 -type f', 'find . -perm -111 -type f', 'find . -perm /022', 'find . -perm /4000', 'find . -perm -u+x -type f', 'find . -perm u=rw,go=', 'find . -perm /u+s', 'find . -perm bad', 'find . -links 2 -type f', 'find . -links +1 -type f', 'find . -samefile a.txt', 'find . -lname "a*"', 'find . -ilname "NO*"',
  'find . -maxdepth 1', 'find . -maxdepth 0', 'find . -mindepth 2', 'find . -mindepth 2 -maxdepth 2 -type f', 'find . -name a.txt -maxdepth 1', 'find . -maxdepth x', 'find . -maxdepth', 'find . -depth -name "*d*"', 'find . -name d -prune -o -print', 'find . -name d -prune -o -type f -print', 'find . -path ./d -prune -o -name "*.txt"', 'find . -not -name "*.txt" -type f', 'find . ! -type d -a -name "[a-e]*"', 'find . ( -name "*.c" -o -name "*.txt" ) -type f', 'find . -name "*.c" -o -name "*.txt" -type l', 'find . -false -o -true -name z', 'find . -name z , -name h', 'find a.txt -type f -quit', 'find a.txt -print -quit',
  'find . -type f -printf "%p|%P|%f|%h|%H|%d|%s|%m|%M|%n|%u|%y|%l\\n"', 'find . -type l -printf "%p %l %Y %y\\n"', 'find a.txt B.TXT -printf "%t %T@ %TY-%Tm-%Td %TH:%TM:%TS %T+ %TT %Ta %Tb %Tj %Tc %TD %TX %Tx %TZ\\n"', 'find a.txt -printf "%5s|%-8f|%08s|%.2f|%%|\\t|\\101|%k %b\\n"', 'find d -printf "[%P] [%f] [%h]\\n"', 'find . -name "a*" -print0', 'find / -maxdepth 0 -printf "%p %f [%h]\\n"', 'find a.txt -printf "x\\cy"', 'find d/ -maxdepth 0 -printf "%f %h %p\\n"', 'find ./d/sub -maxdepth 1 -printf "%h %f\\n"',
  'find . -type f -exec echo {} ;', 'find . -type f -exec echo -{}- x{} ;', 'find d -name "*.c" -exec echo A ; -exec echo B {} ;', 'find . -name "*.txt" -exec false ; -print', 'find . -name "*.txt" -exec cat {} ;', 'find d -execdir echo {} ;', 'find . -name zzz -exec echo {} +', 'find a.txt -exec false {} +', 'find a.txt -exec', 'find a.txt -exec echo', 'find a.txt -exec echo {} {} +',
  'find . -bad', 'find . a -name x b', 'find . -name', 'find . -name a.txt B.TXT', 'find . -o -name x', 'find . ( -name x', 'find . -name x )', 'find . !', 'find . ( )', 'find . -name "a/b"', 'find . -uid 77 -maxdepth 1 -name "a*"', 'find . -user nosuchuser', 'find . -group nosuchgroup', 'find . -nouser', 'find . -readable -name "a*"', 'find . -executable -type f', 'find . -inum x', 'find . -type f -name a.txt -fprint out', 'find "" -name x', 'find . -noleaf -xdev -maxdepth 1 -name a.txt', 'find -name x -name', 'find . -follow -name z', 'find . -name x -a', 'find . -name "*" -type d -path "./d*"', 'find -P . -maxdepth 1 -type l', 'find . -uid 99999', 'find . -name "[[:upper:]]*"', 'find . -name "\\*"', 'find . -delete -prune',
] // prettier-ignore

compareStories(
  'walks',
  ALL,
  LINES.map((line) => ({ files: FILES, sorted: true as const, lines: [...SETUP, line] })),
)

compareStories('removing what was found', ALL, [
  {
    files: FILES,
    sorted: true,
    lines: [
      'find d -name "*.c" -delete',
      'find d',
      'find d -type f -print -delete',
      'find d',
      'find d -delete',
      'find . -empty -delete',
      'find .',
      'find .hid -maxdepth 0 -delete',
      'find . -name "a*" -fprintf out "%f\\n" -fprint0 out2',
      'cat out',
      'cat out2',
    ],
  },
])
