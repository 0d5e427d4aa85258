import type { Page } from '@playwright/test'
import { editsPass, expect, test } from '../fixtures'
import { faultProxy, type Fault, type FaultProxy } from './fault-proxy'
import { begin, essence, factsOf, openLab, seeded, untilEnd, undisturbed, type Lab } from './lab'

const CUTS = Number(process.env['TABWRIGHT_CUTS'] ?? 4)

let proxy: FaultProxy
let lab: Lab
let expected: readonly string[]
test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  lab = await openLab(async (model) => {
    proxy = await faultProxy(model.url)
    return proxy.url
  })
  expected = essence(await undisturbed(lab))
})
test.afterAll(async () => {
  await proxy.close()
  await lab.close()
})

/** The task with these faults in its way comes to the same facts. */
async function survives(page: Page, faults: readonly Fault[]): Promise<void> {
  proxy.plan(faults)
  await page.goto(lab.relay.url)
  await begin(page)
  await untilEnd(page)
  expect(essence(await factsOf(page))).toEqual(expected)
}

test('[C26] [C28] an answer cut at any byte is asked again and nothing runs twice', async ({ browser }) => {
  test.setTimeout(60_000 + CUTS * 20_000)
  // Not the page of the fixture: a cut answer is an error in the console.
  const context = await browser.newContext()
  await editsPass(context)
  const page = await context.newPage()
  const random = seeded(3)
  for (let round = 0; round < CUTS; round++) {
    // The four answers of the task are 700 to 1,100 bytes each.
    const bytes = 1 + Math.floor(random() * 1100)
    const before = Math.floor(random() * 4)
    await test.step(`answer ${before + 1} cut after ${bytes} bytes`, async () => {
      const none: readonly Fault[] = Array.from({ length: before }, () => ({ type: 'none' }))
      await survives(page, [...none, { type: 'cut', bytes }])
    })
  }
  await context.close()
})

test('[C25] [C26] busy and overloaded answers are waited out', async ({ page }) => {
  test.setTimeout(120_000)
  const overloaded = JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })
  const limited = JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } })
  await survives(page, [
    { type: 'status', status: 529, body: overloaded },
    { type: 'status', status: 429, headers: { 'retry-after': '1' }, body: limited },
  ])
})

test('[C32] the page of a hotel’s network is no answer: the turn stops, nothing is lost, and it goes on when the network is back', async ({
  page,
  context,
}) => {
  test.setTimeout(90_000)
  proxy.plan([{ type: 'none' }, { type: 'portal' }])
  await page.goto(lab.relay.url)
  await begin(page)
  await expect.poll(async () => essence(await factsOf(page)).at(-1), { timeout: 30_000 }).toBe('turn.ended failed')
  await context.setOffline(true)
  await context.setOffline(false)
  await expect(page.getByRole('button', { name: 'Allow once' })).toBeEnabled({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByRole('log')).toContainText('All three are done.', { timeout: 30_000 })
  expect(essence(await factsOf(page)).filter((line) => line.startsWith('call.ended'))).toEqual([
    'call.ended t1 done',
    'call.ended t2 done',
    'call.ended t3 done',
  ])
})

test('[C35] a relay that is killed in the middle of an answer and comes back loses and doubles nothing', async ({ browser }) => {
  test.setTimeout(120_000)
  // Not the page of the fixture: a part of the page that is loaded while there is no relay says so in the console.
  const context = await browser.newContext()
  await editsPass(context)
  const page = await context.newPage()
  const own = await openLab(async (model) => model.url)
  try {
    await page.goto(own.relay.url)
    await begin(page)
    await expect(page.getByRole('group', { name: 'Tool call: write_file' })).toBeVisible()
    await own.relay.kill()
    await own.relay.start()
    await untilEnd(page)
    expect(essence(await factsOf(page))).toEqual(expected)
  } finally {
    await context.close()
    await own.close()
  }
})
