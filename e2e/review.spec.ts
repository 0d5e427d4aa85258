import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

test('an edit shows as a diff; a rejected one is undone and the next request says so', async ({ page, relay, model }) => {
  model.setScript([
    answer([
      tool('write_file', { path: 'notes/a.txt', content: 'one\ntwo\n' }),
      tool('write_file', { path: 'notes/b.txt', content: 'keep\n' }),
    ]),
    answer([text('Written.')]),
    answer([text('I see that you rejected it.')]),
  ])
  await startSession(page, relay.url, 'write notes')
  await expect(page.getByRole('log')).toContainText('Written.')
  await idle(page)
  await page.getByRole('tab', { name: 'Changes' }).click()
  const changes = page.getByRole('region', { name: 'Changes' })
  await expect(changes.getByRole('listitem', { name: /notes\/a\.txt \+2 −0/ })).toBeVisible()
  await changes.getByRole('listitem', { name: /notes\/a\.txt/ }).click()
  await expect(changes.locator('.monaco-diff-editor, .monaco-editor').first()).toContainText('two')
  await changes.getByRole('button', { name: 'Reject notes/a.txt' }).click()
  await expect(changes.getByRole('listitem')).toHaveCount(1)
  await changes.getByRole('button', { name: 'Accept notes/b.txt' }).click()
  await expect(changes).toContainText('No changes in this session yet.')

  await page.getByRole('tab', { name: 'Files' }).click()
  await expect(page.getByRole('tree', { name: 'Files' })).toBeVisible()
  await expect(page.getByRole('treeitem', { name: /a\.txt/ })).toHaveCount(0)

  await send(page, 'and now?')
  await expect(page.getByRole('log')).toContainText('I see that you rejected it.')
  const last = JSON.parse(model.requests[2]?.body ?? '{}').messages.at(-1)
  expect(JSON.stringify(last)).toContain('rejected those to: notes/a.txt')
})

test('a viewed file stays viewed until its content changes, and keys decide on all', async ({ page, relay, model }) => {
  model.setScript([
    answer([tool('write_file', { path: 'a.txt', content: 'one\n' }), tool('write_file', { path: 'b.txt', content: 'two\n' })]),
    answer([text('Written.')]),
    answer([tool('write_file', { path: 'a.txt', content: 'other\n' })]),
    answer([text('Again.')]),
  ])
  await startSession(page, relay.url, 'write')
  await expect(page.getByRole('log')).toContainText('Written.')
  await idle(page)
  const changes = page.getByRole('region', { name: 'Changes' })
  const viewed = (path: string) => changes.getByRole('checkbox', { name: `Viewed ${path}` })
  await page.getByRole('tab', { name: 'Changes' }).click()
  await viewed('a.txt').check()
  await viewed('b.txt').check()
  await expect(changes).toContainText('2 viewed')
  await page.reload()
  await page.getByRole('tab', { name: 'Changes' }).click()
  await expect(viewed('a.txt')).toBeChecked()
  await send(page, 'once more')
  await expect(page.getByRole('log')).toContainText('Again.')
  await idle(page)
  await expect(viewed('a.txt')).not.toBeChecked()
  await expect(viewed('b.txt')).toBeChecked()
  await viewed('b.txt').press('Control+Shift+Enter')
  await expect(changes).toContainText('No changes in this session yet.')
})
