import type { Draw } from './draw'
import { command, type Script } from './script'
import { basicPattern, count, extendedPattern, folder, glob, quoted, textFile } from './words'

const TESTS = [
  "-name '*.ts'", '-type f', '-type d', '-empty', "-iname '*READ*'", "-path '*lib*'", '-maxdepth 2', '-mindepth 2', '-size +200c', '-size -3', "-not -name '*.md'",
  "\\( -name '*.md' -o -name '*.ini' \\)", '-prune', "-name '[a-m]*'", "-regex '.*/[a-z]*\\.ts'", '-newer package.json', '-perm 644', '-links 1', "! -path './node_modules*'",
  '-depth', "-name 'l*' -prune -o -type f", '-mtime +1', "-path '*/src/*' -o -name 'd*'", '-size 0', '-true', '-false -o -type d', "-wholename '*data*'",
] // prettier-ignore
const ACTIONS = [
  '', '', '-print', "-printf '%f\\n'", "-printf '%p %s %d\\n'", "-printf '%P|%h|%y|%m\\n'", '-exec echo {} \\;', '-exec wc -l {} +', '-print0 | tr "\\0" " "', '-exec basename {} \\;',
  '-ls | wc -l', "-printf '%TY-%Tm-%Td %f\\n'", '-exec test -s {} \\; -print', '-exec grep -c a {} +', "-printf '%-20f|%5s|\\n'", '-delete', '-quit',
] // prettier-ignore

const WALKS: readonly ((draw: Draw) => readonly string[])[] = [
  (d) => ['find', folder(d), ...d.some(TESTS, 3), d.pick(ACTIONS), '2>/dev/null', '| sort'],
  (d) => ['grep -r', ...d.some(['-n', '-l', '-c', '-i', '-w', '-o', '-h', "--include='*.ts'", '--exclude-dir=node_modules', '-L', "--exclude='*.md'", '-A1', '-E'], 3), quoted(basicPattern(d)), folder(d), '| sort'],
  (d) => ['rg --no-ignore', ...d.some(['-n', '-l', '-c', '-i', '-w', '-o', '-N', '-v', "-g '*.ts'", '-t md', '-F', '--no-filename', '-A1', '--count-matches', '-m1', '--files-without-match', '-S', '-x', '-H', '--column', '--vimgrep', '--trim', '-r X', '--hidden', '-U'], 3), quoted(extendedPattern(d).replace('(.)\\1', 'l+')), folder(d), '| sort'],
  (d) => ['rg -j1', ...d.some(['-n', '-l', '-c', '-A1', '-B2', '-C1', '--heading', '--no-heading', '-p', '-e e'], 2), quoted(d.pick(['TODO', 'total', 'a+', '^#', '\\d+', 'im?port'])), textFile(d)],
  (d) => ['ls', ...d.some(['-a', '-1', '-d', '-F', '-p', '-r', '-S', '-A', '-m', '-R', '-X', '-v', '-Q', '-B', '--group-directories-first', '-x -w50', '-C -w60', '-s', '-U1 >/dev/null'], 3), d.chance(0.5) ? folder(d) : glob(d)],
  (d) => ['ls -l', ...d.some(['-h', '-r', '-S', '-g', '-o', '-n', '-a', '--time-style=long-iso', '-G', '--full-time', '-i >/dev/null', '-d'], 2), d.pick(['README.md', 'src/lib', 'data/*.txt', '-d */', 'empty.txt nolf.txt']), "| sed 's/  */ /g; /^total/d; s/root\\|user/u/g'"],
  (d) => ['tree', ...d.some(['-a', '-d', '-L 1', '-L 2', '-f', '-i', '--noreport', "-I 'node_modules|dist'", "-P '*.ts'", '-F', '--dirsfirst', '-r', '-s', '--prune', '-Q'], 3), d.pick(['src', 'data', '.', 'docs', 'nosuch'])],
  (d) => ['wc', d.pick(['-l', '-c', '-w', '']), glob(d), '2>/dev/null'],
  (d) => ['stat -c', quoted(d.pick(['%n %s', '%a %A %F', '%y', '%Y %h', '%N', '%f', '%.10n|%5s|%-6a|', '%n\\n', '%s %%'])), d.pick(['README.md', 'src', 'data/*.txt', 'empty.txt', 'nosuch'])],
  (d) => ['du', d.pick(['-a --apparent-size -b', '-sb', '-b --max-depth=1', '-cb', '-abh', '-b -d0', '-Sb']), d.pick(['src', 'data', 'config docs', 'README.md']), '| sort'],
  (d) => ['file', ...d.some(['-b', '--mime-type', '-i', '-F:'], 1), d.pick(['src', 'empty.txt', 'data/matrix.txt', 'nosuch', 'config/dev.ini', 'data/words.txt'])],
  (d) => ['head -n', count(d), ...d.some(['-q', '-v'], 1), glob(d), '2>/dev/null'],
  (d) => ['tail -n', count(d), ...d.some(['-q', '-v'], 1), 'data/*.txt'],
  (d) => ['diff -r', ...d.some(['-q', '-u0', '-N', '-s', '-x lib', '-w'], 2), d.pick(['src dist', 'config data', 'src src', 'docs config', 'src/lib src/api']), '| grep -v "^[-+*]\\{3\\} "'],
  (d) => ['jq', ...d.some(['-c', '-r', '-S', '-s', '-j', '--tab', '-e', '-a'], 2), quoted(jqFilter(d)), d.pick(['data/users.json', 'package.json', 'tsconfig.json', 'data/events.jsonl'])],
  (d) => ['jq -c', quoted(jqFilter(d)), 'data/users.json'],
  (d) => ['seq', ...d.some(['-w', "-s ','", "-f '%g|'", "-f '%05.1f'"], 1), d.pick(['5', '2 5', '1 2 9', '5 1', '3 -1 0', '0.5 0.5 2', '8 11', '-2 2', '1e1', '0'])],
  (d) => ['date -u -d', quoted(d.pick(['2024-02-28', '2024-05-02 10:11:12', '@86399', '2023-12-31 23:59', '2024-02-29', '1999-01-01']) + d.pick(['', '', ' +1 day', ' -1 month', ' next friday', ' +1 week', ' 2 hours ago', ' +1 year']).replace(/^(?=.)/, '')), quoted(d.pick(['+%F %T', '+%a %j %U', '+%s', '+%c', '+%y%m%d %I%p', '+%V %G %u %w', '+%e %-d %_H', '+%D %R %Z', '+%A, %d %B', '+%x %X %N', '+%3N %^b %#Z'])), '2>/dev/null'],
  (d) => ['printf', quoted(d.pick(['%s\\n', '%5d|\\n', '%-8s|', '%05.2f\\n', '%x %o\\n', '%q\\n', '%b\\n', '%c%c\\n', '%e\\n', '%g\\n', '%s %s\\n', '%%%d\\n', '%+d % d\\n', '%.3s|\\n', '%#x %X\\n', '%i\\n', '%*d|\\n', '%u\\n'])), d.pick(['3 4', '"a b" c', '12 34 56', '', '0x1f 010', "'it'", '1.5 2', '\'\\t\'', 'abc def', "-- '-5'"]), '2>/dev/null'],
  (d) => ['expr', d.pick(['3 + 4', "7 \\* 3 - 1", 'abc : "a\\(.*\\)"', 'length hello', 'substr hello 2 3', 'index hello l', '5 / 0', '10 % 3', 'a \\< b', '3 = 3', '"" \\| x', '0 \\& 5', '1 +', 'a = b']), '2>/dev/null'],
  (d) => ['bc', d.pick(['', '-l']), '<<<', quoted(d.pick(['1+2*3', '10/3', 'scale=5;10/3', '2^64', '-7%3', 'sqrt(2)', 'scale=3;sqrt(2)', 'obase=2;10', 'ibase=16;FF', 'a=5;a*a', '5>3', 'for(i=0;i<3;i++)i', '1/0', 'x=3;x++;x', '.1+.2', 'length(12345)', 'scale(1.234)', '100^-1', 'define f(x){return x*2};f(4)'])), '2>/dev/null'],
] // prettier-ignore

