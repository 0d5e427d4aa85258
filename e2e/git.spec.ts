import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answer, gitServer, text, tool } from '@tabwright/testkit'
import { card, expect, startRelay, startSession, test, TEST_KEY } from './fixtures'

const SEED = `git init -q -b main w; cd w; echo one > f; git add f
git -c user.name=Ann -c user.email=ann@example.com commit -qm one; cd ..; git clone -q --bare w up.git`

test('the agent clones a repository and pushes to it, and each request is shown first', async ({ page, model }) => {
  test.slow()
  const root = mkdtempSync(join(tmpdir(), 'e2e-git-'))
  execFileSync('bash', ['-c', SEED], { cwd: root, env: { PATH: process.env['PATH'] ?? '', HOME: root } })
  const server = await gitServer(root)
  const { host } = new URL(server.url)
  const relay = await startRelay({ ANTHROPIC_API_KEY: TEST_KEY, ANTHROPIC_BASE_URL: model.url, TABWRIGHT_FETCH_HOSTS: host })
  const allow = async (what: string): Promise<void> => {
    await expect(card(page)).toContainText(what)
    // A request that is longer than its box is allowed at its end.
    for (const box of await card(page).getByRole('group', { name: 'Request' }).all())
      await box.evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await page.waitForTimeout(600)
    await card(page).getByRole('button', { name: 'Allow once' }).click()
  }
  try {
    await page.goto(relay.url)
    await page.getByRole('button', { name: 'Settings' }).first().click()
    await page.getByRole('tab', { name: 'General' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Bea')
    await page.getByLabel('E-mail', { exact: true }).fill('bea@example.com')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByText('Commits are by Bea <bea@example.com>.')).toBeVisible()
    await page.keyboard.press('Escape')
    model.setScript([
      answer([tool('shell', { command: `git clone ${server.url}/up.git w && cat w/f`, purpose: 'get it' })]),
      answer([
        tool('shell', { command: 'cd w && echo two > f && git commit -qam two && git push origin main main:fresh', purpose: 'send it' }),
      ]),
      answer([text('Pushed.')]),
    ])
    await startSession(page, relay.url, 'change the repository')
    await allow('Run a command?')
    await expect(card(page)).toContainText('/up.git/info/refs?service=git-upload-pack')
    await allow(`Allowing it also allows what else git reads of ${server.url}/up.git in this command`)
    await allow('Run a command?')
    await expect(card(page)).toContainText(`Push to ${server.url}/up.git?`)
    await expect(card(page)).toContainText('/up.git/info/refs?service=git-receive-pack')
    await expect(card(page)).toContainText(`Allowing it also allows the push that is shown, byte for byte, with the token kept for ${host}`)
    await expect(card(page)).toContainText('create refs/heads/fresh at')
    await expect(card(page)).toContainText(/refs\/heads\/main [0-9a-f]{7}\.\.[0-9a-f]{7}/)
    await expect(card(page)).toContainText('f, 1 line, 4 bytes')
    expect(
      server.asked.filter((one) => one.includes('git-receive-pack')),
      'nobody has said yes',
    ).toHaveLength(0)
    await allow('git push to')
    await expect(page.getByRole('log')).toContainText('Pushed.')
    const git = (...args: readonly string[]): string => execFileSync('git', ['-C', join(root, 'up.git'), ...args], { encoding: 'utf8' })
    expect(git('log', '--format=%s %an %ae', 'fresh')).toBe('two Bea bea@example.com\none Ann ann@example.com\n')
    expect(git('rev-parse', 'main')).toBe(git('rev-parse', 'fresh'))
  } finally {
    await relay.stop()
    await server.close()
    rmSync(root, { recursive: true, force: true })
  }
})
