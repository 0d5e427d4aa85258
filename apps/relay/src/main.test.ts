import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFiles } from './relay-under-test'

// Below node_modules, so that the one package that is not bundled is found.
const out = fileURLToPath(new URL(`../../../node_modules/.vite/relay-under-test-${process.pid}`, import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'tabwright-main-'))
const running: ChildProcess[] = []

beforeAll(async () => {
  writeFiles(join(root, 'dist'), { 'index.html': '<!doctype html>app' })
  await build({ configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)), logLevel: 'error', build: { outDir: out } })
}, 30_000)

afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(out, { recursive: true, force: true })
  rmSync(root, { recursive: true, force: true })
})

interface Started {
  readonly child: ChildProcess
  /** Resolves with everything printed once the line is there. */
  readonly line: (wanted: RegExp) => Promise<string>
  readonly ended: Promise<{ code: number | null; printed: string }>
}

const run = (...command: readonly string[]): Started['ended'] => spawnMain(command).ended

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  return spawnMain(['--dist', join(root, 'dist'), '--data', join(root, 'data'), ...args], env)
}

function spawnMain(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const { ANTHROPIC_API_KEY: _key, ANTHROPIC_BASE_URL: _url, PORT: _port, ...rest } = process.env
  const child = spawn(process.execPath, [join(out, 'main.mjs'), ...args], {
    env: { ...rest, TABWRIGHT_OPEN: '0', ...env },
  })
  running.push(child)
  let printed = ''
  const waiting: (() => void)[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      printed += String(part)
      for (const look of waiting) look()
    })
  }
  const line = (wanted: RegExp) =>
    new Promise<string>((resolve) => {
      const look = () => wanted.test(printed) && resolve(printed)
      waiting.push(look)
      look()
    })
  const ended = new Promise<{ code: number | null; printed: string }>((resolve) => child.on('close', (code) => resolve({ code, printed })))
  return { child, line, ended }
}

it('the built relay prints its address, serves the app and stops when asked', async () => {
  const relay = start(['--port', '0'])
  const printed = await relay.line(/Fingerprint.*\n/)
  expect(printed).toMatch(/^Tabwright is at http:\/\/localhost:\d+\nFingerprint: [0-9a-f]{4}(?:-[0-9a-f]{4}){3}\n$/)
  const url = /http\S+/.exec(printed)?.[0] ?? ''
  const answer = await fetch(url)
  expect([answer.status, await answer.text(), answer.headers.get('cross-origin-opener-policy')]).toEqual([
    200,
    '<!doctype html>app',
    'same-origin',
  ])
  relay.child.kill('SIGTERM')
  expect(await relay.ended).toEqual({ code: 0, printed })
})

it('a second one on the same port or the same data says who has it, offers another and ends with 1', async () => {
  const first = start(['--port', '0'])
  const port = /:(\d+)\n/.exec(await first.line(/\n/))?.[1] ?? ''
  const second = await start(['--port', port]).ended
  expect(second.code).toBe(1)
  expect(second.printed).toContain(`Port ${port} is taken by another Tabwright`)
  expect(second.printed).toContain(`--port ${Number(port) + 1}`)
  const third = await start(['--port', '0']).ended
  expect(third).toMatchObject({ code: 1, printed: expect.stringMatching(/^Another Tabwright works with the data in .*--data\.\n$/) })
  first.child.kill('SIGINT')
  expect((await first.ended).code).toBe(0)
})

it('help is printed without starting anything, and a mistake is one line', async () => {
  const help = await start(['--help']).ended
  expect(await run('--version')).toEqual({ code: 0, printed: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  expect(await run('frobnicate')).toEqual({ code: 2, printed: 'There is no command "frobnicate". Run "tabwright --help".\n' })
  expect([help.code, help.printed.startsWith('tabwright: ')]).toEqual([0, true])
  for (const [args, env, said] of [
    [['--port', 'x'], {}, 'The port must be a number'],
    [['--host', '0.0.0.0'], {}, '--dangerously-bind-all'],
    [[], { TABWRIGHT_VAULT_KEY: 'short' }, 'The relay could not start. TABWRIGHT_VAULT_KEY must hold 32 bytes'],
  ] as const) {
    const ended = await start(['--port', '0', ...args], env).ended
    expect(ended.code).toBe(1)
    expect(ended.printed).toContain(said)
    expect(ended.printed.trim().split('\n')).toHaveLength(1)
  }
})

it('a browser that cannot be opened is only a printed line', async () => {
  const relay = start(['--port', '0'], { TABWRIGHT_OPEN: '1', PATH: '/nonexistent' })
  if (process.platform === 'linux') await relay.line(/No browser was opened \(xdg-open is not installed\)/)
  else await relay.line(/Tabwright is at/)
  relay.child.kill('SIGTERM')
  expect((await relay.ended).code).toBe(0)
})
