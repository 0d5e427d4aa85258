import { answer, hold, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

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
  await expect(notice).toBeHidden()
  await expect(page.getByRole('alert').filter({ hasText: 'Open in another tab' })).toBeVisible()
  await send(other, 'go on')
  await expect(other.getByRole('log')).toContainText('Second answer.')
  await expect(page.getByRole('log')).toContainText('Second answer.')
  await other.close()
  await page.getByRole('button', { name: 'Take over' }).click()
  await send(page, 'and again')
  await expect(page.getByRole('log')).toContainText('Third answer.')
})
