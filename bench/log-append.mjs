import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { build, preview } from 'vite'
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs'
import { ROOT } from '../scripts/steps.mjs'

// `node bench/log-append.mjs [rounds]`: one fact appended and awaited, against a bare IndexedDB transaction of the same size,
// in a browser with a profile on disk (a private window keeps IndexedDB in memory, where strict costs nothing).
const rounds = Number(process.argv[2] ?? 10)
const COUNTS = { relaxed: 400, strict: 150 }

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const folder = mkdtempSync(join(tmpdir(), 'tabwright-bench-'))
const vite = {
  configFile: /** @type {const} */ (false),
  root: join(ROOT, 'bench/log-append'),
  logLevel: /** @type {const} */ ('error'),
  build: { outDir: join(folder, 'page'), emptyOutDir: true, target: 'es2023' },
}
await build(vite)
const server = await preview({ ...vite, preview: { port: 0, host: '127.0.0.1' } })
const executablePath = await findChromium()
const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
  ...(executablePath === undefined ? {} : { executablePath }),
  args: CHROMIUM_ARGS,
})
try {
  const page = await context.newPage()
  const [address = ''] = server.resolvedUrls?.local ?? []
  await page.goto(address)
  await page.waitForFunction(() => 'measure' in window)
  const samples = await page.evaluate(([count, counts]) => window.measure(count, counts), /** @type {const} */ ([rounds, COUNTS]))
  console.log(
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores; Chromium ${context.browser()?.version() ?? 'persistent'}; Node ${process.versions.node}; ${rounds} rounds of ${COUNTS.relaxed} relaxed and ${COUNTS.strict} strict, medians`,
  )
  for (const durability of /** @type {const} */ (['relaxed', 'strict'])) {
    const of = (/** @type {string} */ who) =>
      median(samples.filter((one) => one.durability === durability && one.who === who).map((one) => one.perSecond))
    console.log(
      `${durability.padEnd(8)} log ${of('log').toFixed(0)}/s, bare ${of('bare').toFixed(0)}/s, ratio ${(of('log') / of('bare')).toFixed(2)}`,
    )
  }
} finally {
  await context.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
}
