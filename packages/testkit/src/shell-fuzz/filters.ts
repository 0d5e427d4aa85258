import { command, type Script } from './script'
import type { Draw } from './draw'
import { awkProgram } from './awk-program'
import { sedScript } from './sed-script'
import { basicPattern, extendedPattern, quoted, textFile } from './words'

/** Flags and operands of a filter; a file at the end, or what comes through the pipe. */
type Filter = (draw: Draw, file: string) => readonly string[]

const flags = (draw: Draw, from: readonly string[], most = 2): string[] => draw.some(from, most)

const FILTERS: readonly Filter[] = [
  (d, f) => ['sort', ...flags(d, ['-n', '-r', '-u', '-f', '-k2', '-k2,2', '-k1,1r', '-k2n', '-V', '-h', '-b', '-s', '-d', '-g', '-i', '-t,', '-k3', '-t:', '-M', '-k1.2', '-k2b,2'], 3), f],
  (d, f) => ['sort', ...flags(d, ['-c', '-C', '-u', '-n', '-r'], 3), f],
  (d, f) => ['uniq', ...flags(d, ['-c', '-d', '-u', '-i', '-f1', '-s1', '-w2', '-D', '--group', '--all-repeated=prepend']), f],
  (d, f) => ['cut', d.pick(['-d, -f2', '-d: -f1', '-f2-', '-c1-5', '-c3-', '-b2,4', "-d' ' -f1,3", '-d= -f-2', '-d, -f2-3 --output-delimiter=+', '-d, --complement -f1', '-c-2,5-', "-s -d' ' -f2"]), f],
  (d, f) => ['head', d.pick(['', '-n3', '-n 5', '-n -4', '-c10', '-c -20', '-2', '-n0', '--lines=2']), f],
  (d, f) => ['tail', d.pick(['', '-n3', '-n +3', '-n 1', '-c10', '-c +5', '-2', '-n0', '--lines=+2']), f],
  (d, f) => ['wc', ...flags(d, ['-l', '-w', '-c', '-m', '-L']), f],
  (d, f) => ['nl', ...flags(d, ['-ba', '-w3', "-s': '", '-v5', '-i2', '-nln', '-nrz', '-bn', "-b'p^a'"]), f],
  (d, f) => ['cat', ...flags(d, ['-n', '-A', '-b', '-s', '-E', '-T', '-v', '-e', '-t']), f],
  (d, f) => [d.pick(['tac', 'rev', 'cat', 'expand', 'unexpand -a', 'expand -t4', 'unexpand', 'expand -i', 'expand -t 2,6', 'tac -s a', 'tac -b']), f],
  (d, f) => ['fold', ...flags(d, ['-w10', '-s', '-b', '-w 3', '-w40']), f],
  (d, f) => ['fmt', ...flags(d, ['-w30', '-s', '-u', '-w 50', '-c', '-t']), f],
  (d, f) => ['paste', ...flags(d, ['-s', '-d,', "-d'|-'"]), f, d.chance(0.3) ? textFile(d) : ''],
  (d, f) => ['column', d.pick(['-t', '-t -s,', '-t -s:', "-t -o'|'", '-c 40', '-x -c 60', '-t -N a,b,c -s,', '-t -R2 -s,']), f],
  (d, f) => ['od', d.pick(['-c', '-An -tx1', '-b', '-x', '-A d -t u1', '-An -c -w8', '-tx2', '-N 20 -c', '-j3 -N5 -tx1', '-v -An -to1', '-td4', '-a']), f],
  (d, f) => ['xxd', d.pick(['', '-p', '-l 20', '-c 8', '-b -l 6', '-s 3 -l 9', '-u', '-g1', '-i -l 12', '-e -l 16', '-g4 -c12']), f],
  (d, f) => ['hexdump', d.pick(['-C', '-C -n 20', '', '-x', '-c', '-b -n 8', "-v -e '1/1 \"%02x \"'", '-d -s 2']), f],
  (d, f) => [d.pick(['base64', 'base64 -w 20', 'base32', 'md5sum', 'sha1sum', 'sha256sum', 'cksum', 'sum', 'sha512sum', 'b2sum', 'sum -s', 'base64 -w0', 'md5sum --tag']), f],
  (d, f) => ['grep', ...flags(d, ['-n', '-c', '-i', '-v', '-o', '-w', '-x', '-m2', '-A1', '-B1', '-C1', '-H', '-h', '-b', '-l', '-L', '-s', '-q', '-T', '--color=always', '-z'], 3), quoted(basicPattern(d)), f],
  (d, f) => ['grep -E', ...flags(d, ['-n', '-c', '-i', '-v', '-o', '-w', '-x', '-m1', '-A2', '-l', '-b', '--color=always'], 3), quoted(extendedPattern(d)), f],
  (d, f) => ['grep -P', ...flags(d, ['-n', '-c', '-i', '-v', '-o', '-w']), quoted(d.pick(['\\d+', '(?<=a)n', '(?i)todo', 'a(?!n)', '^\\s*\\w+', '\\b\\w{3}\\b', '(a|b)\\w*?e', '[^\\W\\d]+', 'id=\\K\\d', '\\p{Lu}', '(?<x>.)\\k<x>', '.+?o'])), f],
  (d, f) => ['sed', ...flags(d, ['-n', '-E', '-s', '-u'], 1), quoted(sedScript(d)), f],
  (d, f) => ['sed', d.chance(0.3) ? '-n' : '', '-e', quoted(sedScript(d)), '-e', quoted(sedScript(d)), f],
  (d, f) => ['awk', ...flags(d, ['-F,', '-F:', "-F'[= ]+'", "-F'\\t'", '-v OFS=-', '-F.', "-v RS=''", "-vORS=';'"], 1), quoted(awkProgram(d)), f],
  (d, f) => ['awk', ...flags(d, ['-F,', '-v OFS=:'], 1), quoted(awkProgram(d)), f],
  (d, f) => ['strings', ...flags(d, ['-n 6', '-n3', '-t d', '-t x']), f],
  (d, f) => ['comm', ...flags(d, ['-1', '-2', '-3', '-12', '--total'], 1), f === '' ? '-' : f, textFile(d), '2>/dev/null'],
  (d, f) => ['join', ...flags(d, ['-t,', '-a1', '-v2', '-i', '--header', '-1 2']), f === '' ? '-' : f, textFile(d), '2>/dev/null'],
  (d, f) => ['diff', ...flags(d, ['-u0', '-q', '-w', '-i', '-b', '-B', '-y -W40', '-e', '-n', '--normal', '-s', '--suppress-common-lines']), f === '' ? '-' : f, textFile(d), '| grep -v "^[-+*]\\{3\\} "'],
  (d, f) => ['split -l', d.pick(['3', '5']), f === '' ? '-' : f, d.pick(['p.', 'x -d', 'q -a3']), '&& ls p.* x* q* 2>/dev/null'],
  (d, f) => ['pr -t', ...flags(d, ['-2', '-3 -w60', '-n', '-l20']), f],
  (d, f) => ['numfmt', d.pick(['--to=iec', '--to=si', '--from=auto', '--to=iec-i --suffix=B', '--round=down --to=si', '--padding=8', '--grouping', '--format=%.1f']), '--invalid=ignore', f === '' ? '' : `< ${f}`],
] // prettier-ignore

