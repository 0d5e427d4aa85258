import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

test('the editor goes where the agent edits until a person does something in it, cards lead to their lines, and texts are compared', async ({
  page,
  relay,
  model,
}) => {
  const lines = Array.from({ length: 80 }, (_, i) => `line ${i + 1}`).join('\n')
  model.setScript([
    answer([tool('write_file', { path: 'notes.txt', content: lines })]),
    answer([text('Written.')]),
    answer([tool('edit_file', { path: 'notes.txt', old_text: 'line 60\n', new_text: 'line sixty\n' })]),
    answer([tool('grep', { pattern: 'line 3$' })]),
    answer([text('Edited.')]),
    answer([tool('edit_file', { path: 'notes.txt', old_text: 'line 70\n', new_text: 'line seventy\n' })]),
    answer([text('Again.')]),
  ])
  await startSession(page, relay.url, 'write')
  const log = page.getByRole('log')
  await expect(log).toContainText('Written.')
  await idle(page)
  await page.getByRole('tab', { name: 'Files' }).click()
  const editor = page.getByRole('region', { name: 'Editor' })
  const follow = editor.getByRole('button', { name: 'Follow the agent' })
  await follow.click()
  await expect(follow).toHaveAttribute('aria-pressed', 'true')
  await send(page, 'edit')
  // Only lines in view are on the page.
  await expect(editor).toContainText('line sixty')
  await expect(log).toContainText('Edited.')
  await idle(page)

  await log.getByRole('group', { name: 'Tool call: grep' }).getByRole('button', { expanded: false }).click()
  await log.getByRole('button', { name: 'Open notes.txt:3' }).click()
  await expect(editor).toContainText('line 3')
  await expect(editor).not.toContainText('line sixty')

  await editor.locator('.monaco-editor').first().click()
  await expect(follow).toHaveAttribute('aria-pressed', 'false')
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.type('mine ')
  await send(page, 'again')
  await expect(log).toContainText('Again.')
  await editor.getByRole('button', { name: 'Compare' }).click()
  const both = editor.getByRole('region', { name: 'The file and your text' })
  await expect(both).toContainText('mine line 1')
  await expect(both).toContainText('line seventy')
})
