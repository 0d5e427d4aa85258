import {
  FailureError,
  sessionId,
  type Hands,
  type HandsPorts,
  type HandsTerminals,
  type LeaseId,
  type PortRequest,
} from '@tabwright/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { frameTexts } from '../../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../../workspace/workspace'
import { embeddedHands } from '../embedded-hands'
import type { PortAnswering, PortAsk } from './port-messages'
import { PortTable, type PortProgram } from './port-table'

const { signal } = new AbortController()
const files = () => openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) }).draft()

interface Place {
  readonly hands: Hands & { readonly terminals: HandsTerminals; readonly ports: HandsPorts }
  readonly lease: LeaseId
  readonly draft: ReturnType<typeof files>
}
const held: Place[] = []
afterEach(async () => {
  for (const { hands, lease } of held.splice(0)) await hands.release(lease)
})

async function place(): Promise<Place> {
  const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
  const one = { hands, lease: await hands.provision(sessionId('ports'), signal), draft: files() }
  held.push(one)
  return one
}

async function shell({ hands, lease, draft }: Place, command: string): Promise<string> {
  const run = { signal, files: draft, output: () => undefined }
  const { text, exitCode } = await hands.execute(lease, 'shell', { command, timeoutMs: 30_000 }, run)
  return `${text}[${exitCode}]`
}

const get = (path: string): PortRequest => ({ port: 3000, method: 'GET', path, headers: [['Host', 'localhost:3000']] })

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of body) text += decoder.decode(part, { stream: true })
  return text
}

const codeOf = (thrown: unknown): string => (thrown instanceof FailureError ? thrown.failure.code : String(thrown))

const SERVER = `require("http").createServer((req, res) => {
  let body = ""
  req.on("data", (d) => body += d).on("end", () => {
    if (req.url === "/end") process.exit(0)
    if (req.url === "/big") return res.end(Buffer.alloc(9_000_000, "x"))
    if (req.url === "/slow") { res.write("first"); return }
    res.setHeader("X-Kind", "test"); res.statusCode = 201
    res.end(req.method + " " + req.url + " " + body)
  })
}).listen(3000, () => console.log("listens"))`
const START = `node -e '${SERVER}' > log & while ! grep -q listens log; do sleep 0.02; done`

