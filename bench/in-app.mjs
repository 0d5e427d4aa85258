import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { build } from '../scripts/build.mjs'
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs'
import { ROOT } from '../scripts/steps.mjs'
import { startModel } from './model-answers.mjs'

/** @typedef {{ page: import('@playwright/test').Page, context: import('@playwright/test').BrowserContext, url: string }} App */

/**
 * The built app in a browser with a profile on disk, its relay, and a model that answers as told.
 * @template T
 * @param {(text: string) => import('./model-answers.mjs').Answer} answer
 * @param {(app: App) => Promise<T>} measure
 * @returns {Promise<T>}
 */
export async function inApp(answer, measure) {
  if (!(await build())) throw new Error('The app could not be built.')
  const folder = mkdtempSync(join(tmpdir(), 'tabwright-in-app-'))
  const model = await startModel(answer)
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ANTHROPIC|TABWRIGHT)_/.test(name)))
  const env = { ...clean, ANTHROPIC_API_KEY: 'sk-bench-0123456789abcdef', ANTHROPIC_BASE_URL: model.url }
  const args = ['dist-relay/main.mjs', '--port', '0', '--data', join(folder, 'relay'), '--no-open']
  const relay = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] })
  /** @type {import('@playwright/test').BrowserContext | undefined} */
  let context
  try {
    const url = await addressOf(relay.stdout)
    const executablePath = await findChromium()
    context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [...CHROMIUM_ARGS, '--enable-precise-memory-info'],
      viewport: { width: 1280, height: 800 },
    })
    context.setDefaultTimeout(60_000)
    const page = context.pages()[0] ?? (await context.newPage())
    await page.addInitScript(() => {
      if (self === top && location.protocol.startsWith('http')) localStorage.setItem('tabwright.mode', 'accept-edits')
    })
    return await measure({ page, context, url })
  } finally {
    await context?.close()
    relay.kill()
    model.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {import('node:stream').Readable} output
 * @returns {Promise<string>}
 */
function addressOf(output) {
  return new Promise((resolve, reject) => {
    let said = ''
    output.on('data', (part) => {
      said += part
      const port = /localhost:(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(`http://localhost:${port}`)
    })
    output.once('end', () => reject(new Error(`The relay did not start: ${said}`)))
  })
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {string} text
 */
export async function say(page, text) {
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await box.fill(text)
  await box.press('Enter')
}

/**
 * Until the agent rests, having said so.
 * @param {import('@playwright/test').Page} page
 * @param {string} last
 * @param {number} [timeout] milliseconds
 */
export async function rested(page, last, timeout = 60_000) {
  await page.getByRole('log').getByText(last).last().waitFor({ timeout })
  await page.getByRole('button', { name: 'Stop', exact: true }).waitFor({ state: 'hidden', timeout })
}
