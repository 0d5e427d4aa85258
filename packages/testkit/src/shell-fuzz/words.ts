import type { Draw } from './draw'

/** Files with lines of text, as the fixture has them. */
const TEXTS = [
  'README.md', 'CHANGELOG.md', 'data/words.txt', 'data/numbers.txt', 'data/matrix.txt', 'data/people.tsv', 'data/orders.csv', 'data/versions.txt',
  'logs/app.log', 'logs/access.log', 'config/dev.ini', 'config/app.yaml', 'src/index.ts', 'src/lib/math.ts', 'src/api/users.ts', 'docs/guide.md',
  'nolf.txt', 'crlf.txt', 'empty.txt', '.env', 'docs/über.txt', 'scripts/build.sh',
] // prettier-ignore
const FOLDERS = ['.', 'src', 'src/lib', 'data', 'docs', 'config', 'logs']
const BASIC = [
  'a', 'e', 'TODO', '^[a-z]', '[0-9]', '[0-9][0-9]*', '^$', 'o$', 'an\\{1,2\\}', '\\(a\\).*\\1', 'a.', '[[:upper:]]', '[^a-z ]', '\\bto', 'al\\b', '.*',
  'total', 'export', '^#', 'x*', '\\w\\+', 's\\?t', '\\.', '-', 'import\\|export', '^\\s', '[]a]', 'é', 'ERROR', '=',
] // prettier-ignore
const EXTENDED = [
  'a|e', '^[a-z]+$', '[0-9]{2,}', '(a|b)+', '(an)+', '^(a|c)', 'o{2}', '[[:digit:]]+', '\\.', '(.)\\1', 'x?y', '^.{0,9}$', '(TODO|FIXME)', 'e$|^b', '\\w+',
  '[^[:space:]]+', '(^| )[a-z]', 'ms=[0-9]+', '^$', 'to(tal)?', '[A-Z][a-z]+', '\\bi', '()', '.+',
] // prettier-ignore

/** A word in single quotes. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** A file with text. */
export const textFile = (draw: Draw): string => draw.pick(TEXTS)
/** A folder. */
export const folder = (draw: Draw): string => draw.pick(FOLDERS)
/** A basic regular expression. */
export const basicPattern = (draw: Draw): string =>
  draw.chance(0.8) ? draw.pick(BASIC) : draw.pick(BASIC) + draw.pick(BASIC).replace('^', '')
/** An extended regular expression. */
export const extendedPattern = (draw: Draw): string =>
  draw.chance(0.8) ? draw.pick(EXTENDED) : draw.pick(EXTENDED) + draw.pick(EXTENDED).replace('^', '')
/** A small number. */
export const count = (draw: Draw): string => String(draw.pick([0, 1, 1, 2, 2, 3, 3, 5, 7, 10, 20]))
/** A glob. */
export const glob = (draw: Draw): string =>
  draw.pick([
    '*',
    '*.ts',
    '*.md',
    'data/*.txt',
    '[a-m]*',
    '?*.txt',
    '*/',
    'src/*/*.ts',
    '*.{md,json}',
    '*nomatch',
    '.*rc',
    'd*',
    '[!a-z]*',
    '*e*',
  ])
