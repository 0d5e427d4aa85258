import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

const BEFORE = Array.from({ length: 40 }, (_, i) => `line ${i + 1}\n`).join('')
const AFTER = BEFORE.replace('line 3\n', 'LINE 3\n').replace('line 20\n', 'LINE 20\n').replace('line 38\n', '')

test('parts of a change are decided on by keys alone; the refused one stays, and the agent reads which and why', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([
    answer([tool('write_file', { path: 'a.txt', content: BEFORE })]),
    answer([text('Written.')]),
    answer([tool('write_file', { path: 'a.txt', content: AFTER })]),
    answer([text('Rewritten.')]),
    answer([text('I see.')]),
    answer([text('Again.')]),
  ])
  await startSession(page, relay.url, 'write it')
  await expect(page.getByRole('log')).toContainText('Written.')
  await idle(page)
  await page.getByRole('tab', { name: 'Changes' }).click()
  const changes = page.getByRole('region', { name: 'Changes' })
  await changes.getByRole('button', { name: 'Accept a.txt' }).click()
  await expect(changes).toContainText('No changes')
  await send(page, 'change it')
  await expect(page.getByRole('log')).toContainText('Rewritten.')
  await idle(page)

  const part = changes.getByRole('group', { name: 'Part of the change' })
  await expect(part).toContainText('Hunk 1 of 3 · line 3')
  await expect(changes.locator('.monaco-diff-editor')).toContainText('LINE 3')
  await changes.getByRole('button', { name: /modified.*a\.txt/ }).focus()
  await page.keyboard.press('Alt+j')
  await expect(part).toContainText('Hunk 2 of 3 · line 20')
  await part.getByRole('button', { name: 'Reject with a reason…' }).press('Enter')
  await page.keyboard.type('twenty is a name')
  await page.keyboard.press('Control+Enter')
  const refused = changes.getByRole('region', { name: 'Rejected hunks' })
  await expect(refused.getByRole('listitem')).toContainText('twenty is a name')
  await expect(refused.locator('del')).toHaveText('LINE 20')
  await expect(part).toContainText('Hunk 2 of 2 · a line removed after line 37')
  await changes
    .getByRole('button', { name: /a\.txt/ })
    .first()
    .focus()
  await page.keyboard.press('Alt+k')
  await page.keyboard.press('Alt+y')
  await expect(part).toContainText('Hunk 1 of 1')
  await page.keyboard.press('Alt+y')
  await expect(changes.getByRole('listitem', { name: 'a.txt +0 −0' })).toContainText('Rejected')

  await send(page, 'and now?')
  await expect(page.getByRole('log')).toContainText('I see.')
  const told = JSON.stringify(JSON.parse(model.requests[4]?.body ?? '{}').messages.at(-1))
  expect(told).toContain('Line 20:\\n-line 20\\n+LINE 20')
  expect(told).toContain('twenty is a name')

  await page.reload()
  await page.getByRole('tab', { name: 'Changes' }).click()
  await refused.getByRole('button', { name: 'Undo the rejection of line 20' }).press('Enter')
  await expect(refused).toHaveCount(0)
  await expect(part).toContainText('Hunk 1 of 1 · line 20')
})

test('comments on lines are collected by keys and mouse, outlive a reload, and leave as one message', async ({ page, relay, model }) => {
  model.setScript([
    answer([tool('write_file', { path: 'a.txt', content: BEFORE }), tool('write_file', { path: 'b.txt', content: 'one\ntwo\n' })]),
    answer([text('Written.')]),
    answer([text('I see both.')]),
  ])
  await startSession(page, relay.url, 'write it')
  await expect(page.getByRole('log')).toContainText('Written.')
  await idle(page)
  await page.getByRole('tab', { name: 'Changes' }).click()
  const changes = page.getByRole('region', { name: 'Changes' })
  await expect(changes.locator('.monaco-editor').first()).toContainText('line 3')
  await changes.getByRole('button', { name: /added.*a\.txt/ }).focus()
  await page.keyboard.press('c')
  await expect(changes.getByRole('textbox', { name: 'Comment on line 1' })).toBeFocused()
  await page.keyboard.press('Escape')
  await changes.locator('.line-numbers', { hasText: /^3$/ }).click()
  await expect(changes.getByRole('textbox', { name: 'Comment on line 3' })).toBeFocused()
  await page.keyboard.type('why three?')
  await page.keyboard.press('Enter')
  const comments = changes.getByRole('region', { name: 'Comments' })
  await expect(comments.getByRole('listitem')).toContainText('why three?')
  await page.reload()
  await page.getByRole('tab', { name: 'Changes' }).click()
  await expect(comments.getByRole('listitem')).toContainText('a.txt:3 line 3')
  await changes.getByRole('button', { name: /added.*b\.txt/ }).press('Enter')
  await expect(changes.locator('.monaco-editor').first()).toContainText('two')
  await page.keyboard.press('c')
  await page.keyboard.type('and one?')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('log')).toContainText('I see both.')
  await expect(comments).toHaveCount(0)
  const said = JSON.stringify(JSON.parse(model.requests[2]?.body ?? '{}').messages.at(-1))
  expect(said).toContain('2 comments on your changes:\\n\\na.txt:3\\n> line 3\\nwhy three?\\n\\nb.txt:1\\n> one\\nand one?')
  const download = page.waitForEvent('download')
  await changes.getByRole('button', { name: 'Download patch' }).click()
  expect((await download).suggestedFilename()).toMatch(/\.patch$/)
})
