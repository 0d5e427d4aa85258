import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, idle, send, startSession, test } from './fixtures'

test('[F41] a rule of the project comes from a card, is shown in Settings, answers the test box, and goes with Undo', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([
    answer([tool('shell', { command: 'git status --short', purpose: 'look' }, { id: 't1' })]),
    answer([tool('shell', { command: 'git status --long' }, { id: 't2' })]),
    answer([text('all done')]),
    answer([tool('shell', { command: 'git status' }, { id: 't3' })]),
    answer([text('stopped')]),
  ])
  await startSession(page, relay.url, 'go')
  await expect(card(page)).toContainText('shell(git status *) in /workspace')
  await card(page).getByRole('radio', { name: 'and whatever follows' }).check()
  await card(page).getByRole('button', { name: 'Always allow in this project' }).click()
  await expect(page.getByRole('log')).toContainText('all done')
  await page.getByRole('group', { name: 'Tool call: shell' }).last().getByRole('button').first().click()
  await expect(page.getByRole('log')).toContainText('Allowed by rule shell(git status *) in /workspace (in this project:')

  await page.reload()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('tab', { name: 'Permissions' }).click()
  const settings = page.getByRole('dialog', { name: 'Settings' })
  const row = settings.getByRole('row').filter({ hasText: 'shell(git status *)' })
  await expect(row).toContainText('Allow')
  await expect(row).toContainText('Demo project')
  await expect(row).not.toContainText('Never')

  const tried = settings.getByRole('form', { name: 'Try a call' })
  await tried.getByRole('textbox', { name: 'Call' }).fill('shell(git status -s && curl https://a.dev)')
  await page.keyboard.press('Enter')
  await expect(tried.getByRole('status')).toContainText('Asks: No rule allows this command.')
  await tried.getByRole('textbox', { name: 'Call' }).fill('shell(git status -s && ls)')
  await page.keyboard.press('Enter')
  await expect(tried.getByRole('status')).toContainText('Allowed by rule shell(git status *) in /workspace')

  const form = settings.getByRole('form', { name: 'Add a rule' })
  await form.getByRole('textbox', { name: 'Rule' }).fill('shell(git status && ls)')
  await page.keyboard.press('Enter')
  await expect(form.getByRole('alert')).toContainText("'&' is not a plain word")
  await form.getByRole('textbox', { name: 'Rule' }).fill('shell(git *)')
  await page.keyboard.press('Enter')
  await expect(form.getByRole('status')).toContainText('holds from the next call on')
  await expect(settings.getByRole('row')).toHaveCount(3)

  await row.getByRole('button', { name: 'Delete allow shell(git status *)' }).click()
  await expect(settings.getByRole('row')).toHaveCount(2)
  await settings.getByRole('button', { name: 'Undo' }).click()
  await expect(row).toBeVisible()

  await page.keyboard.press('Escape')
  await send(page, 'again')
  await idle(page)
  await expect(page.getByRole('log')).toContainText('stopped')
  await expect(page.getByRole('group', { name: 'Tool call: shell' }).last()).toContainText('denied')
})

test('edits of one answer wait together and pass with one word; another level asks nothing for the next', async ({
  page,
  relay,
  model,
}) => {
  const write = (path: string): ReturnType<typeof tool> => tool('write_file', { path, content: `${path}\n` }, { id: path.replace('.', '') })
  model.setScript([
    answer(['one.md', 'two.md', 'three.md'].map(write)),
    answer([text('written')]),
    answer([write('four.md')]),
    answer([text('alone')]),
  ])
  await page.addInitScript(() => {
    if (origin !== 'null') localStorage.setItem('tabwright.mode', 'ask')
  })
  await startSession(page, relay.url, 'go')
  await expect(card(page)).toContainText('1 of 3')
  await expect(card(page).getByRole('region', { name: 'Edits that wait with this one' })).toContainText('three.md')
  await card(page).getByRole('button', { name: 'Allow all 3 edits' }).click()
  await expect(page.getByRole('log')).toContainText('written')

  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('tab', { name: 'Permissions' }).click()
  await expect(page.getByRole('radio', { name: /^Ask each time/ })).toBeChecked()
  // It is marked when it holds.
  await page.getByRole('radio', { name: /^Write in the workspace/ }).click()
  await expect(page.getByRole('radio', { name: /^Write in the workspace/ })).toBeChecked()
  await page.keyboard.press('Escape')
  await send(page, 'one more')
  await expect(page.getByRole('log')).toContainText('alone')
})
