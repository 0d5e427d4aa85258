import { describe, expect, it } from 'vitest'
import { labSystem } from '../../../testkit/src/command-lab'
import { sleepCommand } from './commands/system/timing'
import { textCommands } from './commands/text'
import { shellCommands } from './language/shell-command'
import { Shell } from './shell'
import type { System } from './system'

const system = (): System => labSystem([...shellCommands, ...textCommands, sleepCommand])

const env = new Map([
  ['HOME', '/home/user'],
  ['PATH', '/usr/bin:/bin'],
])

const open = (on = system()): Shell => new Shell({ system: on, cwd: '/workspace', env })

interface Ran {
  readonly out: string
  readonly err: string
  readonly code: number
}

async function run(shell: Shell, command: string, signal = new AbortController().signal): Promise<Ran> {
  const said = { stdout: '', stderr: '' }
  const code = await shell.run({
    command,
    signal,
    output: (stream, text) => {
      said[stream] += text
    },
  })
  return { out: said.stdout, err: said.stderr, code }
}

const soon = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('a shell', () => {
  it('keeps folder, variables, functions, options and jobs from one command line to the next', async () => {
    const shell = open()
    await run(shell, 'cd /tmp; x=1; export y=2; a=(p q); f() { echo f$1; }; set -o pipefail; shopt -s nullglob; sleep 0.2 & first=$!')
    const ran = await run(
      shell,
      'pwd; echo $x $y ${a[1]}; f 3; shopt -q nullglob && [[ -o pipefail ]] && echo on; jobs; wait $first; echo $?',
    )
    expect(ran.out).toBe('/tmp\n1 2 q\nf3\non\n[1]+  Running                 sleep 0.2 &\n0\n')
  })

  it('keeps its number and ends a line, not itself, by exit', async () => {
    const shell = open()
    const first = await run(shell, 'echo $$; x=5; exit 3; echo no')
    expect(first.code).toBe(3)
    expect(await run(shell, 'echo $$; echo $x')).toEqual({ out: `${first.out}5\n`, err: '', code: 0 })
  })

  it('gives what Ctrl-C gives to what runs in the foreground, and to nothing else', async () => {
    const shell = open()
    await run(shell, 'sleep 0.5 & kept=$!')
    const running = run(shell, 'sleep 10; echo no')
    await soon(50)
    shell.interrupt()
    expect(await running).toEqual({ out: '', err: '', code: 130 })
    expect((await run(shell, 'wait $kept; echo $?')).out).toBe('0\n')
  })

  it('lets a trap take Ctrl-C', async () => {
    const shell = open()
    const running = run(shell, "trap 'echo caught' INT; sleep 0.3; sleep 0.3; echo end; trap - INT")
    await soon(100)
    shell.interrupt()
    expect((await running).out).toBe('caught\nend\n')
  })

  it('ends all that a line started when the line is called off', async () => {
    const on = system()
    const shell = open(on)
    const before = on.processes.all.length
    const controller = new AbortController()
    const running = run(shell, '(sleep 10 | cat) & sleep 10 & x=$(sleep 10); echo no', controller.signal)
    await soon(50)
    controller.abort()
    expect((await running).code).toBe(137)
    await soon(0)
    expect(on.processes.all.length).toBe(before)
    expect((await run(shell, 'echo again')).out).toBe('again\n')
  })

  it('gives out what a job wrote between two lines with the next line', async () => {
    const shell = open()
    await run(shell, '{ sleep 0.1; echo late; } &')
    await soon(200)
    expect((await run(shell, 'echo next')).out).toBe('late\nnext\n')
  })

  it('shares files with another shell on the same system, and nothing else', async () => {
    const on = system()
    const [one, two] = [open(on), open(on)]
    await run(one, 'cd /tmp; x=1; echo hi > /workspace/f')
    expect((await run(two, 'pwd; echo [$x]; cat f')).out).toBe('/workspace\n[]\nhi\n')
  })

  it('runs the EXIT trap at the end of its line, also of one that a signal ends', async () => {
    const shell = open()
    expect((await run(shell, "trap 'echo bye' EXIT; echo hi")).out).toBe('hi\nbye\n')
    expect((await run(shell, 'echo next')).out).toBe('next\n')
    expect((await run(shell, 'bash -c \'trap "echo last" EXIT; kill $$; sleep 5\'')).out).toBe('last\n')
  })

  it('writes text that comes in pieces of a character as a whole', async () => {
    const said: string[] = []
    await open().run({
      command: "printf '\\xc3'; sleep 0.05; printf '\\xa9'",
      signal: new AbortController().signal,
      output: (_stream, text) => said.push(text),
    })
    expect(said).toEqual(['é'])
  })

  it('names what a line can begin with', async () => {
    const shell = open()
    await run(shell, 'mine() { :; }')
    expect(shell.commandNames).toEqual(expect.arrayContaining(['bash', 'cat', 'mine']))
  })
})
