import { leaseId, sessionId, type Hands, type PortAnswer, type PortRequest, type Run, type StreamPiece } from '@tabwright/protocol'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fakeHands } from '../../../testkit/src/fake-hands'
import { openWorkspace } from '../workspace/workspace'
import { openPorts } from './ports-desk'
import { shellTurns } from './shell-turns'

afterEach(() => void vi.useRealTimers())

const encoder = new TextEncoder()
const GET: PortRequest = { port: 3000, method: 'GET', path: '/', headers: [] }

async function* pieces(parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield encoder.encode(part)
}

interface State {
  listening: readonly number[]
  given: string
  syncs: number
  readonly writes: string[]
  /** Another answer than the files. */
  body?: (signal: AbortSignal) => PortAnswer['body']
}

/** A place with one program, which answers with the files that it was given. */
function desk() {
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  const turns = shellTurns(() => '/workspace')
  const told: (readonly number[])[] = []
  const kept: string[] = []
  const again: (readonly string[])[] = []
  const state: State = { listening: [3000], given: '', syncs: 0, writes: [] }
  let changed: (ports: readonly number[]) => void = () => undefined
  const hands: Hands = {
    ...fakeHands(),
    provision: async () => leaseId('lease-1'),
    terminals: {
      open: () => Promise.reject(new Error('nobody opens one here')),
      sync: async (_lease, { files }: Pick<Run, 'files'>) => {
        state.syncs += 1
        state.given = files.list().map(({ path }) => path).join(' ') // prettier-ignore
        for (const path of state.writes.splice(0)) files.write(path, encoder.encode(`written ${state.syncs}`))
        return []
      },
    },
    ports: {
      list: () => state.listening,
      watch: (_lease, listener) => {
        changed = listener
        return () => (changed = () => undefined)
      },
      request: async (_lease, _request, signal) => ({
        status: 200,
        statusText: 'OK',
        headers: [],
        body: state.body?.(signal) ?? pieces(['saw ', state.given]),
      }),
    },
  }
  const keep = async (delta: Parameters<typeof workspace.adopt>[0]): Promise<readonly string[]> => {
    kept.push(...delta.map(({ path }) => path))
    return workspace.adopt(delta)
  }
  const open = openPorts({
    session: sessionId('ports'),
    hands,
    workspace,
    turns,
    keep,
    told: (ports) => void told.push(ports),
    again: (paths) => void again.push(paths),
  })
  const write = async (path: string): Promise<void> => {
    const draft = workspace.draft()
    draft.write(path, encoder.encode('x'))
    await draft.settle()
    workspace.adopt(draft.delta())
  }
  const ask = async (): Promise<string> => new TextDecoder().decode((await open.request(GET)).body)
  return { open, state, told, kept, again, turns, ask, write, listen: (ports: readonly number[]) => changed(ports) }
}

describe('programs that listen, for the page', () => {
  it('answer from the files as they are now, which they are given once for each change', async () => {
    const { ask, write, state } = desk()
    expect(await ask()).toBe('saw ')
    await write('a.js')
    expect([await ask(), await ask()]).toEqual(['saw a.js', 'saw a.js'])
    expect(state.syncs).toBe(2)
  })

  it('write files that come into the workspace and are no news to them', async () => {
    const { ask, state, kept } = desk()
    state.writes.push('access.txt')
    await ask()
    await ask()
    expect([kept, state.syncs]).toEqual([['access.txt'], 1])
  })

  it('leave nothing with the sandbox that they wrote because they were asked, and what they write each time is told as such', async () => {
    vi.useFakeTimers()
    const { ask, state, kept, again } = desk()
    const written = async (...paths: readonly string[]): Promise<void> => {
      await Promise.all([ask(), ask()])
      state.writes.push(...paths)
      await vi.advanceTimersByTimeAsync(1000)
    }
    await written('access.log')
    expect([kept, state.syncs]).toEqual([['access.log'], 2])
    await written('access.log', 'made.js')
    expect([kept, again]).toEqual([['access.log', 'access.log', 'made.js'], [['access.log']]])
    await vi.advanceTimersByTimeAsync(4000)
    await written('access.log')
    expect([kept.length, again.length]).toEqual([4, 1])
  })

  it('answer from what they have while a command has the turn', async () => {
    const { ask, write, turns, state } = desk()
    await ask()
    await write('b.js')
    let release = (): void => undefined
    const command = turns.turn(new AbortController().signal, () => new Promise<void>((resolve) => (release = resolve)))
    vi.useFakeTimers()
    const answer = ask()
    await vi.advanceTimersByTimeAsync(1000)
    expect(await answer).toBe('saw ')
    release()
    await command
    await vi.waitFor(() => expect(state.given).toBe('b.js'))
  })

  it('are told of as they come and go, and not asked when they are gone', async () => {
    const { open, told, listen, state, ask } = desk()
    await vi.waitFor(() => expect(told).toEqual([[3000]]))
    state.listening = []
    listen([])
    await expect(ask()).rejects.toThrow('Nothing listens on port 3000 any more.')
    open.close()
    listen([4000])
    expect(told).toEqual([[3000], [], []])
  })
})

