import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createSocket } from 'node:dgram'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { headersFor } from '@tabwright/protocol/headers'
import { expect, test as base } from '@playwright/test'
import { rolldown } from 'rolldown'
import { buildFrameBundle } from '../../vite.frame'

const ROOT = join(import.meta.dirname, '..', '..')

/** A page with nothing in it but the locked frames, from sources: no build of the app is needed. */
export interface Lab {
  readonly url: string
  /** What pages sent to `/report`, in order: a page that the driver has given up may still speak. */
  readonly reports: readonly string[]
}

/** Somebody else's server, which must never hear of us. */
export interface Canary {
  readonly url: string
  /** Port for packets that are no HTTP. */
  readonly udp: number
  readonly hits: readonly string[]
}

/** Stands where the agent's worker stands, with the headers that it gets, and runs what it is told. */
const AGENT_WORKER = `
onmessage = async ({ data: url }) => {
  const tries = {
    fetch: () => fetch(url + '/agent-fetch'),
    plain: () => fetch(url + '/agent-plain', { mode: 'no-cors' }),
    socket: () => new Promise((ok, no) => { const s = new WebSocket(url.replace('http', 'ws') + '/agent-socket'); s.onopen = ok; s.onerror = no }),
    eval: () => (0, eval)('1 + 1'),
    function: () => new Function('return 1')(),
    data: () => importScripts('data:text/javascript,self.loaded=1'),
    remote: () => importScripts(url + '/agent-script'),
    module: () => import(url + '/agent-module.mjs'),
    worker: () => new Promise((ok, no) => { const w = new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))); w.onmessage = ok; w.onerror = no }),
  }
  const said = {}
  for (const [name, attempt] of Object.entries(tries))
    said[name] = await Promise.resolve().then(attempt).then(() => 'REACHED', () => 'stopped')
  postMessage(said)
}`

async function pageBundle(): Promise<string> {
  const build = await rolldown({ input: join(import.meta.dirname, 'page.ts'), platform: 'browser' })
  const { output } = await build.generate({ format: 'esm', codeSplitting: false })
  await build.close()
  return output[0].code
}

async function startLab(): Promise<{ lab: Lab; close: () => Promise<void> }> {
  const [page, kernel, process] = await Promise.all([pageBundle(), buildFrameBundle('kernel'), buildFrameBundle('process')])
  const html = '<!doctype html><title>lab</title><p id="secret">parent-secret</p><script type="module" src="/page.js"></script>'
  const files = new Map<string, readonly [type: string, body: string]>([
    ['/', ['text/html', html]],
    ['/page.js', ['text/javascript', page]],
    ['/frame/kernel.js', ['text/javascript', kernel.code]],
    ['/frame/process.js', ['text/javascript', process.code]],
    ['/assets/agent-worker-1.js', ['text/javascript', AGENT_WORKER]],
    ['/frame/kernel.html', ['text/html', await readFile(join(ROOT, 'public/frame/kernel.html'), 'utf8')]],
  ])
  const reports: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    if (path.startsWith('/report?')) reports.push(decodeURIComponent(path.slice('/report?'.length)))
    const { localPort } = request.socket
    const [type, body] = files.get(path) ?? ['text/plain', '']
    response.writeHead(files.has(path) ? 200 : 404, {
      ...headersFor(path, localPort === undefined ? {} : { localPort }),
      'content-type': type,
    })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    lab: { url: `http://localhost:${port}/`, reports },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function startCanary(): Promise<{ canary: Canary; close: () => void }> {
  const hits: string[] = []
  const server = createServer((request, response) => {
    hits.push(request.url ?? '')
    response.writeHead(200, { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' }).end('')
  })
  server.on('upgrade', (request) => hits.push(`upgrade ${request.url ?? ''}`))
  server.on('connection', () => hits.push('connection'))
  const packets = createSocket('udp4')
  packets.on('message', () => hits.push('packet'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await new Promise<void>((resolve) => packets.bind(0, '127.0.0.1', resolve))
  return {
    canary: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, udp: packets.address().port, hits },
    close: () => {
      server.closeAllConnections()
      server.close()
      packets.close()
    },
  }
}

export const test = base.extend<{ readonly canary: Canary }, { readonly lab: Lab }>({
  lab: [
    async ({}, use) => {
      const { lab, close } = await startLab()
      await use(lab)
      await close()
    },
    { scope: 'worker' },
  ],
  canary: async ({}, use) => {
    const { canary, close } = await startCanary()
    await use(canary)
    close()
  },
  page: async ({ page, lab }, use) => {
    await page.goto(lab.url)
    await page.waitForFunction(() => 'frameLab' in window)
    await use(page)
  },
})

export { expect }
