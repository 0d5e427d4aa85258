import { createServer } from 'node:net'
import type { Page } from '@playwright/test'
import {
  answer,
  CONTAINER_CALL,
  containerCalls,
  containerPage,
  machineContainer,
  text,
  tool,
  type MachineContainer,
} from '@tabwright/testkit'
import { card, expect, idle, send, startSession, test } from './fixtures'

const SERVER = `const { readFileSync } = require('node:fs')
require('node:http').createServer((request, response) => response.setHeader('content-type', 'text/html').end(readFileSync('page.html'))).listen(PORT)`
const PAGE = '<!doctype html><title>Real</title><h1>Old head</h1>'

/** A port of this machine that nobody has, of those that a preview shows by itself: the double's programs are the machine's. */
async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  const server = createServer()
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
  return isFree ? port : freePort()
}

const chipOf = (page: Page): ReturnType<Page['getByRole']> => page.getByRole('button', { name: /^Commands run in:/ })

/** Chooses WebContainers for the first time: nothing is loaded before the person agrees. */
async function agree(page: Page, asked: readonly string[]): Promise<void> {
  await chipOf(page).click()
  await page.getByRole('menuitemradio', { name: /^WebContainers in this tab/ }).press('Enter')
  const question = page.getByRole('dialog', { name: 'Use WebContainers of StackBlitz?' })
  await expect(question).toContainText('Its own terms apply')
  expect(asked).toEqual([])
  await question.getByRole('button', { name: 'Agree and reload' }).click()
}

test('node of a session runs in WebContainers, by its real client and a contract double of its host page', async ({
  page,
  relay,
  model,
}) => {
  const containers: MachineContainer[] = []
  const asked: string[] = []
  const calls = containerCalls(async () => {
    const container = await machineContainer()
    containers.push(container)
    return container
  })
  await page.exposeFunction(CONTAINER_CALL, calls)
  await page.context().route('https://stackblitz.com/**', async (route) => {
    asked.push(route.request().url())
    const found = await containerPage(route.request().url())
    await (found === undefined ? route.abort() : route.fulfill({ ...found, headers: { ...found.headers } }))
  })
  try {
    const command = `mkdir -p src; echo 'console.log("by", process.release.name); require("fs").writeFileSync("made.txt", "real\\n")' > src/a.cjs; node src/a.cjs | tr a-z A-Z; cat made.txt`
    model.setScript([answer([text('Hello.')]), answer([tool('shell', { command }, { id: 't1' })]), answer([text('Made.')])])
    await startSession(page, relay.url, 'hi')
    await idle(page)
    await agree(page, asked)
    await expect(chipOf(page)).toHaveAccessibleName('Commands run in: WebContainers in this tab')
    await send(page, 'make it')
    await expect(card(page)).toContainText('It would run in WebContainers')
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await idle(page)
    expect(model.requests.at(-1)?.body.includes('BY NODE\\nreal')).toBe(true)
    await page.getByRole('tab', { name: 'Changes' }).click()
    await expect(page.getByRole('region', { name: 'Changes' }).getByText('made.txt').first()).toBeVisible()
    // A server there is shown as one of the sandbox is, and gets what is edited.
    const port = await freePort()
    model.setScript([
      answer([
        tool('write_file', { path: 'server.cjs', content: SERVER.replace('PORT', String(port)) }),
        tool('write_file', { path: 'page.html', content: PAGE }),
        tool('shell', { command: 'node server.cjs &' }),
      ]),
      answer([text('It runs.')]),
      answer([tool('edit_file', { path: 'page.html', old_text: 'Old head', new_text: 'New head' })]),
      answer([text('Edited.')]),
    ])
    await send(page, 'serve it')
    await expect(card(page)).toContainText('whatever changes, for the preview')
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await expect(page.getByText(`A program listens on port ${port}.`)).toBeVisible()
    const inside = page.frameLocator('iframe[title="Preview"]')
    await expect(inside.getByRole('heading', { name: 'Old head' })).toBeVisible()
    await idle(page)
    await send(page, 'edit it')
    await expect(inside.getByRole('heading', { name: 'New head' })).toBeVisible()
    await expect(page.getByRole('combobox', { name: 'Port' })).toHaveValue(String(port))
    expect(containers).toHaveLength(1)
    // Left to the app the session goes back to its sandbox, which is enough for this project, until it is not.
    await chipOf(page).click()
    await page.getByRole('menuitemradio', { name: /^Automatic/ }).press('Enter')
    await expect(chipOf(page)).toHaveAccessibleName('Commands run in: Sandbox in this tab')
    const content = '{ "dependencies": { "next": "^15.0.0" } }'
    model.setScript([answer([tool('write_file', { path: 'package.json', content })]), answer([text('Set up.')])])
    await send(page, 'set it up')
    await expect(chipOf(page)).toHaveAccessibleName('Commands run in: WebContainers in this tab')
    await expect(page.getByText('The project needs more than the sandbox has').first()).toBeVisible()
    await chipOf(page).click()
    await expect(page.getByRole('menuitemradio', { name: /^Automatic/ })).toContainText('this project needs next')
    expect(containers).toHaveLength(1)
  } finally {
    for (const container of containers) container.teardown()
    await Promise.all(containers.map(({ gone }) => gone))
  }
})

test('where StackBlitz cannot be reached that is said, and the session goes on in its sandbox', async ({ page, relay, model }) => {
  // The real client, and nobody there: it would wait for ever.
  await page.context().route('https://stackblitz.com/**', (route) => route.abort('internetdisconnected'))
  await page.clock.install()
  model.setScript([answer([text('Hello.')]), answer([tool('shell', { command: 'echo here' }, { id: 't1' })]), answer([text('Done.')])])
  await startSession(page, relay.url, 'hi')
  await idle(page)
  await agree(page, [])
  await expect(chipOf(page)).toHaveAccessibleName(/WebContainers in this tab: (Loading|Starting)/)
  await page.clock.fastForward(31_000)
  await expect(page.getByText('WebContainers did not start within 30 s').first()).toBeVisible()
  await expect(chipOf(page)).toHaveAccessibleName('Commands run in: WebContainers in this tab, not started')
  await chipOf(page).click()
  await page.getByRole('menuitemradio', { name: /^Sandbox in this tab/ }).press('Enter')
  await send(page, 'go on')
  await expect(page.getByRole('log', { name: 'Conversation' }).getByText('Done.', { exact: true })).toBeVisible()
  expect(model.requests.at(-1)?.body).toContain('"tool_use_id":"t1","content":"here')
})
