import { describe, expect, it } from 'vitest'
import { expectAgreement, realShell, tryShell } from '../../../../testkit/src/shell-lab'
import { textCommands } from '../commands/text'

const SCRIPTS: readonly string[] = [
  'cd -@ /; echo $?; cd -P -e /; echo $?; cd -e /; echo $?; pwd',
  'read -e x; echo "[$x]"; read -e -i foo x; echo "[$x]"; read -i foo x; echo "[$x]$?"',
  'set -k\necho a=1 b; f() { echo $a "$@"; }; f x a=5 y; echo "[$a]"',
  'set -k; f() { echo "$a$b" "$@"; }; f a=1 x; f b="1 2" y a=3; a=9 f q',
  'set -t\necho a\necho b',
  "printf 'echo 0\\nset -t\\necho a\\n' > f; bash f; echo $?; printf 'set -t; echo a; echo b\\necho c\\n' | bash; bash -t f; bash -t -c 'echo a\necho b'",
  'shopt -s cdable_vars; d=/tmp; cd d; pwd; cd nothing; echo $?',
  'mkdir() { :; }; shopt -u globskipdots; echo .*; shopt -s globskipdots; echo .*',
  'shopt -s extglob; echo !(x)',
  'shopt -s extglob\n: > a; : > x; echo !(x)',
  'echo a; echo @(a|b)',
  'echo 1\ncase x in @(x)) echo 2;; esac\necho 3',
  '[[ ab == @(ab|c) ]] && echo 3; x=aab; echo ${x##+(a)} ${x//@(a|b)/z}',
  "shopt -s extglob\nx=aab; echo ${x##+(a)} ${x//@(a|b)/z} ${x^^@(a)}; p='@(a)'; case a in $p) echo y;; esac; shopt -u extglob\ncase a in $p) echo y;; *) echo n;; esac; echo ${x/+(a)/q}",
  'shopt -s extglob\nf() { case $1 in @(a|b)) echo y;; esac; }\nf a; echo b\nshopt -u extglob\nf a',
  '!(true); echo $?; ! (false); echo $?',
  "exec -a foo bash -c 'echo $0 $1'",
  "(exec -l bash -c 'echo $0'); (exec -l -a zz bash -c 'echo $0')",
  '(exec -a foo cat /nope) 2>&1',
]

describe('options of the shell', () => {
  it.each(SCRIPTS)('agrees with bash on %j', async (script) => {
    await expectAgreement({ script, commands: textCommands, stdin: 'in 1\nin 2\n' })
  })

  it.each([
    'set -v\necho a; echo b\nif true\nthen echo c\nfi # x\n# comment\necho z; set +v; echo y\necho q',
    "eval 'set -v\necho a\nx=1; echo $x\nset +v'",
    'set -v\nread x <<E\nhi $((1+1))\nE\necho $x',
  ])('tells the lines that it reads, under set -v: %j', async (script) => {
    expect(await tryShell({ script })).toEqual(realShell({ script }))
  })

  it('names what it does not do', async () => {
    const { err, code } = await tryShell({ script: 'shopt -s extdebug' })
    expect(err).toContain('shopt -s extdebug')
    expect(code).not.toBe(0)
  })
})