describe('a program that listens', { timeout: 60_000 }, () => {
  it('is asked by the host while it runs behind commands', async () => {
    const one = await place()
    const { ports } = one.hands
    const seen: (readonly number[])[] = []
    const stop = ports.watch(one.lease, (now) => seen.push(now))
    await shell(one, START)
    expect(ports.list(one.lease)).toEqual([3000])
    const answer = await ports.request(one.lease, { ...get('/a?b=1'), method: 'POST', body: new TextEncoder().encode('hello') }, signal)
    expect([answer.status, answer.statusText]).toEqual([201, 'Created'])
    expect(answer.headers).toContainEqual(['X-Kind', 'test'])
    expect(await textOf(answer.body)).toBe('POST /a?b=1 hello')
    // More than what may be ahead: the rest comes as it is taken.
    const big = await ports.request(one.lease, get('/big'), signal)
    expect((await textOf(big.body)).length).toBe(9_000_000)
    await expect(ports.request(one.lease, { ...get('/'), port: 4 }, signal).catch(codeOf)).resolves.toBe('offline')
    const slow = await ports.request(one.lease, get('/slow'), signal)
    const rest = textOf(slow.body).catch(codeOf)
    await expect(ports.request(one.lease, get('/end'), signal).catch(codeOf)).resolves.toBe('cut')
    expect(await rest).toBe('cut')
    expect(seen).toEqual([[3000], []])
    stop()
  })

  it('is asked by curl and by other programs, who ask nobody for it', async () => {
    const one = await place()
    await shell(one, START)
    expect(await shell(one, 'curl -s -d x=1 http://localhost:3000/c')).toBe('POST /c x=1[0]')
    expect(await shell(one, `node -e 'fetch("http://127.0.0.1:3000/f").then((r) => r.text()).then(console.log)'`)).toBe('GET /f \n[0]')
    const client = `require("http").get("http://localhost:3000/g", (r) => r.setEncoding("utf8").on("data", (d) => console.log(r.statusCode, d)))`
    expect(await shell(one, `node -e '${client}'`)).toBe('201 GET /g \n[0]')
    const second = `require("http").createServer().on("error", (e) => console.log(e.message)).listen(3000)`
    expect(await shell(one, `node -e '${second}'`)).toBe('listen EADDRINUSE: address already in use :::3000\n[0]')
    expect(await shell(one, 'kill %1; wait; curl -s http://localhost:3000/; echo $?')).not.toContain('POST')
    expect(one.hands.ports.list(one.lease)).toEqual([])
  })

  it('is closed by the last hook of a test file, as in Node when the last test ended, and the run ends', async () => {
    const here = await place()
    here.draft.write(
      'server.test.mjs',
      new TextEncoder().encode(`import { after, test } from 'node:test'
import http from 'node:http'
const server = http.createServer().listen(0)
after(() => { console.log('closing'); server.close() })
test('listens', () => { if (!server.listening) throw new Error('it is closed') })
`),
    )
    expect(await shell(here, 'node server.test.mjs | grep -c -e closing -e "^ok"')).toBe('2\n[0]')
  })

  it('sees files that were written after it started', async () => {
    const one = await place()
    const reader = `require("http").createServer((q, r) => r.end(require("fs").readFileSync("page"))).listen(3000, () => console.log("listens"))`
    await shell(one, `echo old > page; node -e '${reader}' > log & while ! grep -q listens log; do sleep 0.02; done`)
    expect(await shell(one, 'curl -s localhost:3000; echo new > page; curl -s localhost:3000')).toBe('old\nnew\n[0]')
  })

  it('of no sandbox is nowhere', async () => {
    const { hands, lease } = await place()
    expect(hands.ports.list(lease)).toEqual([])
    await expect(hands.ports.request(lease, get('/'), signal).catch(codeOf)).resolves.toBe('offline')
  })
})

const ASK: PortAsk = { port: 5, method: 'GET', path: '/', headers: [] }

function program(): PortProgram & { readonly asked: number[]; readonly dropped: number[] } {
  const asked: number[] = []
  const dropped: number[] = []
  return { asked, dropped, ask: (id) => asked.push(id), took: () => undefined, drop: (id) => dropped.push(id) }
}

describe('the table of ports', () => {
  it('gives free ports, refuses taken ones and frees those of a program that ended', () => {
    const table = new PortTable()
    const [one, two] = [program(), program()]
    expect(table.listen(5, one)).toBe(5)
    expect(table.listen(5, two)).toBe('EADDRINUSE')
    const free = table.listen(0, two)
    expect(free).not.toBe(5)
    // Not its own.
    table.close(5, two)
    expect(table.ports).toEqual([5, free])
    table.leave(one)
    expect(table.listen(5, two)).toBe(5)
  })

  it('hears nobody but the program that was asked, and ends one that sends more than is taken', () => {
    const table = new PortTable()
    const [one, two] = [program(), program()]
    table.listen(5, one)
    const heard: PortAnswering[] = []
    table.request(ASK, (said) => heard.push(said))
    const [id = 0] = one.asked
    table.answer(two, { type: 'port.head', id, status: 200, statusText: 'OK', headers: [] })
    expect(heard).toEqual([])
    for (let n = 0; n < 100; n++) table.answer(one, { type: 'port.bytes', id, bytes: new Uint8Array(1) })
    expect(heard.filter(({ type }) => type === 'port.bytes')).toHaveLength(16)
    expect(heard.at(-1)).toMatchObject({ type: 'port.end', refusal: { type: 'cut' } })
    expect(one.dropped).toEqual([id])
  })
})
