import { expect, test } from 'vitest'
import { isOpen } from './open-command'

test.each([
  "echo 'a",
  'echo "a\nb',
  'echo `ls',
  "echo $'it\\'s",
  'echo a \\',
  'echo a \\\n',
  'cat <<EOF',
  'cat <<EOF\nEOFx\n',
  "cat <<-'E O'\n\tE",
  'f() {',
  'f()',
  'f() {\n  echo "}"',
  'function f {',
  '( cd x',
  'x=$(ls',
  'if true; then echo fi',
  'for i in 1 2; do',
  'for i in done; do echo $i',
  'while true\ndo\n  :',
  'case $x in\n  a) echo a;;',
  'ls |',
  'true &&\n',
  '{ echo a; }; {',
])('%j waits for more', (text) => {
  expect(isOpen(text)).toBe(true)
})

test.each([
  'ls',
  '',
  "echo 'a' \"b\" \\' # don't",
  "echo $'it\\'s'",
  'cat <<EOF\n$(if "\nEOF',
  "cat <<-'E O' | wc\n\tif\n\tE O\n",
  'cat <<A <<B\n1\nA\n2\nB',
  'cat <<< "if"',
  'echo $((1 << 2)) $(( (1+2) ))',
  'f() { echo "}"; }',
  'f()\n{\n  echo {\n}',
  'function f {\n  ls\n}',
  '(cd x && ls)',
  'if true; then echo if; elif x; then y; else z; fi',
  'for i in 1 2; do if a; then b; fi; done',
  'for ((i=0; i<2; i++)); do echo $i; done',
  'while read x; do echo "$x"; done < a.txt',
  'case $x in a) echo a;; (b) echo b;; *) ;; esac',
  'echo if for { case',
  'echo ${x:-a b} a{1,2} ${#x}',
  'ls 2>&1 &',
  'make &> log',
])('%j is whole', (text) => {
  expect(isOpen(text)).toBe(false)
})

test('a long here-document is read in one pass', () => {
  expect(isOpen(`cat <<E\n${'line\n'.repeat(50_000)}E`)).toBe(false)
})
