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
  readonly port: () => number
  /** Resolves when it listens. */
  start(): Promise<void>
  /** SIGKILL, and the end of the process. */
  kill(): Promise<void>
  /** `POST /invoke`. @throws when it is not answered, or with another status than 2xx */
  invoke(functionId: string, data: Json, query?: string): Promise<Json>
  remove(): Promise<void>
}

/** @param main the built relay, in a place from which `libsql` is found */
export function builtRelay(main: string): BuiltRelay {
  const root = mkdtempSync(join(tmpdir(), 'tabwright-killed-'))
  mkdirSync(join(root, 'dist'))
  writeFileSync(join(root, 'dist/index.html'), '<!doctype html>app')
  let child: ChildProcess | undefined
  let port = 0

  async function start(): Promise<void> {
    const { ANTHROPIC_API_KEY: _key, ANTHROPIC_BASE_URL: _url, PORT: _port, ...rest } = process.env
    const args = [main, '--dist', join(root, 'dist'), '--data', join(root, 'data'), '--port', String(port)]
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
    port: () => port,
    start,
    kill,
    invoke: async (functionId, data, query = '') => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
      const answer = await fetch(`http://localhost:${port}/invoke/${functionId}${query}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(data),
      })
      const value: Json = JSON.parse(await answer.text())
      if (!answer.ok) throw new Error(`${answer.status}: ${JSON.stringify(value)}`)
      return value
    },
    remove: async () => {
      await kill()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Where a build of a test lies: below `node_modules`, so that the one package that is not bundled is found. */
export function buildFolder(name: string): string {
  return fileURLToPath(new URL(`../../../../node_modules/.vite/${name}-${process.pid}`, import.meta.url))
}
