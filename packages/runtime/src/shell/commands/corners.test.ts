import { describe, expect, it } from 'vitest'
import { expectAgreement, tryShell } from '../../../../testkit/src/shell-lab'
import { searchCommands } from './search'
import { textCommands } from './text'

const commands = [...searchCommands, ...textCommands]

/** What no line of a manual speaks of, and a script may still come upon. */
const SCRIPTS: readonly string[] = [
  "printf 'a\\nb\\nc\\n' > x; printf 'd\\ne\\n' > y; sed -s 'N;s/\\n/+/' x y; sed -s -n 'N;P' x y; sed -s '$!N;s/\\n/+/' x y; sed -s 'N;N;s/\\n/+/g' x y",
  "printf 'a\\nb\\nc\\n' > x; printf 'd\\ne\\n' > y; sed -i 'N;s/\\n/+/' x y; cat x y",
  "printf 'a\\n' > x; printf 'd\\n' > y; sed -s 'N;s/\\n/+/' x y; sed -s -n '$p;N;p' x y; sed -s 'n;s/^/>/' x y",
  "printf 'a\\nb\\nc\\nd\\ne\\n' | grep -ov -C1 c; echo $?",
  "printf '%s\\n' a b c d e f g h > f; grep -ov -A1 '[aceg]' f; grep -ovn -A1 '[abd-g]' f; grep -on -C1 '[aeh]' f",
  ...[
    '^*a',
    '{1}a',
    '{',
    '(^*)',
    '(*)',
    '(+a)',
    'a|*b',
    '{1',
    '{,2}',
    'x|{1}a',
    '^{1}a',
    '{[^}]*}',
    '{x',
    '({a)',
    '^{',
    '(a|*)',
    'a**',
  ].map(
    (pattern) =>
      `printf '%s\\n' a '*a' '+a' '{1}a' '{' b aa '' '^a' '{x' '{,2}' '{a}' > f; grep -E -n '${pattern}' f; echo $?; grep -oE '${pattern}' f`,
  ),
  "printf 'aba\\nx\\naa\\nbb\\nac\\n' > f; for p in '(a)b\\1' '(a|b)\\1' '(?:(a)|(b))+c' '(?=(a))\\1' '(\\w)\\1+' '(?<q>a)\\k<q>'; do grep -P \"$p\" f; done",
  "printf '616\\n263\\n' | xxd -p -r; printf '6 1 6 2 6\\n' | xxd -r -p; printf '61 6\\n\\n2\\n' | xxd -r -p; printf '61zz62\\n63' | xxd -r -p",
  'printf abcdefghij | od -An -w7 -tu2; printf abcdefghij | od -w12 -td8 -tx1; printf abcdefgh | od -w0 -tx2; printf abcdef | od -w4',
]

describe('corners of the tools', () => {
  it.each(SCRIPTS)('agree with the real ones on %j', async (script) => {
    await expectAgreement({ script, commands })
  })

  it.each(['(a)?\\1b', '(?:(a)|b)\\1', '(a)|\\1b', '(a)*\\1'])(
    'names a reference to a group that may have taken no part: %s',
    async (pattern) => {
      const { err, code } = await tryShell({ script: `echo b | grep -P '${pattern}'`, commands })
      expect(err).toContain('a back-reference to a group that may have taken no part')
      expect(code).toBe(2)
    },
  )
})
