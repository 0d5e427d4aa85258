import { readFile } from 'node:fs/promises'
import { answer, text } from '@tabwright/testkit'
import { expect, idle, startSession, test } from './fixtures'

test('sessions are listed, opened, renamed, deleted and brought back, each with its own files', async ({ page, relay, model }) => {
  model.setScript((_request, n) => answer([text(`Answer ${n + 1}.`)]))
  await startSession(page, relay.url, 'first task')
  await expect(page.getByRole('log')).toContainText('Answer 1.')
  await idle(page)
  const list = page.getByRole('navigation', { name: 'Sessions' })
  await expect(list.getByRole('link')).toHaveCount(1)

  await list.getByRole('button', { name: 'New session' }).click()
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await expect(page.getByRole('heading', { name: 'What should we build?' })).toBeVisible()
  await box.fill('second task')
  await box.press('Enter')
  await expect(page.getByRole('log')).toContainText('Answer 2.')
  await expect(list.getByRole('link')).toHaveCount(2)
  await expect(page.getByRole('log')).not.toContainText('first task')

  await list.getByRole('link', { name: /first task/ }).click()
  await expect(page.getByRole('log')).toContainText('Answer 1.')

  await list.getByRole('link', { name: /first task/ }).focus()
  await page.keyboard.press('F2')
  await expect(list.getByRole('textbox', { name: /name|title/i })).toBeFocused()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('Renamed')
  await page.keyboard.press('Enter')
  await expect(list.getByRole('link', { name: /Renamed/ })).toBeVisible()
  await page.reload()
  await expect(list.getByRole('link', { name: /Renamed/ })).toBeVisible()

  await list.getByRole('searchbox', { name: 'Search sessions' }).fill('second')
  await expect(list.getByRole('link')).toHaveCount(1)
  await list.getByRole('searchbox', { name: 'Search sessions' }).fill('answer 1')
  await expect(
    list.getByRole('listitem').filter({ has: page.getByRole('link', { name: /Renamed/ }) }),
    'what was said is found',
  ).toContainText('Answer 1.')
  await expect(list.getByRole('link')).toHaveCount(1)
  await list.getByRole('searchbox', { name: 'Search sessions' }).fill('')
  await list.getByRole('combobox', { name: 'Sessions shown' }).selectOption('Needs you')
  await expect(list).toContainText('No session here is “Needs you”.')
  await list.getByRole('combobox', { name: 'Sessions shown' }).selectOption('All')
  await list.getByRole('searchbox', { name: 'Search sessions' }).fill('')

  await list.getByRole('link', { name: /Renamed/ }).focus()
  await page.keyboard.press('Delete')
  await expect(list.getByRole('link', { name: /Renamed/ })).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(list.getByRole('link', { name: /Renamed/ })).toBeVisible()
  await list.getByRole('link', { name: /Renamed/ }).click()
  await expect(page.getByRole('log')).toContainText('Answer 1.')

  const act = async (title: string, action: string): Promise<void> => {
    await list.getByRole('button', { name: `Actions for ${title}` }).click()
    await page.getByRole('menuitem', { name: action, exact: true }).click()
  }
  await act('Renamed', 'Save as Markdown')
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save the copy' }).click()
  const saved = await saving
  expect(saved.suggestedFilename()).toBe('renamed.md')
  expect(await readFile(await saved.path(), 'utf8')).toContain('Answer 1.')
  await act('Renamed', 'Pin')
  await expect(list.getByRole('region', { name: 'Pinned' }).getByRole('link', { name: /Renamed/ })).toBeVisible()
  await act('second task', 'Archive')
  await expect(list.getByRole('link', { name: /second task/ })).toBeHidden()
  await list.getByText('Archived (1)').click()
  await act('second task', 'Bring back')
  await expect(list.getByRole('region', { name: 'Today' }).getByRole('link', { name: /second task/ })).toBeVisible()
})
