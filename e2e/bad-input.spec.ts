import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answer, text, tool } from '@tabwright/testkit'
import { chromium } from '@playwright/test'
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs'
import { card, expect, send, startSession, test } from './fixtures'

test('a paste of 50 MB is refused in one sentence and the box keeps what was in it', async ({ page, relay }) => {
  await page.goto(relay.url)
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await box.fill('keep me')
  await box.evaluate((node) => {
    const data = new DataTransfer()
    data.setData('text/plain', 'x'.repeat(50_000_000))
    node.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  })
  await expect(page.getByText(/a message holds up to/).first()).toBeVisible()
  await expect(box).toHaveValue('keep me')
})

test('tool inputs that are wrong, unknown or hostile come back to the model and the session lives on', async ({ page, relay, model }) => {
  const calls = [
    tool('write_file', { path: '../outside.txt', content: 'x' }),
    tool('write_file', { path: 'nul\0.txt', content: 'x' }),
    tool('read_file', { path: 'missing.txt' }),
    tool('read_file', { nonsense: true }),
    tool('fly', {}),
  ]
  model.setScript([answer(calls), answer([text('I read five errors.')])])
  await startSession(page, relay.url, 'go')
  await expect(page.getByRole('log')).toContainText('I read five errors.')
  const results = JSON.parse(model.requests[1]?.body ?? '{}').messages.at(-1).content
  expect(results).toHaveLength(5)
  for (const result of results) expect(result).toMatchObject({ type: 'tool_result', is_error: true })

  const failed = page.getByRole('group', { name: 'Tool call: fly' })
  await failed.getByRole('button', { name: 'Ask the agent to fix it' }).click()
  await expect(page.getByRole('textbox', { name: 'Message the agent' })).toHaveValue('Fix what went wrong in this call.')
  await expect(page.getByText('Failed call of fly')).toBeVisible()
  expect(model.requests).toHaveLength(2)
})

test('an endless command is cut, the call says so and the sandbox works again', async ({ page, relay, model }) => {
  model.setScript([
    answer([tool('write_file', { path: 'spin.js', content: 'while (true) {}\n' })]),
    answer([tool('shell', { command: 'node spin.js', timeout_ms: 1500 })]),
    answer([tool('shell', { command: 'cat spin.js' })]),
    answer([text('Back again.')]),
  ])
  await startSession(page, relay.url, 'spin')
  await page.getByRole('alertdialog').waitFor()
  await page.getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByRole('log')).toContainText('Back again.', { timeout: 30_000 })
  const results = JSON.parse(model.requests.at(-1)?.body ?? '{}').messages
  expect(JSON.stringify(results.at(-3))).toMatch(/1\.5 s|1500|time/i)
  expect(JSON.stringify(results.at(-1))).toContain('while (true)')
})

test('a part of the page whose file does not come says so in its place, and the talk goes on', async ({ page, relay, model }) => {
  model.setScript([answer([text('First.')]), answer([text('Second.')])])
  await page.route(/assets\/(history|settings)-/i, (route) => route.abort())
  await startSession(page, relay.url, 'one')
  await expect(page.getByRole('log')).toContainText('First.')
  await page.getByRole('button', { name: 'Settings' }).first().click()
  await expect(page.getByRole('alert').filter({ hasText: 'The settings could not be loaded' })).toBeInViewport()
  await expect(page.getByRole('button', { name: 'Reload the page' })).toBeVisible()
  await send(page, 'two')
  await expect(page.getByRole('log')).toContainText('Second.')
  await page.unroute(/assets\/(history|settings)-/i)
  await page.getByRole('button', { name: 'Reload the page' }).click()
  await page.getByRole('button', { name: 'Settings' }).first().click()
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
})

test('[C22] with storage switched off everything works in this tab, and the page says that nothing is kept', async ({ relay, model }) => {
  const profile = await mkdtemp(join(tmpdir(), 'tabwright-off-'))
  await mkdir(join(profile, 'Default'), { recursive: true })
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }))
  const executablePath = await findChromium()
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath && { executablePath }),
    args: CHROMIUM_ARGS,
    headless: true,
  })
  try {
    const page = await context.newPage()
    model.setScript([answer([tool('write_file', { path: 'a.txt', content: 'x\n' })]), answer([text('Works.')])])
    await page.goto(relay.url)
    await expect(page.getByRole('alert').filter({ hasText: /nothing outlives this tab/i })).toBeVisible()
    await send(page, 'hi')
    await expect(card(page)).toContainText('write_file')
    await page.waitForTimeout(600)
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await expect(page.getByRole('log')).toContainText('Works.')
  } finally {
    await context.close()
    await rm(profile, { recursive: true, force: true })
  }
})
