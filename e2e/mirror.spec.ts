import { answer, text } from '@tabwright/testkit'
import type { Page } from '@playwright/test'
import { expect, idle, send, startSession, test } from './fixtures'

/** By its button, which is there when the page is ready: a key that comes before that is nobody's. */
async function openStorage(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('tab', { name: 'Storage' }).click()
  await expect(page.getByRole('dialog').locator(':focus'), 'the box behind does not take the focus from the dialog').toHaveCount(1)
}

test('[C21] a session that was mirrored comes back in another browser with its recovery code, and goes on there', async ({
  page,
  browser,
  relay,
  model,
}) => {
  model.setScript([answer([text('Kept in two places.')]), answer([text('And it goes on.')])])
  await startSession(page, relay.url, 'keep this')
  await expect(page.getByRole('log')).toContainText('Kept in two places.')
  await idle(page)
  await openStorage(page)
  const mirror = page.getByRole('region', { name: 'Mirror' })
  await mirror.getByRole('button', { name: 'Turn on the mirror' }).click()
  const recovery = mirror.getByRole('group', { name: 'Recovery code' })
  const code = (await recovery.locator('code').textContent()) ?? ''
  expect(code).toMatch(/^[A-Z0-9-]{20,}$/)
  await expect(recovery.getByRole('button', { name: 'Done' })).toBeDisabled()
  await expect(recovery).toBeFocused()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+,')
  await page.getByRole('tab', { name: 'Storage' }).click()
  await expect(recovery, 'closing the settings does not lose the code').toBeVisible()
  await page.reload()
  await openStorage(page)
  await expect(recovery, 'nor does a reload before it was kept').toContainText(code)
  await expect(recovery).toContainText('not safe yet')
  await recovery.getByRole('checkbox').check()
  await recovery.getByRole('button', { name: 'Done' }).click()
  await expect(mirror).toContainText(/mirrored \d+ s ago/, { timeout: 45_000 })
  await expect(mirror).not.toContainText(code)
  await page.reload()
  await openStorage(page)
  await expect(mirror).toContainText(/mirrored \d+ s ago/, { timeout: 45_000 })
  await expect(mirror, 'what was kept is never shown again').not.toContainText(code)

  const elsewhere = await browser.newContext()
  try {
    const other = await elsewhere.newPage()
    await other.goto(relay.url)
    await openStorage(other)
    const theirs = other.getByRole('region', { name: 'Mirror' })
    await theirs.getByRole('textbox', { name: 'Recovery code' }).fill(code)
    await theirs.getByRole('button', { name: 'Restore from the mirror' }).click()
    await expect(theirs).toContainText('One session is back.')
    await other.keyboard.press('Escape')
    await other.getByRole('link', { name: 'keep this' }).click()
    await expect(other.getByRole('log')).toContainText('Kept in two places.')
    await send(other, 'go on')
    await expect(other.getByRole('log')).toContainText('And it goes on.')
  } finally {
    await elsewhere.close()
  }
})
