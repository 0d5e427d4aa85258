import { expect, test } from './fixtures'

test.describe('in a browser that prefers Traditional Chinese', () => {
  test.use({ locale: 'zh-TW' })

  test('the page speaks it, and another language at once when it is chosen', async ({ page }) => {
    await page.goto('/')
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hant')
  })
})
