import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Environment } from '../config'
import { openConfinement } from '../hands/confinement'
import { handsFunctions } from '../hands/hands-functions'
import { startForTest, startUpstream, type RelayUnderTest } from '../relay-under-test'
import { runCallCommand } from './call-command'
import type { CommandEnd } from './command-end'
import { runFunctionsCommand } from './functions-command'
import { runHandsCommand } from './hands-command'
import type { Screen } from './member'
import { runTokenCommand } from './token-command'
import { runWorkerCommand } from './worker-command'

const MODULE = `
export async function hello({ name }, { invoke }) {
  const all = await invoke('engine::functions::list', { prefix: 'shop::' })
  return { text: 'Hello ' + name, known: all.functions.length, at: new Date(0), left: undefined }
}
hello.description = 'Greets\\twhoever\\u001b[31m asks'
hello.request = { type: 'object', properties: { name: { type: 'string' } } }
hello.triggers = [{ type: 'http', config: { api_path: '/hello', http_method: 'POST' } }]
export const sendMail = () => { throw new Error('no\\u001b]52;c;eA\\u0007 stamps\\n\\u009b2J left') }
export const notAFunction = 1
`

let relay: RelayUnderTest
let folder: string
beforeAll(async () => {
  relay = await startForTest()
  folder = mkdtempSync(join(tmpdir(), 'tabwright-cli-'))
  writeFileSync(join(folder, 'shop.mjs'), MODULE)
  writeFileSync(join(folder, 'empty.mjs'), 'export const one = 1')
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await relay.stop()
})

const here = (): Environment => ({ TABWRIGHT_RELAY: relay.url })
const call = (...argv: readonly string[]): Promise<CommandEnd> => runCallCommand(argv, here(), () => Promise.resolve('{"name":"pipe"}'))

const NO_SCREEN = { out: () => undefined, err: () => undefined, stopped: Promise.resolve() }

interface Going {
  readonly lines: string[]
  readonly ended: Promise<CommandEnd>
  stop(): Promise<CommandEnd>
}

const worker = ([file = '', ...argv]: readonly string[], environment: Environment): Going =>
  begin((screen) => runWorkerCommand([join(folder, file), ...argv], environment, screen))

const hands = (...argv: readonly string[]): Going => begin((screen) => runHandsCommand(argv, here(), screen))

/** A command that goes on until it is stopped. */
function begin(run: (screen: Screen) => Promise<CommandEnd>): Going {
  const lines: string[] = []
  const stop = new AbortController()
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()))
  const screen = {
    out: (line: string) => void lines.push(line),
    err: (line: string) => void lines.push(`! ${line}`),
    stopped,
  }
  const ended = run(screen)
  return {
    lines,
    ended,
    stop: () => {
      stop.abort()
      return ended
    },
  }
}

it('functions of a module are offered, listed and called, and gone when the worker is stopped', async () => {
  const running = worker(['shop.mjs'], here())
  await vi.waitFor(() => expect(running.lines).toEqual(['offered shop::hello', 'offered shop::send-mail']), { timeout: 15_000 })
  expect(await runFunctionsCommand(['--prefix', 'shop::'], here())).toEqual({
    code: 0,
    out: 'shop::hello\tshop\tGreets whoever [31m asks\nshop::send-mail\tshop\t\n',
    err: '',
  })
  const listed = await runFunctionsCommand(['--prefix', 'shop::hello', '--json'], here())
  expect(JSON.parse(listed.out)).toMatchObject({ function_id: 'shop::hello', worker_name: 'shop' })
  const said = '{"text":"Hello you","known":2,"at":"1970-01-01T00:00:00.000Z"}\n'
  expect(await call('shop::hello', '{"name":"you"}', '--json')).toEqual({ code: 0, out: said, err: '' })
  expect((await call('shop::hello', '-')).out).toContain('{\n  "text": "Hello pipe"')
  expect(await call('shop::send-mail')).toEqual({
    code: 1,
    out: '',
    err: 'shop::send-mail failed: no ]52;c;eA stamps 2J left (invocation_failed)\n',
  })
  expect(JSON.parse((await call('shop::hello', '{}', '--enqueue', 'mail')).out)).toHaveProperty('messageReceiptId')
  expect(await running.stop()).toEqual({ code: 0, out: '', err: '' })
  await vi.waitFor(async () =>
    expect(await call('shop::hello')).toMatchObject({ code: 1, err: expect.stringContaining('function_not_found') }),
  )
})

it('a worker says as JSON lines what it offers, and what the relay did not take of it', async () => {
  const token = runTokenCommand(['add', 'mine', '--register', 'mine::hello', '--data', relay.data], {}).out.trim()
  const environment = { ...here(), TABWRIGHT_TOKEN: token }
  const part = worker(['shop.mjs', '--name', 'mine', '--json'], environment)
  await vi.waitFor(() => expect(part.lines).toContain('{"type":"offered","function":"mine::hello"}'), { timeout: 15_000 })
  expect(part.lines.filter((line) => line.startsWith('!'))).toEqual([
    expect.stringMatching(/^! The relay did not take mine::send-mail: /),
    expect.stringMatching(/^! The relay did not take the http trigger of mine::hello: /),
  ])
  await part.stop()
  expect(await worker(['shop.mjs'], environment).ended).toEqual({
    code: 1,
    out: '',
    err: 'Nothing is offered, so there is nothing to wait for.\n',
  })
})

it('the name of what the relay itself joins is none for a token, nor are names below it', () => {
  const add = (...argv: readonly string[]): CommandEnd => runTokenCommand(['add', ...argv, '--data', relay.data], {})
  expect(add('mcp')).toMatchObject({ code: 2, err: '"mcp" is a name of the relay itself.\n' })
  expect(add('docs', '--register', 'mcp::docs::*')).toMatchObject({ code: 2, err: expect.stringContaining('mcp.json') })
})

