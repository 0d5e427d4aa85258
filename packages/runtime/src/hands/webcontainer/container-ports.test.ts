import { sessionId, type LeaseId, type PortAnswer, type Workspace } from '@tabwright/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { put, shell } from '../../../../testkit/src/hands-bench'
import { machineContainer, type MachineContainer } from '../../../../testkit/src/machine-container'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { serveContainer } from '../../client/container/serve-container'
import { openWorkspace } from '../../workspace/workspace'
import { ContainerLink } from './container-link'
import { webcontainerHands, type WebcontainerHands } from './webcontainer-hands'

const SERVER = `const { createServer } = require('node:http')
const { readFileSync } = require('node:fs')
const server = createServer((request, response) => {
  if (request.url === '/end') return response.end('', () => process.exit(0))
  if (request.url === '/cut') return response.write('half', () => response.destroy())
  if (request.url === '/large') return response.end(Buffer.alloc(3_000_000, 'ü'))
  let body = ''
  request.on('data', (part) => (body += part))
  request.on('end', () => {
    response.writeHead(207, 'Several', [['set-cookie', 'a=1'], ['set-cookie', 'b=2']])
    response.end([request.method, request.url, body, readFileSync('page.txt', 'utf8')].join(' '))
  })
})
server.listen(0, '127.0.0.1', () => console.log('listens'))
`

const made: { container?: MachineContainer; hands?: WebcontainerHands; lease?: LeaseId; workspace?: Workspace } = {}
const signal = new AbortController().signal

beforeAll(async () => {
  made.workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  made.hands = webcontainerHands({
    openFrame: () => Promise.resolve(openThreadFrame()),
    bundles: frameTexts,
    kept: 1_000_000,
    openContainer: async () => {
      made.container = await machineContainer()
      return new ContainerLink(serveContainer(made.container).port, made.container.workdir)
    },
  })
  made.lease = await made.hands.provision(sessionId('ports'), signal)
}, 60_000)

afterAll(async () => {
  if (made.hands && made.lease) await made.hands.release(made.lease)
  made.container?.teardown()
  await made.container?.gone
})

function bench() {
  const { hands, lease, workspace } = made
  if (!hands || !lease || !workspace) throw new Error('the bench is used before it was made')
  return { hands, lease, workspace }
}

async function textOf({ body }: PortAnswer): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts).toString()
}

it('a program in the container is listed while it listens, and answers with its own words from the files that it was given', async () => {
  const { hands, lease, workspace } = bench()
  const lists: (readonly number[])[] = []
  hands.ports.watch(lease, (ports) => void lists.push(ports))
  put(bench(), { 'server.cjs': SERVER, 'page.txt': 'first' })
  const ran = await shell(bench(), 'node server.cjs > log & while ! grep -q listens log; do sleep 0.02; done')
  expect(ran.exitCode).toBe(0)
  await expect.poll(() => hands.ports.list(lease)).toHaveLength(1)
  const [port = 0] = hands.ports.list(lease)
  const ask = (path: string, rest: { method?: string; body?: Uint8Array } = {}): Promise<PortAnswer> =>
    hands.ports.request(lease, { port, method: 'GET', path, headers: [], ...rest }, signal)
  const answer = await ask('/a?b=c', { method: 'PUT', body: new TextEncoder().encode('sent ü') })
  expect(answer).toMatchObject({ status: 207, statusText: 'Several' })
  expect(answer.headers).toEqual(expect.arrayContaining([['set-cookie', 'a=1'], ['set-cookie', 'b=2']])) // prettier-ignore
  expect(await textOf(answer)).toBe('PUT /a?b=c sent ü first')

  put(bench(), { 'page.txt': 'second' })
  expect(await textOf(await ask('/'))).toBe('GET /  first')
  await hands.give(workspace.draft())
  expect(await textOf(await ask('/'))).toBe('GET /  second')

  // Several at once, one of which nobody takes, and one that breaks off.
  const [left, large] = await Promise.all([ask('/large'), ask('/large')])
  expect(await textOf(large)).toHaveLength(1_500_000)
  for await (const _piece of left.body) break
  await expect(ask('/cut').then(textOf)).rejects.toMatchObject({ failure: { code: 'cut' } })
  await expect(hands.ports.request(lease, { port: 1, method: 'GET', path: '/', headers: [] }, signal)).rejects.toMatchObject({
    failure: { code: 'offline', message: 'Nothing listens on port 1 in WebContainers.' },
  })

  await textOf(await ask('/end'))
  await expect.poll(() => lists).toEqual([[port], []])
})
