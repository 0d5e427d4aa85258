import { answer, text } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

test('the end of the conversation stays in view while the window changes its width', async ({ page, relay, model }) => {
  const words = 'a line that is long enough to be broken anew when the column gets narrow, and long again when it gets wide. '
  model.setScript(() => answer([text(words.repeat(12)), text('The end of it.')]))
  await startSession(page, relay.url, 'tell me')
  const answered = async (count: number): Promise<void> => {
    // What was answered long ago may be out of the document: the provider's count tells.
    await expect.poll(() => model.requests.length).toBe(count)
    await idle(page)
  }
  await answered(1)
  for (const [index, more] of ['and more', 'and more still', 'and the rest'].entries()) {
    await send(page, more)
    await answered(index + 2)
  }
  const end = page.getByText('The end of it.').last()
  await expect(end).toBeInViewport()
  for (const width of [390, 1280, 700, 1280]) {
    await page.setViewportSize({ width, height: 700 })
    await expect(end).toBeInViewport()
    await expect(page.getByRole('button', { name: /Jump to latest/ })).toBeHidden()
  }
})
