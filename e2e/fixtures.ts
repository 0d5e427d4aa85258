import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test'
import { startModelServer, type ModelServer } from '@tabwright/testkit'

const RELAY = join(import.meta.dirname, '..', 'dist-relay', 'main.mjs')
/** Looks like a key and is none; looked for wherever a key must not be. */
export const TEST_KEY = 'sk-ant-test-0123456789abcdef-DO-NOT-LEAK'

export interface RunningRelay {
  readonly url: string
  readonly port: number
  readonly data: string
  output(): string
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** Starts the built relay on a port of its own with a folder of its own. */
export async function startRelay(
  env: Readonly<Record<string, string>> = {},
  port?: number,
  flags: readonly string[] = [],
): Promise<RunningRelay> {
  if (!existsSync(RELAY)) throw new Error('The relay is not built: run `npm run build` first.')
  const data = env['TABWRIGHT_DATA'] ?? (await mkdtemp(join(tmpdir(), 'tabwright-e2e-')))
  const taken = port ?? (await freePort())
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ANTHROPIC|TABWRIGHT)_/.test(name)))
  const child = spawn(process.execPath, [RELAY, ...flags], {
    env: { ...clean, PORT: String(taken), TABWRIGHT_DATA: data, TABWRIGHT_OPEN: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const url = `http://localhost:${taken}`
  await ready(url, child, () => output)
  return {
    url,
    port: taken,
    data,
    output: () => output,
    stop: async (signal = 'SIGTERM') => {
      await ended(child, signal)
      // A folder that the test named is the test's to remove.
      if (env['TABWRIGHT_DATA'] === undefined) await rm(data, { recursive: true, force: true })
    },
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

async function ready(url: string, child: ChildProcess, output: () => string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (child.exitCode !== null) throw new Error(`The relay ended with ${child.exitCode}: ${output()}`)
    const answered = await fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`The relay did not answer within 20 s: ${output()}`)
}

function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}

interface Fixtures {
  /** The model's side; a test sets its script. */
  readonly model: ModelServer
  /** A relay with a key for `model`. */
  readonly relay: RunningRelay
  /** A relay without any key: the demo model answers. */
  readonly bareRelay: RunningRelay
}

/** As if the person had chosen it before: sessions begin in the mode in which edits are made unasked. What asks is `mode.spec.ts`’s. */
export async function editsPass(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    // A frame of another origin may have no storage, and the empty page of a new tab has none in Firefox; they start no session either.
    if (self !== top || !location.protocol.startsWith('http')) return
    if (localStorage.getItem('tabwright.mode') === null) localStorage.setItem('tabwright.mode', 'accept-edits')
  })
}

/** Playwright's own way to fill a box by WebDriver BiDi sets its value behind React's back, which then knows of no change. */
async function fillAsPeopleType(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const insert = (text: string): boolean => document.execCommand('insertText', false, text)
    Object.defineProperty(window, '__pw_bidiInsertText', { get: () => insert, set: () => {} })
  })
}

export const test = base.extend<Fixtures>({
  context: async ({ context, browserName }, use) => {
    if (browserName === 'firefox') await fillAsPeopleType(context)
    await editsPass(context)
    await use(context)
  },
  model: async ({}, use) => {
    const model = await startModelServer({ token: TEST_KEY })
    await use(model)
    await model.close()
    expect(model.problems, 'what the wire linter found').toEqual([])
  },
  relay: async ({ model, context }, use) => {
    const relay = await startRelay({ ANTHROPIC_API_KEY: TEST_KEY, ANTHROPIC_BASE_URL: model.url })
    await use(relay)
    await closePages(context)
    await relay.stop()
  },
  bareRelay: async ({ context }, use) => {
    const relay = await startRelay()
    await use(relay)
    await closePages(context)
    await relay.stop()
  },
  page: async ({ page }, use) => {
    const problems: string[] = []
    const note = (text: string): void => void (EXPECTED.test(text) || problems.push(text))
    page.on('pageerror', (error) => note(String(error)))
    page.on('console', (message) => message.type() === 'error' && note(message.text()))
    await use(page)
    expect(problems, 'errors in the page’s console').toEqual([])
  },
})

/** A page that is still fetching its parts would say that they cannot be had when its relay goes. */
async function closePages(context: BrowserContext): Promise<void> {
  await Promise.all(context.pages().map((page) => page.close()))
}

/** Failed requests are printed by the browser itself; tests provoke them on purpose. Firefox also prints what the sandbox's own policy stops. */
const EXPECTED =
  /Failed to load resource|WebSocket connection to|https:\/\/api\.anthropic\.com|Content-Security-Policy: .*(connect-src 'none'|'unsafe-eval')/s

export { expect }

/** Starts a session from the home page with its first message. */
export async function startSession(page: Page, url: string, message: string): Promise<void> {
  await page.goto(url)
  await send(page, message)
  // What is pressed from here on is the session's, not the start page's that goes away.
  await expect(page).toHaveURL(/\/s\//)
}

export async function send(page: Page, message: string): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await box.fill(message)
  await box.press('Enter')
}

/** Waits until the agent rests. */
export async function idle(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeHidden({ timeout: 45_000 })
}

export const card = (page: Page): ReturnType<Page['getByRole']> => page.getByRole('alertdialog', { name: 'Permission required' })
