import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BrowserContext, Page, Request } from '@playwright/test'
import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test, type RunningRelay } from './fixtures'
import { shareDialog } from './pages/share'

/** Has the shape of a maker's key, and is none. */
const KEY = `ghp_${'q7Xw2Lp9Zr'.repeat(4).slice(0, 36)}`
const SAID = 'The heron builds at dusk'
const LATER = 'The kingfisher digs at dawn'

/** Everything that a browser asks for, as far as a server would see it. */
function watched(...contexts: readonly BrowserContext[]): () => Promise<string> {
  const seen: Promise<string>[] = []
  const note = async (request: Request): Promise<string> => {
    const headers = await request.allHeaders().catch(() => request.headers())
    // What stands behind the # stays in the browser.
    const [url = ''] = request.url().split('#', 1)
    return `${request.method()} ${url} ${JSON.stringify(headers)} ${request.postDataBuffer()?.toString('latin1') ?? ''}`
  }
  for (const context of contexts) context.on('request', (request) => seen.push(note(request)))
  return async () => (await Promise.all(seen)).join('\n')
}

async function keptBy(relay: RunningRelay): Promise<string> {
  const files = (await readdir(relay.data)).filter((name) => name.startsWith('shares'))
  const texts = await Promise.all(files.map((name) => readFile(join(relay.data, name), 'latin1')))
  return `${relay.output()}\n${texts.join('\n')}`
}

/** @param taken what the person is told of before there is a link */
async function share(page: Page, taken: string): Promise<string> {
  const shared = shareDialog(page)
  await shared.open()
  await expect(shared.redactions).toContainText(taken)
  return shared.create()
}

test('[O36] a session is shared, read at an origin of its own without a trace, and forked; the relay sees neither key nor text', async ({
  page,
  context,
  browser,
  relay,
  model,
}) => {
  model.setScript([answer([tool('write_file', { path: 'notes/a.txt', content: `one ${KEY}\n` })]), answer([text(SAID)])])
  const elsewhere = await browser.newContext()
  const traffic = watched(elsewhere)
  try {
    await startSession(page, relay.url, 'write a note')
    await expect(page.getByRole('log')).toContainText(SAID)
    await idle(page)
    // From here on: what was said before is the model's to know.
    const sent = watched(context)
    const address = await share(page, 'GitHub')
    const { hash, host, pathname } = new URL(address)
    expect(host).toBe(`share.localhost:${relay.port}`)

    const reader = await elsewhere.newPage()
    const problems: string[] = []
    reader.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await reader.goto(address)
    await expect(reader.getByRole('log')).toContainText(SAID)
    expect(new URL(reader.url()).hash, 'the key is not left in the address').toBe('')
    await reader.getByRole('tab', { name: /Changes/ }).click()
    await expect(reader.getByRole('tabpanel')).toContainText('notes/a.txt')
    await expect(reader.getByRole('tabpanel')).toContainText('one [secret: a GitHub token]')
    await expect(reader.getByRole('textbox'), 'there is nothing to write in').toHaveCount(0)
    const kept = await reader.evaluate(async () => ({
      cookies: document.cookie,
      items: localStorage.length + sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      isolated: crossOriginIsolated,
    }))
    expect(kept).toEqual({ cookies: '', items: 0, databases: 0, workers: 0, isolated: false })

    await reader.goto(`http://localhost:${relay.port}/#share=${pathname.slice(3)}.${hash.slice(1)}`)
    const ask = reader.getByRole('dialog', { name: 'Fork a shared session' })
    await expect(reader.getByRole('navigation', { name: 'Sessions' }).getByRole('listitem'), 'a link makes nothing by itself').toHaveCount(
      0,
    )
    await ask.getByRole('button', { name: 'Fork' }).click()
    await expect(reader).toHaveURL(/\/s\//)
    await expect(reader.getByRole('log')).toContainText(SAID)
    await expect(reader.getByRole('textbox', { name: 'Message the agent' })).toBeEnabled()
    expect(problems).toEqual([])

    const seen = `${await sent()}\n${await traffic()}\n${await keptBy(relay)}`
    expect(seen).toContain(`GET http://${host}${pathname}`)
    for (const secret of [hash.slice(1), Buffer.from(hash.slice(1), 'base64url').toString('latin1'), KEY, SAID, 'notes/a.txt'])
      expect(seen.includes(secret), `the relay saw ${secret}`).toBe(false)
  } finally {
    await elsewhere.close()
  }
})

/** What came over the wire, as somebody on the way may have made it. */
const spoilt = (bytes: Buffer): readonly (readonly [body: Buffer, sentence: RegExp])[] => [
  [Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]), /was changed after it was shared/],
  [bytes.subarray(0, -40), /did not arrive whole/],
  [Buffer.concat([bytes.subarray(0, 3), Buffer.from([9]), bytes.subarray(4)]), /by a newer version/],
  [Buffer.from('<!doctype html><h1>Sign in to the Wi-Fi</h1>'), /came from this address is no shared session/],
  [Buffer.concat([bytes, Buffer.alloc(26 * 1024 * 1024)]), /may have 25 MiB packed; this one is larger/],
]