function jqFilter(draw: Draw): string {
  const stage = (): string =>
    draw.pick([
      '.users', '.users[]', '.[]?', 'keys', 'length', '.users|map(.name)', '.users[]|.id', 'to_entries', '.users|group_by(.active)', '.users[0]', '.meta', 'paths|join("/")?',
      '[..|numbers]', 'map_values(.)?', 'type', '.users|sort_by(.name)', '.users|map(select(.active))', '[.[]?|type]', '.users[1:3]', 'del(.users)', 'add?', 'tojson', 'with_entries(.key|=ascii_upcase)?',
      '.name//"none"', '.users|map({(.name):.id})|add', 'first(.[]?)', 'any', 'all', 'flatten?', 'unique?', 'min?', 'tostring', '[leaf_paths|length]', 'not', '.. | strings', 'ascii_downcase?', '@base64?', '@csv?',
      '@sh?', '@text', 'reverse?', 'map(.+1)?', 'has("users")', 'if type=="array" then length else keys end', '.meta.total+1', '[limit(2;.[]?)]', 'reduce .[]? as $x (0;.+1)', 'split("a")?', 'test("a")?',
      'tonumber?', 'explode?', '[range(3)]', '.a.b.c?', '.meta|to_entries[]|"\\(.key)=\\(.value)"', '{a:1}*{b:2}', 'input_line_number', 'env|type', '.users|last', 'walk(.)', 'transpose?', 'indices("a")?',
    ]) // prettier-ignore
  return draw.chance(0.6) ? stage() : `${stage()}|${stage()}`
}

/** A command that looks at files or makes lines from nothing. */
export const walk = (draw: Draw): Script => command(...draw.pick(WALKS)(draw))
