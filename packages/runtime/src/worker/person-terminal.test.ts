import {
  FailureError,
  leaseId,
  sessionId,
  type Hands,
  type OpenTerminal,
  type Run,
  type Workspace,
  type WorkspaceDelta,
} from '@tabwright/protocol'
import { afterEach, expect, it, vi } from 'vitest'
import { fakeHands } from '../../../testkit/src/fake-hands'
import type { ShellTurns } from '../core/ports'
import { terminalsMemory } from '../io/side-memory'
import { openWorkspace } from '../workspace/workspace'
import { createPersonTerminal, type PersonTerminal } from './person-terminal'
import { shellTurns } from './shell-turns'

const encoder = new TextEncoder()
afterEach(() => void vi.useRealTimers())
const SIZE = { columns: 100, rows: 30 }

/** A place whose shells do nothing but note what they are told. */
class Place {
  readonly typed: string[] = []
  readonly opened: OpenTerminal[] = []
  readonly synced: string[][] = []
  /** Files that a command of the person's wrote, taken at the next look. */
  readonly written = new Map<string, string>()
  refused: readonly string[] = []

  hands(): Hands {
    return {
      ...fakeHands(),
      provision: async () => leaseId('lease-1'),
      terminals: {
        open: async (_lease, terminal) => {
          this.opened.push(terminal)
          return {
            input: (text) => void this.typed.push(text),
            resize: ({ columns }) => void this.typed.push(`<${columns}>`),
            close: () => void this.typed.push('<closed>'),
          }
        },
        sync: async (_lease, { files }: Pick<Run, 'files'>) => {
          this.synced.push(files.list().map(({ path }) => path))
          for (const [path, text] of this.written) files.write(path, encoder.encode(text))
          this.written.clear()
          return this.refused
        },
      },
    }
  }

  get ends(): OpenTerminal['ends'] {
    const { ends } = this.opened.at(-1) ?? {}
    if (ends === undefined) throw new Error('no shell was opened')
    return ends
  }

  runs(): void {
    this.ends.state({ isBusy: true, cwd: '/workspace' })
    this.ends.state({ isBusy: false, cwd: '/workspace' })
  }
}

interface Desk {
  readonly place: Place
  readonly workspace: Workspace
  readonly kept: string[]
  readonly busy: boolean[]
  readonly texts: ReturnType<typeof terminalsMemory>
  readonly turns: ShellTurns
  shown(): string
  /** The terminal of this worker or the next. */
  start(hands?: Hands): PersonTerminal
}

function desk(keep?: (delta: WorkspaceDelta) => Promise<readonly string[]>): Desk {
  const place = new Place()
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  const texts = terminalsMemory()
  const turns = shellTurns(() => '/workspace')
  const kept: string[] = []
  const busy: boolean[] = []
  let shown = ''
  const keptFiles = async (delta: WorkspaceDelta): Promise<readonly string[]> => {
    kept.push(...delta.map(({ path }) => path))
    workspace.adopt(delta)
    return []
  }
  return {
    place,
    workspace,
    kept,
    busy,
    texts,
    turns,
    shown: () => shown,
    start: (hands = place.hands()) =>
      createPersonTerminal({
        session: sessionId('own'),
        hands,
        workspace,
        turns,
        shown: texts.person,
        typed: texts.typed,
        show: (text) => void (shown += text),
        busy: (isBusy) => void busy.push(isBusy),
        keep: keep ?? keptFiles,
        fetch: () => () => Promise.reject(new Error('there is no network here')),
      }),
  }
}

it('opens a shell at the first key, as large as the screen is, and hands over what was typed meanwhile piece by piece', async () => {
  const { place, start } = desk()
  const terminal = start()
  terminal.resize(SIZE)
  expect(place.opened).toHaveLength(0)
  await Promise.all(['l', 's', '\r'].map((key) => terminal.input(key)))
  expect(place.opened).toMatchObject([{ size: SIZE, history: [] }])
  expect(place.typed).toEqual(['<100>', 'l', 's', '\r'])
  await terminal.input('x')
  expect(place.typed.at(-1)).toBe('x')
})

