import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

test('[F33] [F34] a person goes back to a message with code and conversation, keeps one file, and undoes it', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([
    answer([tool('write_file', { path: 'a.txt', content: 'one\n' }), tool('write_file', { path: 'b.txt', content: 'one\n' })]),
    answer([text('First is done.')]),
    answer([
      tool('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two' }),
      tool('edit_file', { path: 'b.txt', old_text: 'one', new_text: 'two' }),
    ]),
    answer([text('Second is done.')]),
    answer([text('I go on from the first.')]),
  ])
  const log = page.getByRole('log')
  await startSession(page, relay.url, 'write one')
  await expect(log).toContainText('First is done.')
  await idle(page)
  await send(page, 'make it two')
  await expect(log).toContainText('Second is done.')
  await idle(page)
  // The person changes one of the two after the agent did.
  await page.getByRole('tab', { name: 'Files' }).click()
  await page.getByRole('treeitem', { name: /b\.txt/ }).click()
  const editor = page.getByRole('region', { name: 'Editor' })
  await expect(editor).toContainText('two')
  await editor.locator('.monaco-editor').first().click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('mine')
  await page.keyboard.press('ControlOrMeta+S')
  await expect(page.getByRole('tab', { name: /b\.txt, not saved/ })).toHaveCount(0)

  const message = page.getByRole('article', { name: 'You' }).filter({ hasText: 'make it two' })
  await message.hover()
  await message.getByRole('button', { name: 'Actions for this message' }).click()
  await page.getByRole('menuitem', { name: 'Rewind to here…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Rewind' })
  await expect(dialog.getByRole('radio', { name: /make it two/ })).toBeChecked()
  await expect(dialog.getByRole('listitem', { name: 'a.txt +1 −1' })).toBeVisible()
  await dialog.getByRole('button', { name: /modified, a\.txt/ }).click()
  await expect(dialog.getByRole('group', { name: '1 line added, 1 removed' })).toContainText('two')

  await dialog.getByRole('button', { name: 'Restore both' }).click()
  await expect(dialog.getByRole('list', { name: 'Files to restore' }).getByRole('listitem')).toHaveCount(2)
  const mine = dialog.getByRole('radiogroup', { name: 'b.txt' })
  await expect(mine.getByRole('radio', { name: 'Keep' })).toBeChecked()
  await dialog.getByRole('button', { name: 'Restore 1 file and the conversation' }).click()
  await expect(dialog).toBeHidden()
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await expect(box).toHaveValue('make it two')
  await expect(log).not.toContainText('Second is done.')
  const strip = page.getByRole('status', { name: 'Restored' })
  await expect(strip).toContainText('conversation and 1 file')
  await expect(editor).toContainText('mine')
  await page.getByRole('treeitem', { name: /a\.txt/ }).click()
  await expect(editor).toContainText('one')

  await strip.getByRole('button', { name: 'Undo' }).click()
  await expect(log).toContainText('Second is done.')
  await expect(strip).toBeHidden()
  await expect(editor).toContainText('two')
  await expect(box, 'its message is in the conversation again').toHaveValue('')
  await expect(box).toBeFocused()

  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(dialog.getByRole('radio', { checked: true })).toBeFocused()
  await dialog.getByRole('textbox', { name: 'Checkpoint name' }).fill('two works')
  await dialog.getByRole('button', { name: 'Name checkpoint' }).click()
  await expect(dialog.getByRole('radio', { name: /two works/ })).toBeVisible()
})

test('[F33] a fork from a message is a session of its own, and the first one is as it was', async ({ page, relay, model }) => {
  model.setScript([answer([text('First.')]), answer([text('Second.')]), answer([text('Another second.')]), answer([text('Tried again.')])])
  const log = page.getByRole('log')
  await startSession(page, relay.url, 'one')
  await expect(log).toContainText('First.')
  await idle(page)
  await send(page, 'two')
  await expect(log).toContainText('Second.')
  await idle(page)
  const parent = page.url()
  const message = page.getByRole('article', { name: 'You' }).filter({ hasText: 'two' })
  await message.hover()
  await message.getByRole('button', { name: 'Actions for this message' }).click()
  await page.getByRole('menuitem', { name: 'Fork from here' }).click()
  await expect(page).not.toHaveURL(parent)
  await expect(log).toContainText('First.')
  await expect(log).not.toContainText('Second.')
  await expect(page.getByRole('textbox', { name: 'Message the agent' })).toHaveValue('two')
  await page.getByRole('textbox', { name: 'Message the agent' }).press('Enter')
  await expect(log).toContainText('Another second.')
  // The same bytes were sent again, so that what the provider has cached of them holds.
  const [, second, other] = model.requests.map((request) => JSON.parse(request.body).messages)
  expect(other.slice(0, -1)).toEqual(second.slice(0, -1))
  await page.goto(parent)
  await expect(log).toContainText('Second.')
  await page.getByRole('article', { name: 'Agent' }).filter({ hasText: 'Second.' }).hover()
  await page.getByRole('article', { name: 'Agent' }).filter({ hasText: 'Second.' }).getByRole('button', { name: 'Retry' }).click()
  await expect(log).toContainText('Tried again.')
  await expect(log).not.toContainText('Second.')
  expect(JSON.parse(model.requests[3]?.body ?? '{}').messages.at(-1)).toEqual(second.at(-1))
  await idle(page)
  // By keys: to the message, past Copy, and its text is in the box.
  await page.getByRole('textbox', { name: 'Message the agent' }).click()
  await page.keyboard.press('Control+Alt+BracketLeft')
  await expect(page.getByRole('article', { name: 'You' }).filter({ hasText: 'two' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Edit & resend' }).last()).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Message the agent' })).toHaveValue('two')
  await expect(page.getByRole('textbox', { name: 'Message the agent' })).toBeFocused()
  await expect(log).not.toContainText('Tried again.')
})
