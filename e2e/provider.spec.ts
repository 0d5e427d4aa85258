import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answer, startModelServer, text } from '@tabwright/testkit'
import { expect, send, startRelay, TEST_KEY, test } from './fixtures'

test('a key entered in Settings is kept by the relay, never by the tab, and survives a restart of the relay', async ({ page }) => {
  const model = await startModelServer({ token: TEST_KEY, script: (_request, n) => answer([text(`Real answer ${n + 1}.`)]) })
  const data = await mkdtemp(join(tmpdir(), 'tabwright-vault-'))
  const env = { ANTHROPIC_BASE_URL: model.url, TABWRIGHT_DATA: data }
  let relay = await startRelay(env)
  try {
    await page.goto(relay.url)
    await page.getByRole('button', { name: 'Connect a provider' }).click()
    const settings = page.getByRole('dialog', { name: 'Settings' })
    await settings.getByLabel(/key/i).first().fill(TEST_KEY)
    await settings.getByLabel(/key/i).first().press('Enter')
    await expect(settings).toContainText('LEAK')
    await expect(settings.getByLabel(/key/i).first()).not.toHaveValue(TEST_KEY)
    await page.keyboard.press('Escape')
    await expect(page.getByText('You are in demo mode')).toBeHidden()
    await send(page, 'hello')
    await expect(page.getByRole('log')).toContainText('Real answer 1.')
    const inPage = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]),
    )
    expect(inPage).not.toContain(TEST_KEY)
    expect(relay.output()).not.toContain(TEST_KEY)

    await relay.stop()
    relay = await startRelay(env, relay.port)
    await page.reload()
    await send(page, 'still there?')
    await expect(page.getByRole('log')).toContainText('Real answer 2.')
    const kept = (await readdir(data, { withFileTypes: true })).filter((entry) => entry.isFile())
    expect(kept.length).toBeGreaterThan(0)
    for (const { name } of kept) expect((await readFile(join(data, name))).includes(TEST_KEY), name).toBe(false)
  } finally {
    await relay.stop()
    await model.close()
    await rm(data, { recursive: true, force: true })
  }
})
