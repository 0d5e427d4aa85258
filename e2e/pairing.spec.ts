import { expect, startRelay, test } from './fixtures'

test('a relay that others can reach lets a page in with the code that it printed', async ({ page }) => {
  const relay = await startRelay({}, undefined, ['--origin', 'https://ide.example'])
  try {
    const printed = (): string => [...relay.output().matchAll(/[A-Z0-9]{4}-[A-Z0-9]{4}$/gm)].at(-1)?.[0] ?? ''
    await expect.poll(printed).not.toBe('')
    // As it comes through the proxy that serves that origin.
    await page.route('**/session', async (route) => {
      const headers = { ...(await route.request().allHeaders()), host: 'ide.example', origin: 'https://ide.example' }
      await route.fulfill({ response: await route.fetch({ headers }) })
    })
    await page.goto(relay.url)
    const strip = page.getByTestId('pairing')
    const dot = page.getByTestId('relay-dot')
    const field = strip.getByRole('textbox', { name: 'Pairing code' })
    await expect(strip.getByRole('alert')).toHaveText('Enter the pairing code that the relay printed when it started.')
    await expect(dot).toHaveAttribute('data-state', 'locked')
    await field.fill('WRNG-2345')
    await field.press('Enter')
    await expect(strip.getByRole('alert')).toHaveText('That is not the pairing code that the relay printed.')
    await field.fill(printed().toLowerCase())
    await strip.getByRole('button', { name: 'Pair' }).click()
    await expect(strip).toBeHidden()
    await expect(dot).toHaveAttribute('data-state', 'connected')

    // What the code bought is used on: keeping a key asks for no other one.
    await page.getByRole('button', { name: 'Connect a provider' }).click()
    await expect(page.getByText('The relay on your machine keeps the key')).toBeVisible()

    // Nor does a reload, until the person unpairs the tab.
    await page.reload()
    await expect(dot).toHaveAttribute('data-state', 'connected')
    await expect(strip).toBeHidden()
    await page.getByRole('button', { name: 'Settings' }).first().click()
    await page.getByRole('tab', { name: 'Relay' }).click()
    await page.getByRole('button', { name: 'Unpair this tab' }).click()
    await expect(dot).toHaveAttribute('data-state', 'locked')
    await page.reload()
    await expect(strip.getByRole('alert')).toHaveText('Enter the pairing code that the relay printed when it started.')
  } finally {
    await relay.stop()
  }
})
