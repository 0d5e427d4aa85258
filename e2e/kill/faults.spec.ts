import type { CDPSession, Page } from '@playwright/test'
import { editsPass, expect, test } from '../fixtures'
import { begin, essence, factsOf, openLab, undisturbed, untilEnd, untilFacts, type Lab } from './lab'

let lab: Lab
let expected: readonly string[]
test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  lab = await openLab()
  expected = essence(await undisturbed(lab))
})
test.afterAll(() => lab.close())

/** In the middle of a call; a long run takes three places. */
const BOUNDARIES = Number(process.env['TABWRIGHT_KILLS'] ?? 2) >= 10 ? [4, 9, 14] : [9]

async function devTools(page: Page): Promise<CDPSession> {
  return page.context().newCDPSession(page)
}

/** Keeps the page's workers where a test can end them. */
async function holdWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const held: Worker[] = []
    const Original = globalThis.Worker
    globalThis.Worker = class extends Original {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        held.push(this)
      }
    }
    Object.assign(globalThis, { heldWorkers: held })
  })
}

for (const at of BOUNDARIES) {
  test(`[C15] a renderer that crashes after fact ${at} frees the session at once, and another tab goes on`, async ({ browser }) => {
    const context = await browser.newContext()
    await editsPass(context)
    const page = await context.newPage()
    await page.goto(lab.relay.url)
    const url = await begin(page)
    await untilFacts(page, at)
    const crashed = page.waitForEvent('crash')
    const tools = await devTools(page)
    void tools.send('Page.crash').catch(() => undefined)
    await crashed
    const next = await context.newPage()
    await next.goto(url)
    await untilEnd(next)
    expect(essence(await factsOf(next))).toEqual(expected)
    await context.close()
  })

  test(`[C13] a worker that dies after fact ${at} is started again by its page and goes on`, async ({ browser }) => {
    const context = await browser.newContext()
    await editsPass(context)
    const page = await context.newPage()
    await holdWorkers(page)
    await page.goto(lab.relay.url)
    await begin(page)
    await untilFacts(page, at)
    // A worker that is terminated from outside says nothing; the error is what a worker out of memory leaves.
    await page.evaluate(() => {
      const held: readonly Worker[] = Reflect.get(globalThis, 'heldWorkers')
      const worker = held.at(-1)
      worker?.terminate()
      worker?.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }))
    })
    await untilEnd(page)
    expect(essence(await factsOf(page))).toEqual(expected)
    await expect(page.getByRole('log')).toContainText('All three are done.')
    await context.close()
  })
}

test('[C16] [C17] another tab takes a session over while its owner is frozen, and the owner writes nothing more', async ({ browser }) => {
  const context = await browser.newContext()
  await editsPass(context)
  const page = await context.newPage()
  await page.goto(lab.relay.url)
  const url = await begin(page)
  await untilFacts(page, 6)
  const tools = await devTools(page)
  await tools.send('Page.setWebLifecycleState', { state: 'frozen' })
  const other = await context.newPage()
  await other.goto(url)
  const takeOver = other.getByRole('button', { name: 'Take over' })
  await takeOver.click()
  await untilEnd(other)
  await tools.send('Page.setWebLifecycleState', { state: 'active' })
  expect(essence(await factsOf(other))).toEqual(expected)
  const before = (await factsOf(other)).length
  await expect(page.getByRole('alert').filter({ hasText: 'Open in another tab' })).toBeVisible()
  expect((await factsOf(other)).length).toBe(before)
  await context.close()
})

for (const at of BOUNDARIES) {
  test(`[C18] a disk that is full from fact ${at} on stops the session before its next effect, and room lets it go on`, async ({
    browser,
  }) => {
    test.setTimeout(120_000)
    const context = await browser.newContext()
    await editsPass(context)
    const page = await context.newPage()
    await page.goto(lab.relay.url)
    await begin(page)
    await untilFacts(page, at)
    const tools = await devTools(page)
    const { origin } = new URL(lab.relay.url)
    await tools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 })
    const allow = page.getByRole('button', { name: 'Allow once' })
    const full = page.getByText(/storage is full|no room|disk is full/i).first()
    await expect
      .poll(
        async () => {
          if (await allow.isEnabled({ timeout: 50 }).catch(() => false)) await allow.click({ timeout: 300 }).catch(() => undefined)
          const ended = (await factsOf(page)).some((event) => event.type === 'turn.ended')
          return ended || (await full.isVisible())
        },
        { timeout: 30_000 },
      )
      .toBe(true)
    const started = (await factsOf(page)).filter((event) => event.type === 'call.started').map(({ data }) => data)
    await tools.send('Storage.overrideQuotaForOrigin', { origin })
    const again = page.getByRole('button', { name: /try again/i }).first()
    if (await again.isVisible()) await again.click()
    await untilEnd(page)
    const facts = await factsOf(page)
    expect(essence(facts)).toEqual(expected)
    // What had started before the disk was full was not started a second time by the way.
    expect(
      facts
        .filter((event) => event.type === 'call.started')
        .slice(0, started.length)
        .map(({ data }) => data),
    ).toEqual(started)
    await context.close()
  })
}

test('[C21] a session whose data the browser removed says so and is not an empty one of the same name', async ({ browser }) => {
  const context = await browser.newContext()
  await editsPass(context)
  const page = await context.newPage()
  await page.goto(lab.relay.url)
  const url = await begin(page)
  await untilEnd(page)
  const tools = await devTools(page)
  await tools.send('Storage.clearDataForOrigin', { origin: new URL(lab.relay.url).origin, storageTypes: 'indexeddb' })
  await page.goto(url)
  await expect(page.getByText(/browser removed/i).first()).toBeVisible()
  expect(await factsOf(page)).toEqual([])
  await context.close()
})