/** A program that says something whenever it is told to, and the page's end of its answer. */
async function going() {
  const { open, state } = desk()
  const said: string[] = []
  let more = (): void => undefined
  const seen = { produced: 0, isOver: false }
  state.body = async function* body(signal) {
    try {
      while (!signal.aborted) {
        const next = said.shift()
        if (next === undefined)
          await new Promise<void>((resolve) => { more = resolve; signal.addEventListener('abort', () => resolve()) }) // prettier-ignore
        else {
          seen.produced += 1
          yield encoder.encode(next)
        }
        if (next === 'end') return
      }
    } finally {
      seen.isOver = true
    }
  }
  const say = (...texts: readonly string[]): void => {
    said.push(...texts)
    more()
  }
  const { port1, port2 } = new MessageChannel()
  const heard: string[] = []
  port1.onmessage = ({ data }: MessageEvent<StreamPiece>) =>
    void heard.push(data.type === 'piece' ? new TextDecoder().decode(data.bytes) : `[end ${data.why ?? ''}]`)
  say('first')
  const reply = await open.request(GET, port2)
  return { open, say, heard, seen, reply, port: port1, first: new TextDecoder().decode(reply.body) }
}

describe('an answer that goes on', () => {
  it('is whole where it is whole at once, and has its beginning at once where it is not', async () => {
    const { open } = desk()
    const { port2 } = new MessageChannel()
    const whole = await open.request(GET, port2)
    expect([new TextDecoder().decode(whole.body), whole.isOpen]).toEqual(['saw ', undefined])
    const { say, heard, seen, reply, first, port } = await going()
    expect([first, reply.isOpen]).toEqual(['first', true])
    say('second')
    await vi.waitFor(() => expect(heard).toEqual(['second']))
    port.postMessage({ type: 'took' })
    say('third', 'end')
    await vi.waitFor(() => expect(heard).toEqual(['second', 'thirdend', '[end ]']))
    expect(seen.isOver).toBe(true)
  })

  it('comes no faster than it is taken', async () => {
    const { say, heard, seen, port } = await going()
    const large = 'x'.repeat(40_000)
    say(...Array.from({ length: 20 }, () => large))
    await vi.waitFor(() => expect(heard).toHaveLength(4))
    const before = seen.produced
    port.postMessage({ type: 'took' })
    await vi.waitFor(() => expect(heard).toHaveLength(5))
    expect(seen.produced).toBeLessThanOrEqual(before + 1)
    expect(before).toBeLessThan(10)
  })

  it.each([
    ['nobody wants it', { type: 'drop' }],
    ['the page says what is no word', 'more!'],
  ])('ends with the program where %s', async (_why, word) => {
    const { seen, port } = await going()
    port.postMessage(word)
    await vi.waitFor(() => expect(seen.isOver).toBe(true))
  })

  it('ends, and says so, when the desk closes', async () => {
    const { open, heard, seen } = await going()
    open.close()
    await vi.waitFor(() => expect([seen.isOver, heard]).toEqual([true, [expect.stringContaining('[end ')]]))
  })
})
