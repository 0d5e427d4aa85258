import { answer, text } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

test('the end of the conversation stays in view while the window changes its width', async ({ page, relay, model }) => {
  const words = 'a line that is long enough to be broken anew when the column gets narrow, and long again when it gets wide. '
  model.setScript(() => answer([text(words.repeat(12)), text('The end of it.')]))
  await startSession(page, relay.url, 'tell me')
  await idle(page)
  for (const more of ['and more', 'and more still', 'and the rest']) {
    await send(page, more)
    await expect(page.getByRole('article', { name: 'You' }).filter({ hasText: more })).toBeVisible()
    await idle(page)
  }
  const end = page.getByText('The end of it.').last()
  await expect(end).toBeInViewport()
  for (const width of [390, 1280, 700, 1280]) {
    await page.setViewportSize({ width, height: 700 })
    await expect(end).toBeInViewport()
    await expect(page.getByRole('button', { name: /Jump to latest/ })).toBeHidden()
  }
})
