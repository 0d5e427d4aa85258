import { expect, test } from '@playwright/test'
import { essence, openLab, seeded, summary, surviveKill, undisturbed, untilFacts, type Lab, type Survival } from './lab'

/** How many seeded kills in all; `npm run e2e:kill -- 500` sets it. */
const KILLS = Number(process.env['TABWRIGHT_KILLS'] ?? 16)
const PARTS = 2

test.describe.configure({ mode: 'parallel' })

let lab: Lab
test.beforeAll(async () => {
  lab = await openLab()
})
test.afterAll(() => lab.close())

function proven(survivals: readonly Survival[]): void {
  console.log(summary(survivals))
  expect(survivals.reduce((sum, { lost }) => sum + lost, 0)).toBe(0)
  // The kills must come while there is something to lose, or they prove nothing.
  expect(survivals.filter(({ midTurn }) => midTurn).length).toBeGreaterThan(survivals.length / 3)
}

for (let part = 0; part < PARTS; part++) {
  test(`[C01] [C02] [C03] [C04] [C05] [C06] [C07] [C08] [C09] [C10] [C11] SIGKILL at every fact boundary of a three-tool turn loses and doubles nothing (${part + 1} of ${PARTS})`, async () => {
    test.setTimeout(400_000)
    const whole = await undisturbed(lab)
    const expected = essence(whole)
    expect(expected.filter((line) => line.startsWith('call.ended'))).toEqual([
      'call.ended t1 done',
      'call.ended t2 done',
      'call.ended t3 done',
    ])
    const survivals: Survival[] = []
    for (let at = 2 + part; at < whole.length; at += PARTS) {
      await test.step(`killed after fact ${at}`, async () => {
        survivals.push(await surviveKill(lab, expected, (page) => untilFacts(page, at)))
      })
    }
    proven(survivals)
  })

  test(`[C01] [C04] [C09] SIGKILL at seeded random times loses and doubles nothing (${part + 1} of ${PARTS})`, async () => {
    test.setTimeout(60_000 + KILLS * 20_000)
    const expected = essence(await undisturbed(lab))
    const random = seeded(20_261_121 + part)
    const survivals: Survival[] = []
    for (let round = 0; round < KILLS / PARTS; round++) {
      const ms = Math.round(random() * 1600)
      await test.step(`killed after ${ms} ms`, async () => {
        const wait = async (page: import('@playwright/test').Page): Promise<void> => {
          const until = Date.now() + ms
          const allow = page.getByRole('button', { name: 'Allow once' })
          while (Date.now() < until) {
            if (await allow.isEnabled({ timeout: 1 }).catch(() => false)) await allow.click({ timeout: 300 }).catch(() => undefined)
            await page.waitForTimeout(Math.min(40, Math.max(1, until - Date.now())))
          }
        }
        survivals.push(await surviveKill(lab, expected, wait))
      })
    }
    proven(survivals)
  })
}
