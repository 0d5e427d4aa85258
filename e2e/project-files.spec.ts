import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, startSession, test } from './fixtures'

let folder = ''
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'project-e2e-'))
  mkdirSync(join(folder, 'shop', 'src'), { recursive: true })
  writeFileSync(join(folder, 'shop', 'README.md'), '# Shop\n')
  writeFileSync(join(folder, 'shop', 'src', 'prices.ts'), 'export const tax = 0.2\n')
})
test.afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function download(page: Page, entry: string): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const waiting = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Import and export' }).click()
  await page.getByRole('menuitem', { name: entry }).click()
  const file = await waiting
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
}

test('[O38] a project comes in from an archive, a folder and a drop, goes out whole, and comes back the same', async ({ page, relay }) => {
  execFileSync('tar', ['-czf', join(folder, 'shop.tar.gz'), '-C', join(folder, 'shop'), '.'])
  await page.goto(relay.url)
  await page.getByLabel('Archive to start from').setInputFiles(join(folder, 'shop.tar.gz'))
  await expect(page).toHaveURL(/\/s\//)
  await expect(page.getByText('Imported shop.tar.gz: 2 files added.')).toBeVisible()
  await expect(page.getByRole('treeitem', { name: 'README.md' })).toBeVisible()

  const drop = await page.evaluateHandle(() => {
    const data = new DataTransfer()
    data.items.add(new File(['dropped\n'], 'note.txt'))
    return data
  })
  const conversation = page.getByRole('log')
  await conversation.dispatchEvent('dragenter', { dataTransfer: drop })
  await expect(page.getByText('Drop to import into the workspace')).toBeVisible()
  await conversation.dispatchEvent('drop', { dataTransfer: drop })
  await expect(page.getByRole('treeitem', { name: 'note.txt' })).toBeVisible()

  const first = await download(page, 'Download everything (zip)')
  expect(first.name).toBe('shop-files.zip')
  const bad = join(folder, 'bad.zip')
  writeFileSync(bad, first.bytes.subarray(0, -5))
  await page.getByLabel('Files or archive to import').setInputFiles(bad)
  await expect(page.getByText('"bad.zip" cannot be imported')).toBeVisible()

  const zip = join(folder, 'all.zip')
  writeFileSync(zip, first.bytes)
  await page.goto(relay.url)
  await page.getByLabel('Archive to start from').setInputFiles(zip)
  await expect(page.getByText('Imported all.zip: 3 files added.')).toBeVisible()
  await expect(page.getByRole('treeitem', { name: 'note.txt' })).toBeVisible()
  expect((await download(page, 'Download everything (zip)')).bytes.equals(first.bytes)).toBe(true)

  writeFileSync(join(folder, 'shop', 'README.md'), '# Another shop\n')
  await page.getByLabel('Folder to import').setInputFiles(join(folder, 'shop'))
  await expect(
    page.getByText(/Imported shop: 1 replaced|Imported shop: 2 replaced|Imported shop: 1 replaced, 1 as they were/),
  ).toBeVisible()
})

test('files are renamed, copied and deleted from the tree, with the menu and with keys, and come back', async ({ page, bareRelay }) => {
  await startSession(page, bareRelay.url, 'hello')
  await page.getByRole('tab', { name: 'Files' }).click()
  const tree = page.getByRole('tree', { name: 'Files' })
  const row = (name: string): ReturnType<typeof tree.getByRole> => tree.getByRole('treeitem', { name, exact: true })
  await row('README.md').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Duplicate' }).click()
  await row('README-copy.md').click()
  await page.keyboard.press('F2')
  const field = page.getByRole('textbox', { name: 'New name of README-copy.md' })
  await expect(field).toBeFocused()
  await page.keyboard.type('docs/guide')
  await field.press('Enter')
  await expect(page.getByText('Renamed README-copy.md to docs/guide.md.')).toBeVisible()

  await row('docs').click()
  await row('docs').press('Delete')
  const asked = page.getByRole('alertdialog', { name: 'Delete docs/?' })
  await expect(asked).toContainText('It goes with 1 file.')
  await asked.getByRole('button', { name: 'Delete' }).click()
  await expect(row('docs')).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row('docs')).toBeVisible()

  await row('docs').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Mention in chat' }).click()
  await expect(page.getByRole('textbox', { name: 'Message the agent' })).toHaveValue(/^@docs\/ /)
})
