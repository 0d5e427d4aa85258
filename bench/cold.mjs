import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { build } from 'vite'
import { build as buildApp } from '../scripts/build.mjs'
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs'
import { compress } from '../scripts/compress.mjs'
import { firstLoad } from '../scripts/first-load.mjs'
import { ROOT } from '../scripts/steps.mjs'
import { median } from './in-chromium.mjs'

// The first page of a browser that never saw it, and of one that did, beside React with one text box from the same server; and the second
// `npm start`. `node bench/run.mjs cold`

/** Whatever is waited for: what does not come is an error with its name, and not a bench that stands still. */
const WAIT_MS = 30_000

/** @typedef {{ paint: number, usable: number, sent: number }} Sample milliseconds from the request for the document, and bytes until then */
/** @typedef {{ url: string, stop: () => Promise<void> }} Served */

/**
 * P10.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export async function cold(rounds) {
  if (!(await buildApp())) throw new Error('The app could not be built.')
  const folder = mkdtempSync(join(tmpdir(), 'tabwright-cold-'))
  const executablePath = await findChromium()
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: CHROMIUM_ARGS,
    timeout: WAIT_MS,
  })
  /** @type {Served[]} */
  const servers = []
  try {
    const least = join(folder, 'least')
    await build({
      configFile: false,
      root: join(ROOT, 'bench/cold'),
      logLevel: 'error',
      build: { outDir: least, emptyOutDir: true, target: 'es2023' },
    })
    await compress(least)
    const args = (/** @type {string} */ name, /** @type {string} */ dist) => [
      'dist-relay/main.mjs',
      '--dist',
      dist,
      '--data',
      join(folder, name),
    ]
    const ours = await serve(args('ours', join(ROOT, 'dist')))
    servers.push(ours)
    const limit = await serve(args('limit', least))
    servers.push(limit)
    /** @type {Record<'ours' | 'limit', { first: Sample, second: Sample }[]>} */
    const samples = { ours: [], limit: [] }
    for (let round = 0; round < rounds; round++) {
      samples.ours.push(await visits(browser, ours.url))
      samples.limit.push(await visits(browser, limit.url))
    }
    return [...rowsOf(samples), await secondStart(rounds, folder)]
  } finally {
    await browser.close()
    for (const server of servers) await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {Record<'ours' | 'limit', { first: Sample, second: Sample }[]>} samples
 * @returns {readonly import('./run.mjs').Row[]}
 */
function rowsOf(samples) {
  const row = (
    /** @type {Pick<import('./run.mjs').Row, 'what' | 'unit' | 'aim'>} */ head,
    /** @type {'first' | 'second'} */ visit,
    /** @type {keyof Sample} */ of,
  ) => {
    const middle = (/** @type {'ours' | 'limit'} */ side) =>
      median(samples[side].map((one) => one[visit][of])) / (head.unit === 'kB' ? 1000 : 1)
    const [ours, limit] = [middle('ours'), middle('limit')]
    return { ...head, ours, limit, ratio: ours / limit }
  }
  return [
    { what: 'P10 script of the first page, gzipped', unit: 'kB', ours: firstLoad(join(ROOT, 'dist')) / 1000, aim: '≤ 180 kB' },
    row({ what: 'P10 sent until the box can be typed in, first visit', unit: 'kB', aim: '–' }, 'first', 'sent'),
    row({ what: 'P10 first paint, first visit', unit: 'ms', aim: '–' }, 'first', 'paint'),
    row({ what: 'P10 the box can be typed in, first visit', unit: 'ms', aim: '≤ 2 ×' }, 'first', 'usable'),
    row({ what: 'P10 first paint, second visit', unit: 'ms', aim: '–' }, 'second', 'paint'),
    row({ what: 'P10 the box can be typed in, second visit', unit: 'ms', aim: '≤ 2 ×' }, 'second', 'usable'),
  ]
}

/**
 * One browser that never saw the page, and sees it twice.
 * @param {import('@playwright/test').Browser} browser
 * @param {string} url
 */
async function visits(browser, url) {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  context.setDefaultTimeout(WAIT_MS)
  try {
    await context.addInitScript(watchForBox)
    const first = await visit(context, url)
    const second = await visit(context, url)
    return { first, second }
  } finally {
    await context.close()
  }
}

/** In the page: when its text box has been put up, which React does with everything that listens to it. */
function watchForBox() {
  const seen = new MutationObserver(() => {
    if (document.querySelector('textarea') === null) return
    seen.disconnect()
    Object.assign(globalThis, { usableAt: performance.now() })
  })
  seen.observe(document, { childList: true, subtree: true })
}

/**
 * @param {import('@playwright/test').BrowserContext} context
 * @param {string} url
 * @returns {Promise<Sample>}
 */
async function visit(context, url) {
  const page = await context.newPage()
  try {
    await page.goto(url, { waitUntil: 'commit', timeout: WAIT_MS })
    await page.waitForFunction(
      () => 'usableAt' in globalThis && performance.getEntriesByName('first-contentful-paint').length > 0,
      undefined,
      { timeout: WAIT_MS },
    )
    return await page.evaluate(() => {
      const usable = Number(Reflect.get(globalThis, 'usableAt'))
      const [paint] = performance.getEntriesByName('first-contentful-paint')
      const files = /** @type {PerformanceResourceTiming[]} */ ([
        ...performance.getEntriesByType('navigation'),
        ...performance.getEntriesByType('resource'),
      ])
      const sent = files.filter(({ responseEnd }) => responseEnd <= usable).reduce((sum, { transferSize }) => sum + transferSize, 0)
      return { paint: paint?.startTime ?? Number.NaN, usable, sent }
    })
  } finally {
    await page.close()
  }
}

/**
 * `npm start` where everything is built: until the relay answers.
 * @param {number} rounds
 * @param {string} folder
 * @returns {Promise<import('./run.mjs').Row>}
 */
async function secondStart(rounds, folder) {
  const times = []
  for (let round = 0; round < rounds; round++) {
    const since = performance.now()
    const server = await serve(['scripts/start.mjs', '--data', join(folder, 'start')])
    times.push(performance.now() - since)
    await server.stop()
  }
  return { what: 'P10 second `npm start` until it answers', unit: 'ms', ours: median(times), aim: '≤ 3 s' }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/**
 * A relay on a port of its own.
 * @param {readonly string[]} args
 * @returns {Promise<Served>}
 */
async function serve(args) {
  const port = await freePort()
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ANTHROPIC|TABWRIGHT)_/.test(name)))
  const child = spawn(process.execPath, [...args, '--port', String(port)], {
    cwd: ROOT,
    env: { ...clean, TABWRIGHT_OPEN: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (part) => (said += String(part)))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const stop = async () => {
    child.kill()
    const timer = setTimeout(() => child.kill('SIGKILL'), WAIT_MS)
    await ended
    clearTimeout(timer)
  }
  const url = `http://localhost:${port}`
  const until = performance.now() + WAIT_MS
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`${args[0]} ended with ${child.exitCode}: ${said}`)
    if (performance.now() > until) {
      await stop()
      throw new Error(`${args[0]} did not answer within ${WAIT_MS / 1000} s: ${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return { url, stop }
}

/** @param {string} url */
function answers(url) {
  return fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) }).then(
    ({ ok }) => ok,
    () => false,
  )
}
