import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, send, startSession, test } from './fixtures'

const OLD = Array.from({ length: 12 }, (_, i) => `line ${i + 1}\n`).join('')
const NOW = OLD.replace('line 3\n', 'LINE 3\n').replace('line 10\n', 'LINE 10\n')

test('a command is changed by keys alone; what runs is what was changed, and the agent reads it', async ({ page, relay, model }) => {
  model.setScript([answer([tool('shell', { command: 'mkdir one && echo ONE' })]), answer([text('I see.')])])
  await startSession(page, relay.url, 'go')
  const deny = card(page).getByRole('button', { name: 'Deny', exact: true })
  await expect(deny).toBeEnabled()
  // Who was typing keeps the focus; the card is before it in the order of Tab.
  await deny.focus()
  await page.keyboard.press('e')
  const field = card(page).getByRole('textbox', { name: 'Command to run instead' })
  await expect(field).toBeFocused()
  await expect(field).toHaveValue('mkdir one && echo ONE')
  await expect(card(page).getByRole('button', { name: 'Allow once' })).toBeDisabled()
  await page.keyboard.press('Escape')
  await expect(field).toHaveCount(0)
  await expect(deny).toBeFocused()
  await page.keyboard.press('e')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('mkdir two && echo TWO')
  await page.keyboard.press('Control+Enter')
  await expect(card(page)).toContainText('Changed by you')
  await expect(card(page).getByRole('region', { name: 'Exact request' })).toContainText('mkdir two')
  await page.reload()
  await expect(card(page)).toContainText('Changed by you')
  await expect(deny).toBeEnabled()
  await deny.focus()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('log')).toContainText('I see.')
  const result = JSON.parse(model.requests[1]?.body ?? '{}').messages.at(-1).content[0]
  expect(JSON.stringify(result)).toContain('TWO')
  expect(JSON.stringify(result)).toContain('The person changed your command.')
})

test('an edit that waits is accepted in part: the ticked parts are written, the agent reads the rest', async ({ page, relay, model }) => {
  model.setScript([
    answer([tool('write_file', { path: 'a.txt', content: OLD })]),
    answer([text('Written.')]),
    answer([tool('write_file', { path: 'a.txt', content: NOW })]),
    answer([text('I see.')]),
  ])
  await startSession(page, relay.url, 'write it')
  await expect(page.getByRole('log')).toContainText('Written.')
  await page.getByRole('button', { name: /Accept edits/ }).click()
  await page.getByRole('menuitemradio', { name: /^Ask/ }).click()
  await send(page, 'change it')
  const choose = card(page).getByRole('button', { name: 'Choose parts…' })
  await expect(choose).toBeEnabled()
  await choose.press('Enter')
  const parts = card(page).getByRole('group', { name: 'Parts of this edit' })
  await expect(parts.getByRole('checkbox', { name: 'Part 1, line 3' })).toBeFocused()
  await parts.getByRole('checkbox', { name: 'Part 2, line 10' }).press('Space')
  await parts.getByRole('textbox', { name: 'Reason for the agent' }).fill('ten is a name')
  await parts.getByRole('button', { name: 'Use the ticked parts' }).press('Enter')
  await expect(card(page)).toContainText('Changed by you')
  const once = card(page).getByRole('button', { name: 'Allow once' })
  await card(page).getByRole('group', { name: 'Request' }).press('End')
  await expect(once).toBeEnabled()
  await once.press('Enter')
  await expect(page.getByRole('log')).toContainText('I see.')
  const result = JSON.stringify(JSON.parse(model.requests[3]?.body ?? '{}').messages.at(-1))
  expect(result).toContain('accepted this edit in part')
  expect(result).toContain('ten is a name')
  await page.getByRole('tab', { name: 'Changes' }).click()
  await expect(page.getByRole('listitem', { name: 'a.txt +12 −0' })).toBeVisible()
})

test('what the person writes while an edit waits is put together with it by keys alone; nothing is written over it', async ({
  page,
  relay,
  model,
}, info) => {
  model.setScript([
    answer([tool('write_file', { path: 'a.txt', content: OLD })]),
    answer([text('Written.')]),
    answer([tool('write_file', { path: 'a.txt', content: NOW })]),
    answer([text('I see.')]),
  ])
  await startSession(page, relay.url, 'write it')
  await expect(page.getByRole('log')).toContainText('Written.')
  await page.getByRole('button', { name: /Accept edits/ }).click()
  await page.getByRole('menuitemradio', { name: /^Ask/ }).click()
  await send(page, 'change it')
  // A whole new content is shown against the file that it would replace.
  await expect(card(page).getByRole('group', { name: '2 lines added, 2 removed' })).toContainText('LINE 10')
  await page.getByRole('tab', { name: 'Files' }).click()
  await page.getByRole('treeitem', { name: /a\.txt/ }).click()
  const editor = page.getByRole('region', { name: 'Editor' })
  await editor.locator('.monaco-editor').first().click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+End')
  await page.keyboard.type('mine 3')
  await page.keyboard.press('ControlOrMeta+S')
  const conflict = card(page).getByRole('region', { name: 'Conflict' })
  await expect(conflict).toContainText('a.txt changed since the agent asked.')
  await expect(card(page).getByRole('button', { name: 'Allow once' })).toBeDisabled()
  await expect(conflict.getByLabel('Yours', { exact: true }).first()).toHaveText('mine 3')
  await expect(conflict.getByLabel('Agent’s', { exact: true }).first()).toHaveText('LINE 3')
  await conflict.getByRole('radio', { name: 'Yours', exact: true }).focus()
  await page.keyboard.press('Space')
  await expect(conflict.getByRole('group', { name: '1 line added, 1 removed' })).toContainText('LINE 10')
  for (const [name, scheme, size] of [
    ['card-light', 'light', { width: 1280, height: 800 }],
    ['card-dark', 'dark', { width: 1280, height: 800 }],
    ['card-narrow', 'light', { width: 390, height: 844 }],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.setViewportSize(size)
    if (size.width < 900) await page.getByRole('button', { name: /^Chat/ }).click()
    await expect(conflict).toBeVisible()
    await info.attach(`conflict-${name}`, { body: await page.screenshot(), contentType: 'image/png' })
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  await conflict.getByRole('button', { name: 'Use this' }).press('Enter')
  await expect(card(page)).toContainText('Changed by you')
  await expect(conflict).toHaveCount(0)
  await card(page).getByRole('group', { name: 'Request' }).press('End')
  const once = card(page).getByRole('button', { name: 'Allow once' })
  await expect(once).toBeEnabled()
  await once.press('Enter')
  await expect(page.getByRole('log')).toContainText('I see.')
  expect(JSON.stringify(JSON.parse(model.requests[3]?.body ?? '{}').messages.at(-1))).toContain('put both together')
  await expect(editor).toContainText('mine 3')
  await expect(editor).toContainText('LINE 10')
})
