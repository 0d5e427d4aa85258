import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, idle, send, startSession, test } from './fixtures'

const MAIN = join(import.meta.dirname, '..', 'dist-relay', 'main.mjs')

/** `tabwright hands` as a process of its own; resolves when the directory can be chosen, with a sentence where this machine cannot confine it. */
function offer(root: string, relay: string): Promise<ChildProcess | string> {
  const child = spawn(process.execPath, [MAIN, 'hands', root, '--name', 'shop', '--relay', relay], { stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise((resolve, reject) => {
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        said += part.toString()
        if (said.includes('Commands are confined')) resolve(child)
      })
    child.once('close', (code) => {
      if (said.includes('cannot be confined')) resolve(said)
      else reject(new Error(`the hands ended with ${code}: ${said}`))
    })
  })
}

async function beginAnother(page: Page, message: string): Promise<void> {
  const before = page.url()
  await page.getByRole('button', { name: 'New session' }).click()
  await expect(page).not.toHaveURL(before)
  await send(page, message)
  await expect(page).toHaveURL(/\/s\//)
}

test('a session runs its commands in a directory of a machine, each behind a card, and a loss of it is told', async ({
  page,
  relay,
  model,
}) => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'tabwright-shop-')))
  await writeFile(join(root, 'there.txt'), 'theirs\n')
  const hands = await offer(root, relay.url)
  if (typeof hands === 'string') return test.skip(true, hands)
  try {
    model.setScript([
      answer([text('Hello.')]),
      answer([tool('shell', { command: 'cat there.txt > made.txt; echo mine >> made.txt' }, { id: 't1' })]),
      answer([text('Made.')]),
      answer([text('From there.')]),
      answer([tool('shell', { command: 'touch begun; sleep 600' }, { id: 't2' })]),
      answer([text('It is lost.')]),
      answer([text('From here.')]),
    ])
    await startSession(page, relay.url, 'hi')
    await idle(page)
    const chip = page.getByRole('button', { name: /^Commands run in:/ })
    await expect(chip).toHaveAccessibleName('Commands run in: Sandbox in this tab')
    await chip.click()
    await page.getByRole('menuitemradio', { name: /^Directory shop/ }).press('Enter')
    await expect(chip).toHaveAccessibleName('Commands run in: Directory shop')
    await expect(page.getByText('Commands run from here on: Directory shop').first()).toBeVisible()

    await send(page, 'make it')
    await expect(card(page)).toContainText('run in the directory "shop" of a real machine, confined by bubblewrap')
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await idle(page)
    expect(await readFile(join(root, 'made.txt'), 'utf8')).toBe('theirs\nmine\n')
    expect(model.requests.at(-1)?.body).not.toContain('This shell is new')
    await page.getByRole('tab', { name: 'Changes' }).click()
    const changes = page.getByRole('region', { name: 'Changes' })
    await expect(changes.getByText('made.txt').first()).toBeVisible()
    await expect(changes.getByText('there.txt')).toHaveCount(0)

    // What is chosen for new sessions is where the next one begins, before its first message.
    await page.getByRole('button', { name: 'Settings' }).first().click()
    const settings = page.getByRole('dialog', { name: 'Settings' })
    await settings.getByRole('tab', { name: 'General' }).click()
    await settings.getByRole('radio', { name: /^Directory shop/ }).check()
    await settings.getByRole('button', { name: 'Close' }).click()
    const first = page.url()
    await beginAnother(page, 'there')
    await expect(chip).toHaveAccessibleName('Commands run in: Directory shop')
    await expect(page.getByRole('log', { name: 'Conversation' })).toContainText(/from here on: Directory shop[^]*From there\./)
    await page.goto(first)

    await send(page, 'wait there')
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await expect.poll(() => existsSync(join(root, 'begun'))).toBe(true)
    hands.kill('SIGTERM')
    await expect(chip).toHaveAccessibleName('Commands run in: Directory shop, not connected')
    await expect(page.getByRole('log', { name: 'Conversation' }).getByText('It is lost.', { exact: true })).toBeVisible()
    expect(model.requests.at(-1)?.body).toContain('Outcome unknown: the directory was lost while the command ran')

    await beginAnother(page, 'and now')
    await expect(page.getByText('The place that you chose for new sessions cannot be had now.')).toBeVisible()
    await expect(chip).toHaveAccessibleName('Commands run in: Sandbox in this tab')
  } finally {
    hands.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  }
})
