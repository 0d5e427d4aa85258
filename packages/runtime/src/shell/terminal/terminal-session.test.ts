import { describe, expect, it } from 'vitest'
import { labSystem } from '../../../../testkit/src/command-lab'
import { sleepCommand } from '../commands/system/timing'
import { textCommands } from '../commands/text'
import { shellCommands } from '../language/shell-command'
import { Shell } from '../shell'
import { TerminalSession, type TerminalState } from './terminal-session'

const env = new Map([
  ['HOME', '/home/user'],
  ['PATH', '/usr/bin:/bin'],
])

interface Desk {
  readonly shell: Shell
  type(text: string): void
  resize(columns: number): void
  /** Types a command line, waits for its end and gives what was shown. */
  run(line: string): Promise<string>
  idle(): Promise<void>
  /** Everything since the last time. */
  shown(): string
  plain(): string
  until(text: string): Promise<void>
}

/** A turn of the event loop now and then; Node takes a thousand messages of a port before it looks at its timers. */
let turned = 0
function breathe(): Promise<void> | undefined {
  if (performance.now() - turned < 20) return undefined
  turned = performance.now()
  return new Promise((resolve) => setTimeout(resolve, 0))
}

const CONTROLS = /\x1b\[[0-9;?]*[A-Za-z]|\x07/g

function open(): Desk {
  const system = { ...labSystem([...shellCommands, ...textCommands, sleepCommand]), breathe }
  system.tree.mkdir('/workspace', true)
  system.tree.mkdir('/home/user', true)
  let shown = ''
  let state: TerminalState = { isBusy: true, cwd: '' }
  const shells: Shell[] = []
  const session = new TerminalSession({
    columns: 80,
    rows: 24,
    openShell: () => {
      const shell = new Shell({ system, cwd: '/workspace', env, isInteractive: true })
      shells.push(shell)
      return shell
    },
    show: (text) => {
      shown += text
      return Promise.resolve()
    },
    changed: (now) => (state = now),
  })
  const until = async (isThere: () => boolean): Promise<void> => {
    for (let i = 0; i < 400 && !isThere(); i++) await new Promise((resolve) => setTimeout(resolve, 5))
    if (!isThere()) throw new Error(`waited in vain; shown: ${JSON.stringify(shown)}`)
  }
  const desk: Desk = {
    get shell() {
      const shell = shells.at(-1)
      if (shell === undefined) throw new Error('there is no shell')
      return shell
    },
    type: (text) => session.input(text),
    resize: (columns) => session.resize(columns, 24),
    idle: () => until(() => !state.isBusy),
    until: (text) => until(() => desk.plain().includes(text)),
    shown: () => shown,
    plain: () => shown.replace(CONTROLS, ''),
    async run(line) {
      session.input(line)
      shown = ''
      session.input('\r')
      await desk.idle()
      return desk.plain()
    },
  }
  return desk
}

describe('a terminal session', () => {
  it('runs what was typed and shows output, prompt and folder', async () => {
    const desk = open()
    expect(await desk.run('echo one two')).toContain('one two\r\n/workspace $ ')
    await desk.run('mkdir -p d 2>/dev/null; cd /home/user')
    expect(desk.plain()).toContain('/home/user $ ')
  })

  it('keeps variables, functions and aliases from line to line', async () => {
    const desk = open()
    await desk.run('x=5; f() { echo "f $1"; }')
    await desk.run('alias say="echo said"')
    expect(await desk.run('f $x; say it')).toContain('f 5\r\nsaid it\r\n')
  })

  it('edits with the keys of emacs, and brings back older lines', async () => {
    const desk = open()
    desk.type('cho right')
    desk.type('\x01')
    expect(await desk.run('e')).toContain('right\r\n')
    expect(await desk.run('\x1b[A\x17wrong')).toContain('wrong\r\n')
    desk.type('\x12')
    desk.type('rig')
    expect(desk.plain()).toContain("(reverse-i-search)`rig': echo right")
    expect(await desk.run('')).toContain('right\r\n')
    expect(desk.shell.history).toEqual(['echo wrong', 'echo right'])
  })

  it('waits for the rest of an unfinished command', async () => {
    const desk = open()
    desk.type('for i in 1 2; do')
    desk.type('\r')
    desk.type('echo "n $i"')
    desk.type('\r')
    expect(await desk.run('done')).toContain('n 1\r\nn 2\r\n')
  })

  it('shows a paste of many lines and runs nothing before Enter', async () => {
    const desk = open()
    desk.type('\x1b[200~echo a\necho b\necho c\x1b[201~')
    expect(desk.plain()).toContain('echo a\r\n> echo b\r\n> echo c')
    expect(desk.plain()).not.toContain('\na\r\n')
    expect(await desk.run('')).toContain('a\r\nb\r\nc\r\n')
  })

  it('completes commands, files and variables; a second Tab lists them', async () => {
    const desk = open()
    await desk.run('echo x > alpha-one.txt; echo y > "alpha two.txt"; readonly QUITE_LONG=7')
    desk.type('cat alph\t')
    desk.type('\t\t')
    await desk.until('alpha two.txt')
    expect(await desk.run('-\t')).toContain('x\r\n')
    expect(await desk.run('cat alpha\\ \t')).toContain('y\r\n')
    expect(await desk.run('echo $QUITE_\t')).toContain('7\r\n')
    expect(await desk.run('prin\tf "%s\\n" done')).toContain('done')
  })

  it('ends a loop that never waits with Ctrl-C, and the shell goes on', async () => {
    const desk = open()
    desk.type('while :; do :; done')
    desk.type('\r')
    await new Promise((resolve) => setTimeout(resolve, 60))
    desk.type('\x03')
    await desk.idle()
    expect(desk.plain()).toContain('^C\r\n')
    expect(await desk.run('echo $?')).toContain('130\r\n')
  })

  it('stops a command with Ctrl-Z, lists it and brings it back to the front', async () => {
    const desk = open()
    desk.type('sleep 100')
    desk.type('\r')
    await new Promise((resolve) => setTimeout(resolve, 30))
    desk.type('\x1a')
    await desk.idle()
    expect(desk.plain()).toContain('[1]+  Stopped                 sleep 100')
    expect(await desk.run('jobs')).toContain('[1]+  Stopped                 sleep 100')
    desk.type('fg')
    desk.type('\r')
    await new Promise((resolve) => setTimeout(resolve, 30))
    desk.type('\x1a')
    await desk.idle()
    expect(await desk.run('bg; jobs')).toContain('[1]+  Running                 sleep 100 &')
    desk.type('fg')
    desk.type('\r')
    await new Promise((resolve) => setTimeout(resolve, 30))
    desk.type('\x03')
    await desk.idle()
    expect(await desk.run('jobs; echo none')).not.toContain('sleep')
  })

  it('tells the number of a job in the background; Ctrl-C does not reach it', async () => {
    const desk = open()
    expect(await desk.run('sleep 100 &')).toMatch(/\[1\] \d+\r\n/u)
    desk.type('sleep 100')
    desk.type('\r')
    desk.type('\x03')
    await desk.idle()
    expect(await desk.run('jobs')).toContain('Running')
    expect(await desk.run('kill %1; wait')).not.toContain('Running')
  })

  it('gives a program whole lines, and its end with Ctrl-D', async () => {
    const desk = open()
    desk.type('cat')
    desk.type('\r')
    desk.type('heloo')
    desk.type('\x7f\x7f')
    desk.type('lo\r')
    await desk.until('lo\r\nhello\r\n')
    desk.type('\x04')
    await desk.idle()
    expect(desk.plain()).toContain('\r\nhello\r\n')
  })

  it('tells programs that it is a terminal and how wide', async () => {
    const desk = open()
    desk.resize(101)
    expect(await desk.run('[ -t 0 ] && [ -t 1 ] && echo "tty $COLUMNS"')).toContain('tty 101')
  })

  it('stays for stopped jobs once, then ends and begins anew with a key', async () => {
    const desk = open()
    desk.type('sleep 100')
    desk.type('\r')
    await new Promise((resolve) => setTimeout(resolve, 30))
    desk.type('\x1a')
    await desk.idle()
    expect(await desk.run('exit')).toContain('There are stopped jobs.')
    expect(await desk.run('exit')).toContain('This shell ended')
    desk.type('\r')
    expect(await desk.run('echo again-$((40 + 2))')).toContain('again-42')
    expect(await desk.run('exit')).toContain('This shell ended')
    desk.type('e')
    expect(await desk.run('cho third-$((40 + 3))')).toContain('third-43')
    desk.type('\x1b[A\x1b[A\x1b[A')
    expect(desk.plain()).toContain('again-$((40 + 2))')
  })

  it('runs what was typed while something else ran', async () => {
    const desk = open()
    desk.type('sleep 0.1')
    desk.type('\r')
    for (const key of 'echo ahead-$((1 + 1))\r') desk.type(key)
    await desk.until('ahead-2')
    await desk.idle()
  })

  it('puts what a job says above the line that is being typed', async () => {
    const desk = open()
    await desk.run('{ sleep 0.1; echo late; } &')
    desk.type('echo ty')
    await desk.until('late')
    expect(await desk.run('ped')).toContain('typed\r\n')
  })

  it('leaves the shell with Ctrl-D on an empty line', async () => {
    const desk = open()
    desk.type('\x04')
    expect(desk.plain()).toContain('This shell ended')
  })
})