test('[O37] a link is updated, counted, shown as a picture and as a file, and says of each way to be broken which it is and shows nothing', async ({
  page,
  context,
  relay,
  model,
}, testInfo) => {
  test.setTimeout(120_000)
  model.setScript([answer([text(SAID)]), answer([text(LATER)])])
  await startSession(page, relay.url, 'say it')
  await expect(page.getByRole('log')).toContainText(SAID)
  await idle(page)
  const address = await share(page, 'No secrets were found')
  const shared = shareDialog(page)
  const { dialog, link } = shared
  await expect(dialog.getByText('opened by nobody yet')).toBeVisible()
  await dialog.getByRole('button', { name: 'QR code' }).click()
  await expect(dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible()

  const reader = await context.newPage()
  const refused = async (of: string, sentence: RegExp): Promise<void> => {
    await reader.goto('about:blank')
    await reader.goto(of)
    await expect(reader.getByRole('alert')).toContainText(sentence)
    await expect(reader.getByRole('log')).toHaveCount(0)
    await expect(reader.locator('body')).not.toContainText(SAID)
  }
  const read = async (of: string, words: string): Promise<void> => {
    await reader.goto('about:blank')
    await reader.goto(of)
    await expect(reader.getByRole('log')).toContainText(words)
  }
  await read(address, SAID)

  // Whoever reads a file or a link with everything in it asks nobody.
  const asked: string[] = []
  reader.on('request', (request) => asked.push(request.url()))
  await dialog.getByText('A link that holds everything').click()
  await read(await dialog.getByRole('textbox', { name: 'Link with everything' }).inputValue(), SAID)
  expect(asked.filter((url) => url.includes('/shares/'))).toEqual([])
  // A download does not reach whoever drives Firefox.
  if (testInfo.project.name !== 'firefox') {
    const coming = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Download HTML' }).click()
    const file = testInfo.outputPath('session.html')
    await (await coming).saveAs(file)
    asked.length = 0
    await read(pathToFileURL(file).href, SAID)
    expect(asked.filter((url) => !/^(file|data|blob):/.test(url))).toEqual([])
  }

  await shared.close()
  await send(page, 'and more')
  await expect(page.getByRole('log')).toContainText(LATER)
  await idle(page)
  await shared.open()
  await expect(dialog.getByText('opened 1 time')).toBeVisible()
  await read(address, SAID)
  await expect(reader.getByRole('log'), 'a copy stays as it was').not.toContainText(LATER)
  await shared.update()
  await expect(link).toHaveValue(address)
  const came = reader.waitForResponse('**/shares/*')
  await read(address, LATER)
  const sealed = await (await came).body()

  const other = address.replace(/#(.)/, (_all, first: string) => `#${first === 'A' ? 'B' : 'A'}`)
  await refused(other, /key in this link is not the one/)
  await refused(address.replace(/#.*/, ''), /has no key/)
  await refused(address.slice(0, -3), /cut off or mistyped/)
  await refused(
    address.replace(/\/s\/(.)/, (_all, first: string) => `/s/${first === 'A' ? 'B' : 'A'}`),
    /no shared session of this name/,
  )

  for (const [body, sentence] of spoilt(sealed)) {
    await reader.route('**/shares/*', (route) => route.fulfill({ contentType: 'application/octet-stream', body }))
    await refused(address, sentence)
    await reader.unroute('**/shares/*')
  }
  await reader.route('**/shares/*', (route) => route.abort('internetdisconnected'))
  await refused(address, /does not answer. Look whether you are online/)
  await reader.unroute('**/shares/*')
  await reader.getByRole('button', { name: 'Try again' }).click()
  await expect(reader.getByRole('log')).toContainText(LATER)

  await reader.clock.setSystemTime(Date.now() + 31 * 24 * 60 * 60 * 1000)
  await refused(address, /time for which this session was shared is over/)
  await reader.clock.setSystemTime(Date.now())
  await shared.revoke()
  await refused(address, /has taken it back/)
})
