import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from '@tabwright/relay-client/worker'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { runCommand } from './cli/run-command'
import { runWorkerCommand } from './cli/worker-command'
import { startForTest, type RelayUnderTest } from './relay-under-test'

const GUIDE = readFileSync(new URL('../../../docs/guide.md', import.meta.url), 'utf8')
const LONG = { timeout: 30_000, interval: 100 }

/** Of the machine or of the person: one of them has the library, or the part in Python is not run. */
const PYTHON = ['python3', '/usr/bin/python3'].find((one) => spawnSync(one, ['-c', 'import websocket']).status === 0)

interface Block {
  readonly language: string
  readonly text: string
}

/** Of the sections with these numbers. */
function blocksOf(...numbers: readonly number[]): readonly Block[] {
  const sections = GUIDE.split(/^## (?=\d)/m).filter((section) => numbers.includes(Number.parseInt(section)))
  const fences = sections.flatMap((section) => [...section.matchAll(/^```(\w+)\n([\s\S]*?)\n```$/gm)])
  return fences.map(([, language = '', text = '']) => ({ language, text }))
}

let relay: RelayUnderTest
let folder: string
let token = ''
const running: ChildProcess[] = []
const stop = new AbortController()
const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()))
const workers: Promise<unknown>[] = []

const here = (text: string): string => text.replaceAll('localhost:7878', `localhost:${relay.port}`)
const environment = () => ({ ...process.env, TABWRIGHT_TOKEN: token, TABWRIGHT_RELAY: relay.url, TABWRIGHT_DATA: relay.data })

beforeAll(async () => {
  relay = await startForTest()
  // Below node_modules, so that the programs find the SDK.
  const below = fileURLToPath(new URL('../../../node_modules/.vite/', import.meta.url))
  mkdirSync(below, { recursive: true })
  folder = mkdtempSync(`${below}guide-`)
  for (const { text } of blocksOf(1, 2, 3, 4, 5, 6)) {
    const name = /^(?:\/\/|#) (\w+\.\w+)\n/.exec(text)?.[1]
    if (name !== undefined) writeFileSync(join(folder, name), here(text))
  }
})
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  stop.abort()
  await Promise.all(workers)
  await relay.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The words of a command of the page, which quotes with ' alone. */
const wordsOf = (line: string): string[] => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

/** A worker of the command line says when it is there; the others are asked until they answer. */
async function background(line: string): Promise<void> {
  const [command = '', ...args] = wordsOf(line)
  if (command === 'tabwright') {
    await new Promise<void>((resolve) => {
      const screen = { out: () => resolve(), err: () => undefined, stopped }
      workers.push(runWorkerCommand([join(folder, args[1] ?? ''), ...args.slice(2)], environment(), screen))
    })
    return
  }
  const program = command === 'python3' ? PYTHON : process.execPath
  if (program !== undefined) running.push(spawn(program, args, { cwd: folder, env: environment(), stdio: 'ignore' }))
}

async function tabwright(line: string): Promise<string> {
  const [, command = '', ...args] = wordsOf(line)
  const ended = await runCommand(command, args, environment())
  expect(ended).toMatchObject({ code: 0, err: '' })
  return ended?.out ?? ''
}

/** What a command prints, once the worker that answers it is there. */
async function prints(line: string, said: string): Promise<void> {
  const run = async (): Promise<string> => {
    if (line.startsWith('tabwright ')) return tabwright(line)
    return (await promisify(execFile)('bash', ['-c', here(line)], { env: environment() })).stdout
  }
  await vi.waitFor(async () => expect((await run()).trimEnd()).toBe(said), LONG)
}

/** Runs a part of the page in its order. */
async function follow(blocks: readonly Block[]): Promise<number> {
  let shown = 0
  for (const [at, { language, text }] of blocks.entries()) {
    if (language !== 'sh') continue
    const made = /^export TABWRIGHT_TOKEN=\$\((.*)\)$/.exec(text)?.[1]
    if (made !== undefined) token = (await tabwright(made)).trim()
    else if (text.endsWith(' &')) await background(text.slice(0, -2))
    else if (blocks[at + 1]?.language.match(/^(json|text)$/)) {
      await prints(text, blocks[at + 1]?.text.trimEnd() ?? '')
      shown += 1
    } else await tabwright(text)
  }
  return shown
}

it('the guide’s workers in Node answer the command line and curl as the page shows', async () => {
  expect(await follow(blocksOf(1, 2, 3))).toBe(2)
})

// On Debian its library is python3-websocket.
it.skipIf(PYTHON === undefined)('the guide’s worker in Python answers, and calls the one in Node', async () => {
  expect(await follow(blocksOf(4, 5))).toBe(2)
})

it('the guide’s watcher hands a task that became pending to the agent of a tab, once, also of one that comes later', async () => {
  expect(await follow(blocksOf(6))).toBe(1)
  await tabwright(
    `tabwright call state::set '{"scope":"research-tasks","key":"t1","value":{"topic":"tea","status":"pending","again":true}}'`,
  )
  // In place of the tab; what that makes of a message is proven where it is.
  const told: unknown[] = []
  const bearer = await relay.pair()
  const tab = new Worker({
    address: `ws://localhost:${relay.port}/worker`,
    name: 'tab',
    socket: (address) => new WebSocket(address, { headers: { authorization: `Bearer ${bearer}` } }),
  })
  tab.registerFunction('tab::send_message', (data, { traceparent }) => void told.push({ data, isTraced: traceparent !== undefined }))
  await vi.waitFor(() => expect(told).toEqual([{ data: { title: 'tea', text: 'Find out about tea.' }, isTraced: true }]), LONG)
  // As the person, who may look into every queue: nothing waits behind it.
  token = ''
  const stats = async (): Promise<unknown> =>
    JSON.parse(await tabwright('tabwright call engine::queue::topic_stats \'{"topic":"agents"}\''))
  await vi.waitFor(async () => expect(await stats()).toMatchObject({ depth: 0, delivered: 1 }), LONG)
  tab.close()
})