it('directories of one name on one machine are other functions, which they say', () => {
  const described = (root: string): readonly string[] =>
    handsFunctions({ name: 'app', root, confinement: openConfinement({}), over: AbortSignal.abort() }).map(({ description }) => description)
  const [here, there] = [described('/a/app'), described('/b/app')]
  expect(here).toEqual(described('/a/app'))
  expect(here.filter((one, i) => one === there[i])).toEqual([])
})

it('a directory is offered, says whether it is confined, and is gone with its process', async () => {
  const project = join(folder, 'My Project')
  mkdirSync(project)
  writeFileSync(join(project, 'a.txt'), 'one\n')
  const going = hands(project, '--unconfined')
  const offered = ['shell', 'list_files', 'read_file', 'write_file'].map((name) => `offered my-project::${name}`)
  await vi.waitFor(() => expect(going.lines).toEqual([...offered, expect.stringMatching(/^! Commands are (NOT )?confined/)]), {
    timeout: 15_000,
  })
  const ran = await call('my-project::shell', '{"command":"cat a.txt; exit 3"}', '--json')
  expect(JSON.parse(ran.out)).toEqual({ exit_code: 3, stdout: 'one\n', stderr: '' })
  expect((await call('my-project::write_file', '{"path":"b/c.txt","text":"two"}')).code).toBe(0)
  expect(JSON.parse((await call('my-project::read_file', '{"path":"/workspace/b/c.txt"}')).out)).toEqual({ text: 'two' })
  expect(JSON.parse((await call('my-project::list_files')).out).entries).toHaveLength(2)
  expect(going.lines).toContain('! called my-project::shell')
  for (const [data, said] of [
    ['{"command":""}', 'command line'],
    ['{"command":"ls","timeout_ms":600000}', 'timeout_ms'],
    ['{"command":"ls","cwd":"/etc"}', 'outside of /workspace'],
    ['{"command":"ls","cwd":"../.."}', '..'],
  ])
    expect(await call('my-project::shell', data ?? '')).toMatchObject({ code: 1, err: expect.stringContaining(said ?? '') })
  const slow = call('my-project::shell', '{"command":"touch begun; sleep 60"}')
  await vi.waitFor(() => expect(existsSync(join(project, 'begun'))).toBe(true), { timeout: 15_000 })
  expect((await going.stop()).code).toBe(0)
  expect(await slow).toMatchObject({ code: 1, err: expect.stringContaining('invocation_stopped') })
})

it.each([
  ['a folder that is not there', () => hands(join(folder, 'none')).ended, 'is no folder'],
  ['a file', () => hands(join(folder, 'shop.mjs')).ended, 'is no folder'],
  ['the whole machine', () => hands('/').ended, 'a folder below it'],
  ['a folder with the relay’s keys in it', () => runHandsCommand([dirname(relay.data)], { TABWRIGHT_DATA: relay.data }, NO_SCREEN), 'keys'],
  ['a name for functions that is none', () => hands(folder, '--name', 'A b').ended, '--name'],
  ['a name that is none', () => call('Shop hello'), 'is no name of a function'],
  ['words that are no JSON', () => call('shop::hello', 'name=you'), 'That is no JSON'],
  ['JSON that the shell took apart', () => call('shop::hello', '{name:', 'you}'), 'single quotes'],
  ['an unknown flag', () => call('shop::hello', '--frob'), '--frob'],
  ['an address that is none', () => call('shop::hello', '--relay', 'localhost:7878'), 'no address of a relay'],
  ['a module without functions', () => worker(['empty.mjs'], here()).ended, 'exports no function'],
  ['a module that is not there', () => worker(['none.mjs'], here()).ended, 'could not be loaded'],
])('%s is wrong use: one sentence, exit code 2', async (_what, run, said) => {
  const ended = await run()
  expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringContaining(said) })
  expect(ended.err.trimEnd().split('\n')).toHaveLength(1)
})

it('a relay that is not there, or that does not let us in, is exit code 3 with what to do', async () => {
  const nobody = await runFunctionsCommand(['--relay', 'http://127.0.0.1:9'], {})
  expect(nobody).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringMatching(/^No relay answers at http:\/\/127\.0\.0\.1:9 \(.*--relay\.\n$/),
  })
  const wrong = await runFunctionsCommand([], { ...here(), TABWRIGHT_TOKEN: 'made-up-token-0123456789' })
  expect(wrong).toEqual({ code: 3, out: '', err: `The relay at ${relay.url} does not let you in: The bearer is wrong.\n` })
  const other = await startUpstream((_request, response) => response.writeHead(404).end('Not here'))
  expect((await runFunctionsCommand(['--relay', other.url], {})).err).toBe(
    `What answers at ${other.url} is no Tabwright; name the relay with --relay.\n`,
  )
  await other.close()
  const strict = await startForTest({ isOwnUser: () => Promise.resolve(false) })
  const stranger = await runFunctionsCommand([], { TABWRIGHT_RELAY: strict.url })
  await strict.stop()
  expect(stranger).toMatchObject({ code: 3, err: expect.stringContaining('Set TABWRIGHT_TOKEN') })
})

it.each([
  ['call', () => call('--help')],
  ['functions', () => runFunctionsCommand(['--help'], {})],
  ['worker', () => runWorkerCommand(['--help'], {}, NO_SCREEN)],
  ['hands', () => runHandsCommand(['--help'], {}, NO_SCREEN)],
])('"%s --help" is printed and needs no relay', async (command, run) => {
  expect(await run()).toMatchObject({ code: 0, out: expect.stringMatching(`^tabwright ${command}: `), err: '' })
})
