import { answer, hold, text, tool } from '@tabwright/testkit'
import { card, expect, idle, send, startSession, test } from './fixtures'

test('a second tab follows what the first one does, takes over when asked, and the first one stops writing', async ({
  page,
  context,
  relay,
  model,
}) => {
  const gate = hold()
  model.setScript([
    answer([tool('write_file', { path: 'a.txt', content: 'one\n' })]),
    answer([text('First answer.')], { before: [{ type: 'hold', until: gate.until }] }),
    answer([text('Second answer.')]),
    answer([text('Third answer.')]),
  ])
  await startSession(page, relay.url, 'begin')
  await expect(page.getByRole('group', { name: 'Tool call: write_file' })).toContainText('done')

  const other = await context.newPage()
  await other.goto(page.url())
  const notice = other.getByRole('alert').filter({ hasText: 'Open in another tab' })
  await expect(notice).toBeVisible()
  await expect(other.getByRole('group', { name: 'Tool call: write_file' })).toContainText('done')
  gate.release()
  await expect(page.getByRole('log')).toContainText('First answer.')
  await expect(other.getByRole('log')).toContainText('First answer.')

  await idle(page)
  await notice.getByRole('button', { name: 'Take over' }).click()
  await expect(other.getByRole('textbox', { name: 'Message the agent' })).toBeFocused()
  await expect(notice).toBeHidden()
  await expect(page.getByRole('alert').filter({ hasText: 'Open in another tab' })).toBeVisible()
  await send(other, 'go on')
  await expect(other.getByRole('log')).toContainText('Second answer.')
  await expect(page.getByRole('log')).toContainText('Second answer.')
  // Who waits goes on by itself when the tab that writes is closed.
  await other.close()
  await expect(page.getByRole('alert').filter({ hasText: 'Open in another tab' })).toBeHidden()
  await send(page, 'and again')
  await expect(page.getByRole('log')).toContainText('Third answer.')
})

test('[C16] a follower sends and decides through the tab that writes, sees it live, and goes on when that tab is gone', async ({
  page,
  context,
  relay,
  model,
}) => {
  const gate = hold()
  model.setScript([
    answer([text('I begin.'), tool('shell', { command: 'echo hi > a.txt' })], { after: [{ type: 'hold', until: gate.until }] }),
    answer([text('I read what the other tab said.')]),
    answer([text('Alone now.')]),
  ])
  await startSession(page, relay.url, 'begin')
  await expect(page.getByRole('log')).toContainText('I begin.')
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(other.getByRole('alert').filter({ hasText: 'Open in another tab, and that one writes' })).toBeVisible()
  await send(other, 'from the other tab')
  for (const tab of [page, other]) await expect(tab.getByRole('list', { name: 'Queued messages' })).toContainText('from the other tab')
  gate.release()

  await card(other).waitFor()
  await other.getByRole('button', { name: 'Allow once' }).click({ timeout: 15_000 })
  for (const tab of [page, other]) await expect(tab.getByRole('log')).toContainText('I read what the other tab said.')
  await expect(card(page)).toBeHidden()
  const last = JSON.parse(model.requests[1]?.body ?? '{}').messages.at(-1)
  const told = 'The user sent the following message while you were working:\nfrom the other tab'
  expect(last).toEqual({ role: 'system', content: [{ type: 'text', text: told }] })

  await idle(other)
  await page.close()
  await expect(other.getByRole('alert').filter({ hasText: 'Open in another tab' })).toBeHidden()
  await send(other, 'still there?')
  await expect(other.getByRole('log')).toContainText('Alone now.')
})
