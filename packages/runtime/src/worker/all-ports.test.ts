import { leaseId, sessionId, type HandsChoice, type HandsPorts, type PortRequest } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { fakeHands } from '../../../testkit/src/fake-hands'
import type { WebcontainerHands } from '../hands/webcontainer/webcontainer-hands'
import { openWorkspace } from '../workspace/workspace'
import { openAllPorts } from './all-ports'
import { shellTurns } from './shell-turns'

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}

/** A place whose programs answer with its name. */
function place(name: string, listening: number[]) {
  let changed: (ports: readonly number[]) => void = () => undefined
  const ports: HandsPorts = {
    list: () => listening,
    watch: (_lease, listener) => {
      changed = listener
      return () => undefined
    },
    request: async () => ({ status: 200, statusText: 'OK', headers: [], body: pieces(name) }),
  }
  const listen = (next: number[]): void => {
    listening = next
    changed(next)
  }
  return { hands: { ...fakeHands(), provision: async () => leaseId(name), ports }, listen }
}

function bench() {
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  const sandbox = place('sandbox', [3000])
  const container = place('container', [])
  const state: { hands: HandsChoice; taint: { isClosed: boolean } } = { hands: { type: 'webcontainers' }, taint: { isClosed: false } }
  const given: string[][] = []
  const webcontainers: WebcontainerHands = {
    ...container.hands,
    bring: async () => undefined,
    give: async (files) => void given.push(files.list().map(({ path }) => path)),
  }
  const told: (readonly number[])[] = []
  const ports = openAllPorts({
    session: sessionId('ports'),
    hands: sandbox.hands,
    webcontainers,
    workspace,
    turns: shellTurns(() => '/workspace'),
    keep: () => Promise.reject(new Error('nothing of the container is taken')),
    told: (list) => void told.push(list),
    again: () => undefined,
    state: () => state,
  })
  const ask = async (port: number): Promise<string> => {
    const request: PortRequest = { port, method: 'GET', path: '/', headers: [] }
    return new TextDecoder().decode((await ports.request(request)).body)
  }
  const write = async (path: string): Promise<void> => {
    const draft = workspace.draft()
    draft.write(path, new Uint8Array())
    await draft.settle()
    workspace.adopt(draft.delta())
  }
  return { ask, state, given, told, write, listen: container.listen }
}

it('programs of the sandbox and of WebContainers are one list; of two on a port that of the chosen place answers', async () => {
  const { ask, state, told, listen } = bench()
  await expect.poll(() => told.at(-1)).toEqual([3000])
  listen([3000, 5173])
  expect(told.at(-1)).toEqual([3000, 5173])
  expect([await ask(3000), await ask(5173)]).toEqual(['container', 'container'])
  state.hands = { type: 'embedded' }
  expect([await ask(3000), await ask(5173)]).toEqual(['sandbox', 'container'])
  listen([])
  expect(told.at(-1)).toEqual([3000])
})

it('a program there gets the files with a request, and none where the person closed the network', async () => {
  const { ask, state, given, write, listen } = bench()
  await write('a.js')
  listen([5173])
  await ask(5173)
  expect(given).toEqual([['a.js']])
  state.taint.isClosed = true
  await write('b.js')
  expect(await ask(5173)).toBe('container')
  expect(given).toHaveLength(1)
})
