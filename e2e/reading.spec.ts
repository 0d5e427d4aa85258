import type { Page } from '@playwright/test'
import { answer, hold, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'
import { sessionPage } from './pages/session'

/** In the page: how much of what stood somewhere was moved, by the browser's own count. */
async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    Object.assign(globalThis, { shifted: 0 })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const before: unknown = Reflect.get(globalThis, 'shifted')
        Object.assign(globalThis, { shifted: Number(before) + Number(Reflect.get(entry, 'value')) })
      }
    }).observe({ type: 'layout-shift' })
  })
  return () => page.evaluate(() => Number(Reflect.get(globalThis, 'shifted')))
}

/** Whether something lies beyond the page's edge, to either side. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

test('a long conversation streams without a shift, is drawn in part, is left and found again by keys, and stands from right to left too', async ({
  page,
  relay,
  model,
}) => {
  test.setTimeout(90_000)
  const { log, composer: box, calls: shown, changes, newSession } = sessionPage(page)
  const gate = hold()
  const calls = Array.from({ length: 60 }, (_, n) => tool('write_file', { path: `src/${n}.txt`, content: `${n}\n` }))
  const words = Array.from({ length: 60 }, (_, n) => `Line ${n} of what streams, with **words** and \`code\`.\n\n`)
  model.setScript([
    answer(calls),
    answer(
      [
        text(words.slice(0, 30).join(''), words.slice(0, 30)),
        text(`${words.slice(30).join('')}The end of it.`, [...words.slice(30), 'The end of it.']),
      ],
      {
        delayMs: 15,
        before: [{ type: 'hold', until: gate.until }],
      },
    ),
    answer([text('Composed.')]),
    answer([text('Another.')]),
  ])
  await startSession(page, relay.url, 'write many')
  await expect(shown('write_file').last()).toContainText('59.txt')
  expect(await shown('write_file').count(), 'only what is near the view is in the document').toBeLessThan(45)
  await expect(changes).toBeVisible()
  gate.release()
  await expect(log).toContainText('Line 2 of what streams')
  const shifted = await watchShifts(page)
  await expect(log).toContainText('The end of it.')
  expect(await shifted(), 'layout shift while an answer streams').toBe(0)
  await idle(page)

  const jump = page.getByRole('button', { name: /Jump to latest/ })
  await expect(jump).toBeHidden()
  await log.focus()
  await page.keyboard.press('Home')
  await expect(page.getByRole('article', { name: 'You' }).first()).toBeInViewport()
  await jump.click()
  await expect(page.getByText('The end of it.')).toBeInViewport()
  await expect(jump).toBeHidden()

  // The Enter that confirms a composition is the input method's.
  await box.fill('鷺')
  await box.evaluate((element) => {
    const enter = { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true }
    element.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }))
    element.dispatchEvent(new KeyboardEvent('keydown', { ...enter, isComposing: true }))
    element.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: '鷺' }))
    // Safari tells of that Enter after the end, with this number alone.
    element.dispatchEvent(new KeyboardEvent('keydown', { ...enter, keyCode: 229 }))
  })
  await expect(box).toHaveValue('鷺')
  expect(model.requests).toHaveLength(2)
  await box.press('Enter')
  await expect(log).toContainText('Composed.')
  await idle(page)

  await log.focus()
  const density = log.getAttribute('data-density')
  expect(await density).toBe('normal')
  await page.keyboard.press('Control+o')
  await expect(log).not.toHaveAttribute('data-density', 'normal')
  await page.keyboard.press('Control+o')
  await page.keyboard.press('Control+o')
  await expect(log).toHaveAttribute('data-density', 'normal')
  await page.keyboard.press('?')
  const settings = page.getByRole('dialog', { name: 'Settings' })
  await expect(settings.getByRole('tab', { name: 'Shortcuts' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Escape')
  await expect(settings).toBeHidden()

  const first = page.url()
  await newSession()
  await send(page, 'another')
  await expect(page).not.toHaveURL(first)
  await expect(page).toHaveURL(/\/s\//)
  await page.keyboard.press('Alt+ArrowDown')
  await expect(page).toHaveURL(first)
  await page.keyboard.press('Alt+ArrowUp')
  await expect(page).not.toHaveURL(first)

  await page.evaluate(() => (document.documentElement.dir = 'rtl'))
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 })
    await expect(box).toBeInViewport({ ratio: 1 })
    expect(await overflow(page), `from right to left, ${width} wide`).toBe(0)
  }
})
