import { dateCommands } from '../dates'
import { textCommands } from '../text'
import { compareWithReal, type Row } from '../../../../../testkit/src/command-table'

const TWENTY = Array.from({ length: 20 }, (_, i) => `${i + 1}\n`).join('')
const FILES = { s20: TWENTY, sec: 'a\n---\nb\nc\n---\nd\n' }
const PARTS = ['xx00', 'xx01', 'xx02', 'xx03']

compareWithReal(
  'csplit',
  textCommands,
  [
    's20 5 10', 's20 /5/ /1./', 'sec /---/', "sec /---/ '{*}'", "-z sec /---/ '{*}'", "-s sec /---/ '{1}'", '-n 3 sec /---/', "--suppress-matched sec /---/ '{*}'", 's20 %5% 8', 's20 /5/+2', 's20 /5/-2', 's20 30', 's20 /nomatch/',
    's20 %nomatch%', "sec /---/ '{5}'", "-k sec /---/ '{5}'", 's20', '', 'nope 3', 's20 5 3', "s20 5 '{2}'", 's20 0', 's20 abc', "s20 '/[/'", '-n x s20 5', '-z s20 1 2', 's20 5 5', '- 2', 's20 /5/+x', 's20 /5', '-q s20 5',
    "-b '%d-%x' s20 5", "s20 /^1/ '{1}' /^2/", "s20 3 '{x}'", 's20 20', 's20 21', "s20 10 '{*}'", "s20 /5/ '{*}'", "-b '%02d' s20 5", '-f xx s20 /0/ /0/', "s20 '%^1%' '/^1/' '{3}'", "--suppress-matched s20 5 10",
  ].map((rest): Row => ({ line: `csplit ${rest}`, files: FILES, stdin: TWENTY, makes: PARTS })),
) // prettier-ignore

compareWithReal('numfmt', textCommands, [
  ...[
    '--to=si 1000 1500 999 1000000 123456789', '--to=iec 1024 1500 1048576 1 0', '--to=iec-i 2048 1536', '--from=si 1K 1.5M 2k', '--from=iec 1K 1.5M', '--from=iec-i 1Ki 1K', '--from=auto 1K 1Ki 5', '1K', '--from=si abc', '--to=si --padding=8 1234',
    '--to=si --padding=-8 1234', '--format=%10f --to=iec 1234567', "--format='%-10.2f|' --to=iec 1234567", '--format=%.3f 1.5', '--grouping 1234567', '--round=up --to=si 1234', '--round=down --to=si 1999', '--round=nearest --to=si 1250 1350',
    '--round=towards-zero --to=si -- -1999', '--to=si -- -1234', '--suffix=B --to=si 2000', '--suffix=B --from=si 2KB', '--field=2 --to=si 1000', '--from-unit=1024 5', '--to-unit=1000 5000', '--invalid=warn --from=si abc 5K', '--invalid=ignore abc',
    '--invalid=fail abc 5', '--invalid=foo 1', '--to=foo 1', '--round=foo 1', '--padding=0 1', '--field=0 1', '--format=%d 1', '--format=%f%f 1', '--format=abc 1', '--format=%010f --to=si 12345', '--to=si 9999 99999 999999 9949 9950 9951',
    '--to=iec 10239 10240 1048575', '0x10', '1e3', '12345678901234567890123', '--to=si 0.5 1.04 10.5', "' 5'", '-- -5', '--debug 5', '--from=si 1KK', '--from=si 1x', '--from=iec 1M5', "--from=si '1 K'", "--format='%5.1f%%' 12.34",
    '--from=si --to=iec 1G', '--delimiter=, --field=2 x', '-z 5', '--to=iec 1E', '.5 +5', '--to-unit=Ki 2048', '--from-unit=M 3', '--to=iec --format=%.0f 1500', '--to=si --format=%6.2f 1500', '--from=auto --to=si 12Mi 3G',
  ].map((rest) => `numfmt ${rest}`),
  ...['--to=si', '--to=si --field=2', '--to=si --field=3', '--round=down --to=si --invalid=ignore'].map((flags) => ({ line: `numfmt ${flags} --invalid=ignore`, stdin: '     5\t1000 \t x\n  7 \t\t8\t\nname\tage\n' })),
  { line: 'numfmt --header --field=2 --to=si', stdin: 'h1 h2\n1000 2000\n3000 4000\n' },
  { line: 'numfmt -d, --field=2 --to=si', stdin: 'a,1000,b\nc,2000000,d\n' },
  { line: 'numfmt --field=1,3 --to=si', stdin: '1000 2000 3000\n' },
  { line: 'numfmt --field=2- --to=si', stdin: '1000 2000 3000\n' },
  { line: 'numfmt --field=2 --to=si', stdin: '  1000   2000\nab     300000 c\n' },
  { line: 'numfmt --to=si', stdin: '1000\n\n2000\n' },
  { line: 'numfmt --to=si --invalid=warn', stdin: '1000\nx\n2000\n' },
  { line: 'numfmt --to=si -z', stdin: '5\u00001000\u0000' },
  { line: 'numfmt --to=si', stdin: '1000' },
  { line: 'numfmt --field 5 --to=iec', stdin: '-rw-r--r-- 1 root root   12345 Nov 21 a\n-rw-r--r-- 1 root root      15 Nov 21 b\n' },
]) // prettier-ignore

