import { answer, text, tool } from '@tabwright/testkit'
import type { Page } from '@playwright/test'
import { graveFindings } from './axe'
import { card, expect, idle, startSession, test } from './fixtures'

const SAID = `## What I did\n\nI wrote [a page](https://example.com) and \`code\`:\n\n\`\`\`js\nconst a = 1\n\`\`\`\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n> quoted`

/** Looks at screens one after the other and keeps what is wrong with any of them. */
function looks(page: Page): { readonly found: string[]; at(screen: string): Promise<void> } {
  const found: string[] = []
  return {
    found,
    at: async (screen) => void found.push(...(await graveFindings(page, screen))),
  }
}

async function settings(page: Page, at: (screen: string) => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  for (const tab of await dialog.getByRole('tab').all()) {
    await tab.click()
    await expect(tab).toHaveAttribute('aria-selected', 'true')
    await expect(dialog.getByRole('tabpanel')).toBeVisible()
    await at(`settings, ${await tab.textContent()}`)
  }
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
}

/** The request is read to its end and allowed without a pointer, and the focus is back in the box. */
async function answeredByKeys(page: Page): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  const allow = card(page).getByRole('button', { name: 'Allow once' })
  const request = card(page).getByRole('group', { name: 'Request' })
  const isThere = (): Promise<boolean> => request.evaluate((element) => element === document.activeElement)
  await expect(box).toBeFocused()
  await expect(allow).toBeDisabled()
  for (let steps = 0; steps < 15 && !(await isThere()); steps++) await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('End')
  await expect(allow).toBeEnabled()
  await page.keyboard.press('Control+Enter')
  await expect(card(page)).toBeHidden()
  await expect(box).toBeFocused()
}

async function workbench(page: Page, at: (screen: string) => Promise<void>): Promise<void> {
  await page.getByRole('tab', { name: /^Changes/ }).click()
  await page.getByRole('region', { name: 'Changes' }).getByRole('listitem').first().getByRole('button').first().click()
  await expect(page.locator('.monaco-diff-editor, .monaco-editor').first()).toBeVisible()
  await at('changes')
  await page.getByRole('tab', { name: 'Files', exact: true }).click()
  await page.getByRole('treeitem', { name: /index\.html/ }).click()
  await expect(page.getByRole('region', { name: 'Editor' }).locator('.monaco-editor').first()).toBeVisible()
  await at('files and editor')
  await page.getByRole('tab', { name: 'Preview' }).click()
  await expect(page.locator('iframe[title="Preview"]')).toBeVisible()
  await at('preview')
  for (const name of ['Trace', 'Context']) {
    await page.getByRole('button', { name: 'Session menu' }).click()
    await page.getByRole('menuitem', { name, exact: true }).click()
    await expect(
      page
        .getByRole('tabpanel', { name })
        .getByRole(name === 'Trace' ? 'treeitem' : 'listitem')
        .first(),
    ).toBeVisible()
    await at(name)
  }
  await page.keyboard.press('Control+`')
  await expect(page.getByRole('region', { name: 'Terminal' })).toContainText('/workspace $')
  await at('terminal')
}

async function dialogs(page: Page, at: (screen: string) => Promise<void>): Promise<void> {
  for (const [item, dialog] of [
    ['Rewind', 'Rewind'],
    ['Progress', 'Progress'],
  ] as const) {
    await page.getByRole('button', { name: 'Session menu' }).click()
    if (item === 'Rewind') await at('session menu')
    await page.getByRole('menuitem', { name: item }).click()
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible()
    await at(dialog)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog', { name: dialog })).toBeHidden()
  }
  await page.getByRole('button', { name: 'Command palette (Ctrl+K)' }).click()
  await expect(page.getByRole('option').first()).toBeVisible()
  await at('palette')
  await page.keyboard.press('Escape')
}

test('no screen has a serious or critical finding of axe, in light and in dark, and at 200 % a card is answered by keys', async ({
  page,
  relay,
  model,
}) => {
  test.setTimeout(180_000)
  const { found, at } = looks(page)
  model.setScript([
    answer([
      tool('write_file', { path: 'index.html', content: '<!doctype html><title>Site</title><h1>Hello</h1>\n' }),
      tool('read_file', { path: 'none.txt' }),
    ]),
    answer([text(SAID), tool('shell', { command: 'mkdir x && echo made', purpose: 'make a folder' })]),
    answer([text('Done.')]),
  ])
  await page.goto(relay.url)
  await expect(page.getByRole('heading', { name: 'What should we build?' })).toBeVisible()
  await at('home')
  await settings(page, at)
  // 200 % of a usual window.
  await page.setViewportSize({ width: 640, height: 400 })
  await startSession(page, relay.url, 'write a page')
  await expect(card(page)).toBeVisible()
  await at('permission card')
  await answeredByKeys(page)
  await page.setViewportSize({ width: 1280, height: 800 })
  await expect(page.getByRole('log')).toContainText('Done.')
  await idle(page)
  await at('session')
  await page.emulateMedia({ contrast: 'more' })
  await at('session, high contrast')
  await page.emulateMedia({ contrast: null })
  await workbench(page, at)
  await dialogs(page, at)
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const share = page.getByRole('dialog', { name: 'Share session' })
  await share.getByRole('button', { name: 'Create link' }).click()
  const link = share.getByRole('textbox', { name: 'Share link' })
  await expect(link).toHaveValue(/#/)
  await at('share')
  const address = await link.inputValue()
  await page.keyboard.press('Escape')
  await expect(share).toBeHidden()
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(page.getByRole('button', { name: 'Sessions', exact: true })).toBeVisible()
  await at('session, narrow')
  await page.goto(`${relay.url}/s/nowhere`)
  await expect(page.getByRole('alert')).toContainText('This session is not in this browser')
  await at('no such session, narrow')
  await page.goto(address)
  await expect(page.getByRole('log')).toContainText('Done.')
  await at('shared session, narrow')
  await page.goto(address.replace(/#.*/, '#wrong'))
  await page.reload()
  await expect(page.getByRole('alert')).toBeVisible()
  await at('shared session that cannot be shown')
  expect(found).toEqual([])
})
