import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { realShell, tryShell } from '../../../../testkit/src/shell-lab'

/** How many scripts go to one start of the real bash, which costs more than all else. */
const TOGETHER = 60

/** So many times {@link TOGETHER} new scripts; the gate makes the same ones each time. */
const MORE = process.env['SCRIPTS'] === undefined ? undefined : Number(process.env['SCRIPTS'])

const name = fc.constantFrom('a', 'b', 'c')
const plain = fc.constantFrom('x', 'y z', '', ' p  q ', 'a:b', '*', '?x', '[ab]', 'é', '12', '0', '-3', '\\n', "it's", '~', 'A b')
const literal = fc.constantFrom('x', 'lit', 'a.b', '1', '"q r"', "'s  t'", '\\ ', '""', "''", '"a"b', "$'\\t'", '{u,v}', '"$@"', '$*', '~')

const operator = fc.oneof(
  fc.constantFrom('', ':-d', '-d e', ':+alt', '+"a b"', '#?', '##*a', '%?', '%%:*', '/a/X', '//[a-z]/<&>', '/#a/_', '/%b/_'),
  fc.constantFrom(':1', ':1:2', ': -2', ':0:-1', '^', '^^', ',,', '@Q', '@U', '@a', '/x', '//" "/_', '#"a"', '%z'),
)
const expansion = fc.oneof(
  fc.tuple(name, operator).map(([one, how]) => `\${${one}${how}}`),
  name.map((one) => `\${#${one}}`),
  name.map((one) => `$(printf %s "$${one}")`),
  fc.constantFrom(
    '$((1+2))',
    '$((${#a}*2))',
    '$#',
    '$?',
    '${@:1:1}',
    '${l[1]}',
    '${l[@]}',
    '"${l[@]}"',
    '"${l[*]}"',
    '${#l[@]}',
    '${!l[@]}',
  ),
)
const part = fc.oneof(
  { weight: 2, arbitrary: literal },
  { weight: 3, arbitrary: expansion },
  { weight: 3, arbitrary: expansion.filter((one) => !one.startsWith('"')).map((one) => `"${one}"`) },
)
const word = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''))
const show = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => `printf '<%s>' ${words.join(' ')}; echo`)

const condition = fc.oneof(
  fc.tuple(name, fc.constantFrom('==', '!=', '<'), word).map(([one, how, other]) => `[[ $${one} ${how} ${other} ]]`),
  fc.tuple(fc.constantFrom('-n', '-z'), name).map(([how, one]) => `[ ${how} "$${one}" ]`),
  fc.constantFrom('true', 'false', '((${#a} > 1))', '! true'),
)
const simple = fc.oneof(
  show,
  fc.tuple(name, word).map(([one, value]) => `${one}=${value}`),
  fc.tuple(name, word).map(([one, value]) => `${one}+=${value}`),
  word.map((value) => `l+=(${value})`),
  fc.array(word, { maxLength: 2 }).map((words) => `set -- ${words.join(' ')}`),
  fc.tuple(name, word).map(([one, value]) => `read -r ${one} <<< ${value}`),
  fc.constantFrom('shift', 'false', 'IFS=:', 'unset IFS', 'unset a', '(exit 3)', 'set -f', 'set +f'),
)
// One part only: bash itself goes wrong over an empty quoted part of a pattern, and over a list in one.
const casePattern = part.filter((one) => !one.includes('@'))

const line: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 1, arbitrary: fc.tuple(condition, simple, simple).map(([test, yes, no]) => `if ${test}; then ${yes}; else ${no}; fi`) },
  { weight: 1, arbitrary: fc.tuple(condition, simple).map(([test, yes]) => `${test} && { ${yes}; }`) },
  { weight: 1, arbitrary: fc.tuple(name, word, show).map(([one, list, body]) => `for ${one} in ${list}; do ${body}; done`) },
  {
    weight: 1,
    arbitrary: fc.tuple(word, casePattern, show).map(([on, pattern, body]) => `case ${on} in ${pattern}) ${body};; *) echo other;; esac`),
  },
  { weight: 1, arbitrary: simple.map((inner) => `( ${inner} )`) },
  { weight: 1, arbitrary: fc.tuple(show, name).map(([made, one]) => `${made} | while read -r ${one}; do echo "[$${one}]"; done`) },
  { weight: 1, arbitrary: simple.map((inner) => `f() { local a=in; ${inner}; }; f "$@" 1`) },
)
const script = fc
  .tuple(fc.array(plain, { minLength: 3, maxLength: 3 }), fc.array(line, { minLength: 1, maxLength: 6 }))
  .map(([values, lines]) => {
    const given = ['a', 'b', 'c'].map((one, i) => `${one}='${(values[i] ?? '').replaceAll("'", "'\\''")}'`)
    return [...given, "l=(1 'two 2' '')", "set -- p 'q r'", ...lines, 'echo "end $? $# ${#l[@]}"'].join('\n')
  })

/** All scripts, each in a shell of its own; what they complain about is not compared. */
function together(scripts: readonly string[]): string {
  return scripts.map((one, i) => `echo "=== ${i}"\n( ${one}\n) 2>/dev/null </dev/null\necho "--- $?"`).join('\n')
}

describe('scripts of a grammar', () => {
  it('do what bash does with them', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(script, { minLength: TOGETHER, maxLength: TOGETHER }), async (scripts) => {
        const all = together(scripts)
        const real = realShell({ script: all })
        const ours = await tryShell({ script: all })
        const parted = (text: string): string[] => text.split(/^(?==== \d+$)/m)
        const realParts = parted(real.out)
        const differs = parted(ours.out).findIndex((text, i) => text !== realParts[i])
        expect({ script: scripts[differs] ?? '', out: parted(ours.out)[differs] }).toEqual({
          script: scripts[differs] ?? '',
          out: realParts[differs],
        })
        expect(ours.out).toBe(real.out)
      }),
      { numRuns: MORE ?? 5, endOnFailure: true, ...(MORE === undefined ? { seed: 7 } : {}) },
    )
  })
})
