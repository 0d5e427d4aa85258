import { Draw } from './draw'
import { condition, PROLOGUE, sum, word, words } from './deep-words'
import { command, type Script } from './script'

const list = (...parts: readonly Script[]): Script => ({ type: 'list', parts, between: '\n' })
const around = (before: string, body: Script, after: string): Script => ({ type: 'around', before, body, after })

const SAY = [
  "printf '<%s>'",
  'echo',
  "printf '[%s]\\n'",
  'echo -n',
  'printf "%s|%s\\n"',
  "printf '%q '",
  'echo -e',
  "printf '%5s|%-4s|'",
  "printf '%b\\n'",
]
const OPTIONS = [
  'set -e', 'set -u', 'set -o pipefail', 'set -eu', 'set -f', 'set -euo pipefail', 'shopt -s nullglob', 'shopt -s extglob', 'shopt -s nocasematch', 'IFS=,', "IFS=$'\\n'", 'IFS=', 'set +e', 'shopt -s dotglob', 'unset IFS', 'set -C',
  'shopt -s globstar', 'shopt -s lastpipe', 'set -E', 'set -T', 'shopt -s inherit_errexit', 'set -a', 'shopt -s failglob', 'set -k', 'set +B',
] // prettier-ignore
const ENDS = [
  'true', 'false', '(exit 3)', 'nosuch 2>/dev/null', 'return 4 2>/dev/null', '[ a = b ]', '((0))', 'grep -q zz README.md', '! true', 'true | false', 'false | true', '(exit 2) | (exit 3)', 'cd nosuch 2>/dev/null',
  'let 0', 'x=$(false)', 'local q=$(false) 2>/dev/null', 'declare q=$(false)', '{ false; }', '(false)', 'test -d src', 'eval false', 'command false', 'ls nosuch 2>/dev/null', 'cat < nosuch 2>/dev/null',
] // prettier-ignore
const READS = [
  'read -r p q', 'IFS=: read -r p q', 'IFS=, read -ra p', 'read p', 'IFS= read -r p', 'read -n 2 p', "read -d ' ' p", 'mapfile -t p', 'read -r', "IFS=' ,' read p q r", 'read -N 3 p', 'read -ra p', 'mapfile -t -n 1 p', "mapfile -d ' ' p",
] // prettier-ignore
const FILTERS = ["tr a-z A-Z", 'cat -A', 'wc -l', 'sort', "sed 's/o/0/g'", 'while read -r l; do echo "{$l}"; done', 'head -n 1', '{ read -r l; echo "first:$l"; cat; }', '(cat; echo end)', "awk '{print NF}'", 'cat', 'tac', 'grep -c .'] // prettier-ignore
const TRAPS = ["'echo bye $?' EXIT", '\'echo E $?\' ERR', "'echo D $BASH_COMMAND' DEBUG", "'echo R' RETURN", '- EXIT', "'' INT", '\'echo "T:$x"\' EXIT'] // prettier-ignore
const TOLD = ['echo "$? ${PIPESTATUS[*]}"', 'declare -p p', 'declare -p a', 'declare -p m', 'declare -p x n', 'echo "$#:$*"', 'echo "${BASH_REMATCH[@]}"', 'echo "$LINENO"', 'echo "${FUNCNAME[0]-none}"', 'echo "$p|$q"', 'echo "$_"', 'echo "${#p[@]}"', 'declare -f f'] // prettier-ignore

type Make = (draw: Draw, depth: number) => Script

