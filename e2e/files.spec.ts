import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, startSession, test } from './fixtures'

test('person and agent share files and shell: editor, terminal and agent see the same, after a reload too', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([
    answer([tool('write_file', { path: 'hello.txt', content: 'from the agent\n' })]),
    answer([text('Written.')]),
    answer([tool('read_file', { path: 'hello.txt' })]),
    answer([text('Read.')]),
  ])
  await startSession(page, relay.url, 'write')
  await expect(page.getByRole('log')).toContainText('Written.')
  await idle(page)

  await page.getByRole('tab', { name: 'Files' }).click()
  await page.getByRole('treeitem', { name: /hello\.txt/ }).click()
  const editor = page.getByRole('region', { name: 'Editor' })
  await expect(editor).toContainText('from the agent')
  await editor.locator('.monaco-editor').first().click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('from the person')
  await page.keyboard.press('ControlOrMeta+S')

  const terminal = page.getByRole('region', { name: 'Terminal' })
  if (!(await terminal.isVisible())) await page.keyboard.press('Control+`')
  await terminal.click()
  await page.keyboard.type('cat hello.txt && echo made > made.txt')
  await page.keyboard.press('Enter')
  await expect(terminal).toContainText('from the person')
  await expect(page.getByRole('treeitem', { name: /made\.txt/ })).toBeVisible()

  await page.getByRole('treeitem', { name: /made\.txt/ }).click()
  await expect(editor.getByRole('tab', { selected: true })).toHaveText(/made\.txt/)
  await page.getByRole('button', { name: 'Search in files' }).click()
  await page.getByRole('searchbox', { name: 'Search in files' }).fill('THE person')
  await expect(page.getByText('1 line in 1 file')).toBeVisible()
  await page.getByRole('tree', { name: 'Lines found' }).getByText('from the person').click()
  await expect(editor.getByRole('tab', { selected: true })).toHaveText(/hello\.txt/)

  await page.reload()
  await expect(page.getByRole('region', { name: 'Terminal' })).toContainText('from the person')
  await page.getByRole('textbox', { name: 'Message the agent' }).fill('read it')
  await page.getByRole('textbox', { name: 'Message the agent' }).press('Enter')
  await expect(page.getByRole('log')).toContainText('Read.')
  expect(JSON.stringify(JSON.parse(model.requests[3]?.body ?? '{}').messages.at(-1))).toContain('from the person')
})

test('the editor shows what the checker says of the file as it stands there, and leads to each place', async ({ page, relay, model }) => {
  const wrong = "export const price: number = 'tea'\nexport const name: string = 7\n"
  model.setScript([answer([tool('write_file', { path: 'price.ts', content: wrong })]), answer([text('Written.')])])
  await startSession(page, relay.url, 'write')
  await expect(page.getByRole('log')).toContainText('Written.')
  await page.getByRole('tab', { name: 'Files' }).click()
  await page.getByRole('treeitem', { name: /price\.ts/ }).click()
  const editor = page.getByRole('region', { name: 'Editor' })
  const told = editor.getByRole('status')
  await expect(told).toHaveText('2 problems')
  await expect(editor.locator('.squiggly-error')).toHaveCount(2)
  await editor.getByRole('button', { name: /^Show/ }).click()
  await expect(told).toContainText("line 1: Type 'string' is not assignable to type 'number'")
  await editor.getByRole('button', { name: /^Next/ }).click()
  await expect(told).toContainText('line 2: ')
  // The cursor stands at the second problem: what is typed mends it, saved or not.
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+End')
  await page.keyboard.type("export const name = 'tea'")
  await expect(told).toHaveText('1 problem')
  await expect(editor.locator('.squiggly-error')).toHaveCount(1)
})
