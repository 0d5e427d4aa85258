import { card, expect, send, startRelay, test } from './fixtures'

test.use({ serviceWorkers: 'allow' })

test('with the relay away the page opens, the demo runs a command in the sandbox, and the status says so', async ({ page }) => {
  const relay = await startRelay()
  try {
    await page.goto(relay.url)
    await page.getByRole('button', { name: 'Settings' }).first().click()
    await page.getByRole('tab', { name: 'Storage' }).click()
    const kept = page.getByRole('region', { name: 'Without the network' })
    await expect(kept).toContainText(/Offline ready: [\d.]+ MB/, { timeout: 30_000 })
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
