import { answer, hold, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

test('what is queued is changed, moved by keyboard and by drag, taken back, and delivered as it then stands', async ({
  page,
  relay,
  model,
}) => {
  const gate = hold()
  model.setScript([
    answer([tool('list_files', {})], { before: [{ type: 'hold', until: gate.until }] }),
    answer([text('All read.')]),
    answer([text('Omega read.')]),
  ])
  await startSession(page, relay.url, 'work')
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible()
  for (const message of ['alpha', 'beta', 'gamma', 'delta']) await send(page, message)
  const queue = page.getByRole('list', { name: 'Queued messages' })
  const rows = queue.getByRole('listitem')
  await expect(rows).toHaveText(['alpha', 'beta', 'gamma', 'delta'])

  await rows.nth(1).getByRole('button', { name: 'Edit' }).click()
  const field = page.getByRole('textbox', { name: 'Queued message' })
  await field.fill('beta, but better')
  await field.press('Enter')
  await expect(rows).toHaveText(['alpha', 'beta, but better', 'gamma', 'delta'])

  await rows.nth(3).getByRole('button', { name: 'Edit' }).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect(rows).toHaveText(['alpha', 'beta, but better', 'delta', 'gamma'])
  await rows.nth(3).dragTo(rows.nth(0))
  await expect(rows).toHaveText(['gamma', 'alpha', 'beta, but better', 'delta'])
  await rows.nth(1).getByRole('button', { name: 'Take back' }).click()
  await expect(rows).toHaveText(['gamma', 'beta, but better', 'delta'])
  await expect(page.getByRole('textbox', { name: 'Message the agent' })).toHaveValue('alpha')

  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await box.fill('omega')
  await box.press('Alt+Enter')
  await expect(rows).toHaveText(['gamma', 'beta, but better', 'delta', 'omegaafter the turn'])
  await expect(box).toHaveValue('')
  const region = page.getByRole('region', { name: 'Queue' })
  await region.getByRole('button', { name: 'Pause' }).click()
  await expect(rows.nth(0)).toContainText('paused')
  await region.getByRole('button', { name: 'Resume' }).click()
  await expect(rows).toHaveText(['gamma', 'beta, but better', 'delta', 'omegaafter the turn'])
  // The same by pointer, and back.
  await rows.nth(2).getByRole('button', { name: 'After the turn' }).click()
  await expect(rows.nth(2)).toContainText('after the turn')
  await rows.nth(2).getByRole('button', { name: 'Send this now' }).click()
  await expect(rows.nth(2)).toHaveText('deltaat once')

  gate.release()
  await expect(page.getByRole('log')).toContainText('All read.')
  await expect(page.getByRole('log')).toContainText('Omega read.')
  expect(JSON.parse(model.requests[2]?.body ?? '{}').messages.at(-1).content[0].text).toContain('omega')
  const { content } = JSON.parse(model.requests[1]?.body ?? '{}').messages.at(-1)
  const said = content.filter((block: { type: string }) => block.type === 'text').map((block: { text: string }) => block.text)
  const told = (words: string): string => `The user sent the following message while you were working:\n${words}`
  expect(said).toEqual([['gamma', 'beta, but better', 'delta'].map(told).join('\n\n')])
})

test('[F67] after a stop what is queued waits, says so, and goes on when the person sends it', async ({ page, relay, model }) => {
  const gate = hold()
  model.setScript([answer([text('Never whole')], { after: [{ type: 'hold', until: gate.until }] }), answer([text('Now I read it.')])])
  await startSession(page, relay.url, 'work')
  await expect(page.getByRole('log')).toContainText('Never whole')
  await send(page, 'later')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await idle(page)
  const queue = page.getByRole('region', { name: 'Queue' })
  await expect(queue).toContainText('waits: you stopped the agent')
  gate.release()
  expect(model.requests).toHaveLength(1)
  await page.reload()
  await expect(queue).toContainText('waits: you stopped the agent')
  await queue.getByRole('button', { name: 'Send now' }).click()
  await expect(page.getByRole('log')).toContainText('Now I read it.')
  await expect(queue).toBeHidden()
})
