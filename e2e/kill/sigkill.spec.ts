import { expect, test, type Page } from '@playwright/test'
import type { SessionEvent } from '@tabwright/protocol'
import { killableBrowser } from './killable-browser'
import { essence, openLab, seeded, summary, surviveKill, undisturbed, untilFacts, type Killing, type Lab, type Survival } from './lab'

/** How many seeded kills in all; `npm run e2e:kill -- 500` sets it. */
const KILLS = Number(process.env['TABWRIGHT_KILLS'] ?? 2)
const PARTS = 2

test.describe.configure({ mode: 'parallel' })

let lab: Lab
let whole: readonly SessionEvent[]
test.beforeAll(async () => {
  lab = await openLab()
  whole = await undisturbed(lab)
})
test.afterAll(() => lab.close())

function proven(survivals: readonly Survival[]): void {
  console.log(summary(survivals))
  expect(survivals.reduce((sum, { lost }) => sum + lost, 0)).toBe(0)
  // The kills must come while there is something to lose, or they prove nothing.
  expect(survivals.filter(({ midTurn }) => midTurn).length).toBeGreaterThan(survivals.length / 3)
}

/** Numbers of the facts after which a life ends: the last of each kind, in a long run all. The simulation ends lives at all of them. */
function boundaries(): readonly number[] {
  const ends = whole.slice(1, -1).filter((event, _, all) => {
    const alike = all.filter(({ type }) => type === event.type)
    return KILLS >= 10 || event === alike.at(-1)
  })
  return ends.map(({ seq }) => seq)
}

/** How long the task takes here when nobody disturbs it, milliseconds: a slow machine is killed later. */
function turnMs(): number {
  const [first, last] = [whole.at(0), whole.at(-1)]
  if (first === undefined || last === undefined) throw new Error('the undisturbed task left no facts')
  return last.at - first.at
}

/** Lives one after the other on one profile. */
async function lives(run: (killing: Killing) => Promise<void>): Promise<void> {
  const browser = await killableBrowser()
  try {
    await run({ lab, browser, expected: essence(whole) })
  } finally {
    await browser.dispose()
  }
}

for (let part = 0; part < PARTS; part++) {
  test(`[C01] [C02] [C03] [C04] [C05] [C06] [C07] [C08] [C09] [C10] [C11] SIGKILL after every kind of fact of a three-tool turn loses and doubles nothing (${part + 1} of ${PARTS})`, async () => {
    test.setTimeout(400_000)
    expect(essence(whole).filter((line) => line.startsWith('call.ended'))).toEqual([
      'call.ended t1 done',
      'call.ended t2 done',
      'call.ended t3 done',
    ])
    const survivals: Survival[] = []
    await lives(async (killing) => {
      for (const at of boundaries().filter((_, i) => i % PARTS === part)) {
        await test.step(`killed after fact ${at}`, async () => {
          survivals.push(await surviveKill(killing, (page) => untilFacts(page, at)))
        })
      }
    })
    proven(survivals)
  })
}

// A few kills share one profile: one alone may come before or after the turn.
const TIMED = KILLS < 10 ? 1 : PARTS
for (let part = 0; part < TIMED; part++) {
  test(`[C01] [C04] [C09] SIGKILL at seeded random times loses and doubles nothing (${part + 1} of ${TIMED})`, async () => {
    test.setTimeout(60_000 + KILLS * 20_000)
    const random = seeded(20_261_121 + part)
    const survivals: Survival[] = []
    await lives(async (killing) => {
      for (let round = 0; round < KILLS / TIMED; round++) {
        const ms = Math.round(random() * turnMs())
        await test.step(`killed after ${ms} ms`, async () => {
          survivals.push(await surviveKill(killing, (page) => allowingFor(page, ms)))
        })
      }
    })
    proven(survivals)
  })
}

/** So many milliseconds in which the person says yes to what is asked. */
async function allowingFor(page: Page, ms: number): Promise<void> {
  const until = Date.now() + ms
  const allow = page.getByRole('button', { name: 'Allow once' })
  while (Date.now() < until) {
    if (await allow.isEnabled({ timeout: 1 }).catch(() => false)) await allow.click({ timeout: 300 }).catch(() => undefined)
    await page.waitForTimeout(Math.min(40, Math.max(1, until - Date.now())))
  }
}
