import { card, expect, startSession, test } from './fixtures'

// With motion, as most people have it.
test.use({ contextOptions: { reducedMotion: 'no-preference' } })

const VIEWS = [
  { name: 'light', size: { width: 1440, height: 900 }, scheme: 'light' },
  { name: 'dark', size: { width: 1440, height: 900 }, scheme: 'dark' },
  { name: 'narrow', size: { width: 390, height: 844 }, scheme: 'light' },
] as const

for (const view of VIEWS) {
  test(`the page holds together in ${view.name}: nothing overflows, the card and the composer are in reach`, async ({
    page,
    bareRelay,
  }, info) => {
    await page.setViewportSize(view.size)
    await page.emulateMedia({ colorScheme: view.scheme })
    await page.goto(bareRelay.url)
    await expect(page.getByRole('heading', { name: 'What should we build?' })).toBeVisible()
    await info.attach(`home-${view.name}`, { body: await page.screenshot(), contentType: 'image/png' })
    await startSession(page, bareRelay.url, 'Show me')
    await expect(card(page)).toBeVisible({ timeout: 40_000 })
    await info.attach(`asked-${view.name}`, { body: await page.screenshot(), contentType: 'image/png' })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(overflow).toBe(0)
    await expect(card(page).getByRole('button', { name: 'Allow once' })).toBeInViewport()
    await expect(page.getByRole('textbox', { name: 'Message the agent' })).toBeInViewport()
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await page.evaluate((colour) => {
      const context = document.createElement('canvas').getContext('2d')
      if (!context) return 0
      context.fillStyle = colour
      context.fillRect(0, 0, 1, 1)
      return context.getImageData(0, 0, 1, 1).data[0] ?? 0
    }, background)
    expect(light > 127).toBe(view.scheme === 'light')
  })
}

test('the page itself never scrolls, also with the sandbox in it', async ({ page, bareRelay }) => {
  await page.setViewportSize({ width: 1280, height: 800 })
  await startSession(page, bareRelay.url, 'Show me')
  await expect(card(page)).toBeVisible({ timeout: 40_000 })
  // The sandbox's frame is in the page from the first command on.
  const terminal = page.getByRole('region', { name: 'Terminal' })
  if (!(await terminal.isVisible())) await page.keyboard.press('Control+`')
  await terminal.locator('.xterm').click()
  await expect(terminal).toContainText('/workspace $', { timeout: 20_000 })
  const beyond = (): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
  expect(await beyond()).toBe(0)
  await page.setViewportSize({ width: 390, height: 800 })
  await expect(page.getByRole('button', { name: 'Sessions', exact: true })).toBeVisible()
  expect(await beyond()).toBe(0)
})
