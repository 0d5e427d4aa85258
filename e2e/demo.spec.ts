import { card, expect, idle, send, startSession, test } from './fixtures'

// With motion, as most people have it.
test.use({ contextOptions: { reducedMotion: 'no-preference' } })

test('a new user sees the whole product work with no key: explore, edit, ask, test, fix, review', async ({ page, bareRelay }) => {
  await startSession(page, bareRelay.url, 'Show me what you can do')
  await expect(page.getByText('You are in demo mode (scripted model, no key)')).toBeVisible()
  const log = page.getByRole('log', { name: 'Conversation' })
  await expect(log.getByRole('article').first()).toContainText('Show me what you can do')

  await expect(card(page)).toBeVisible({ timeout: 30_000 })
  await expect(card(page).getByRole('region', { name: 'Exact request' })).toContainText('node --test')
  await card(page).getByRole('button', { name: 'Allow for this session' }).click({ delay: 600 })
  await idle(page)
  await expect(log).toContainText(/all .*pass|0 fail/i)

  await page.getByRole('tab', { name: 'Changes' }).click()
  const changes = page.getByRole('region', { name: 'Changes' })
  await expect(changes.getByRole('listitem')).toHaveCount(2)
  await changes.getByRole('button', { name: 'Accept all' }).click()
  await expect(changes).toContainText('No changes in this session yet.')

  await page.reload()
  await expect(page.getByRole('log', { name: 'Conversation' })).toContainText('That was the tour.')
  await send(page, 'run the tests')
  await idle(page)
  await expect(page.getByRole('group', { name: 'Tool call: shell' }).last()).toContainText('done')
})
