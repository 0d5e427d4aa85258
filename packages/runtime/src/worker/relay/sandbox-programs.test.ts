import { callId, FailureError, leaseId, type Hands, type Json, type SessionId } from '@tabwright/protocol'
import type { Worker } from '@tabwright/relay-client/worker'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { carryFailures } from '../../client/remote'
import type { FunctionCall } from '../../core/functions/functions'
import { embeddedHands } from '../../hands/embedded/embedded-hands'
import { openWorkspace } from '../../workspace/workspace'
import { relayStage, soon } from './joined-tab-under-test'
import type { RelayMember } from './member'
import { SandboxPrograms } from './sandbox-programs'

carryFailures()
const stage = relayStage()
beforeEach(() => stage.begin())
afterEach(() => stage.end())

interface Tab {
  readonly member: RelayMember
  readonly session: SessionId
  readonly programs: SandboxPrograms
  readonly network: { isClosed: boolean }
  shell(command: string): Promise<string>
  call(id: string, input: Json): Promise<Json>
}

/** A tab that is joined, with a session. @param fake in place of a sandbox that is the real one but for its frame */
async function tab(fake?: Pick<Hands, 'provision' | 'ports'>): Promise<Tab> {
  const { member, catalogue, functions: open } = await stage.tab()
  const files = [{ path: '.env', text: 'API_KEY=kept-in-a-file-0123456789\n' }]
  const session = await catalogue.create({ title: 'Mine', project: 'blank', files })
  const functions = open()
  const real = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
  const { signal } = new AbortController()
  const lease = await real.provision(session, signal)
  stage.after(() => real.release(lease))
  const network = { isClosed: false }
  const programs = new SandboxPrograms({ session, hands: fake ?? real, functions, offering: functions, isClosed: () => network.isClosed })
  await soon(() => expect(programs.list().map(({ id }) => id)).toContain('here::offer_functions'))
  const draft = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) }).draft()
  let n = 0
  return {
    member,
    session,
    programs,
    network,
    shell: async (command) => {
      const run = { signal, files: draft, output: () => undefined }
      const { text, exitCode } = await real.execute(lease, 'shell', { command, timeoutMs: 30_000 }, run)
      return `${text}[${exitCode}]`
    },
    call: (id, input) => {
      const call: FunctionCall = {
        session,
        call: callId(`t${++n}`),
        key: `k${n}`,
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
        signal,
      }
      return programs.call(id, input, call)
    },
  }
}

const PROGRAM = `let calls = 0
require("http").createServer((req, res) => {
  let body = ""
  req.on("data", (d) => body += d).on("end", () => {
    const request = { type: "object", properties: { thing: { type: "string" } }, required: ["thing"] }
    if (req.url === "/") return res.end(JSON.stringify({ functions: [{ name: "quote", description: "What a thing costs", request }, { name: "leak" }] }))
    if (req.url === "/leak") return res.end(JSON.stringify({ ["kept-in-a-file-0123456789"]: "API_KEY=kept-in-a-file-0123456789" }))
    const { thing } = JSON.parse(body)
    if (thing === "gold") { res.statusCode = 422; return res.end("Gold is not sold.") }
    if (thing.startsWith("kept")) { res.statusCode = 500; return res.end("x".repeat(985) + " " + thing) }
    if (thing === "silence") return
    res.end(JSON.stringify({ thing, cents: 250, calls: ++calls }))
  })
}).listen(4000, () => console.log("listens"))`
const START = `node -e '${PROGRAM}' > log & while ! grep -q listens log; do sleep 0.02; done`

const backend = (): Promise<Worker> => stage.program('backend')
const there = async (worker: Worker): Promise<readonly unknown[]> =>
  (await worker.functions({ prefix: 'tab::shop' })).map((row) => row['function_id'])
const codeOf = (thrown: unknown): string => (thrown instanceof FailureError ? thrown.failure.code : String(thrown))

