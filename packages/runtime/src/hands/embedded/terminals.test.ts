import {
  sessionId,
  type Hands,
  type HandsResult,
  type HandsTerminal,
  type HandsTerminals,
  type LeaseId,
  type Workspace,
  type NetworkFetch,
} from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../workspace/workspace'
import { embeddedHands } from './embedded-hands'
import { fromKernel, MAX_HISTORY, MAX_INPUT, MAX_PIECE, toKernel } from './messages'

const signal = new AbortController().signal

interface Desk {
  readonly hands: Hands & { readonly terminals: HandsTerminals }
  /** Command lines that the shell told to remember. */
  readonly entered: readonly string[]
  readonly lease: LeaseId
  readonly workspace: Workspace
  readonly terminal: HandsTerminal
  shown(): string
  until(text: string): Promise<void>
  idle(): Promise<void>
}

function place(): Pick<Desk, 'hands' | 'workspace'> & { readonly lease: Promise<LeaseId> } {
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
  return { workspace, hands, lease: hands.provision(sessionId('terminals'), signal) }
}

async function open(history: readonly string[] = []): Promise<Desk> {
  const { workspace, hands, ...promised } = place()
  const lease = await promised.lease
  let shown = ''
  let isBusy = true
  const entered: string[] = []
  const ends = {
    output: (text: string): void => void (shown += text),
    state: (now: { readonly isBusy: boolean }): void => void (isBusy = now.isBusy),
    entered: (line: string): void => void entered.push(line),
    lost: (failure: Error): void => void (shown += `LOST ${failure.message}`),
  }
  const size = { columns: 80, rows: 24 }
  const terminal = await hands.terminals.open(lease, { shell: 'own', size, history, ends }, { signal, files: workspace.draft() })
  const wait = async (isThere: () => boolean): Promise<void> => {
    for (let i = 0; i < 1000 && !isThere(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(isThere(), JSON.stringify(shown)).toBe(true)
  }
  return {
    hands,
    entered,
    lease,
    workspace,
    terminal,
    shown: () => shown,
    until: (text) => wait(() => shown.includes(text)),
    idle: () => wait(() => !isBusy),
  }
}

type Running = Promise<HandsResult> & { said(): string }

/** The agent's shell with a person at it. */
async function takenOver(): Promise<
  Pick<Desk, 'hands' | 'lease' | 'terminal' | 'shown'> & {
    /** A command of the agent's. */
    run(command: string): Running
    /** A command line of the person's, to its end. */
    type(line: string): Promise<void>
  }
> {
  const { hands, lease, workspace } = await open()
  let shown = ''
  let isBusy = false
  let ended = 0
  const ends = {
    output: (text: string): void => void (shown += text),
    state: (now: { readonly isBusy: boolean }): void => {
      if (isBusy && !now.isBusy) ended += 1
      isBusy = now.isBusy
    },
    entered: () => undefined,
    lost: () => undefined,
  }
  const files = workspace.draft()
  const size = { columns: 80, rows: 24 }
  const terminal = await hands.terminals.open(lease, { shell: 'agent', size, history: [], ends }, { signal, files })
  return {
    hands,
    lease,
    terminal,
    shown: () => shown,
    run: (command) => {
      let said = ''
      const output = (_: string, text: string): void => void (said += text)
      return Object.assign(hands.execute(lease, 'shell', { command }, { signal, files, output }), { said: () => said })
    },
    type: async (line) => {
      const before = ended
      terminal.input(line)
      terminal.input('\r')
      await expect.poll(() => ended, { timeout: 10_000 }).toBe(before + 1)
    },
  }
}

describe('a person’s shell in the sandbox', () => {
  it('runs beside the agent’s command, on the same files', { timeout: 60_000 }, async () => {
    const { hands, lease, workspace, terminal, until } = await open()
    const files = workspace.draft()
    const agent = hands.execute(
      lease,
      'shell',
      { command: 'while [ ! -e go ]; do sleep 0.05; done; cat go' },
      { signal, files, output: () => undefined },
    )
    terminal.input('echo here $((40 + 2)); echo now > go')
    terminal.input('\r')
    await until('here 42')
    expect((await agent).text).toBe('now\n')
    await hands.release(lease)
  })

  it('gives what it wrote, and gets what changed, without a command of the agent', { timeout: 60_000 }, async () => {
    const { hands, lease, workspace, terminal, until } = await open()
    terminal.input('echo typed > typed.txt; echo done-"writing"')
    terminal.input('\r')
    await until('done-writing')
    const files = workspace.draft()
    files.write('saved.txt', new TextEncoder().encode('saved\n'))
    expect(await hands.terminals.sync(lease, { signal, files })).toEqual([])
    expect(new TextDecoder().decode(await files.read('typed.txt'))).toBe('typed\n')
    terminal.input('cat saved.txt; ls')
    terminal.input('\r')
    await until('saved\r\nsaved.txt  typed.txt')
    await hands.release(lease)
  })

  it('tells what was entered, and remembers what another shell was told', { timeout: 60_000 }, async () => {
    const { hands, lease, terminal, until, entered } = await open(['echo from-"before"', 'x'.repeat(MAX_INPUT + 1)])
    terminal.input('\x1b[A')
    terminal.input('\r')
    await until('from-before')
    expect(entered).toEqual(['echo from-"before"'])
    await hands.release(lease)
  })

  it('opens while the agent’s command runs, which had the sandbox opened', { timeout: 60_000 }, async () => {
    const { hands, workspace, ...promised } = place()
    const lease = await promised.lease
    const run = { signal, files: workspace.draft(), output: () => undefined }
    const agent = hands.execute(lease, 'shell', { command: 'while [ ! -e go ]; do sleep 0.05; done; cat go' }, run)
    const ends = { output: () => undefined, state: () => undefined, entered: () => undefined, lost: () => undefined }
    const other = await hands.terminals.open(lease, { shell: 'own', size: { columns: 80, rows: 24 }, history: [], ends }, run)
    other.input('echo opened > go')
    other.input('\r')
    expect((await agent).text).toBe('opened\n')
    await hands.release(lease)
  })

  it('gathers a flood of lines, loses none, and lives', { timeout: 60_000 }, async () => {
    const { hands, lease, terminal, until, shown } = await open()
    terminal.input('for i in {1..8000}; do echo "n$i"; done; echo end-"of it"')
    terminal.input('\r')
    await until('end-of it')
    expect(shown().match(/^n\d+\r$/gmu)?.length).toBe(8000)
    await hands.release(lease)
  })

  it('ends what runs with Ctrl-C and says so when the sandbox is gone', { timeout: 60_000 }, async () => {
    const { hands, lease, terminal, until, shown } = await open()
    terminal.input('sleep 100')
    terminal.input('\r')
    await new Promise((resolve) => setTimeout(resolve, 200))
    terminal.input('\x03')
    terminal.input('echo code-$?')
    terminal.input('\r')
    await until('code-130')
    await hands.release(lease)
    expect(shown()).toContain('LOST The sandbox was released')
  })

  it('gives the agent’s shell to a person between its commands, and what they did there stays', { timeout: 60_000 }, async () => {
    const { run, type, terminal, shown, hands, lease } = await takenOver()
    await run('cd /tmp; greeting=before')
    await type('greeting=after; cd /workspace')
    await type('echo one > made.txt; exit')
    await expect.poll(shown).toContain('it stays')
    expect(await run('pwd; echo $greeting; cat made.txt')).toMatchObject({ text: '/workspace\nafter\none\n', exitCode: 0 })
    terminal.close()
    expect((await run('cat; echo "[$(pwd)]"')).text).toBe('[/workspace]\n')
    await hands.release(lease)
  })

  it(
    'sends what a person types to the agent’s command that reads, ends it with Ctrl-C, and never stops it',
    { timeout: 60_000 },
    async () => {
      const { run, terminal, shown, hands, lease } = await takenOver()
      const asks = run('echo name?; read name; echo "hello $name"')
      await expect.poll(asks.said).toContain('name?')
      terminal.input('you')
      terminal.input('\r')
      expect((await asks).text).toBe('name?\nhello you\n')
      expect(shown()).toContain('you\r\n')
      const sleeps = run('echo on; sleep 100')
      await expect.poll(sleeps.said).toContain('on')
      terminal.input('\x1a')
      terminal.input('\x03')
      expect((await sleeps).exitCode).toBe(130)
      const last = run('echo left; cat')
      await expect.poll(last.said).toContain('left')
      terminal.close()
      expect((await last).exitCode).toBe(0)
      await hands.release(lease)
    },
  )

  it(
    'has a way of its own to the network, also in the agent’s shell, while the agent’s commands have theirs',
    { timeout: 60_000 },
    async () => {
      const { hands, workspace, ...promised } = place()
      const lease = await promised.lease
      const network =
        (who: string): NetworkFetch =>
        async ({ url }, { sent }) => {
          sent()
          const body = (async function* () {
            yield new TextEncoder().encode(`${who} has it\n`)
          })()
          return { status: 200, statusText: 'OK', url, headers: [], body }
        }
      let shown = ''
      const ends = {
        output: (text: string): void => void (shown += text),
        state: () => undefined,
        entered: () => undefined,
        lost: () => undefined,
      }
      const run = { signal, files: workspace.draft(), output: () => undefined, fetch: network('agent') }
      const size = { columns: 80, rows: 24 }
      const terminal = await hands.terminals.open(lease, { shell: 'own', size, history: [], ends, fetch: network('person') }, run)
      terminal.input('curl -s https://a.example/')
      terminal.input('\r')
      await expect.poll(() => shown, { timeout: 20_000 }).toContain('person has it')
      expect((await hands.execute(lease, 'shell', { command: 'curl -s https://a.example/' }, run)).text).toBe('agent has it\n')
      terminal.input('curl -s https://b.example/ | tr a-z A-Z')
      terminal.input('\r')
      await expect.poll(() => shown, { timeout: 20_000 }).toContain('PERSON HAS IT')
      // In the agent's shell a person goes out as a person, and what the agent left running there as the agent.
      await hands.execute(
        lease,
        'shell',
        { command: '(while [ ! -e go ]; do sleep 0.05; done; curl -sS https://a.example/) > left 2>&1 &' },
        run,
      )
      const taken = await hands.terminals.open(lease, { shell: 'agent', size, history: [], ends, fetch: network('taker') }, run)
      taken.input('curl -s https://a.example/; touch go; wait; cat left')
      taken.input('\r')
      await expect.poll(() => shown, { timeout: 20_000 }).toContain('taker has it')
      await expect.poll(() => shown).toContain('only while a command line runs')
      shown = ''
      terminal.input('curl -s https://a.example/')
      terminal.input('\r')
      await expect.poll(() => shown, { timeout: 20_000 }).toContain('person has it')
      await hands.release(lease)
    },
  )

  it('takes no message of a hostile size on either side', () => {
    const fits = (schema: typeof toKernel | typeof fromKernel, message: unknown): boolean => z.safeParse(schema, message).success
    expect(fits(toKernel, { type: 'terminal.input', id: 1, text: 'x'.repeat(MAX_INPUT) })).toBe(true)
    expect(fits(toKernel, { type: 'terminal.input', id: 1, text: 'x'.repeat(MAX_INPUT + 1) })).toBe(false)
    expect(fits(toKernel, { type: 'terminal.resize', id: 1, columns: 1e9, rows: 24 })).toBe(false)
    expect(fits(toKernel, { type: 'terminal.open', id: 1, shell: 'own', columns: 80, rows: 0, history: [] })).toBe(false)
    expect(
      fits(toKernel, { type: 'terminal.open', id: 1, shell: 'own', columns: 80, rows: 24, history: Array(MAX_HISTORY + 1).fill('x') }),
    ).toBe(false)
    expect(fits(fromKernel, { type: 'terminal.entered', id: 1, line: 'x'.repeat(MAX_INPUT + 1) })).toBe(false)
    expect(fits(fromKernel, { type: 'terminal.output', id: 1, text: 'x'.repeat(MAX_PIECE + 1) })).toBe(false)
    expect(fits(fromKernel, { type: 'terminal.state', id: 1, isBusy: 1, cwd: '/' })).toBe(false)
  })
})
