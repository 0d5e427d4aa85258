import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { LIMITS, type Limits } from './limits'
import { readConfig, type Environment } from './config'
import { startRelay, type Surroundings } from './relay'

/** For tests: a relay on a free loopback port with a folder of its own, and a client that can send what no browser would. */
export interface RelayUnderTest {
  readonly port: number
  readonly url: string
  readonly data: string
  readonly dist: string
  readonly pairingCode: string | undefined
  readonly fingerprint: string
  readonly logged: () => string
  readonly said: () => readonly string[]
  readonly send: (options: Sent) => Promise<Received>
  /** A bearer as a page gets it. */
  readonly pair: () => Promise<string>
  readonly stop: () => Promise<void>
}

export interface Sent {
  readonly method?: string | undefined
  readonly path: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string | Uint8Array | undefined
  /** Address to connect to; default 127.0.0.1. */
  readonly to?: string
  readonly from?: string
}

export interface Received {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly bytes: Buffer
}

export interface TestOptions {
  readonly env?: Environment
  readonly argv?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  readonly limits?: Partial<Limits>
  readonly data?: string
  readonly isOwnUser?: Surroundings['isOwnUser']
  readonly stores?: Surroundings['stores']
}

export async function startForTest(options: TestOptions = {}): Promise<RelayUnderTest> {
  const root = mkdtempSync(join(tmpdir(), 'tabwright-relay-'))
  const data = options.data ?? join(root, 'data')
  const dist = join(root, 'dist')
  writeFiles(dist, options.files ?? { 'index.html': '<!doctype html><title>app</title>' })
  const parsed = readConfig(['--port', '0', ...(options.argv ?? [])], { TABWRIGHT_DATA: data, ...options.env }, dist)
  if (parsed.type !== 'config') throw new Error(`no configuration: ${JSON.stringify(parsed)}`)
  const lines: string[] = []
  const said: string[] = []
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => lines.push(line) })
  const relay = await startRelay(
    { ...parsed.config, limits: { ...LIMITS, drainMs: 200, ...options.limits } },
    {
      version: '9.9.9',
      log,
      say: (line) => said.push(line),
      stores: options.stores,
      ...(options.isOwnUser === undefined ? {} : { isOwnUser: options.isOwnUser }),
    },
  )
  const send = (sent: Sent) => sendRaw(relay.port, sent)
  return {
    port: relay.port,
    url: `http://localhost:${relay.port}`,
    data,
    dist,
    pairingCode: relay.pairingCode,
    fingerprint: relay.fingerprint,
    logged: () => lines.join(''),
    said: () => said,
    send,
    pair: async () => {
      const headers = { origin: `http://localhost:${relay.port}`, 'content-type': 'application/json' }
      const { text } = await send({ method: 'POST', path: '/session', headers, body: '{}' })
      return String(JSON.parse(text).token)
    },
    stop: async () => {
      await relay.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

export function writeFiles(dist: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dist, name)), { recursive: true })
    writeFileSync(join(dist, name), text)
  }
}

/** Sends exactly these headers and this path. */
export function sendRaw(port: number, sent: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: sent.to ?? '127.0.0.1',
        port,
        method: sent.method ?? 'GET',
        path: sent.path,
        headers: { host: `localhost:${port}`, ...lengthOf(sent), ...sent.headers },
        agent: false,
        ...(sent.from === undefined ? {} : { localAddress: sent.from }),
      },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(parts).toString(),
            bytes: Buffer.concat(parts),
          }),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(sent.body)
  })
}

/** Node would send the body of a GET or DELETE without saying how long it is. */
function lengthOf({ body, headers }: Sent): Record<string, string> {
  if (body === undefined || headers?.['transfer-encoding'] !== undefined) return {}
  return { 'content-length': String(Buffer.byteLength(body)) }
}

/** A server that stands for a model provider. */
export interface Upstream {
  readonly url: string
  readonly seen: IncomingMessage[]
  readonly close: () => Promise<void>
}

export async function startUpstream(listener: RequestListener): Promise<Upstream> {
  const seen: IncomingMessage[] = []
  const server = createServer((incoming, outgoing) => {
    seen.push(incoming)
    listener(incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