it('makes what a command wrote durable when it ended, and brings the shell what changed elsewhere', async () => {
  const { place, workspace, kept, busy, start } = desk()
  await start().input('')
  await expect.poll(() => place.synced).toEqual([[]])
  place.written.set('typed.txt', 'typed')
  place.runs()
  await expect.poll(() => kept).toEqual(['typed.txt'])
  expect(busy).toEqual([true, false])
  const draft = workspace.draft()
  draft.write('saved.txt', encoder.encode('saved'))
  workspace.adopt(draft.delta())
  await expect.poll(() => place.synced.at(-1)).toEqual(['saved.txt', 'typed.txt'])
  expect(kept).toEqual(['typed.txt'])
})

it('says which files were not taken, and why, and draws the prompt again', async () => {
  const { place, start, shown } = desk(() => Promise.reject(new FailureError({ code: 'storage_full', message: 'The disk is full.' })))
  await start().input('')
  place.refused = ['../out is outside of the workspace.']
  place.runs()
  await expect.poll(shown).toContain('../out is outside of the workspace.')
  place.refused = []
  place.written.set('a.txt', 'a')
  place.runs()
  await expect.poll(shown).toContain('not taken into the workspace: The disk is full.')
  expect(place.typed.at(-1)).toBe('<80>')
})

it('says when the shell is lost, rests, and opens another with the next key', async () => {
  const { place, start, shown, busy } = desk()
  const terminal = start()
  await terminal.input('')
  place.ends.state({ isBusy: true, cwd: '/workspace' })
  place.ends.lost(new FailureError({ code: 'sandbox_lost', message: 'The sandbox was thrown away.' }))
  expect(shown()).toContain('The sandbox was thrown away.')
  expect(shown()).toContain('Press a key for a new shell.')
  expect(busy).toEqual([true, false])
  await terminal.input('x')
  expect(place.opened).toHaveLength(2)
  expect(place.typed.at(-1)).toBe('x')
})

it('keeps what was shown and entered for the next worker, whose shell is another', async () => {
  const { place, start, texts } = desk()
  const first = start()
  await first.input('')
  place.ends.output('$ ls\r\n')
  place.ends.entered('ls')
  place.ends.entered('for i in 1 2\ndo echo $i\ndone')
  first.close()
  expect(place.typed.at(-1)).toBe('<closed>')
  place.ends.output('too late')
  await start().input('')
  expect(place.opened.at(-1)?.history).toEqual(['ls', 'for i in 1 2\ndo echo $i\ndone'])
  const text = await texts.person.read()
  expect(text).toMatch(/^\$ ls\r\n/u)
  expect(text).toContain('[A new shell: the one before ended with its page.]')
  expect(text).not.toContain('too late')
})

it('refuses where only the agent runs commands', async () => {
  const { start } = desk()
  await expect(start(fakeHands()).input('x')).rejects.toThrow('only the agent runs commands')
})

it('leaves another screen when the shell is lost, and only then moves the cursor of the usual one', async () => {
  const { place, shown, start } = desk()
  const terminal = start()
  await terminal.input('l')
  const lost = (): void => place.ends.lost(new FailureError({ code: 'sandbox_lost', message: 'It is gone.' }))
  place.ends.output('text')
  lost()
  expect(shown()).toContain('It is gone.')
  expect(shown()).not.toContain('\u001b[?1049l')
  await terminal.input('l')
  place.ends.output('\u001b[?1049hfull of it')
  lost()
  expect(shown().split('\u001b[?1049l')).toHaveLength(2)
})

it('says once that files wait for the agent’s command, and nothing where the turn comes soon', async () => {
  const { place, turns, shown, start } = desk()
  await start().input('l')
  await expect.poll(() => place.synced).toHaveLength(1)
  vi.useFakeTimers()
  place.runs()
  await vi.advanceTimersByTimeAsync(5000)
  expect(shown()).not.toContain('agent’s command runs')
  let end = (): void => undefined
  void turns.turn(new AbortController().signal, () => new Promise<void>((resolve) => (end = resolve)))
  place.runs()
  place.runs()
  await vi.advanceTimersByTimeAsync(5000)
  place.runs()
  await vi.advanceTimersByTimeAsync(5000)
  expect(shown().split('The agent’s command runs. What you change here is in Files when it ends')).toHaveLength(2)
  const before = place.synced.length
  end()
  await vi.advanceTimersByTimeAsync(10)
  expect(place.synced.length).toBeGreaterThan(before)
})