it('a program of the sandbox is found and called by others as long as it listens, and keeps what it knows between calls', async () => {
  const { shell, call, member } = await tab()
  const other = await backend()
  await expect(call('here::offer_functions', { name: 'shop', port: 4000 }).catch(codeOf), 'nothing runs yet').resolves.toBe('bad_input')
  await shell(START)
  expect(await call('here::offer_functions', { name: 'shop', port: 4000 })).toEqual({ functions: ['tab::shop::quote', 'tab::shop::leak'] })
  await soon(async () => expect(await there(other)).toEqual(['tab::shop::quote', 'tab::shop::leak']))
  expect(await other.invoke('tab::shop::quote', { thing: 'tea' })).toEqual({ thing: 'tea', cents: 250, calls: 1 })
  expect(await other.invoke('tab::shop::quote', { thing: 'tea' })).toMatchObject({ calls: 2 })
  await expect(other.invoke('tab::shop::quote', { thing: 'gold' })).rejects.toMatchObject({ message: 'Gold is not sold.' })
  expect(JSON.stringify(await other.invoke('tab::shop::leak')), 'what files keep secret stays').not.toContain('kept-in-a-file')
  const secret = 'kept-in-a-file-0123456789'
  await expect(other.invoke('tab::shop::quote', { thing: secret })).rejects.toMatchObject({ message: expect.not.stringContaining('kept') })
  // Agents of this tab find it as any other, with its schema.
  await soon(() => expect(member.functions.list.find(({ id }) => id === 'tab::shop::quote')?.input).toMatchObject({ required: ['thing'] }))
  expect((await member.api.relayState()).calls).toMatchObject([
    { function: 'shop::quote', outcome: 'failed', why: expect.not.stringContaining('kept') },
    { function: 'shop::leak' },
    { by: 'backend', function: 'shop::quote', outcome: 'failed', why: 'Gold is not sold.' },
    {},
    { by: 'backend', function: 'shop::quote', outcome: 'done' },
  ])
  const silent = other.invoke('tab::shop::quote', { thing: 'silence' }).catch((error: unknown) => error)
  await shell('kill %1; wait')
  await soon(async () => expect(await there(other)).toEqual([]))
  expect(await silent).toBeInstanceOf(Error)
  await expect(other.invoke('tab::shop::quote', { thing: 'tea' })).rejects.toMatchObject({ code: 'function_not_found' })
})

/** A program on port 4000 that says this of itself, without a sandbox. */
function saying(said: string): Pick<Hands, 'provision' | 'ports'> {
  const body = async function* (text: string): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(text)
  }
  return {
    provision: async () => leaseId('l1'),
    ports: {
      list: () => [4000],
      watch: () => () => undefined,
      request: async (_lease, { method }) => ({
        status: 200,
        statusText: 'OK',
        headers: [],
        body: body(method === 'GET' ? said : '"sold"'),
      }),
    },
  }
}

it('its functions go with a word, with its session, and with its tab; a closed network lets nothing out', async () => {
  const { call, programs, network, member } = await tab(saying('{"functions":[{"name":"quote"},{"name":"other"}]}'))
  const other = await backend()
  const offer = (): Promise<Json> => call('here::offer_functions', { name: 'shop', port: 4000 })
  await offer()
  await offer()
  await soon(async () => expect(await there(other)).toHaveLength(2))
  network.isClosed = true
  await expect(other.invoke('tab::shop::quote', { thing: 'tea' })).rejects.toMatchObject({
    message: 'The network of this session is closed.',
  })
  network.isClosed = false
  await call('here::withdraw_functions', { name: 'shop' })
  await soon(async () => expect(await there(other)).toEqual([]))
  await expect(call('here::withdraw_functions', { name: 'shop' }).catch(codeOf)).resolves.toBe('not_found')
  await offer()
  await soon(async () => expect(await there(other)).toHaveLength(2))
  programs.close()
  await soon(async () => expect(await there(other)).toEqual([]))
  await offer()
  await soon(async () => expect(await there(other)).toHaveLength(2))
  // Left and joined anew under another name: they come along.
  await member.api.setRelayName('mine')
  await soon(async () => expect(await other.functions({ prefix: 'mine::shop' })).toHaveLength(2))
  expect(await there(other)).toEqual([])
  member.close()
  await soon(async () => expect(await other.functions({ prefix: 'mine::' })).toEqual([]))
})

it.each(['no JSON', '{"functions":[]}', '{"functions":[{"name":"Not A Name"}]}', '{"functions":[{"name":"a"},{"name":"a"}]}'])(
  'a program that says %s of itself is not offered',
  async (said) => {
    const { call } = await tab(saying(said))
    const refused = { failure: { code: 'bad_input', message: expect.stringContaining('Nothing is offered.') } }
    await expect(call('here::offer_functions', { name: 'shop', port: 4000 })).rejects.toMatchObject(refused)
    for (const wish of [{ name: 'a::b', port: 4000 }, { name: 'shop', port: '4000' }, { name: 'shop', port: 4001 }, {}])
      await expect(call('here::offer_functions', wish)).rejects.toMatchObject({ failure: { code: 'bad_input' } })
  },
)
