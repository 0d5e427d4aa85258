import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answer, gitServer, startModelServer, text, tool } from '@tabwright/testkit'
import { expect, test, type Page } from '@playwright/test'
import { card, startRelay, TEST_KEY } from '../fixtures'
import { killableBrowser } from './killable-browser'
import { factsOf } from './lab'

const SEED = `git init -q -b main w; cd w; seq 2000 > f; git add f
git -c user.name=Ann -c user.email=ann@example.com commit -qm one; cd ..; git clone -q --bare w up.git`

/** Enough for a request without scrolling the card around it. */
const ROOMY = { width: 1280, height: 900 }

async function allow(page: Page, what: string): Promise<void> {
  await expect(card(page)).toContainText(what, { timeout: 20_000 })
  // A request that is longer than its box is allowed at its end.
  for (const box of await card(page).getByRole('group', { name: 'Request' }).all())
    await box.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await page.waitForTimeout(600)
  await card(page).getByRole('button', { name: 'Allow once' }).click()
}

test('[C10] a browser that is killed in the middle of a clone asks whether to begin again, and then the repository is whole', async () => {
  test.slow()
  const root = mkdtempSync(join(tmpdir(), 'e2e-clone-'))
  execFileSync('bash', ['-c', SEED], { cwd: root, env: { PATH: process.env['PATH'] ?? '', HOME: root } })
  let held = 0
  const server = await gitServer(root, {
    // The first pack never comes: half of an answer, and silence.
    instead: (request, response) => {
      if (request.method !== 'POST' || !request.url?.endsWith('git-upload-pack') || held > 1) return false
      // The list of branches is asked for first, by POST too.
      if (held++ === 0) return false
      response.writeHead(200, { 'Content-Type': 'application/x-git-upload-pack-result' }).write('0008NAK\n')
      return true
    },
  })
  const model = await startModelServer({
    token: TEST_KEY,
    script: ({ body }) =>
      body.includes('"type":"tool_result"')
        ? answer([text('Here it is.')])
        : answer([tool('shell', { command: `git clone ${server.url}/up.git w && git -C w fsck && tail -n 1 w/f`, purpose: 'get it' })]),
  })
  const relay = await startRelay({
    ANTHROPIC_API_KEY: TEST_KEY,
    ANTHROPIC_BASE_URL: model.url,
    TABWRIGHT_FETCH_HOSTS: new URL(server.url).host,
  })
  const browser = await killableBrowser()
  try {
    const first = await browser.open(relay.url)
    await first.setViewportSize(ROOMY)
    const box = first.getByRole('textbox', { name: 'Message the agent' })
    await box.fill('clone it')
    await box.press('Enter')
    for (const what of ['Run a command?', 'info/refs?service=git-upload-pack']) await allow(first, what)
    await expect.poll(() => held).toBe(2)
    const url = first.url()
    await browser.kill()
    const page = await browser.open(url)
    await page.setViewportSize(ROOMY)
    const unknown = page.getByRole('alertdialog', { name: 'Outcome unknown' })
    await expect(unknown).toBeVisible({ timeout: 20_000 })
    await page.waitForTimeout(600)
    await unknown.getByRole('button', { name: 'Run it again' }).click()
    await allow(page, 'info/refs?service=git-upload-pack')
    await expect(page.getByRole('log')).toContainText('Here it is.', { timeout: 20_000 })
    const ends = (await factsOf(page)).filter(({ type }) => type === 'call.ended')
    expect(ends).toHaveLength(1)
    expect(JSON.stringify(ends[0]?.data)).toContain('2000')
  } finally {
    await browser.dispose()
    await relay.stop()
    await model.close()
    await server.close()
    rmSync(root, { recursive: true, force: true })
  }
})
