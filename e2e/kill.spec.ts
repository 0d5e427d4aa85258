import type { SessionEvent } from '@tabwright/protocol'
import { answer, outline, startModelServer, text, tool, type ServedRequest } from '@tabwright/testkit'
import { expect, test, type Page } from '@playwright/test'
import { startRelay, TEST_KEY, type RunningRelay } from './fixtures'
import { killableBrowser } from './killable-browser'

/** Answers by what the request holds, so that a request which is asked again gets the same answer. */
const SCRIPT = [
  answer([text('I look first.'), tool('write_file', { path: 'a.txt', content: 'one\n' }, { id: 't1' })], { delayMs: 4 }),
  answer([tool('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two' }, { id: 't2' })], { delayMs: 4 }),
  answer([tool('shell', { command: 'cat a.txt' }, { id: 't3' })], { delayMs: 4 }),
  answer([text('All three are done.')], { delayMs: 4 }),
]
const byProgress = ({ body }: ServedRequest): (typeof SCRIPT)[number] =>
  SCRIPT[(body.match(/"type":"tool_result"/g) ?? []).length] ?? answer([text('?')])

const TASK = 'do three things'
const QUIET = /^model\./
const outcome = (events: readonly SessionEvent[]): readonly string[] => outline(events).filter((line) => !QUIET.test(line))

let relay: RunningRelay
let model: Awaited<ReturnType<typeof startModelServer>>
test.beforeAll(async () => {
  model = await startModelServer({ token: TEST_KEY, script: byProgress })
  relay = await startRelay({ ANTHROPIC_API_KEY: TEST_KEY, ANTHROPIC_BASE_URL: model.url })
})
test.afterAll(async () => {
  await relay.stop()
  await model.close()
  // A cut request leaves its answer unsaid, so the linter may see the same bytes twice; anything else is a fault.
  expect(model.problems).toEqual([])
})

async function events(page: Page): Promise<readonly SessionEvent[]> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('tabwright')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const rows = await new Promise<SessionEvent[]>((resolve, reject) => {
      const request = database.transaction('events').objectStore('events').getAll()
      request.onsuccess = () => resolve(request.result as SessionEvent[])
      request.onerror = () => reject(request.error)
    })
    database.close()
    return rows
  })
}

async function begin(page: Page): Promise<string> {
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await box.fill(TASK)
  await box.press('Enter')
  await page.waitForURL(/\/s\//)
  return page.url()
}

const ended = async (page: Page): Promise<boolean> => (await events(page)).some((event) => event.type === 'turn.ended')

/** One life is cut short when `when` resolves; the next one must end as if nothing had happened. */
/** Of each killed life: was its turn open when it died? */
const midTurn: boolean[] = []

async function survives(when: (page: Page) => Promise<void>, expected: readonly string[]): Promise<void> {
  const browser = await killableBrowser()
  try {
    const first = await browser.open(relay.url)
    const url = await begin(first)
    await when(first)
    await browser.kill()
    // A page of the same origin without the app: what the dead one left, before anything goes on.
    const second = await browser.open(`${relay.url}/healthz`)
    const left = await events(second)
    midTurn.push(left.some((event) => event.type === 'turn.started') && !left.some((event) => event.type === 'turn.ended'))
    await second.goto(url)
    if (!(await events(second)).some((event) => event.type === 'message.user')) await sendAgain(second)
    await expect.poll(() => ended(second), { timeout: 30_000 }).toBe(true)
    expect(outcome(await events(second))).toEqual(expected)
    await expect(second.getByRole('log')).toContainText('All three are done.')
  } finally {
    await browser.dispose()
  }
}

/** Killed before the message was durable: nothing was sent, and its text is back in the box. */
async function sendAgain(page: Page): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  const sent = async (): Promise<boolean> => (await events(page)).some((event) => event.type === 'message.user')
  await expect.poll(async () => (await box.inputValue().catch(() => '')) === TASK || (await sent())).toBe(true)
  if (!(await sent())) await box.press('Enter')
}

/** The list of facts of a run that nobody disturbs. */
async function undisturbed(): Promise<readonly SessionEvent[]> {
  const browser = await killableBrowser()
  try {
    const page = await browser.open(relay.url)
    await begin(page)
    await expect.poll(() => ended(page), { timeout: 30_000 }).toBe(true)
    return await events(page)
  } finally {
    await browser.dispose()
  }
}

/** Kills as soon as this many facts are durable. */
const afterFacts = (count: number) => async (page: Page) => {
  await page.evaluate(
    (head) =>
      new Promise<void>((resolve) => {
        const session = location.pathname.split('/').at(-1) ?? ''
        const channel = new BroadcastChannel(`session:${session}`)
        channel.onmessage = ({ data }) => {
          if (data.type === 'appended' && data.head >= head) resolve()
        }
        const look = (): void => {
          const request = indexedDB.open('tabwright')
          request.onsuccess = () => {
            const counted = request.result.transaction('events').objectStore('events').count()
            counted.onsuccess = () => {
              request.result.close()
              if (counted.result >= head) resolve()
            }
          }
        }
        look()
      }),
    count,
  )
}

/** Numbers in [0, 1) that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test.describe.configure({ mode: 'parallel' })

const PARTS = 2
for (let part = 0; part < PARTS; part++) {
  test(`[C01–C11] SIGKILL of the browser at every fact boundary of a three-tool turn loses and doubles nothing (${part + 1} of ${PARTS})`, async () => {
    test.setTimeout(300_000)
    const whole = await undisturbed()
    const expected = outcome(whole)
    expect(expected.filter((line) => line.startsWith('call.ended'))).toEqual([
      'call.ended t1 done',
      'call.ended t2 done',
      'call.ended t3 done',
    ])
    for (let at = 2 + part; at < whole.length; at += PARTS) {
      await test.step(`killed after fact ${at}`, () => survives(afterFacts(at), expected))
    }
    // The kill must come while there is something to lose, or the test proves nothing.
    expect(midTurn.filter(Boolean).length).toBeGreaterThan(midTurn.length / 2)
    midTurn.length = 0
  })

  test(`[C01–C11] SIGKILL of the browser at 20 seeded random times loses and doubles nothing (${part + 1} of ${PARTS})`, async () => {
    test.setTimeout(300_000)
    const expected = outcome(await undisturbed())
    const random = seeded(20_261_120 + part)
    for (let round = 0; round < 20 / PARTS; round++) {
      const ms = Math.round(random() * 1200)
      await test.step(`killed after ${ms} ms`, () => survives((page) => page.waitForTimeout(ms), expected))
    }
  })
}