const SIMPLE: readonly Make[] = [
  (d) => command(d.pick(SAY), words(d)),
  (d) => command(d.pick(SAY), words(d)),
  (d) => command(`echo ${word(d)}`, word(d)),
  (d) => command(`${d.pick(['x', 'y', 'p', 'n', 'a[1]', 'm[k]', 'u'])}${d.pick(['=', '=', '+='])}${word(d)}`),
  (d) => command(`a${d.pick(['=', '+='])}(${words(d)}${d.pick(['', ' [7]=z', ' [1]+=q'])})`),
  (d) => command(`${d.pick(['declare', 'local', 'export', 'readonly', 'declare -i', 'declare -u', 'declare -a', 'typeset -l', 'declare -x', 'local -r', 'declare -g'])} ${d.pick(['p', 'q', 'n'])}=${word(d, 1)}`),
  (d) => command(`((${sum(d)}))`),
  (d) => command(`echo $((${sum(d)}))`),
  (d) => command('let', `1 "${sum(d).replaceAll('"', '')}"`),
  (d) => command(`[[ ${condition(d)} ]]`),
  (d) => command(`[ ${condition(d, 0).replace(/[<>]|=~/g, '=')} ]`),
  (d) => command(d.pick(ENDS)),
  (d) => command(d.pick(TOLD)),
  (d) => command(d.pick(OPTIONS)),
  (d) => command(`${d.pick(READS)} <<<`, word(d, 1)),
  (d) => command(`unset ${d.pick(['x', "'a[1]'", "'m[k]'", 'u', 'a', '-f f', "'a[-1]'", '-v x'])}`),
  (d) => command(`trap ${d.pick(TRAPS)}`),
  (d) => command(`printf -v p '%s-' ${words(d)}; echo "$p"`),
  (d) => command(`shift ${d.pick(['', '2', '5'])}; echo "$# $1"`),
  (d) => command(`set -- ${words(d)}; echo "$#" "\${1-}"`),
  (d) => command(d.pick(['break', 'continue', 'return', 'return 3', 'exit 4', 'exit', 'break 2', 'continue 2']), d.pick(['2>/dev/null', ''])),
  (d) => command(`eval ${d.pick(['"echo \\$x"', "'x=1; echo $x'", '"$x"', '\'echo "${y}"\'', 'echo \\"a  b\\"', '"p=$n"', `"echo ${word(d, 0).replaceAll('"', '')}"`])}`),
  (d) => command(`exec 3>${d.pick(['o', '&1', '>o'])}; echo three >&3; exec 3>&-; cat o 2>/dev/null`),
  (d) => command(`x=5 y=$x ${d.pick(['eval \'echo "$x$y"\'', 'env | grep -c "^[xy]="', "bash -c 'echo $x$y'"])}; echo "$x"`),
] // prettier-ignore

const COMPOUND: readonly Make[] = [
  (d, n) => around(`if ${test(d)}; then\n`, body(d, n), '\nfi'),
  (d, n) => around(`if ${d.pick(ENDS)}; then echo yes\nelse\n`, body(d, n), '\nfi'),
  (d, n) => around(`for i in ${words(d)}; do\n`, list(command('echo "$i"'), body(d, n)), '\ndone'),
  (d, n) => around(`for ((i=0; i<${d.pick(['2', '3', 'n-5'])}; i++)); do\n`, body(d, n), '\ndone'),
  (d, n) => around('while IFS= read -r l; do\n', list(command('echo "[$l]"'), body(d, n)), `\ndone < <(${d.pick(SAY)} ${words(d)})`),
  (d, n) => around('while read -r l w; do echo "$l,$w"\n', body(d, n), `\ndone <<EOF\n${document(d)}\nEOF`),
  (d, n) => around(`j=0; ${d.pick(['while', 'until !'])} ((j++<2)); do\n`, body(d, n), '\ndone'),
  (d, n) => around(`case ${word(d, 1)} in\n${d.pick(['h*', 'a|b', '"*"', '?', '[0-9]*', "''", '$x', '*l*'])})\n`, body(d, n), `\n${d.pick([';;', ';&', ';;&'])}\n${d.pick(['*o', 'a*', '*'])}) echo second;;\n*) echo other $?;;\nesac`),
  (d, n) => around('f() {\n', body(d, n), `\n}\nf ${words(d)}${d.pick(['', ' || echo "f failed $?"', ' && echo fine', '; echo $?', ' | cat', ' > o; cat o'])}`),
  (d, n) => around(`f() { local x=in n; local -a a=(l)\n`, body(d, n), `\nreturn ${d.pick(['0', '3', '$n', '', '"$?"'])}\n}\nf ${word(d)}; echo "$? $x $n \${a[0]}"`),
  (d, n) => around('(\n', body(d, n), `\n)${d.pick(['', ' 2>&1', ' || echo sub', '; echo $?'])}`),
  (d, n) => around('{\n', body(d, n), `\n}${d.pick(['', ' > o; cat o', ' && echo and', ' || echo or', ' 2>/dev/null', ' | cat -A'])}`),
  (d, n) => around('x=$(\n', body(d, n), '\n)\necho "$? $x"'),
  (d, n) => around('echo "$(\n', body(d, n), `\n)" ${word(d, 0)}`),
  (d, n) => ({ type: 'pipe', parts: [around('{\n', body(d, n), '\n}'), command(d.pick(FILTERS))] }),
  (d, n) => ({ type: 'pipe', parts: [simple(d), around('while read -r l; do\n', body(d, n), '\necho "r:$l"; done')] }),
  (d, n) => ({ type: 'list', parts: [simple(d), body(d, n - 1)], between: d.pick([' && ', ' || ', '; ']) }),
  (d) => command(`${d.pick(['cat', 'cat -A', "sed 's/^/> /'", 'while read l; do echo "$l"; done', 'cat | tr a-z A-Z', 'f() { cat; }; f'])} <<${d.pick(['EOF', '-EOF', "'EOF'", 'EOF', '"EOF"'])}\n${document(d)}\n${d.pick(['\t', ''])}tail\nEOF`),
  (d) => command(`diff <(${d.pick(SAY)} ${word(d)}) <(${d.pick(SAY)} ${word(d)})`),
  (d, n) => around('! {\n', body(d, n), '\n}'),
  (d, n) => around('set -- -a v -b "x y" rest; OPTIND=1; while getopts "a:bc" o; do\n', list(command('echo "$o ${OPTARG-}"'), body(d, n)), '\ndone; shift $((OPTIND-1)); echo "$*"'),
  (d, n) => around('g() { local -n r=$1; r+=z; r[1]=w; }; g a; g x\nselect w in a "b c"; do echo "$w $REPLY"\n', body(d, n), "\nbreak; done <<< $'9\\n2' 2>/dev/null"),
] // prettier-ignore

/** Lines of a here-document with expansions. */
function document(draw: Draw): string {
  const line = (): string =>
    draw.pick([
      () => `plain ${word(draw, 1).replaceAll('\n', ' ')}`,
      () => '\tx=$x "$y" \'$s\' \\$n `echo b`',
      () => `$((${sum(draw, 1) || 1})) \${u:-none} \\\\ \\a`,
      () => '${a[@]} "${a[*]}" ${m[k]}',
      () => 'a: b c',
      () => "$(echo sub 'q')",
    ])()
  return Array.from({ length: 1 + draw.below(2) }, line).join('\n')
}

const test = (draw: Draw): string =>
  draw.pick([
    () => `[[ ${condition(draw)} ]]`,
    () => `((${sum(draw, 1)}))`,
    () => `[ ${condition(draw, 0).replace(/[<>]|=~/g, '=')} ]`,
    () => draw.pick(ENDS),
  ])()

const simple = (draw: Draw): Script => draw.pick(SIMPLE)(draw, 0)

function body(draw: Draw, depth: number): Script {
  const parts = Array.from({ length: 1 + draw.below(2) }, () => statement(draw, depth - 1))
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : list(...parts)
}

function statement(draw: Draw, depth: number): Script {
  return depth > 0 && draw.chance(0.45) ? draw.pick(COMPOUND)(draw, depth) : simple(draw)
}

/** The script of one seed in the language's own grammar: expansions in quotes in commands in loops, as deep as people go. */
export function deepScriptOf(seed: number): Script {
  const draw = new Draw(seed ^ 0x5e_ed_00)
  const parts = Array.from({ length: 1 + draw.below(4) }, () => statement(draw, 2))
  return list(command(PROLOGUE), ...parts, command('echo "end $?"'))
}
