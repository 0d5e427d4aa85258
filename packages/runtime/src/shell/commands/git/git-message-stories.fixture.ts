const BEGIN = 'i() { echo "\\$ $*"; git interpret-trailers "$@"; echo "rc $?"; }; m=\'subject\\n\\nbody\\n\'; '
const story = (title: string, script: string): readonly [string, string] => [title, BEGIN + script]

/** Stories of the ends of messages, told in both gits: title, script. */
export const MESSAGE_STORIES: readonly (readonly [title: string, script: string])[] = [
  story(
    'trailers are put in',
    "printf \"$m\" | i --trailer 'Acked-by: B' --trailer 'sign=C'; printf \"$m\\nA: 1\\nb line\\n\" | i --trailer 'A: 2'; printf \"$m\\nA: 1\\n\" | i --trailer 'A: 2' --trailer A:1 --trailer 'a: 2'; printf '' | i --trailer Fix=x; printf 's' > f; i --in-place --trailer a:b f; cat f; i --in-place --trailer c:d f; cat f; i nofile; printf \"$m\" | i --trailer '=x'; printf \"$m\\nFix: x\\n\" | i --trailer Fix:; printf \"$m\\nFix: x\\n\" | i --trailer Fix: --trim-empty; printf 's\\n\\nFix: x\\n# c\\nConflicts:\\n\\ta\\n' | i --trailer Fix=x --if-exists addIfDifferent; printf 's\\n' | i --trailer Key; i --in-place; i --only-input --trailer a=b f; i --where nowhere f",
  ),
  story(
    'trailers are read',
    'printf "$m\\nSigned-off-by: x\\nb line\\nC: 3\\n  cont\\n---\\npatch\\n" > f; i --only-trailers --unfold --trailer \'A: 2\' f; i --parse f; i f; i --no-divider --parse f; i --only-input --only-trailers f; printf "$m\\nA: 1\\nB-c : 2\\nD=3\\n" | i --parse; printf \'A: 1\\nB: 2\\n\' | i --parse; printf \'\\nA: 1\\nB: 2\\n\' | i --parse; printf "$m\\nx\\ny\\nz\\nw\\nSigned-off-by: a\\n" | i --parse;  printf "$m\\nx\\ny\\nz\\nSigned-off-by: a\\n" | i --parse; printf "$m\\nA: 1\\n\\n\\n" | i --parse; printf "$m\\n(cherry picked from commit abc)\\nA: 1\\nother\\n" | i --parse; git -c trailer.separators=\':=\' interpret-trailers --parse < f; printf "$m\\nD=3\\n" | git -c trailer.separators=\'=:\' interpret-trailers --trailer E:4',
  ),
  story(
    'trailers have their places',
    'printf "$m\\nA: 1\\nB: 2\\nA: 3\\nC: 4\\n" > f; for w in after before end start; do for e in add replace doNothing addIfDifferent addIfDifferentNeighbor; do i --where $w --if-exists $e --trailer A=3 --trailer B=9 --trailer N=1 f | tail -n +4; done; done; i --if-missing doNothing --trailer X=1 --trailer C=5 f; git config trailer.sign.key \'Signed-off-by: \'; git config trailer.sign.where start; git config trailer.ack.key Acked-by; git config trailer.ack.ifexists replace; git config trailer.where before; i --trailer sig=Me --trailer ack=one --trailer ack:two --trailer \'C: x\' f; printf "$m\\nline\\nline\\nack: x\\n" | i --parse',
  ),
  story(
    'commits take trailers',
    "w a 1; git add a; c -m one --trailer 'Fix: 1' --trailer 'Ref=2'; git log -1 --format=%B; c --amend --no-edit --trailer Fix:1 --trailer Fix:3 -s; git log -1 --format=%B; c --allow-empty -m 'two' -m 'Body.' -m 'Co-authored-by: X <x@y>' --trailer 'Reviewed-by: Z'; git log -1 --format=%B; git log -1 --format='%(trailers)|%(trailers:only)|%(trailers:key=Reviewed-by)|%(trailers:key=reviewed-by,valueonly)|%(trailers:valueonly,separator=%x2C )|%(trailers:keyonly)|%(trailers:key_value_separator= > ,separator=;)|%(trailers:nope)|%(trailers:only=no,unfold=true)|%(trailers:key=None)|'",
  ),
  story(
    'signs before placeholders',
    "git commit -q --allow-empty -m one; git commit -q --allow-empty -m two -m 'Body of it.' -m 'More of it,\nand a line.'; git tag v; for f in '%s%+b|' '%s% b|' '%s%n%n%-b|' '%s%-d|' '%s% d|' '%s%+d|' '%+s' '%+x' '%-n|' '%<(10)%+s|' '%h%+(trailers)|' '%+%' '%s%+N%-N|' '%s%w(20,2,4)%+b|' '%w(30,1,2)%b%w()|%s' '%w(0,2,4)%B|' '%-C(red)%s' '%s%w(10)%n%n%b'; do echo \"[$f]\"; git log --format=\"$f\"; git log --format=\"format:$f\"; echo; done",
  ),
  story(
    'trailers of messages of many shapes',
    "git commit -q --allow-empty -m \"$(printf 'one\\n\\ntext\\n\\nSigned-off-by: a\\nnot one\\nC: long\\n  value\\n')\"; git commit -q --allow-empty -m 'Only: subject'; git commit -q --allow-empty -m \"$(printf 'x\\n\\nA: 1\\nB: 2\\n\\nC: 3\\n')\"; for f in '%(trailers)' '%(trailers:only)' '%(trailers:unfold)' '%(trailers:only,unfold,separator=%n- )' '%(trailers:separator=|)' '%(trailers:key=C:,key=A)' '%(trailers:keyonly,separator=%x00)' '%(trailers:only=yes,only=no)' '%(trailers:keyonly,valueonly)' '%+(trailers)' '% (trailers:key=A)' '%-(trailers:key=Z)x'; do git log --format=\"[$f]\" | tr '\\0' '0'; done; git shortlog -n --group=trailer:c",
  ),
]
