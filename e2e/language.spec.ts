import { expect, test } from './fixtures'

test.use({ locale: 'zh-TW' })

test('the page speaks what the browser prefers, and another language at once when it is chosen', async ({ page, relay }) => {
  await page.goto(relay.url)
  const html = page.locator('html')
  await expect(html).toHaveAttribute('lang', 'zh-Hant')
  await page.getByRole('textbox').first().click()
  await page.keyboard.press('Control+,')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('tab').nth(1).click()
  const chosen = dialog.getByRole('combobox', { name: '語言' })
  await expect(chosen).toHaveValue('browser')
  await chosen.selectOption('简体中文')
  await expect(html).toHaveAttribute('lang', 'zh-Hans')
  // Drawn anew, and the dialog is still there.
  await expect(dialog.getByRole('combobox', { name: '语言' })).toHaveValue('zh-Hans')

  // A language whose file cannot be had changes nothing.
  await page.route(/zh-hant/, (route) => route.abort())
  await page.reload()
  await page.getByRole('textbox').first().click()
  await expect(html).toHaveAttribute('lang', 'zh-Hans')
  await page.keyboard.press('Control+,')
  await dialog.getByRole('tab').nth(1).click()
  await dialog.getByRole('combobox', { name: '语言' }).selectOption('繁體中文')
  await expect(dialog.getByRole('alert')).toContainText('zh-hant')
  await expect(html).toHaveAttribute('lang', 'zh-Hans')
  await dialog.getByRole('combobox', { name: '语言' }).selectOption('English')
  await expect(dialog.getByRole('heading', { name: 'Language' })).toBeVisible()
})
