import { beforeAll, describe, expect, it } from 'vitest'
import { ourOutcome } from '../../../../testkit/src/agreement/our-batch'
import { realOutcomes, type RealTrial } from '../../../../testkit/src/agreement/real-batch'
import type { Outcome } from '../../../../testkit/src/command-lab'
import { hasTools } from '../../../../testkit/src/shell-lab'

/** `set -euo pipefail` and its like, as agents begin their scripts. */
const STRICT = [
  'set -eu; echo $nope; echo no',
  'set -eu; f() { echo $nope; }; f || echo caught; echo no',
  'set -e; echo ${nope:?msg}; echo no',
  "trap 'echo bye $?' EXIT; set -eu; echo $nope",
  'set -u; echo ${#b[@]}; echo no\necho line $?',
  'set -u; cat <<< $nope; echo $?; cat > $nope; echo $?; cat > $((1/0)); echo $?; nosuchcmd > ${nope?m}; echo $?',
  'set -u; read x <<< $nope; echo no',
  'set -euo pipefail\ntrap \'echo "ERR line $LINENO $BASH_COMMAND $?"\' ERR\nfalse | true\necho no',
  "trap 'echo E $LINENO $BASH_COMMAND' ERR\nfalse\ntrue | false\n! true\nfalse || true\n(exit 3)\nx=$(false)\n[[ a == b ]]\n((0))\nfalse |\n  true |\n  sh -c 'exit 2'\necho end",
  "f() { trap 'echo E' ERR; false; }; f; false; echo",
  '((1/0)); echo $?; [[ 1 -eq 1.5 ]]; echo $?; for ((i=08;i<3;i++)); do echo; done; echo $?; let x=08; echo $?',
  'declare -i i=08 2>/dev/null; echo no\necho next $?',
  'a=(1 2); a[08]=1; echo no\necho gone',
  'for i in 1 2; do (continue); echo a; (break; echo no); x=$(continue; echo no); echo "$x"; echo b | continue; echo | { break; echo d; }; done',
  'for i in 1; do break 0; echo no; done; echo $?; for i in 1; do break x; done; echo no',
  'set -eu; echo "${#p[@]}"; echo no\necho no',
  "{ trap 'echo t' EXIT; } | cat; (trap 'echo v' EXIT) | cat; while :; do trap 'echo y' EXIT; break; done | cat; echo $(trap 'echo z' EXIT); f() { trap 'echo w' EXIT; }; f | cat",
  "false; eval 'echo $?'; false; . /dev/stdin <<< 'echo $?'; false; eval ''; echo $?",
  "trap 'false; exit' EXIT; (exit 3)",
  'cleanup() { local rc=$?; echo rc=$rc; exit $rc; }; trap cleanup EXIT; exit 3',
  'a=x; ((a[-5])); echo $?; shift 1 2; echo no\necho next',
  '[[ abc =~ [ ]]; echo $?; r="("; [[ abc =~ $r ]] || echo $?',
  '! (exit 3) & wait $!; echo $?; ! false & wait $!; echo $?; ! true | false & wait $!; echo $?',
  'exec 2>&1; cat > lib.sh <<"X"\nf() { cd /nosuch; }\necho $nope2\nset -u\necho $nope\nX\nf() { cd /nosuch; }; f; . ./lib.sh; echo no',
  "cat > s.sh <<'X'\nset -u\necho $nope\nX\nbash s.sh 2>&1; echo $?; bash < s.sh 2>&1; echo $?; . nosuch 2>&1; echo $?",
]

/** What `set -x` and `DEBUG` tell. */
const TOLD = [
  'exec 2>&1; set -x; x=3; (( $x > 2 )); ((x++)); [[ a == "a*" ]]; [[ $x -gt 2 && -f a.txt || -z "" ]]; [[ ! -d d ]]; [[ abc =~ "b". ]]; [[ ! ( a == b && -n c ) ]]',
  'exec 2>&1; set -x; for ((i=0;i<1;i++)); do :; done; for w in "a b" $x; do :; done; case "$x y" in 3*) ;; esac; y=$(echo $(echo deep)); a[0]=5; x+=y',
  "exec 2>&1; set -x; declare -A m=([k]='v w'); export P=1 Q; readonly R='a b'; f() { local a=1; }; f 'a b' '' $'\\n' $'\\e' a=b '~' x~; PS4='+$LINENO '; echo l",
  "trap 'echo D:$BASH_COMMAND' DEBUG; x=1; f() { echo in; }; f; for i in 1 2; do :; done; [[ a ]]; ((1)); case a in a) :;; esac; for ((i=0;i<1;i++)); do :; done",
  "set -T; trap 'echo D:$BASH_COMMAND:$LINENO' DEBUG\nf() {\n  echo in\n  return 2\n}\nf\ntrap - DEBUG",
  "set -T; trap 'echo R $?' RETURN; f() { echo f; return 3; }; f; g() { f; echo g; }; g; . /dev/stdin <<< false; . /dev/null; echo $?",
  "trap '' INT; trap 'x' 15; trap -p | cat; (trap -p); (trap 'echo subexit' EXIT; trap -p; echo b)",
  'f() { (a; b); d & ! e; coproc c; }; declare -f f',
  "trap 'echo D $BASH_COMMAND' DEBUG; echo a | cat; echo b > f 2>&1; ls -l>/dev/null; x=$( echo q ); echo   'a   b'  >&2",
  "trap 'echo E $BASH_COMMAND' ERR; ls /nosuch 2>/dev/null; cat </nosuch; trap 'echo X $BASH_COMMAND' EXIT; true",
  `set -E; trap 'echo "E $BASH_COMMAND"' ERR; true | false; echo a | { false; echo b; }; f() { false; return 2; }; echo | f; false & wait $!; echo $(f)`,
  `cat > lib.sh <<'X'\ndir=$(cd "$(dirname "\${BASH_SOURCE[0]}")" && pwd); echo "$dir \${BASH_SOURCE[0]} \${#BASH_SOURCE[@]} $0"\n[[ "\${BASH_SOURCE[0]}" == "$0" ]] || echo sourced\ng() { echo "\${BASH_SOURCE[*]} \${FUNCNAME[*]}"; caller 0; }\ng\nX\nmkdir sub; mv lib.sh sub; . sub/lib.sh; g; f() { . ./sub/lib.sh; }; f; echo 'source sub/lib.sh; g' > m.sh; bash m.sh`,
  'caller; f() { caller; caller 0; echo $?; }; f',
]

