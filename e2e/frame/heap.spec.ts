import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs'
import { expect, test } from './lab'

const executablePath = await findChromium()
// The heap that a browser gives by itself is some gigabytes: it is full in the same way, only later.
test.use({
  launchOptions: {
    ...(executablePath !== undefined && { executablePath }),
    args: [...CHROMIUM_ARGS, '--js-flags=--max-old-space-size=256'],
  },
})
test.describe.configure({ timeout: 120_000 })

// Chromium ends the process whose heap is full. Playwright then takes the whole page for crashed, so the page itself tells how it went on.
test('a program that fills its memory ends its own sandbox: the page and another session stay alive, and a new sandbox comes', async ({
  page,
  lab,
}) => {
  await page.evaluate(async () => {
    await window.frameLab.open('other')
    await window.frameLab.run('other', 'x=kept; sleep 300 &')
    await window.frameLab.open('greedy')
    await window.frameLab.run('greedy', 'true')
    setTimeout(async () => {
      const tell = (what: unknown): Promise<unknown> => fetch(`/report?${encodeURIComponent(JSON.stringify(what))}`)
      const fill = "node -e 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length))'"
      await tell(await window.frameLab.run('greedy', fill, { timeoutMs: 60_000 }))
      await tell(await window.frameLab.run('greedy', 'echo next'))
      await tell(await window.frameLab.run('other', 'echo $x; jobs'))
    })
  })
  await expect.poll(() => lab.reports.length, { timeout: 100_000 }).toBe(3)
  const [filled, next, other] = lab.reports.map((text): unknown => JSON.parse(text))
  expect(filled).toMatchObject({ thrown: 'sandbox_lost' })
  expect(next).toMatchObject({ text: 'next\n' })
  expect(other).toMatchObject({ text: expect.stringMatching(/^kept\n\[1\]\+ {2}Running +sleep 300 &\n$/) })
})