compareWithReal('look', textCommands, [
  { line: 'look ap words', files: { words: 'able\napple\napril\nbanana\n' } },
  { line: 'look -f AP words', files: { words: 'able\napple\nApril\nbanana\n' } },
  { line: 'look zzz words', files: { words: 'able\n' } },
  { line: 'look x nope' },
])

compareWithReal(
  'cal',
  dateCommands,
  [
    '6 2024', '2024', '-3 6 2024', '13 2024', '9 1752', '-A1 -B1 6 2024', '-j 6 2024', '-N 6 2024', 'feb 2023', '1 2 3', '0', '10000', '2 1900', '-j 2024', '-y 1999', '-3 12 2024', '-3 1 2024', '-m 3 2024', 'june', '-A3 6 2024', '-B1 -A3 6 2024',
    '2 2000', '1752', '1 1', '-d 2024-02', 'December 2023', '-1 6 2024',
  ].map((rest) => `cal ${rest}`),
) // prettier-ignore

const WORDS = 'banana\napple\nCherry\napple\ndate\nelderberry\nfig\nBanana\ncherry\nfig\nfig\ngrape\n'
const NUMBERS = Array.from({ length: 200 }, (_, i) => `${i + 1}\n`).join('')

compareWithReal('pr', textCommands, [
  ...['-2', '-3 -w60', '-2 -3 -w60', '-2 -a', '-3 -n', '-3 -a -n:3', '-2 -n -w 30', '-2 -S', "-3 -S' | '", '-3 -s', '-3 -s -w 40', '-2 -J', "-3 -J -S'<>'", '-3 -S -w 30', '-4 -o 3', '-20', '-t3', '-2t -l 6', '-25 -w 40', '-W 20 -2', '-W 20 -s, -2', '-s: -n', '-2 -e4', '-w 12', '-w 20 -W 9'].map((flags) => ({
    line: `pr -t ${flags}`,
    stdin: '\u251c\u2500\u2500 tree\none\ttab\n\nend with blank \n\ttwo tabs\there\n  lead\né and \u65e5\u672c\n\nx\n1234567890123456789012345678901234567890\n\b\bback\b\n\t\t\tdeep\nlast',
  })),
  ...['', '-n', '-w 30', '-s,', '-J', "-S'|'", '-n -o 2', '-n.2 -w 50', '-l 4 -s'].map((flags) => ({
    line: `pr -t -m ${flags} a b c`,
    files: { a: '1\n\n3 \n', b: 'one\ntwo\twide\nthree is much longer than others\nfour\n', c: '\nB\n\nD\nE\n' },
  })),
  ...[
    'pr -t words', 'pr -t -n words', 'pr -n:3 -t words', 'pr -2 -t -l 10 -w 40 words', 'pr -5 -t words', 'pr -3 -t -a -w 30 words', 'pr -3 -t -s, words', 'pr -3 -ts words', 'pr -3 -t -s: -w 30 words', 'pr -t -2 -J words',
    'pr -m -t -w 40 words words', 'pr -m -t -s, words three', 'pr -m -t three words three', 'pr -t -o 4 words', 'pr -t -d words', 'pr -t -W 4 words', 'pr nosuch', 'pr -l x words', 'pr -0 words', 'pr -T words', 'pr -t -e4 tabs', 'pr -t -2 tabs', 'pr -t tabs',
    "pr -D D -h 'A title' -l 12 -w 50 words", 'pr -D D -l 20 words', 'pr -D D words three', 'pr -D D -F -l 20 words', 'pr -D D -2 -l 16 -w 40 words', 'pr -D D +2 -l 15 words', 'pr -D D -m -l 15 words three', 'pr -D D -d -l 14 words',
  ].map((line) => ({ line, files: { words: WORDS, three: '1\n2\n3\n', tabs: 'a\tb\tc\nlonger text\tx\n' } })),
  { line: 'pr -3 -t', stdin: NUMBERS },
  { line: 'pr -D D -l 25 -h X -3', stdin: NUMBERS },
  { line: 'pr', stdin: '' },
]) // prettier-ignore

compareWithReal('columns left out', textCommands, [
  { line: 'colrm 3 5', stdin: 'abcdefg\na\tbc\n' },
  { line: 'colrm 3', stdin: 'abcdefg\n' },
  { line: 'colrm', stdin: 'abc\n' },
])

compareWithReal('weeks as columns', dateCommands, ['ncal 6 2024', 'ncal 2 2023', 'ncal 9 1752', 'ncal feb 2024'])
