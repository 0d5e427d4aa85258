import { answer, startModelServer, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startRelay, startSession, TEST_KEY, test } from './fixtures'

test('[C35] a relay that was killed and came back is found again by the tabs that were open', async ({ page }) => {
  const model = await startModelServer({
    token: TEST_KEY,
    script: (_request, n) => answer([text(`Answer ${n + 1}.`), ...(n === 0 ? [tool('list_files', {})] : [])]),
  })
  const env = { ANTHROPIC_API_KEY: TEST_KEY, ANTHROPIC_BASE_URL: model.url }
  const first = await startRelay(env)
  try {
    await startSession(page, first.url, 'before')
    await expect(page.getByRole('log')).toContainText('Answer 2.')
    await idle(page)
    await first.stop()
    await send(page, 'into the void')
    await expect(page.getByText(/The relay at localhost:\d+ cannot be reached\./).first()).toBeVisible()
    await expect(page.getByRole('status', { name: 'Relay: offline' })).toBeVisible()
    // Another data folder: every bearer of the old relay is unknown to the new one.
    const second = await startRelay(env, first.port)
    try {
      await send(page, 'after')
      await expect(page.getByRole('log')).toContainText('Answer 3.', { timeout: 30_000 })
      await idle(page)
      await expect(page.getByRole('status', { name: 'Relay: connected' })).toBeVisible()
    } finally {
      await second.stop()
    }
  } finally {
    await model.close()
  }
})
