import { describe, expect, it } from 'vitest'
import { labSystem } from '../../../testkit/src/command-lab'
import { sleepCommand } from './commands/system/timing'
import { textCommands } from './commands/text'
import { shellCommands } from './language/shell-command'
import { Shell } from './shell'

/** A turn of the event loop now and then; Node takes a thousand messages of a port before it looks at its timers. */
function breather(): () => Promise<void> | undefined {
  let turned = 0
  return () => {
    if (performance.now() - turned < 20) return undefined
    turned = performance.now()
    return new Promise((resolve) => setTimeout(resolve, 0))
  }
}

const env = new Map([
  ['HOME', '/home/user'],
  ['PATH', '/usr/bin:/bin'],
])

const open = (isInteractive = true): Shell =>
  new Shell({
    system: { ...labSystem([...shellCommands, ...textCommands, sleepCommand]), breathe: breather() },
    cwd: '/workspace',
    env,
    isInteractive,
  })

/** What a command line says, and its exit code. */
function start(shell: Shell, command: string): Promise<{ readonly text: string; readonly code: number }> {
  let text = ''
  const output = (_: string, said: string): void => void (text += said)
  return shell.run({ command, signal: new AbortController().signal, output }).then((code) => ({ text, code }))
}

const soon = (ms = 30): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The next thing that there is to tell. */
async function notice(shell: Shell): Promise<string> {
  for (;;) {
    const lines = shell.notices()
    if (lines !== '') return lines
    await soon(5)
  }
}

describe('jobs of a shell with a person at it', () => {
  it('lets go of a command line that is stopped, and brings it back to the front', async () => {
    const shell = open()
    const stopped = start(shell, 'sleep 1; echo woke')
    await soon()
    shell.signal('TSTP')
    expect((await stopped).code).toBe(148)
    expect(shell.notices()).toBe('[1]+  Stopped                 sleep 1; echo woke\n')
    expect(shell.notices()).toBe('')
    expect((await start(shell, 'echo "$?"; jobs')).text).toBe('148\n[1]+  Stopped                 sleep 1; echo woke\n')
    const front = await start(shell, 'fg')
    expect(front).toEqual({ text: 'sleep 1; echo woke\nwoke\n', code: 0 })
    expect((await start(shell, 'jobs')).text).toBe('')
  })

  it('stops a job again that was brought to the front, and lets it go on behind', async () => {
    const shell = open()
    const first = start(shell, 'sleep 100')
    await soon()
    shell.signal('TSTP')
    await first
    const front = start(shell, 'fg')
    await soon()
    shell.signal('TSTP')
    expect((await front).code).toBe(148)
    expect(shell.notices()).toContain('Stopped')
    expect((await start(shell, 'bg; jobs')).text).toBe('[1]+ sleep 100 &\n[1]+  Running                 sleep 100 &\n')
    const again = start(shell, 'fg; echo "code $?"')
    await soon()
    shell.interrupt()
    expect((await again).text).toBe('sleep 100\ncode 130\n')
    expect((await start(shell, 'jobs')).text).toBe('')
  })

  it('ends what runs in front and nothing behind it', async () => {
    const shell = open()
    expect((await start(shell, 'sleep 100 &')).text).toMatch(/^\[1\] \d+\n$/u)
    const loop = start(shell, 'while :; do :; done')
    await soon()
    shell.interrupt()
    expect((await loop).code).toBe(130)
    expect((await start(shell, 'echo $?; jobs')).text).toBe('130\n[1]+  Running                 sleep 100 &\n')
  })

  it('tells once that a job ended', async () => {
    const shell = open()
    await start(shell, 'sleep 0.05 &')
    expect(await notice(shell)).toBe('[1]+  Done                    sleep 0.05\n')
    expect(shell.notices()).toBe('')
  })

  it('gives a pipeline in the background one group of its own', async () => {
    const shell = open()
    await start(shell, 'sleep 100 | cat &')
    expect((await start(shell, 'kill -- -$(jobs -p)')).code).toBe(0)
    expect(await notice(shell)).toContain('Terminated')
  })

  it('says what is wrong without a line number', async () => {
    expect((await start(open(), 'nosuch')).text).toBe('bash: nosuch: command not found\n')
  })

  it('has no job control where nobody sits', async () => {
    const shell = open(false)
    expect((await start(shell, 'sleep 0.01 & fg')).text).toBe('bash: line 1: fg: no job control\n')
  })
})
