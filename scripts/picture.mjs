import './node-version.mjs'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { chromium } from '@playwright/test'
import { build } from './build.mjs'
import { CHROMIUM_ARGS, findChromium } from './chromium.mjs'
import { ROOT } from './steps.mjs'

// `node scripts/picture.mjs`: the picture in the README, taken from the running app: the demo model at the moment it asks a permission.
const TARGET = join(ROOT, 'docs/images/tabwright.png')
const TASK = 'Show me around: explore the project, fix the cart and run the tests.'

/** @returns {Promise<number>} a port that is free now */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

/**
 * @param {string} url
 * @param {number} until
 */
async function waitFor(url, until) {
  for (;;) {
    const up = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (up) return
    if (Date.now() > until) throw new Error(`${url} did not answer`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** @param {string} address */
async function take(address) {
  const executablePath = await findChromium()
  const browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: CHROMIUM_ARGS })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2, colorScheme: 'light' })
    await page.goto(`${address}/?demo=1`)
    const composer = page.getByRole('textbox', { name: 'Message the agent' })
    await composer.fill(TASK)
    await composer.press('Enter')
    await page.getByRole('alertdialog', { name: 'Permission required' }).waitFor({ timeout: 120_000 })
    const changes = page.getByRole('tab', { name: /^Changes/ })
    if (await changes.isVisible()) await changes.click()
    // Fonts, the editor and the panes' motion have come to rest.
    await page.waitForTimeout(2_500)
    mkdirSync(dirname(TARGET), { recursive: true })
    await page.screenshot({ path: TARGET })
  } finally {
    await browser.close()
  }
}

if (!(await build())) process.exit(1)
const data = mkdtempSync(join(tmpdir(), 'tabwright-picture-'))
const port = await freePort()
const relay = spawn(process.execPath, ['dist-relay/main.mjs', '--port', String(port), '--data', data, '--no-open'], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 'inherit'],
})
try {
  await waitFor(`http://localhost:${port}/healthz`, Date.now() + 10_000)
  await take(`http://localhost:${port}`)
  console.log(`docs/images/tabwright.png`)
} finally {
  relay.kill('SIGTERM')
  rmSync(data, { recursive: true, force: true })
}
