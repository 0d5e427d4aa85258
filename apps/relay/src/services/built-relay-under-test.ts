import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Json } from '@tabwright/protocol'

const TOKEN = 'automation-token-0123456789'

/** For tests that kill: the built relay as a process of its own, again and again over the same folder and port. */
export interface BuiltRelay {
  readonly token: string
  readonly data: string
  readonly port: () => number
  /** Resolves when it listens. */
  start(): Promise<void>
  /** SIGKILL, and the end of the process. */
  kill(): Promise<void>
  /** `POST /invoke`. @throws when it is not answered, or with another status than 2xx */
  invoke(functionId: string, data: Json, query?: string): Promise<Json>
  /** Its next transaction ends it, by SIGKILL of itself: before or after what it wrote is on the disk, and before anybody is told. */
  aim(at: 'before' | 'after'): void
  /** Resolves when it has ended; nothing is aimed at any more. */
  ended(): Promise<void>
  remove(): Promise<void>
}

/**
 * Loaded before the relay, which knows nothing of it: the point between a commit and its answer is a few microseconds wide, and nobody who
 * watches from outside would meet it twice.
 */
const aiming = (mark: string, pages: number | undefined): string => `
const { existsSync, readFileSync } = require('node:fs')
const Database = require(${JSON.stringify(fileURLToPath(import.meta.resolve('libsql')))})
const { exec, pragma } = Database.prototype
Database.prototype.exec = function (sql) {
  const aim = sql === 'COMMIT' && existsSync(${JSON.stringify(mark)}) ? readFileSync(${JSON.stringify(mark)}, 'utf8') : ''
  if (aim === 'before') process.kill(process.pid, 'SIGKILL')
  const done = exec.call(this, sql)
  if (aim === 'after') process.kill(process.pid, 'SIGKILL')
  return done
}
if (${pages !== undefined}) Database.prototype.pragma = function (sql, ...rest) {
  return pragma.call(this, sql.startsWith('max_page_count') ? 'max_page_count = ${pages}' : sql, ...rest)
}
`

/**
 * @param main the built relay, in a place from which `libsql` is found
 * @param pages of 4 KiB that a database may take: a small disk
 */
export function builtRelay(main: string, pages?: number): BuiltRelay {
  const root = mkdtempSync(join(tmpdir(), 'tabwright-killed-'))
  mkdirSync(join(root, 'dist'))
  writeFileSync(join(root, 'dist/index.html'), '<!doctype html>app')
  const [mark, preload] = [join(root, 'aim'), join(root, 'aim.cjs')]
  writeFileSync(preload, aiming(mark, pages))
  let child: ChildProcess | undefined
  let port = 0

  async function start(): Promise<void> {
    const { ANTHROPIC_API_KEY: _key, ANTHROPIC_BASE_URL: _url, PORT: _port, ...rest } = process.env
    const args = ['--require', preload, main, '--dist', join(root, 'dist'), '--data', join(root, 'data'), '--port', String(port)]
    const started = spawn(process.execPath, args, { env: { ...rest, TABWRIGHT_OPEN: '0', TABWRIGHT_TOKEN: TOKEN } })
    child = started
    let printed = ''
    port = await new Promise((resolve, reject) => {
      started.once('close', (code) => reject(new Error(`the relay ended with ${code}: ${printed}`)))
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (part) => {
          printed += String(part)
          const found = /localhost:(\d+)/.exec(printed)?.[1]
          if (found !== undefined) resolve(Number(found))
        })
    })
  }

  function kill(): Promise<void> {
    const running = child
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return Promise.resolve()
    return new Promise((resolve) => {
      running.once('close', () => resolve())
      running.kill('SIGKILL')
    })
  }

  return {
    token: TOKEN,
    data: join(root, 'data'),
    port: () => port,
    start,
    kill,
    aim: (at) => writeFileSync(mark, at),
    ended: async () => {
      const running = child
      if (running !== undefined && running.exitCode === null && running.signalCode === null)
        await new Promise<void>((resolve) => running.once('close', () => resolve()))
      rmSync(mark)
    },
    invoke: (functionId, data, query = '') => invokeAt(`http://localhost:${port}/invoke/${functionId}${query}`, data),
    remove: async () => {
      await kill()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

async function invokeAt(address: string, data: Json): Promise<Json> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(data) })
  const value: Json = JSON.parse(await answer.text())
  if (!answer.ok) throw new Error(`${answer.status}: ${JSON.stringify(value)}`)
  return value
}

/** Where a build of a test lies: below `node_modules`, so that the one package that is not bundled is found. */
export function buildFolder(name: string): string {
  return fileURLToPath(new URL(`../../../../node_modules/.vite/${name}-${process.pid}`, import.meta.url))
}
