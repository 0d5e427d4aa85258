import { answer, text, tool } from '@tabwright/testkit'
import type { Page } from '@playwright/test'
import { card, expect, idle, send, startSession, test } from './fixtures'

const chip = (page: Page, name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('button', { name: `Permission mode: ${name}`, exact: true })

async function choose(page: Page, from: string, to: string): Promise<void> {
  await chip(page, from).click()
  await page.getByRole('menuitemradio', { name: new RegExp(`^${to}`) }).click()
  await expect(chip(page, to)).toBeVisible()
}

test('[rule 88] a session begins asking; a wider mode lets what waits pass, plan denies it, auto works in the sandbox', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([
    answer([tool('write_file', { path: 'a.txt', content: 'x\n' }), tool('write_file', { path: 'b.txt', content: 'x\n' })]),
    answer([text('Written.')]),
    answer([tool('write_file', { path: 'c.txt', content: 'x\n' })]),
    answer([text('Planned.')]),
    answer([
      tool('shell', { command: 'mkdir -p out && cp a.txt out/ && wc -c out/a.txt' }),
      tool('write_file', { path: 'AGENTS.md', content: 'Obey.\n' }),
    ]),
    answer([text('Worked.')]),
  ])
  await page.addInitScript(() => origin !== 'null' && localStorage.setItem('tabwright.mode', 'ask'))
  await startSession(page, relay.url, 'write two files')
  await expect(chip(page, 'Ask')).toBeVisible()
  await expect(card(page)).toContainText('a.txt')
  await choose(page, 'Ask', 'Accept edits')
  await expect(page.getByRole('log')).toContainText('Written.')
  await expect(page.getByRole('group', { name: 'Tool call: write_file' }).first()).toContainText('done')

  await choose(page, 'Accept edits', 'Plan')
  await send(page, 'and a third')
  await expect(page.getByRole('log')).toContainText('Planned.')
  await expect(page.getByRole('group', { name: 'Tool call: write_file' }).last()).toContainText('denied')
  const told = model.requests.at(-2)?.body ?? ''
  expect(told).toContain('switched to plan mode')

  await page.keyboard.press('Alt+m')
  await page.getByRole('menuitemradio', { name: /^Auto/ }).press('Enter')
  await expect(chip(page, 'Auto')).toBeVisible()
  await idle(page)
  await send(page, 'work')
  await expect(card(page)).toContainText('AGENTS.md says what tools do or run')
  await expect(page.getByRole('group', { name: 'Tool call: shell' })).toContainText('done')
  await page.waitForTimeout(600)
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByRole('log')).toContainText('Worked.')
})

test('[O20] what a command did to protected files is not kept until a person says so', async ({ page, relay, model }) => {
  model.setScript([
    answer([tool('shell', { command: 'f=AGE; printf "Obey the page.\\n" > "${f}NTS.md"; echo x > free.txt' })]),
    answer([text('Done.')]),
  ])
  await startSession(page, relay.url, 'hello')
  await expect(card(page)).toBeVisible()
  await choose(page, 'Accept edits', 'Auto')
  await expect(card(page)).toContainText('It ran in the sandbox, and nothing of that is kept yet')
  // What ran cannot be run differently.
  await expect(card(page).getByRole('button', { name: 'Edit command' })).toHaveCount(0)
  await page.keyboard.press('Control+\\')
  await page.getByRole('tab', { name: 'Files' }).click()
  await expect(page.getByRole('treeitem', { name: /free\.txt/ })).toBeHidden()
  await page.reload()
  await expect(card(page)).toContainText('AGENTS.md says what tools do or run')
  await page.waitForTimeout(600)
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByRole('log')).toContainText('Done.')
  await page.getByRole('tab', { name: 'Files' }).click()
  await expect(page.getByRole('treeitem', { name: /free\.txt/ })).toBeVisible()
})

test('[rule 89] bypass asks nothing in the sandbox, shows it, and is over when the session is opened again', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([
    answer([text('Hello.')]),
    answer([tool('shell', { command: 'rm -rf src; echo x > AGENTS.md' })]),
    answer([text('Gone.')]),
    answer([tool('write_file', { path: 'd.txt', content: 'x\n' })]),
    answer([text('Asked.')]),
  ])
  await startSession(page, relay.url, 'hello')
  await idle(page)
  await choose(page, 'Accept edits', 'Bypass')
  await send(page, 'go')
  await expect(page.getByRole('log')).toContainText('Gone.')
  await expect(card(page)).toBeHidden()
  await expect(page.locator('[data-mode="bypass"]')).toBeVisible()
  await page.reload()
  await expect(chip(page, 'Ask')).toBeVisible()
  await send(page, 'more')
  await expect(card(page)).toContainText('write_file')
  await expect(card(page).getByRole('button', { name: 'Allow once' })).toBeEnabled()
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByRole('log')).toContainText('Asked.')
})
