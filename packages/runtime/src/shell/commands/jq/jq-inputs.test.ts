import { describe, it } from 'vitest'
import { realCommand } from '../../../../../testkit/src/command-lab'
import { expectAgreement } from '../../../../../testkit/src/shell-lab'
import { textCommands } from '../text'
import { jqCommand } from './jq'

const LOOP = 'while :; do echo "$v"; done'

/** Values that arrive one by one, over several files and lines. */
const SCRIPTS: readonly string[] = [
  `v=1; ${LOOP} | jq -c '.+1' | head -n 3`,
  `v='{"a":[1,\n2]}'; ${LOOP} | jq -c '.a[1]' | head -n 3`,
  `v='a b'; ${LOOP} | jq -R length | head -n 2`,
  `printf '1\\n\\n2\\n{"a":\\n3}\\n' | jq -c '[., input_line_number]'; printf '1 2\\n[1,\\n2] 3\\n4' | jq -c '[., input_line_number]'`,
  `printf '1\\n2\\n{"a" 3}\\n' | jq -c .; echo $?; printf '1\\n2\\n[1,2\\n' | jq -c .; echo $?; printf '1\\n]\\n2\\n' | jq -c .; echo $?`,
  `printf '1 2\\n3' > a; jq -c '[., input]' a a; echo $?; jq -n '[inputs]' -c a a; jq -s -c . a a; jq -R . a a; jq -Rs . a`,
  `printf '{"a":1}{"b":2}' > a; printf '{"c":3}\\n' > b; jq -c . a b; jq -c input_filename a b; jq -sc . a b; jq -cn '[inputs]' b a; jq -c . nope b; echo $?`,
  `printf '"a\\tb"' | jq .; echo $?; printf '1 ["a\\nb"]' | jq -c .; printf '"\\\\"[" 1\\n' | jq -c '.,.'; printf '\\x1e1\\n\\x1e2\\n' | jq --seq .`,
  `printf '\\n\\n\\n1\\nx' | jq .; printf '' | jq .; echo $?; printf '   \\n' | jq .; echo $?; printf '[1,{"a":2}]\\n3\\n' | jq -c --stream .`,
]

const hasJq = realCommand({ argv: ['jq', '--version'] }) !== undefined
if (!hasJq) console.warn('jq is not installed on this machine: how it reads is not compared (apt-get install jq)')

describe.skipIf(!hasJq)('inputs of jq', () => {
  it.each(SCRIPTS)('come as to the real jq in %j', async (script) => {
    await expectAgreement({ script, commands: [jqCommand, ...textCommands] })
  })
})
