import {
  leaseId,
  sessionId,
  type Hands,
  type HandsResult,
  type NetworkFetch,
  type OpenTerminal,
  type Run,
  type WorkspaceDelta,
} from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { fakeHands } from '../../../testkit/src/fake-hands'
import { terminalsMemory } from '../io/side-memory'
import { openWorkspace } from '../workspace/workspace'
import { createTerminal, type Terminal } from './terminal'

interface Desk extends Terminal {
  readonly typed: string[]
  readonly kept: string[]
  readonly busy: boolean[]
  shown(): string
  /** Runs a command of the agent's; `meanwhile` happens while it runs. */
  agent(command: string, meanwhile?: () => void): Promise<HandsResult>
  ends(): OpenTerminal['ends']
  /** The way to the network that the shell was opened with, and how many lines got one of their own. */
  request: NetworkFetch
  roads(): number
}

/** @param before what the agent's shell showed in a page that is gone */
function desk(before = ''): Desk {
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  const [typed, kept, busy]: [string[], string[], boolean[]] = [[], [], []]
  let shown = ''
  let opened: OpenTerminal | undefined
  let roads = 0
  let meanwhile = (): void => undefined
  const hands: Hands = {
    ...fakeHands(async () => {
      meanwhile()
      return { text: 'did it' }
    }),
    terminals: {
      open: async (_lease, terminal) => {
        opened = terminal
        const input = (text: string): void => void typed.push(text)
        return { input, resize: () => undefined, close: () => void typed.push('<closed>') }
      },
      sync: async (_lease, { files }: Pick<Run, 'files'>) => {
        files.write('made.txt', new TextEncoder().encode('made'))
        return []
      },
    },
  }
  const keep = async (delta: WorkspaceDelta): Promise<readonly string[]> => {
    kept.push(...delta.map(({ path }) => path))
    workspace.adopt(delta)
    return []
  }
  const show = (text: string): void => void (shown += text)
  const store = terminalsMemory().agent
  store.append(before)
  const terminal = createTerminal({
    session: sessionId('agents'),
    hands,
    workspace,
    store,
    show,
    keep,
    busy: (is) => void busy.push(is),
    place: () => undefined,
    fetch: () => {
      roads += 1
      return async ({ url }) => ({ status: 200, statusText: 'OK', url, headers: [], body: (async function* () {})() })
    },
  })
  return {
    ...terminal,
    typed,
    kept,
    busy,
    shown: () => shown,
    ends: () => {
      if (opened === undefined) throw new Error('no shell was opened')
      return opened.ends
    },
    request: (request, how) => {
      if (opened?.fetch === undefined) throw new Error('no way to the network')
      return opened.fetch(request, how)
    },
    roads: () => roads,
    agent: (command, then = () => undefined) => {
      meanwhile = then
      const { signal } = new AbortController()
      const run = { signal, files: workspace.draft(), output: () => undefined }
      return terminal.turns.turn(signal, () => terminal.hands.execute(leaseId('lease-1'), 'shell', { command }, run))
    },
  }
}

it('takes no key before it is taken over, and none after it was given back', async () => {
  const { keyboard, typed } = desk()
  expect(() => keyboard.input('x')).toThrow('take over to type')
  await keyboard.takeOver()
  keyboard.input('y')
  keyboard.giveBack()
  expect(typed).toEqual(['y', '<closed>'])
  expect(() => keyboard.input('z')).toThrow('take over to type')
})

it('tells the agent once, with its next result, what the person did', async () => {
  const { keyboard, agent, ends } = desk()
  await keyboard.takeOver()
  ends().entered('cd /tmp')
  ends().entered('ls')
  expect((await agent('pwd')).text).toBe('did it\n[The person took over this shell and ran: cd /tmp ⏎ ls]\n')
  expect((await agent('pwd')).text).toBe('did it')
  const meanwhile = (): void => {
    keyboard.input('\u0003')
    keyboard.input('y')
  }
  const { text } = await agent('sleep 100', meanwhile)
  expect(text).toContain('pressed Ctrl-C while your command ran; and typed while your command ran')
})

it('says to both that the shell is another one where the page died, also while a person had taken it over', async () => {
  const { keyboard, agent, ends, shown } = desk('/workspace $ export KEY=1\r\n/workspace $ sleep 100')
  await keyboard.takeOver()
  expect(shown().split('[A new shell: the one before ended with its page.]')).toHaveLength(2)
  ends().entered('pwd')
  const { text } = await agent('echo $KEY')
  expect(text).toMatch(/^did it\n\[This shell is new: .*\]\n\[The person took over this shell and ran: pwd\]\n$/)
  expect((await agent('pwd')).text).toBe('did it')
  expect(shown().split('[A new shell')).toHaveLength(2)
})

it('lets the agent’s next command wait for the person’s, and for its files to be durable', async () => {
  const { keyboard, agent, ends, kept, busy, turns } = desk()
  await keyboard.takeOver()
  ends().state({ isBusy: true, cwd: '/workspace' })
  const next = agent('cat made.txt', () => expect(kept).toEqual(['made.txt']))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(kept).toEqual([])
  ends().state({ isBusy: false, cwd: '/workspace/sub' })
  expect(turns.cwd()).toBe('/workspace/sub')
  expect((await next).exitCode).toBe(0)
  expect(busy).toEqual([true, false])
})

it('lets the agent go on when the person gave the shell back in the middle of a command', async () => {
  const { keyboard, agent, ends } = desk()
  await keyboard.takeOver()
  ends().state({ isBusy: true, cwd: '/workspace' })
  const next = agent('pwd')
  keyboard.giveBack()
  expect((await next).text).toBe('did it')
})

it('asks for the network as the person, once for each line that they enter', async () => {
  const { keyboard, ends, request, roads } = desk()
  await keyboard.takeOver()
  const how = { signal: new AbortController().signal, sent: () => undefined }
  const ask = () => request({ method: 'GET', url: 'https://a.example/', headers: [], purpose: 'curl' }, how)
  ends().entered('curl -s https://a.example/ https://b.example/')
  expect((await ask()).status).toBe(200)
  await ask()
  expect(roads()).toBe(1)
  ends().entered('curl https://a.example/')
  await ask()
  expect(roads()).toBe(2)
})