/** Words and values. */
const WORDS = [
  "echo a<(true)b | sed 's/[0-9]//g'; for w in x<(true) y; do echo \"$w\"; done | sed 's/[0-9]//g'",
  'cat <<E\nprice \\$5 \\`q\\` \\\\ \\n \\"\nx \\\ny\nE\ncat <<-E\n\ta\\$b\n\tE\nx=$(cat <<E\nin \\$x\nE\n); echo "$x"; bash -c "cat <<E\na \\\\\\$b\nE"',
  'cat <<E\n${x:-a "b" \'c\'}\n"${x:-a "b" \'c\'}" ${x:-$\'t\'} ${x:-\\a}\nE\necho "${x:-a "b" \'c\'}" "${x:-$\'t\'}"',
  "declare -a c='(1 2)'; declare -p c; x='(a b)'; declare -a d=$x; declare -p d; e=(); declare e='(1 2)'; declare -p e; declare m='(1 2)'; declare -p m; declare -A h='([a]=1)'; declare -p h",
  'declare -ul B=aB; echo $B; declare -n l=l; echo $?; f() { local x=2 y; local; }; f',
  "printf '%Q|%.3Q\\n' 'a b c' 'a b c'; printf '%d\\n' 9223372036854775808 2>/dev/null; printf '%u\\n' 18446744073709551615; printf '%c' '' | od -c; printf '%1$s' a 2>/dev/null; echo $?; printf '%d' ''",
  'set --; printf "<%s>" "${@:-d}" "${@+set}"; echo {a..C}',
  'shopt -s globstar; mkdir -p d/e; touch d/e/f.ts; echo **/; echo **/*.ts',
  'coproc cat; echo hi >&${COPROC[1]}; read -u ${COPROC[0]} l; echo $l; exec {COPROC[1]}>&-; wait; echo $?; exec {fd[2]}>o; echo x >&${fd[2]}; cat o',
  'umask 9; echo $?; echo ${#PIPESTATUS[@]}',
  `declare -A m=([k]=v ['b c']='x y' ["d e"]=1 [f g]=2 ["q'r"]=4 [a\\ b]=5 ["$(echo "e f")"]=8 [h;i]=9); for k in "\${!m[@]}"; do printf '<%s=%s>\\n' "$k" "\${m[$k]}"; done | sort; m['n o']=1; m[u v]=5; echo "\${m['n o']} \${m[u v]}"`,
  `shopt -s expand_aliases\nalias ll='echo LL' p='echo pre '\np ll; ll\nunalias ll; ll a\nll 2>/dev/null; alias foo='echo bar'; foo 2>/dev/null\nfoo`,
  `export D=1; f() { local D=3; bash -c 'echo $D'; }; f; bash -c 'echo $D'; enable -n echo; type echo; enable -n; enable nosuch; echo $?; cd ..; pwd`,
  `a=(1 2) true; echo "\${a[@]}"; a=(1 "b c") bash -c 'echo "$a"'; g() { return 1 2; }; g; echo no`,
  `export q={a,b}; echo $q; local_test() { local a='{1,2}' b="{1,2}" c={1,2}; echo "$a $b $c"; }; local_test; readonly J='{"a":1,"b":2}'; echo "$J"`,
  `declare -A m=([k]=v [b]=x [c]=y); for o in 0 1 2 3 -1 -2; do echo "$o:" "\${m[@]: o}" "|" "\${m[@]: o:1}"; done; set -- -ab -c; while getopts "abc" o; do echo "$o $OPTIND"; shift; done; i='"'; let i+1; echo $?`,
  'echo $((1 ? 2 : 3, 4)); let "n?4:!n?n:n=2"; echo $?; echo ${#:-x} ${#%1}; echo ${#,,}',
]

const GROUPS: readonly (readonly [name: string, scripts: readonly string[]])[] = [
  ['strict scripts', STRICT],
  ['what a script tells of itself', TOLD],
  ['words and values that are seldom', WORDS],
]

const trialOf = (script: string): RealTrial => ({ script, files: { 'a.txt': 'a\n' } })

describe.skipIf(!hasTools('bash', 'od', 'sed')).each(GROUPS)('%s', (_name, scripts) => {
  let real: readonly Outcome[] = []

  beforeAll(async () => {
    real = await realOutcomes(scripts.map(trialOf))
  }, 60_000)

  it.each(scripts.map((script, at) => [script, at] as const))('agree with bash on %j', async (script, at) => {
    const seen = (one: Outcome | undefined): object => ({ out: one?.out, code: one?.code, complains: one?.err !== '' })
    const ours = await ourOutcome(trialOf(script))
    expect(seen(ours), ours.err).toEqual(seen(real[at]))
  })
})
