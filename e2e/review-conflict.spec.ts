import { answer, text, tool } from '@tabwright/testkit'
import type { Page } from '@playwright/test'
import { expect, idle, send, startSession, test } from './fixtures'

const BEFORE = Array.from({ length: 12 }, (_, i) => `line ${i + 1}\n`).join('')
const AGENTS = BEFORE.replace('line 3\n', 'LINE 3\n').replace('line 10\n', 'LINE 10\n')

/** The person writes over the line at the cursor's place, counted from the top, and saves. */
async function overwrite(page: Page, line: number, said: string): Promise<void> {
  await page.getByRole('tab', { name: 'Files' }).click()
  await page.getByRole('treeitem', { name: /a\.txt/ }).click()
  const editor = page.getByRole('region', { name: 'Editor' })
  await expect(editor).toContainText('LINE 10')
  await editor.locator('.monaco-editor').first().click()
  await page.keyboard.press('Control+Home')
  for (let at = 1; at < line; at++) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+End')
  await page.keyboard.type(said)
  await page.keyboard.press('ControlOrMeta+S')
  await expect(page.getByRole('treeitem', { name: /a\.txt/ })).toBeVisible()
}

test('lines that both changed are a conflict: three sides, settled by keys alone, and the agent reads how', async ({
  page,
  relay,
  model,
}, info) => {
  model.setScript([
    answer([tool('write_file', { path: 'a.txt', content: BEFORE })]),
    answer([text('Written.')]),
    answer([tool('write_file', { path: 'a.txt', content: AGENTS })]),
    answer([text('Rewritten.')]),
    answer([text('I see.')]),
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
  await overwrite(page, 3, 'mine 3')

  await page.getByRole('tab', { name: 'Changes' }).click()
  const row = changes.getByRole('listitem', { name: /^a\.txt/ })
  await expect(row).toContainText('Conflict')
  // Rejecting the whole would take the person's line with it: they are asked, and nothing is lost by asking.
  await changes.getByRole('button', { name: 'Reject a.txt' }).press('Enter')
  const question = changes.getByRole('alertdialog', { name: 'You changed this too' })
  await expect(question).toContainText('You changed a.txt too.')
  await expect(question.getByRole('button', { name: 'Decide part by part' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(question).toHaveCount(0)

  const part = changes.getByRole('group', { name: 'Part of the change' })
  await expect(part).toContainText('Hunk 1 of 2 · line 3Conflict')
  await changes.getByRole('button', { name: /modified.*a\.txt/ }).focus()
  // Neither key decides on it: both open the three sides.
  await page.keyboard.press('Alt+n')
  const conflict = changes.getByRole('region', { name: 'Conflict in line 3' })
  await expect(conflict.getByLabel('Before both', { exact: true })).toHaveText('line 3')
  await expect(conflict.getByLabel('Yours', { exact: true }).first()).toHaveText('mine 3')
  await expect(conflict.getByLabel('Agent’s', { exact: true }).first()).toHaveText('LINE 3')
  await expect(conflict.getByRole('radio', { name: 'Yours', exact: true })).toBeFocused()
  await expect(conflict.getByRole('button', { name: 'Apply' })).toBeDisabled()
  await page.keyboard.press('Escape')
  await expect(conflict).toHaveCount(0)
  await expect(changes.getByRole('button', { name: /modified.*a\.txt/ })).toBeFocused()
  await page.keyboard.press('Alt+y')
  await expect(conflict.getByRole('radio', { name: 'Yours', exact: true })).toBeFocused()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  const result = conflict.getByRole('textbox', { name: 'What will stand there' })
  await expect(result).toHaveValue('mine 3\nLINE 3\n')
  for (const [name, scheme, size] of [
    ['light', 'light', { width: 1280, height: 800 }],
    ['dark', 'dark', { width: 1280, height: 800 }],
    ['narrow', 'light', { width: 390, height: 844 }],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.setViewportSize(size)
    if (size.width < 900) await page.getByRole('button', { name: /^Changes/ }).click()
    await expect(conflict).toBeVisible()
    await info.attach(`conflict-${name}`, { body: await page.screenshot(), contentType: 'image/png' })
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  await conflict.getByRole('radio', { name: 'Edit by hand' }).press('Space')
  await result.focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('settled 3')
  await page.keyboard.press('Control+Enter')
  await expect(conflict).toHaveCount(0)
  await expect(row).not.toContainText('Conflict')
  await expect(part).toContainText('Hunk 1 of 1 · line 10')
  await send(page, 'and now?')
  await expect(page.getByRole('log')).toContainText('I see.')
  const told = JSON.stringify(JSON.parse(model.requests[4]?.body ?? '{}').messages.at(-1))
  expect(told).toContain('they wrote the place anew. There stands now:\\n+settled 3')
})
