import { describe, expect, it } from 'vitest'
import { expectAgreement, hasTools, tryShell } from '../../../../../testkit/src/shell-lab'
import { diffCommands } from '../diff'
import { fileCommands } from '../files'
import { searchCommands } from '../search'
import { textCommands } from '../text'

const commands = [...diffCommands, ...fileCommands, ...searchCommands, ...textCommands]
const words = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen'.split(' ')
const TEXT = words.map((word) => `${word}\n`).join('')
const b = TEXT.replace('five', 'FIVE').replace('fourteen\n', 'fourteen\nmore\n')

const FILES = {
  a: TEXT,
  b,
  'sub/a': TEXT,
  'new.patch': '--- /dev/null\n+++ b/new/f\n@@ -0,0 +1,2 @@\n+x\n+y\n',
  'gone.patch': '--- a/gone\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-x\n-y\n',
  gone: 'x\ny\n',
  'git.patch':
    'diff --git a/gone b/moved\nsimilarity index 50%\nrename from gone\nrename to moved\nindex 1..2 100644\n--- a/gone\n+++ b/moved\n@@ -1,2 +1,2 @@\n x\n-y\n+z\ndiff --git a/a b/a\nold mode 100644\nnew mode 100755\ndiff --git a/fresh b/fresh\nnew file mode 100755\nindex 0000000..1234567\n--- /dev/null\n+++ b/fresh\n@@ -0,0 +1 @@\n+fresh\ndiff --git a/sub/a b/sub/a\ndeleted file mode 100644\nindex 1234567..0000000\n--- a/sub/a\n+++ /dev/null\n' +
    `@@ -1,16 +0,0 @@\n${words.map((word) => `-${word}\n`).join('')}`,
  'bad.patch': '--- a\n+++ b\n@@ -4,3 +4,3 @@\n four\n-five\n+FIVE\n six\njunk\n@@ -1,9 +1,9 @@\n x\nbroken\n',
  'two.patch':
    '--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@\n-one\n+ONE\n two\n three\n--- a/sub/a\n+++ b/sub/a\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n',
  'lost.patch': 'some words\n--- a/lost\n+++ b/lost\n@@ -1,3 +1,3 @@\n-one\n+ONE\n two\n three\n',
  'out.patch': '--- a/../../x\n+++ b/../../x\n@@ -0,0 +1 @@\n+x\n',
  'bare.patch': '@@ -4,3 +4,3 @@\n four\n-five\n+FIVE\n six\n',
  'unended.patch': '--- e\n+++ e\n@@ -1,2 +1,2 @@\n p\n-q\n\\ No newline at end of file\n+r\n\\ No newline at end of file\n',
  e: 'p\nq',
}

const made = 'diff -u a b > u; diff -c a b > c; diff a b > n'
const states = 'for f in a a.orig a.rej out; do echo "[$f]"; cat $f 2>/dev/null; done'