const PIPED: readonly ((draw: Draw) => readonly string[])[] = [
  (d) => ['tr', d.pick(['a-z A-Z', "-d '\\n'", "-s ' '", "-cd 'a-z\\n'", "'[:lower:]' '[:upper:]'", "-c 'a-zA-Z' '\\n'", "-d '[:punct:]'", "abc x", "'a-e' '1-5'", "-s '[:space:]' ' '", "'\\n' ,", "-dc '[:digit:]'", "-t abc xy", "-sc 'a-z' '-'", "-ds a-c d-f", "'\\011' '|'"])],
  (d) => ['xargs', ...d.some(['-n2', '-r', "-d '\\n'", '-t', '-L1', '-s 60', '-n1'], 1), d.pick(['echo', 'echo x', "printf '[%s]'", 'basename -a', "printf '%s-%s\\n'"]), '2>/dev/null'],
  (d) => ["xargs -d '\\n' -I{}", d.pick(['echo', "printf '<%s>\\n'"]), d.pick(["'a{}b'", '{}', "'{} {}'"])],
  (d) => [d.pick(['while read -r a b; do echo "$b/$a"; done', 'while IFS=, read -r a b c; do echo "$c:$a"; done', 'while read a; do echo "${#a} $a"; done', 'while IFS= read -r l; do printf "[%s]\\n" "$l"; done', '{ read -r first; echo "first: $first"; cat; }', 'while read -r x _; do case $x in [a-m]*) echo "low $x";; *[0-9]*) echo "num $x";; *) echo "other $x";; esac; done', 'mapfile -t m; echo "${#m[@]}"', '(read x; cat | head -1; echo "$x")', 'while read -r -n 4 x; do echo "<$x>"; done', 'IFS= read -r -d : x; echo "$x"'])],
  (d) => [`tee ${d.pick(['t', 'u', 'v', 'w'])}${d.below(1000)}.out`, '| wc -c; cat *.out'],
] // prettier-ignore

/** A command that turns lines into other lines: of `file`, or of what is piped into it. */
export function filter(draw: Draw, file: string): Script {
  if (file === '' && draw.chance(0.25)) return command(...draw.pick(PIPED)(draw))
  return command(...draw.pick(FILTERS)(draw, file))
}
