import { answer, startModelServer, text } from '@tabwright/testkit'
import { expect, send, startRelay, TEST_KEY, test } from './fixtures'

test('a key entered in Settings is kept by the relay, never by the tab, and survives a restart of the relay', async ({ page }) => {
  const model = await startModelServer({ token: TEST_KEY, script: (_request, n) => answer([text(`Real answer ${n + 1}.`)]) })
  const relay = await startRelay({ ANTHROPIC_BASE_URL: model.url })
  try {
    await page.goto(relay.url)
    await page.getByRole('button', { name: 'Connect a provider' }).click()
    const settings = page.getByRole('dialog', { name: 'Settings' })
    await settings.getByLabel(/key/i).first().fill(TEST_KEY)
    await settings.getByLabel(/key/i).first().press('Enter')
    await expect(settings).toContainText('LEAK')
    await expect(settings.getByLabel(/key/i).first()).not.toHaveValue(TEST_KEY)
    await page.keyboard.press('Escape')
    await expect(page.getByText('You are in demo mode')).toBeHidden()
    await send(page, 'hello')
    await expect(page.getByRole('log')).toContainText('Real answer 1.')
    const inPage = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]),
    )
    expect(inPage).not.toContain(TEST_KEY)
    expect(relay.output()).not.toContain(TEST_KEY)
  } finally {
    await relay.stop()
    await model.close()
  }
})