const scripts = [
  'patch -sp1 < two.patch; patch -p1 < two.patch </dev/null; patch -Np1 < two.patch; cat a.rej sub/a.rej; patch -Nsp0 a two.patch; cat a.rej',
  ...['u', 'c', 'n'].flatMap((kind) => [
    `${made}; patch a ${kind}; echo $?; cmp a b; patch -R a ${kind}; echo $?; head -5 a; ${states}`,
    `${made}; patch -R b ${kind}; cmp a b; patch --dry-run a ${kind}; patch -o out a ${kind}; cmp out b; ls`,
    `${made}; (echo zero; echo zero; cat a) > x; mv x a; patch a ${kind} </dev/null; echo $?; ${states}`,
    `${made}; sed 's/six/6/' a > x; mv x a; patch a ${kind} </dev/null; echo $?; ${states} | sed '/^[*-][*-][*-] [ab]/d;/^+++/d'`,
  ]),
  `${made}; sed 's/five/5/' a > x; mv x a; patch a u </dev/null; echo $?; ${states} | sed '/^[*-][*-][*-] [ab]/d;/^+++/d'`,
  `${made}; sed 's/five/5/' a > x; mv x a; patch a c </dev/null; echo $?; ${states} | sed '/^[*-][*-][*-] [ab]\\t/d'`,
  `${made}; sed 's/four/4/;s/six/6/' a > x; mv x a; patch a u; echo $?; rm -f a.orig; sed 's/three/3/;s/seven/7/' a > x; cp x a; patch -F0 a u </dev/null; echo $?; patch -F3 a u < /dev/null; echo $?`,
  `${made}; cp b a; patch a u </dev/null; echo $?; ls; cp b a; patch -N a u; echo $?; patch -f a u; echo $?; cp b a; patch -t a u; echo $?; cmp a sub/a; patch -s -N a u; echo $?; patch -R a u </dev/null; echo $?; patch -R a u < /dev/null; echo $?`,
  `${made}; patch -r - b u < /dev/null; echo $?; patch -r my.rej b u </dev/null; ls *.rej; patch --reject-format=context -r x.rej -f b u; sed '/^[*-][*-][*-] [ab]\\t/d' x.rej; patch -Nr r.rej b u; echo $?`,
  'patch -p1 < new.patch; cat new/f; patch -p1 < new.patch; echo $?; ls new; patch -p1 -R < new.patch; ls new; patch -p0 < new.patch; ls b; patch -p2 < new.patch; ls f',
  'patch -p1 < gone.patch; ls gone; patch -p1 < gone.patch; echo $?; printf "x\\ny\\nz\\n" > gone; patch -p1 < gone.patch; echo $?; cat gone; rm gone; patch -p1 -R < gone.patch; cat gone; printf "x\\n" > gone; patch -p1 < gone.patch; echo $?',
  'patch -p1 < git.patch; echo $?; ls; cat moved; ls -l a fresh | cut -c1-10; patch -p1 -R < git.patch; echo $?; ls; cat gone; ls -l a | cut -c1-10',
  'patch < two.patch; echo $?; head -2 a sub/a; patch -p1 < two.patch; echo $?; head -2 a sub/a; cd sub; patch -p2 < ../two.patch; echo $?; patch < ../two.patch; echo $?',
  'patch -p1 < lost.patch; echo $?; patch < lost.patch; echo $?; patch -f -p1 < lost.patch; echo $?; patch -t -p1 < lost.patch; echo $?; patch -p1 < out.patch; echo $?; patch < bare.patch; echo $?; patch a < bare.patch; echo $?',
  'patch a bad.patch; echo $?; echo garbage | patch a; echo $?; patch a nosuch; echo $?; patch nosuch bare.patch; echo $?; patch a b c; echo $?; patch -F x a; echo $?; patch --nope; echo $?; : | patch a; echo $?; patch -e a < bare.patch 2>/dev/null; patch sub bare.patch; echo $?',
  `${made}; patch -b a u; ls; cp sub/a a; patch -b -z .bak a u; ls; cp sub/a a; patch -b -V numbered a u; ls; cp sub/a a; patch -b -V numbered a u; ls; cp sub/a a; patch --no-backup-if-mismatch a bare.patch; ls; patch -V x -b a u; echo $?`,
  `${made}; patch -d sub < u; cmp sub/a b; patch -d nosuch < u; echo $?; patch -d sub -R -i ../u; cmp a sub/a; patch -i u a; patch -R -p0 -i u; patch -u a < u; patch -R -c a < u; echo $?; patch -R -n a < u; echo $?`,
  `patch e unended.patch; cat e; echo; patch -R e unended.patch; cat e; printf 'p\\nq\\n' > e; patch e unended.patch </dev/null; echo $?; patch -s a bare.patch; echo $?; patch -sR a bare.patch; patch --verbose a bare.patch; patch -E -R a bare.patch`,
  `${made}; sed 's/$/\\r/' u > ucr; patch a ucr; echo $?; cmp a b; sed 's/$/\\r/' sub/a > a; patch a u </dev/null; echo $?; sed 's/$/\\r/' sub/a > a; patch --binary a ucr; echo $?; sed 's/ /  /;s/three/three /' sub/a > a; patch -l a u; echo $?; tail -c 20 a`,
  `sed 's/ten/TEN/' a > x; diff -U0 a x > z; cat z | tail -3; patch a z; echo $?; diff -U1 sub/a x > z; (echo; cat sub/a) > a; patch a z; echo $?; sed 1d sub/a > y; diff -u sub/a y > z; cp sub/a a; patch a z; head -1 a; cp sub/a a; echo 0 | cat - a > x; mv x a; patch a z </dev/null; echo $?`,
  `cp a 'my file'; sed 's/ten/TEN/' a > x; diff -u --label 'my file' --label 'my file' a x > z; patch < z; echo $?; patch 'my file' z; echo $?; printf 'Index: sub/a\\n====\\n' | cat - two.patch | patch -p0; echo $?`,
]

const isThere = hasTools('patch')

describe('patch', () => {
  for (const script of scripts)
    it.skipIf(!isThere)(`does what GNU patch does: ${script.slice(0, 150)}`, () => expectAgreement({ script, files: FILES, commands }))

  it('names what it does not do', async () => {
    const { err, code } = await tryShell({ script: 'patch -D X a', files: FILES, commands })
    expect({ err, code }).toEqual({ err: 'patch: option -D is not implemented in this sandbox\n', code: 2 })
  })
})
