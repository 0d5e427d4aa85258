import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../scripts/steps.mjs'
import { median } from './in-chromium.mjs'

// What the relay adds to the time in which a model's first byte is there: the same request to the same server, by turns through the built
// relay and straight. `npm run build`, then `node bench/run.mjs proxy`
const TOKEN = 'bench-token-0123456789'
const REQUESTS = 200
const BODY = JSON.stringify({ model: 'bench', stream: true, messages: [{ role: 'user', content: 'x'.repeat(40_000) }] })
const EVENT = 'data: {"type":"message_start","message":{"model":"bench","usage":{"input_tokens":10000,"output_tokens":1}}}\n\n'

/**
 * Milliseconds from the request to the first byte of the answer's body.
 * @param {{ port: number, host: string }} to
 * @returns {Promise<number>}
 */
function firstByte({ port, host }) {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'content-length': String(BODY.length) }
    const outgoing = request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/messages', headers, agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`))
      /** @type {number | undefined} */
      let ms
      response.on('data', () => (ms ??= performance.now() - started))
      response.on('end', () => (ms === undefined ? reject(new Error('no byte')) : resolve(ms)))
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(BODY)
  })
}

/** @returns {Promise<{ port: number, close: () => void }>} */
async function model() {
  const server = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).end(EVENT))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, close: () => server.close() }
}

/**
 * @param {number} upstream
 * @param {string} data
 * @returns {Promise<{ port: number, stop: () => void }>}
 */
async function relay(upstream, data) {
  const env = {
    ...process.env,
    TABWRIGHT_DATA: data,
    TABWRIGHT_TOKEN: TOKEN,
    ANTHROPIC_API_KEY: 'sk-bench-0123456789abcdef',
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${upstream}`,
  }
  const child = spawn(process.execPath, [join(ROOT, 'dist-relay/main.mjs'), '--port', '0', '--no-open'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  for await (const part of child.stdout) {
    said += part
    const port = /localhost:(\d+)/.exec(said)?.[1]
    if (port !== undefined) return { port: Number(port), stop: () => child.kill() }
  }
  throw new Error(`the relay did not start: ${said}`)
}

/**
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export async function modelProxy(rounds) {
  const data = mkdtempSync(join(tmpdir(), 'tabwright-bench-proxy-'))
  const upstream = await model()
  const through = await relay(upstream.port, data)
  /** @type {{ ours: number[], straight: number[] }} */
  const times = { ours: [], straight: [] }
  try {
    for (let n = 0; n < rounds * REQUESTS; n++) {
      const [ours, straight] = [
        await firstByte({ port: through.port, host: `localhost:${through.port}` }),
        await firstByte({ port: upstream.port, host: `127.0.0.1:${upstream.port}` }),
      ]
      // The first ones are what both load and compile.
      if (n >= 20) times.ours.push(ours)
      if (n >= 20) times.straight.push(straight)
    }
  } finally {
    through.stop()
    upstream.close()
    rmSync(data, { recursive: true, force: true })
  }
  const added = times.ours.map((ms, n) => ms - (times.straight[n] ?? 0)).toSorted((a, b) => a - b)
  const [ours, limit] = [median(times.ours), median(times.straight)]
  return [
    { what: 'first byte of a model through the relay, beside straight', unit: 'ms', ours, limit, ratio: ours / limit, aim: '–' },
    { what: 'what the relay adds to it, median', unit: 'ms', ours: median(added), aim: '≤ 2 ms' },
    { what: 'what the relay adds to it, 95 of 100', unit: 'ms', ours: added[Math.floor(added.length * 0.95)] ?? 0, aim: '≤ 5 ms' },
  ]
}
