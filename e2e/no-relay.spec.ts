import { answer, startModelServer, text, tool } from '@tabwright/testkit'
import { card, expect, idle, send, TEST_KEY, test } from './fixtures'
import { startStaticHost } from './static-host'

test('without a relay the demo works, and a key typed for this tab reaches a model and nothing else', async ({ page }) => {
  const model = await startModelServer({ token: TEST_KEY, cors: '*', script: [answer([text('Direct.'), tool('shell', { command: 'mkdir x' })]), answer([text('Bye.')])] })
  const host = await startStaticHost([model.url])
  try {
    await page.goto(host.url)
    await expect(page.getByText('No relay here')).toBeVisible()
    await expect(page.getByRole('status', { name: 'Relay: none' })).toBeVisible()
    await page.getByRole('button', { name: 'Connect a provider' }).click()
    const settings = page.getByRole('dialog', { name: 'Settings' })
    await settings.getByLabel(/key/i).first().fill(TEST_KEY)
    await settings.getByLabel(/address|url/i).first().fill(model.url)
    await settings.getByRole('button', { name: /Use|Keep|Save|Connect/ }).first().click()
    await expect(settings).toContainText('…LEAK')
    await page.keyboard.press('Escape')
    await send(page, 'hello')
    await expect(card(page)).toBeVisible()
    await page.waitForTimeout(600)
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await expect(page.getByRole('log')).toContainText('Bye.')
    await idle(page)
    const inPage = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]))
    expect(inPage).not.toContain(TEST_KEY)
    const reached = await page.evaluate((url) => fetch(`${url}/v1/models`).then(() => 'reached', () => 'refused'), model.url)
    expect(reached).toBe('refused')
  } finally {
    await host.close()
    await model.close()
  }
})
