import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

test('changes are looked at since the turn began, all that waits, or since a checkpoint; the choice outlives a reload', async ({
  page,
  relay,
  model,
}, info) => {
  model.setScript([
    answer([tool('write_file', { path: 'a.txt', content: 'one\ntwo\n' })]),
    answer([text('First is done.')]),
    answer([tool('write_file', { path: 'b.txt', content: 'three\n' })]),
    answer([text('Second is done.')]),
    answer([text('Nothing to do.')]),
  ])
  const log = page.getByRole('log')
  await startSession(page, relay.url, 'first')
  await expect(log).toContainText('First is done.')
  await idle(page)
  await send(page, 'second')
  await expect(log).toContainText('Second is done.')
  await idle(page)
  await page.getByRole('tab', { name: 'Changes' }).click()
  const changes = page.getByRole('region', { name: 'Changes' })
  const scope = changes.getByRole('radiogroup', { name: 'Scope' })
  const radio = (name: RegExp) => scope.getByRole('radio', { name })
  await expect(radio(/^Session/)).toBeChecked()
  await expect(radio(/^Session 2 files, \+3 −0/)).toBeVisible()
  await expect(radio(/^This turn 1 file, \+1 −0/)).toBeVisible()

  await radio(/^Session/).focus()
  await page.keyboard.press('ArrowLeft')
  await expect(changes.getByRole('listitem')).toHaveCount(1)
  await expect(changes.getByRole('listitem', { name: 'b.txt +1 −0' })).toBeVisible()
  await expect(changes.locator('.monaco-editor').first()).toContainText('three')
  await page.reload()
  await page.getByRole('tab', { name: 'Changes' }).click()
  await expect(radio(/^This turn/)).toBeChecked()
  await expect(changes.getByRole('listitem', { name: 'b.txt +1 −0' })).toBeVisible()

  await radio(/^This turn/).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(radio(/^Since checkpoint/)).toBeChecked()
  const point = changes.getByRole('combobox', { name: 'Checkpoint' })
  await point.selectOption({ label: 'Before “first”' })
  await expect(changes.getByRole('listitem')).toHaveCount(2)
  await expect(radio(/^Since checkpoint… 2 files, \+3 −0/)).toBeChecked()
  for (const [name, scheme, size] of [
    ['scope-light', 'light', { width: 1280, height: 800 }],
    ['scope-dark', 'dark', { width: 1280, height: 800 }],
    ['scope-narrow', 'light', { width: 390, height: 844 }],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.setViewportSize(size)
    if (size.width < 900) await page.getByRole('button', { name: /^Changes/ }).click()
    await expect(scope).toBeVisible()
    await info.attach(name, { body: await page.screenshot(), contentType: 'image/png' })
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  // It is decided where it waits.
  await changes.getByRole('button', { name: /added.*a\.txt/ }).click()
  await changes.getByRole('button', { name: 'Accept or reject…' }).click()
  await expect(radio(/^Session/)).toBeChecked()
  await changes.getByRole('button', { name: 'Accept a.txt' }).click()
  await expect(changes.getByRole('listitem')).toHaveCount(1)

  await send(page, 'third')
  await expect(log).toContainText('Nothing to do.')
  await idle(page)
  await radio(/^This turn/).check({ force: true })
  await expect(changes).toContainText('This turn changed no file.')
})
