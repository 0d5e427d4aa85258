import { describe, it } from 'vitest'
import { expectAgreement } from '../../../../testkit/src/shell-lab'
import { searchCommands } from '../commands/search'
import { sleepCommand } from '../commands/system/timing'
import { textCommands } from '../commands/text'

const commands = [...textCommands, ...searchCommands, sleepCommand]

const SCRIPTS: readonly string[] = [
  '#!/bin/bash\nset -euo pipefail\nIFS=$\'\\n\\t\'\nusage() { cat <<USAGE >&2\nUsage: $(basename "$0") [-v] file\nUSAGE\n  exit "${1:-1}"; }\nbasename() { echo "${1##*/}"; }\nverbose=0\nwhile getopts \':vh\' opt -v; do\n  case "$opt" in\n    v) verbose=1 ;;\n    h) usage 0 ;;\n    *) usage ;;\n  esac\ndone\nshift $((OPTIND - 1)) || true\nlog() { (( verbose )) && printf \'[%s] %s\\n\' "$(printf \'INFO\')" "$*" || :; }\nlog "start" here\ndeclare -A counts=()\nwhile read -r w; do\n  counts[$w]=$(( ${counts[$w]:-0} + 1 ))\ndone < <(printf \'%s\\n\' a b a c b a)\nfor k in $(printf \'%s\\n\' "${!counts[@]}" | sort); do printf \'%s=%d\\n\' "$k" "${counts[$k]}"; done\nusage',
  'tmp=$(mktemp 2>/dev/null || echo /tmp/x.$$); cleanup() { rc=$?; echo "cleanup $rc"; }; trap cleanup EXIT; false; exit 3',
  "arr=(); while IFS= read -r -d '' f; do arr+=(\"$f\"); done < <(printf 'a b\\0c\\nd\\0e\\0'); echo ${#arr[@]}; printf '[%s]' \"${arr[@]}\"; echo",
  'join_by() { local IFS="$1"; shift; echo "$*"; }; join_by , a b c; join_by \'\' x y; split() { local IFS=$1; set -f; set -- $2; set +f; printf \'%s\\n\' "$@"; }; split , \'a,*,b\'',
  'stack=(); push() { stack+=("$1"); }; pop() { local n=${#stack[@]}; echo "${stack[n-1]}"; unset "stack[n-1]"; }; push 1; push 2; pop; push 3; pop; pop; echo ${#stack[@]}',
  's=\'key = value # comment\'; k=${s%%=*}; v=${s#*=}; v=${v%%#*}; k="${k%"${k##*[![:space:]]}"}"; v="${v#"${v%%[![:space:]]*}"}"; v="${v%"${v##*[![:space:]]}"}"; echo "[$k][$v]"',
  "for ((i=1; i<=15; i++)); do if ((i%15==0)); then echo FizzBuzz; elif ((i%5==0)); then echo Buzz; elif ((i%3==0)); then echo Fizz; else echo $i; fi; done | paste -sd' '",
  'fib() { local a=0 b=1 t; for ((n=0; n<$1; n++)); do echo -n "$a "; ((t=a+b, a=b, b=t)); done; echo; }; fib 10; gcd() { ! (( $1 % $2 )) && echo $2 || gcd $2 $(( $1 % $2 )); }; gcd 48 18',
  'bubble() { local -a a=("$@"); local i j t; for ((i=0;i<${#a[@]};i++)); do for ((j=0;j<${#a[@]}-i-1;j++)); do if ((a[j]>a[j+1])); then t=${a[j]}; a[j]=${a[j+1]}; a[j+1]=$t; fi; done; done; echo "${a[@]}"; }; bubble 5 3 9 1',
  'while :; do case ${n:=0} in 3) break;; *) ((n++)); [[ $n == 2 ]] && continue; echo $n;; esac; done; echo end $n',
  'f() { local -; set -f; echo *; }; f; echo $-',
  'f() { echo "$#:$1:$2"; }; f "$(echo a b)" $(echo c d); f ${x:+"y"} "${x:-}" ; f "" \'\'; f $empty "$empty"; x="a b"; f $x; f "$x"; f "${x}c" d',
  'printf \'one two\\nthree four\\n\' > in; while read -r a b; do echo "$b $a"; done < in > out; cat out; while read -r line <&3; do echo "L:$line"; done 3< in; exec 4>> out; echo appended >&4; exec 4>&-; wc -l < out; { read -r x; read -r y; } < in; echo "$y/$x"',
  '{ echo o; echo e >&2; } 2>&1 >/dev/null | cat; { echo o; echo e >&2; } 3>&1 1>&2 2>&3 | sed s/^/P:/; x=$( { echo out; echo err >&2; } 2>&1 ); echo "$x"; x=$(echo err >&2) 2>/dev/null; ls_nofile 2>/dev/null || echo missing $?',
  'echo "$((10#08 + 1))" "$(( 0xff ^ 0x0f ))" "$(( ~0 ))" "$(( 1 ? 2, 3 : 4 ))" $(( (5 > 3) + (2 > 1) )) $[3*4] $((a=b=3)) $a$b $((-2**2)) $((2**-1)); echo x',
  'a=5; a+=3; echo $a; declare -i a; a+=3; echo $a; a=a*2; echo $a; a="x y"; echo $a',
  'declare -A h=([a b]="1 2" [\'c\']=3 ["d"]=4); for k in "${!h[@]}"; do echo "$k:${h[$k]}"; done | sort; echo "${h[\'a b\']}" "${h["c"]}"; k=d; echo ${h[$k]} ${h["$k"]}; h[$k]+=5; echo ${h[d]}; unset "h[$k]"; echo ${#h[@]}; declare -A e; e[x.y/z]=1; echo ${e[x.y/z]}; [[ -v e[x.y/z] ]]; echo $?; echo ${e[@]@A}',
  'a=([3]=x [1]=y z); echo ${!a[@]}; declare -p a; a[10#05]=w; echo ${a[5]}; i=1; a[i+1]=q; a[$((i+6))]=r; declare -p a; echo "${a[@]: -1}" "${a[*]:2:2}"; b=("${a[@]/#/<}"); echo ${b[@]}; c=(${a[@]%x}); echo ${#c[@]}; echo ${a[@]@Q}',
  'touch() { for i; do : > "$i"; done; }; touch \'a b\' .x y1 y2 \'[z]\'; echo *; echo y[0-9] y[!1] [[]z] \'*\' \\* "y"*; for f in ./*; do echo "$f"; done; set -- *; echo $#; echo .[!.]*; shopt -s failglob; echo nomatch*; echo after',
  "x='a\\b'; echo $x \"$x\" ${x} 'a\\\\b' \"a\\\\b\" a\\\\b; y='$HOME `ls` $(ls)'; echo \"$y\"; z=\"a'b\"; echo $z; printf '%s\\n' \"${x//\\\\//}\" \"${x/\\\\/|}\"; p='\\*'; [[ '*' == $p ]] && echo m; q='a*'; echo \"${q//\\*/S}\" ${q%\\*}",
  "echo -e 'a\\tb\\n\\x41\\0101\\u00e9\\cignored' x; echo -n -e 'x\\n'; echo -ne; echo -nE 'a\\n'; echo; echo - -- -x; echo -e '\\\\n \\e[0m' | od -c | head -2; printf -- '--\\n'; echo \"a  b\"   c",
  'trap \'echo sig $?\' USR1; (sleep 0.1; kill -USR1 $$) & wait; echo "w $?"; wait; echo done',
  "(trap '' INT; kill -INT $BASHPID; echo alive); (kill -INT $BASHPID; echo no) ; echo $?; sh -c 'exit 7'; echo $?; (exit 1) && echo no || echo yes; ! (exit 1) && echo neg",
  "f() { trap 'echo exit-in-f' EXIT; }; f; echo body; (f; echo sub); bash -c 'trap \"echo T; exit 9\" TERM; kill $$; echo no'; echo $?",
  'set -e; f() { local r; r=$(false) || echo caught; echo go; if ! false; then echo neg; fi; while false; do :; done; [[ a == b ]] || true; ((0)) || true; x=$(exit 3) || echo "c $?"; }; f; (set +e; false; echo in); f2() { false; echo unreach; }; f2 && echo no; echo here; f2; echo no',
  'set -o pipefail -o errexit; false | cat | true || echo "pf $?"; x=$(false | cat) || echo y; set +e; false | true; echo $?; set -o | grep -E \'pipefail|errexit\'',
  'set -u; x=; echo "${x}" "${y-}" "${z:-z}"; a=(); echo "${a[@]}" "$@" $*; declare b; echo ${b-unset}; f() { echo "$1"; }; (f) ; echo $?; echo ${#nope}; echo no',
  'x=1; f() { x=2; local x=3; x=4; echo $x; unset x; echo ${x-none}; }; f; echo $x; g() { local y; y=5; h; echo $y; }; h() { y=6; local y=7; }; g; echo ${y-none}; k() { local a=1 b=$a c; c=$a$b; echo $c; }; k; local q 2>&1; m() { local -r ro=1; ro=2; echo no; }; m; echo next',
  'type() { builtin type "$@"; }; type -t type; cd() { builtin cd "$@" && echo "now $PWD"; }; cd /tmp; unset -f cd; cd /; pwd; command cd /tmp; pwd; echo() { printf \'E:%s\\n\' "$*"; }; echo hi; builtin echo hi; unset -f echo; echo hi',
  'time_it() { local s=$SECONDS; "$@"; echo "took $((SECONDS-s))"; }; time_it true; cmd=(printf \'%s-%s\\n\' \'a b\' c); "${cmd[@]}"; c=printf; $c \'%s\\n\' dyn; "$c" x; echo; args="-n x"; echo $args; echo; fn=time_it; $fn true',
  'cat << "E1" ; cat << \'E2\' ; cat << \\E3\n$a `b` \\c\nE1\n$(d)\nE2\n\\$e\nE3\ncat <<E4\na\\\nb $(cat <<E5\ninner\nE5\n) \\\\ \\` "\\$x"\nE4',
  'case "$(echo abc)" in a*c) echo 1 ;;& *b*) echo 2 ;& zzz) echo 3 ;; *) echo 4;; esac; case a in b|a) ;; esac; echo $?; case x in esac; case "" in "") echo empty;; esac; case \'a*\' in a\\*) echo esc;; esac; case ab in "a"*) echo q;; esac; x=ab; case $x in a[b-d]) echo r;; esac; case é in ?) echo one;; esac',
  'select o in a b c; do echo "got $o"; break; done <<< 2 2>&1; PS3=\'> \'; select o in x; do echo $REPLY $o; done <<< 1 2>/dev/null; echo "rc $?"',
  ': "${A:=1}" "${B=2}"; echo $A$B; : ${C:+3}; echo ${C-unset}; echo ${A:?no} ${D-${E-deep}} ${D:-"$A $B"} "${D:-\'q\'}" ${D:-a"b c"d}; x="${D-"in quotes"}"; echo "$x"; echo ${A+x}${D+y}; (echo ${D:?custom msg}); echo $?; (: ${D?}); echo $?',
  "a=1 b=2; { a=3; (b=4); }; echo $a$b; x=$(a=9; echo $a); echo $x$a; echo $a | { read a; a=z; }; echo $a; f() { a=f; } ; f; echo $a; (f; a=g); echo $a; a=t f; echo $a; export a; bash -c 'echo $a'; a=u bash -c 'echo $a'; echo $a",
  'echo ${x:=$(echo se)} $x; y=${z:-$((1+1))}; echo $y; i=0; a=(); a[i++]=x; a[i++]=y; echo "${a[@]}" $i; echo ${a[i-1]} ${a[-2]}; n=3; echo ${a[n-2]:0:1}; echo "${a[@]:0:$((n-2))}"; s=abcdef; o=1; echo ${s:o:n} ${s:$o:$n-1} ${s: -n} ${s:(-2)} ${s:0:-2}',
  "printf '%s\\n' {a..c}{1..2}; echo {1..3..0} {3..1} {a,b}{,c} x{,y,z}{1,2} {{a,b},c} \"{a,b}\" {a\\,b,c} {'a b',c} {$HOME,x} a{b}c {..} {1..} {a..1} {1..2}..{3..4} -{a,b}- {a,b {c,d}",
  'read -r first rest <<< "  a   b  c  "; echo "[$first][$rest]"; IFS= read -r l <<< "  a "; echo "[$l]"; IFS=: read -r a b c <<< "x::y:z:"; echo "[$a][$b][$c]"; IFS=\' :\' read -r a b <<< "x : y z"; echo "[$a][$b]"; read -r -a w <<< " p  q "; echo ${#w[@]}; while IFS=\'=\' read -r k v; do echo "$k->$v"; done <<< $\'a=1\\nb=2=3\\nc=\'; read -rn3 t <<< abcde; echo $t; read -rd, t <<< "ab,cd"; echo $t; echo "x" | read y; echo "[${y-}]"; read -r z < <(echo sub); echo $z; read; echo $?',
  'mapfile -t L <<< "$(printf \'a\\n\\nb\')"; echo ${#L[@]}; for i in "${!L[@]}"; do echo "$i=${L[i]}"; done; mapfile -t E < /dev/null; echo ${#E[@]}; readarray -t -d: D <<< \'p:q:r\'; printf \'[%s]\' "${D[@]}"; echo; printf \'%s\\n\' 3 1 2 | { mapfile -t S; echo "${S[@]}"; }',
  'jobs; sleep 0.9 & sleep 0.9 & jobs -p | wc -l; wait %1 %2; echo $?; jobs; (sleep 0.1; exit 9) & p=$!; wait $p; echo $?; wait $p; echo $?; wait 99999; echo $?; fg 2>/dev/null; echo $?; disown; echo $?; kill %9; echo $?',
  'exec 5<>f5; echo data >&5; exec 5>&-; cat f5; exec 6< f5; read -r -u 6 v; echo $v; exec 6<&-; read -u 6 v; echo $?; echo x >&6; echo $?; exec 7>&1; echo seven >&7; exec 7>&-; { echo g1; echo g2; } > g; cat < g > h; cat h; : > h; [ -s h ] || echo empty; echo a >> new; cat new; > trunc; ls_() { :; }; cat <&0 < new; cat 3< new <&3',
  'f() { cat; }; echo piped | f; f <<< here; f < <(echo ps); x=$(f <<< sub); echo $x; g() { while read -r l; do echo "g:$l"; done; } < <(printf \'1\\n2\\n\'); g; h() { echo out; echo err >&2; } 2>/dev/null; h; for i in 1 2; do echo $i; done > loop; cat loop; if true; then echo cond; fi | cat; while read -r l; do echo "w:$l"; done < loop | tac; (cd /; pwd) | cat; { pwd; } > p; cat p',
  'echo "`echo "a b"`" `echo \\\\$x` "`echo \\"q\\"`" $(echo \\$x) "$(echo "$(echo "deep")")" $(echo $(echo a; echo b)) "$(printf \'x\\n\\n\')|" "$(true)" ${u:-`echo bt`}; echo "$(echo \')\')" "$(case a in a) echo c;; esac)" "$(echo \'#\' # comment\n)"; echo $(\necho multi\n)',
]

describe('longer scripts', () => {
  it.each(SCRIPTS)('agrees with bash on %j', async (script) => {
    await expectAgreement({ script, commands })
  })
})
