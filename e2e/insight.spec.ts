import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, startSession, test } from './fixtures'

test('what took the time and what fills the window are read by keyboard: trace, its facts, context and cost', async ({
  page,
  relay,
  model,
}) => {
  model.setScript((request) =>
    request.body.includes('tool_result') ? answer([text('It is a readme.')]) : answer([tool('read_file', { path: 'README.md' })]),
  )
  await startSession(page, relay.url, 'What is in the readme?')
  await expect(page.getByRole('log')).toContainText('It is a readme.')
  await idle(page)
  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Trace', exact: true }).click()

  const turn = page.getByRole('treeitem', { name: /^Turn: What is in the readme\?/ })
  await turn.focus()
  await expect(turn).toHaveAttribute('aria-expanded', 'true')
  await page.keyboard.press('End')
  const last = page.getByRole('treeitem').last()
  await expect(last).toBeFocused()
  await expect(last).toHaveAccessibleName(/^model: claude-test-1/)
  await page.keyboard.press('ArrowUp')
  const read = page.getByRole('treeitem', { name: /^tool: read_file/ })
  await expect(read).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: /^Fact \d+, call\.ended$/ })).toContainText('Corner shop')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowLeft')
  await expect(read).toBeHidden()

  await page.getByRole('tab', { name: 'Trace' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  const parts = page.getByRole('list', { name: 'Parts of the window, largest first' })
  await parts.getByRole('button', { name: /^Files read: about/ }).press('Enter')
  await expect(parts).toContainText('README.md')
  const cost = page.getByRole('region', { name: 'Cost', exact: true })
  await expect(cost.getByRole('row', { name: /^claude-test-1/ })).toContainText('unknown price')
  await expect(cost.getByRole('row', { name: /^read_file 1/ })).toBeVisible()
  await expect(cost.getByRole('list', { name: 'Limits' })).toContainText('of 20,000,000 tokens')
})
