import { randomBytes } from 'node:crypto'
import type { Page, Worker } from '@playwright/test'
import { answer, text, tool } from '@tabwright/testkit'
import { graveFindings } from './axe'
import { expect, idle, send, test } from './fixtures'
import { sessionPage } from './pages/session'

/** What the screen says of each fault. Whatever is broken, one of these is to be read and none of the others. */
const SENTENCES = {
  'full disk': /storage is full/i,
  'cut stream': /connection to the model server broke/i,
  'model refuses': /model declined to answer/i,
  'dead sandbox': /sandbox gave no sign of life .* was thrown away/i,
  'loop bug': /Tabwright itself has a fault/i,
  'another tab': /open in another tab/i,
  'relay down': /relay at \S+ cannot be reached/i,
} as const
type Fault = keyof typeof SENTENCES

/** Waits until the page says what is wrong, and looks that it says nothing else: above the conversation, and in it since `since` was sent. */
async function toldAs(page: Page, fault: Fault, since = ''): Promise<void> {
  const said = async (): Promise<readonly string[]> => {
    const words = await page.evaluate((sent) => {
      const log = document.querySelector<HTMLElement>('[role="log"]')
      const text = log?.innerText ?? ''
      const banners = [...document.querySelectorAll<HTMLElement>('[role="alert"], [role="note"], [role="status"]')]
      return [text.slice(Math.max(0, text.lastIndexOf(sent))), ...banners.filter((one) => !log?.contains(one)).map((one) => one.innerText)]
    }, since)
    return Object.entries(SENTENCES).flatMap(([name, sentence]) => (sentence.test(words.join('\n')) ? [name] : []))
  }
  await expect.poll(said).toEqual([fault])
}

test('[C18] seven faults, each told as what it is and as none of the others, and the session goes on after each', async ({
  page,
  context,
  relay,
  model,
}) => {
  test.setTimeout(120_000)
  const { log, answer: press, calls, alert, relay: dot } = sessionPage(page)
  // All that is said stays in the document.
  await page.setViewportSize({ width: 1280, height: 2400 })
  // What cannot be compressed: the browser counts what it stores. Short enough that no summary is due.
  const content = randomBytes(750_000).toString('base64')
  const big = tool('write_file', { path: 'big.txt', content }, { fragment: 100_000 })
  model.setScript([
    answer([big]),
    answer([text('There was room.')]),
    answer([text('Half of it. '), tool('write_file', { path: 'x.txt', content: 'y' })], { stopAt: { byte: 1000, how: 'cut' } }),
    answer([text('Whole again.')]),
    answer([text('I would rather not.')], { stopReason: 'refusal' }),
    answer([tool('shell', { command: 'echo $((40 + 2)); sleep 500' })]),
    answer([text('Another sandbox will come.')]),
    answer([text('The loop runs again.')]),
  ])

  const tools = await context.newCDPSession(page)
  // Set first: the browser remembers for a while how much room there was. It counts what is being written twice, so the ballast wants 10 MB.
  await tools.send('Storage.overrideQuotaForOrigin', { origin: relay.url, quotaSize: 11_000_000 })
  await page.goto(relay.url)
  // The ballast is put down once the page has time for it. What else the site keeps leaves room for a short talk.
  await expect.poll(() => page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0)).toBeGreaterThan(5_000_000)
  await page.evaluate(fillRoom, 2_800_000)
  await send(page, 'to the full disk')
  await toldAs(page, 'full disk')
  const paused = alert(SENTENCES['full disk'])
  await expect(paused.getByRole('button', { name: 'Free space' })).toBeVisible()
  await expect(paused.getByRole('button', { name: 'Export' })).toBeVisible()
  expect(await graveFindings(page, 'full disk')).toEqual([])
  await expect(log).toContainText('to the full disk')
  await tools.send('Storage.overrideQuotaForOrigin', { origin: relay.url })
  await paused.getByRole('button', { name: 'Try again' }).click()
  await expect(log).toContainText('There was room.')
  await idle(page)

  await send(page, 'to a stream that is cut')
  await toldAs(page, 'cut stream', 'to a stream that is cut')
  await expect(log).toContainText('Half of it.')
  await expect(log).toContainText('Whole again.')
  await idle(page)
  expect(model.requests[3]?.body).toBe(model.requests[2]?.body)
  await expect(calls('write_file'), 'nothing of it ran').toHaveCount(1)

  await send(page, 'to a model that refuses')
  await toldAs(page, 'model refuses', 'to a model that refuses')
  await idle(page)

  await send(page, 'to a sandbox that dies')
  await press('Allow once')
  const call = calls('shell')
  await call.getByRole('button').first().click()
  await expect(call, 'it runs').toContainText('42')
  const kernel = await workerNamed(page, /^kernel$/)
  await kernel.evaluate(() => self.close())
  await toldAs(page, 'dead sandbox', 'to a sandbox that dies')
  await expect(log).toContainText('Another sandbox will come.')
  await idle(page)

  const loop = await workerNamed(page, /^session /)
  await loop.evaluate(breakOnce)
  await send(page, 'to a loop with a bug')
  await toldAs(page, 'loop bug', 'to a loop with a bug')
  const broken = alert(SENTENCES['loop bug'])
  await expect(broken).toContainText('TypeError: nothing to see')
  await expect(broken.getByRole('button', { name: 'Copy report' })).toBeVisible()
  await broken.getByRole('button', { name: 'Try again' }).click()
  await expect(log).toContainText('The loop runs again.')
  await idle(page)
  await expect(broken).toBeHidden()

  const other = await context.newPage()
  await other.goto(page.url())
  await toldAs(other, 'another tab', 'to a loop with a bug')
  await other.close()

  await relay.stop('SIGKILL')
  await send(page, 'to a relay that is gone')
  await toldAs(page, 'relay down', 'to a relay that is gone')
  await expect(dot('offline')).toBeVisible()
})

async function workerNamed(page: Page, name: RegExp): Promise<Worker> {
  for (const worker of page.workers()) if (name.test(await worker.evaluate(() => self.name))) return worker
  throw new Error(`The page has no worker ${name}.`)
}

/** Runs in the session's worker: the loop's next look at what an answer asked for meets a mistake, once. */
function breakOnce(): void {
  const every = Array.prototype.every
  Array.prototype.every = function (this: unknown[], test: (item: unknown) => boolean, ...rest: unknown[]): boolean {
    if (!String(test).includes('isCheck')) return Reflect.apply(every, this, [test, ...rest])
    Array.prototype.every = every
    throw new TypeError('nothing to see')
  } as typeof every
}

/** Runs in the page: uses up that many bytes of the site's storage. */
async function fillRoom(bytes: number): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('filler')
    opening.onupgradeneeded = () => opening.result.createObjectStore('filler')
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
  const filler = new Uint8Array(bytes)
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(filler.subarray(at, at + 65_536))
  await new Promise<void>((resolve, reject) => {
    const writing = database.transaction('filler', 'readwrite')
    writing.objectStore('filler').put(filler, 'filler')
    writing.oncomplete = () => resolve()
    writing.onabort = () => reject(writing.error)
  })
  database.close()
}
