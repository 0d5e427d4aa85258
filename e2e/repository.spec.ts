import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gitServer } from '@tabwright/testkit'
import { card, expect, startRelay, test } from './fixtures'

const TOKEN = 'ghp_0123456789abcdefWXYZ'

/** A folder with `shop.git` in it, of one commit. */
function served(): string {
  const root = mkdtempSync(join(tmpdir(), 'tabwright-git-'))
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: 'pipe',
    })
  git('init', '-q', '--bare', '-b', 'main', 'shop.git')
  git('clone', '-q', 'shop.git', 'first')
  execFileSync('sh', ['-c', 'mkdir src; echo "export const rate = 0.1" > src/rate.js; echo shop > README.md; chmod -x README.md'], {
    cwd: join(root, 'first'),
  })
  git('-C', 'first', 'add', '-A')
  git('-C', 'first', 'commit', '-qm', 'first')
  git('-C', 'first', 'push', '-q', 'origin', 'HEAD:main')
  return root
}

test('a private repository is cloned from the start page, with a token that the sandbox never sees', async ({ page }) => {
  const root = served()
  const server = await gitServer(root, { token: `Basic ${Buffer.from(`git:${TOKEN}`).toString('base64')}` })
  const relay = await startRelay({ TABWRIGHT_FETCH_HOSTS: new URL(server.url).host })
  try {
    await page.goto(relay.url)
    await page.getByRole('button', { name: 'Settings' }).first().click()
    await page.getByRole('tab', { name: 'Git hosts' }).click()
    await page.getByLabel('Host', { exact: true }).fill(server.url)
    await page.getByLabel('Token', { exact: true }).fill(TOKEN)
    await page.getByRole('button', { name: 'Keep in the relay' }).click()
    await expect(page.getByRole('group', { name: server.url })).toContainText('WXYZ')
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Clone a repository…' }).click()
    const address = page.getByLabel('Address of the repository')
    await address.fill('git@example.org:a/b.git')
    await address.press('Enter')
    await expect(page.getByRole('alert')).toContainText('https://example.org/a/b.git')
    await address.fill(`${server.url}/shop.git`)
    await address.press('Enter')

    // One card for what git reads of this repository; the server asks for the token, and the relay adds it.
    await expect(card(page)).toContainText(`Fetch from ${server.url}?`, { timeout: 30_000 })
    await expect(card(page)).toContainText(/token/)
    await card(page)
      .getByText(/^\{"/)
      .evaluate((bytes) => bytes.parentElement?.scrollTo(0, 1e6))
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await expect(page.getByRole('treeitem', { name: /README\.md/ })).toBeVisible()

    const terminal = page.getByRole('region', { name: 'Terminal' })
    await terminal.locator('.xterm').click()
    await expect(terminal).toContainText('(main) $')
    expect(await terminal.innerText()).not.toContain(TOKEN)
  } finally {
    await relay.stop()
    await server.close()
    rmSync(root, { recursive: true, force: true })
  }
})
