import { describe, expect, it } from 'vitest'
import { Shell } from '../shell'

async function run(command: string): Promise<{ readonly out: string; readonly err: string; readonly code: number }> {
  const shell = new Shell({
    spawn: () => {
      throw new Error('no process is started here')
    },
    isOver: () => false,
  })
  let out = ''
  let err = ''
  const code = await shell.run({
    command,
    signal: new AbortController().signal,
    output: (stream, text) => {
      if (stream === 'stdout') out += text
      else err += text
    },
  })
  return { out: out.trim(), err, code }
}

describe('what never ends', () => {
  it.each([
    ['yes abcdefgh | head -c 6000000 | wc -c', '6000000'],
    ['yes | head -n 1000000 | wc -l', '1000000'],
    ['yes | cat | head -1000000 | wc -l', '1000000'],
    ['yes é | head -n 2', 'é\né'],
    ['head -c 10000000 /dev/zero | wc -c', '10000000'],
    ['head -c 10000000 < /dev/zero | wc -c', '10000000'],
    ['cat /dev/urandom | head -c 3000000 | wc -c', '3000000'],
    ['head -c 16 /dev/urandom | wc -c', '16'],
    ["tr -dc 'a-z' < /dev/urandom | head -c 12 | wc -c", '12'],
    ["head -c 5 /dev/zero | tr '\\0' x", 'xxxxx'],
    ['yes | sed 3q | wc -l', '3'],
    ['echo a > f; yes | cat f', 'a'],
    ['printf "1\\n2\\n3\\n" | head -n 2', '1\n2'],
    ['printf "1\\n2\\n" > f; head -n 1 f', '1'],
  ])('%s is right', async (command, out) => {
    expect(await run(command)).toMatchObject({ out, code: 0 })
  })

  it.each([
    'yes | wc -l',
    'yes',
    'yes | tr y z | head -n 1000000 | wc -l; exit ${PIPESTATUS[2]}',
    'yes | tr y z | head -n 1000000',
    'wc -c /dev/zero',
    'wc -c < /dev/urandom',
    'cat /dev/zero > f',
    'cp /dev/zero f',
    "yes | awk 'END { print NR }'",
    "yes | awk 'NR == 1000000 { print; exit }'",
    'yes | grep -c y',
    'head -c 99000000 /dev/zero',
    'head -n 3 /dev/zero',
  ])('%s says that it cannot, and fails', async (command) => {
    const ran = await run(command)
    expect(ran.code).not.toBe(0)
    expect(ran.err).toMatch(/\d bytes/)
  })
})

describe('escapes', () => {
  it.each([
    ["printf '\\342\\202\\254' | wc -c", '3'],
    ["printf '\\xe2\\x82\\xac' | wc -c", '3'],
    ["printf '\\377' | wc -c", '1'],
    ["printf '%b' '\\0342\\0202\\0254' | wc -c", '3'],
    ["echo -en '\\xe2\\x82\\xac' | wc -c", '3'],
    ["printf '\\342\\202\\254 é %s' ü", '€ é ü'],
    ['x=$(printf \'\\342\\202\\254\'); echo "$x"', '€'],
    ["printf '\\342\\202\\254' > f; wc -c < f", '3'],
    ["printf '%s' '\\342'", '\\342'],
    ["printf '\\\\342'", '\\342'],
    ["printf '\\101\\x42é'", 'ABé'],
    ["printf '%s|%b' '\\377' '\\0101'", '\\377|A'],
  ])('%s gives %s', async (command, out) => {
    expect(await run(command)).toMatchObject({ out, code: 0 })
  })
})
