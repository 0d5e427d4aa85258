import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { build, preview } from 'vite'
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs'
import { ROOT } from '../scripts/steps.mjs'

/**
 * Builds the page in `bench/<name>` and gives it to `measure` in a browser with a profile on disk: a private window keeps IndexedDB in memory,
 * where strict costs nothing.
 * @template T
 * @param {string} name
 * @param {(page: import('@playwright/test').Page) => Promise<T>} measure
 * @returns {Promise<T>}
 */
export async function inChromium(name, measure) {
  const folder = mkdtempSync(join(tmpdir(), 'tabwright-bench-'))
  const vite = {
    configFile: /** @type {const} */ (false),
    root: join(ROOT, 'bench', name),
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
    await page.waitForFunction(() => Object.keys(window).some((name) => name.startsWith('measure')))
    return await measure(page)
  } finally {
    await context.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {readonly number[]} values */
export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
