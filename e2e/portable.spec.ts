import { readFile } from 'node:fs/promises'
import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

/** Has the shape of a maker's key, and is none. */
const KEY = `ghp_${'q7Xw2Lp9Zr'.repeat(4).slice(0, 36)}`

test('[F36] a session goes out as a file, comes back to be read, and what comes out of that is the same file', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([answer([tool('write_file', { path: 'notes/a.txt', content: `one ${KEY}\n` })]), answer([text('Written, as asked.')])])
  const log = page.getByRole('log')
  await startSession(page, relay.url, 'write a note')
  await expect(log).toContainText('Written, as asked.')
  await idle(page)

  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Progress' }).click()
  const progress = page.getByRole('dialog', { name: 'Progress' })
  await expect(progress.getByRole('region', { name: 'Done' })).toContainText('notes/a.txt')
  await expect(progress.getByRole('region', { name: 'Asked for' })).toContainText('write a note')
  await page.keyboard.press('Escape')

  const exported = async (): Promise<Buffer> => {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Session menu' }).click()
    await page.getByRole('menuitem', { name: 'Export' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('write-a-note.tabwright.zip')
    return readFile(await file.path())
  }
  const first = await exported()
  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Save a copy to share' }).click()
  const copy = page.getByRole('dialog', { name: /to share$/ })
  await copy.getByText('GitHub').first().click()
  await expect(copy.getByText('fact', { exact: false }).filter({ hasText: 'a request' }).first()).toBeVisible()
  await expect(copy).not.toContainText(KEY)
  const shared = page.waitForEvent('download')
  await copy.getByRole('button', { name: 'Save the copy' }).click()
  expect((await shared).suggestedFilename()).toBe('write-a-note-to-share.tabwright.zip')
  await expect(copy).toHaveCount(0)

  await page.goto(relay.url)
  await page.getByLabel('Session to import').setInputFiles({ name: 'a.zip', mimeType: 'application/zip', buffer: first })
  await expect(page).toHaveURL(/\/s\//)
  await expect(log).toContainText('Written, as asked.')
  await expect(page.getByRole('note').filter({ hasText: 'Imported' })).toBeVisible()
  await expect(page.getByRole('listitem', { name: 'notes/a.txt +1 −0' }), 'what it changed can be read too').toBeVisible()
  await page.getByRole('textbox', { name: 'Message the agent' }).fill('hello?')
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeDisabled()
  expect((await exported()).equals(first)).toBe(true)
  expect(model.requests).toHaveLength(2)
})

test('[O38] a file that is no session, or was changed on the way, is refused in one sentence and nothing is kept', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([answer([text('Hello.')])])
  await startSession(page, relay.url, 'hi')
  await idle(page)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Export' }).click()
  const bytes = await readFile(await (await download).path())
  const middle = Math.floor(bytes.length / 2)
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  await page.goto(relay.url)
  const problem = page.getByRole('alert').filter({ hasText: 'Nothing was imported.' })
  for (const buffer of [Buffer.from('not a zip'), bytes]) {
    await page.getByLabel('Session to import').setInputFiles({ name: 'b.zip', mimeType: 'application/zip', buffer })
    await expect(problem).toBeVisible()
  }
  await expect(page.getByRole('navigation', { name: 'Sessions' }).getByRole('listitem')).toHaveCount(1)
  await send(page, 'still here')
  await expect(page).toHaveURL(/\/s\//)
})
