import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, startSession, test, type RunningRelay } from './fixtures'

/** Has the shape of a maker's key, and is none. */
const KEY = `ghp_${'q7Xw2Lp9Zr'.repeat(4).slice(0, 36)}`
const SAID = 'The heron builds at dusk'
const MORE = 'The kingfisher digs at dawn'

/** Everything that goes over the sockets of a page, with its addresses. */
function watched(...pages: readonly Page[]): () => string {
  const seen: string[] = []
  const note = ({ payload }: { readonly payload: string | Buffer }): number =>
    seen.push(typeof payload === 'string' ? payload : payload.toString('latin1'))
  for (const page of pages) {
    page.on('websocket', (socket) => {
      seen.push(socket.url())
      socket.on('framereceived', note)
      socket.on('framesent', note)
    })
    page.on('request', (request) => {
      // What stands behind the # stays in the browser.
      const [url = ''] = request.url().split('#', 1)
      seen.push(`${request.method()} ${url} ${request.postDataBuffer()?.toString('latin1') ?? ''}`)
    })
  }
  return () => seen.join('\n')
}

async function keptBy(relay: RunningRelay): Promise<string> {
  const files = (await readdir(relay.data)).filter((name) => name.startsWith('live'))
  const texts = await Promise.all(files.map((name) => readFile(join(relay.data, name), 'latin1')))
  return `${relay.output()}\n${texts.join('\n')}`
}

test('[O36] a session is followed while it goes on, from another browser, until it is revoked; the relay sees neither key nor text', async ({
  page,
  browser,
  relay,
  model,
}) => {
  model.setScript([
    answer([tool('write_file', { path: 'notes/a.txt', content: `one ${KEY}\n` })]),
    answer([text(SAID)]),
    answer([text(MORE)]),
  ])
  const elsewhere = await browser.newContext()
  try {
    await startSession(page, relay.url, 'write a note')
    await expect(page.getByRole('log')).toContainText(SAID)
    await idle(page)
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Share session' })
    await dialog.getByRole('radio', { name: 'Live' }).check()
    await expect(dialog.getByRole('region', { name: 'Redactions' })).toContainText('GitHub')
    await dialog.getByRole('button', { name: 'Go live' }).click()
    const link = dialog.getByRole('textbox', { name: 'Live link' })
    await expect(link).toHaveValue(/\/l\/.*#[\w-]{43}$/)
    const address = await link.inputValue()

    const viewer = await elsewhere.newPage()
    const traffic = watched(viewer)
    const problems: string[] = []
    viewer.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await viewer.goto(address)
    await expect(viewer.getByRole('log')).toContainText(SAID)
    expect(new URL(viewer.url()).hash, 'the key is not left in the address').toBe('')
    await expect(viewer.getByText('you alone look on')).toBeVisible()
    await expect(dialog.getByText('1 looks on')).toBeVisible()
    await dialog.getByRole('button', { name: 'Close' }).click()

    await page.getByRole('textbox', { name: 'Message the agent' }).fill('and the other bird?')
    await page.keyboard.press('Enter')
    await expect(viewer.getByRole('log')).toContainText(MORE)
    await viewer.getByRole('tab', { name: /Changes/ }).click()
    await expect(viewer.getByRole('tabpanel')).toContainText('one [secret: a GitHub token]')
    await expect(viewer.getByRole('textbox'), 'there is nothing to write in').toHaveCount(0)

    const { hash, host, pathname } = new URL(address)
    const seen = `${traffic()}\n${await keptBy(relay)}`
    expect(seen).toContain(`ws://${host}/live/${pathname.slice(3)}`)
    for (const secret of [hash.slice(1), Buffer.from(hash.slice(1), 'base64url').toString('latin1'), KEY, SAID, MORE, 'notes/a.txt'])
      expect(seen.includes(secret), `the relay saw ${secret}`).toBe(false)

    await page.getByRole('button', { name: /^Live, 1 looks on/ }).click()
    await dialog.getByRole('button', { name: 'Revoke' }).click()
    await expect(viewer.getByRole('alert')).toContainText('has taken the link back')
    await expect(viewer.locator('body')).not.toContainText(SAID)
    await expect(link).toHaveCount(0)
    expect(problems).toEqual([])
  } finally {
    await elsewhere.close()
  }
})
