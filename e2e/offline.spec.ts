import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { card, expect, idle, send, startRelay, test } from './fixtures'
import { startStaticHost, type Instead } from './static-host'

test.use({ serviceWorkers: 'allow' })

async function untilKept(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).first().click()
  await page.getByRole('tab', { name: 'Storage' }).click()
  const kept = page.getByRole('region', { name: 'Without the network' })
  await expect(kept).toContainText(/Offline ready: [\d.]+ MB/, { timeout: 30_000 })
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeHidden()
}

/** The build once more under another name, as a later one has it: its document and its service worker. */
async function laterBuild(name: string): Promise<Instead> {
  const read = (file: string): Promise<string> => readFile(join(import.meta.dirname, '..', 'dist', file), 'utf8')
  const [document, worker] = await Promise.all([read('index.html'), read('offline.js')])
  const hash = (text: string): string => createHash('sha256').update(text).digest('base64')
  const old = /<meta name="build" content="([0-9a-f]{16})"/.exec(document)?.[1] ?? ''
  const named = document.replace(old, name)
  return new Map([
    ['/', named],
    ['/offline.js', worker.replace(old, name).replace(hash(document), hash(named))],
  ])
}

test('with the relay away the page opens, the demo runs a command in the sandbox, and the status says so', async ({ page }) => {
  const relay = await startRelay()
  try {
    await page.goto(relay.url)
    await untilKept(page)
  } finally {
    await relay.stop()
  }
  await page.reload()
  await expect(page.getByRole('status', { name: 'Relay: offline' })).toBeVisible()
  await send(page, 'run the tests')
  await expect(card(page)).toBeVisible({ timeout: 30_000 })
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByRole('group', { name: 'Tool call: shell' })).toContainText('failed', { timeout: 30_000 })
  // Out of the sandbox, which ran them.
  await expect(page.getByRole('group', { name: 'Tool call: shell' })).toContainText('exit 1')
  expect(await page.evaluate(() => crossOriginIsolated), 'what is kept keeps its headers').toBe(true)
  // Files of the build and nothing else: no word of a session, no answer of the relay.
  const paths = await page.evaluate(async () => {
    const names = await caches.keys()
    const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return lists.flat().map(({ url }) => new URL(url).pathname)
  })
  expect(paths.filter((path) => !/^\/(?:$|assets\/|frame\/|typescript\/|theme\.js|favicon\.svg)/.test(path))).toEqual([])
})

test('a newer build is told with a button, which is not there while something runs, and the reload has it', async ({ page }) => {
  const later = 'fedcba9876543210'
  const host = await startStaticHost()
  try {
    await page.goto(host.url)
    await untilKept(page)
    host.deploy(await laterBuild(later))
    // As the browser does at its next visit, and the page when one comes back to it after an hour.
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update())
    const update = page.getByRole('note').filter({ hasText: 'Update ready.' })
    await expect(update.getByRole('button', { name: 'Reload' })).toBeVisible()
    await send(page, 'run the tests')
    await expect(card(page)).toBeVisible({ timeout: 30_000 })
    await expect(update).toContainText('It can be loaded as soon as nothing runs here.')
    await expect(update.getByRole('button')).toHaveCount(0)
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await idle(page)
    await update.getByRole('button', { name: 'Reload' }).click()
    await expect(page.locator('meta[name="build"]')).toHaveAttribute('content', later)
    await expect(update).toBeHidden()
    await expect(page.getByRole('log', { name: 'Conversation' })).toContainText('run the tests')
  } finally {
    await host.close()
  }
})
