import { LIMIT_TRIALS } from '../../packages/testkit/src/limit-trials'
import type { Page } from '@playwright/test'
import { expect, test as base } from './lab'

/**
 * One page for all trials of a worker, with a shell that is driven to its limits and one beside it: what one trial left behind is there in
 * the next. After a failure the worker is a new one.
 */
const test = base.extend<object, { readonly bench: Page }>({
  bench: [
    async ({ browser, lab }, use) => {
      const page = await browser.newPage()
      await page.goto(lab.url)
      await page.waitForFunction(() => 'frameLab' in window)
      await page.evaluate(async () => {
        await window.frameLab.open('other')
        await window.frameLab.run('other', 'x=kept')
        await window.frameLab.open('limit')
      })
      await use(page)
      await page.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

test.describe.configure({ timeout: 120_000 })

const ENDED = /limit of this command|no sign of life for 2 s/

for (const trial of LIMIT_TRIALS) {
  test(`[O44] ${trial.name} is stopped with words, and everything else stays alive`, async ({ bench }) => {
    const [ran, next, other] = await bench.evaluate(
      async ({ command, timeoutMs }) => {
        const first = await window.frameLab.run('limit', command, { timeoutMs })
        return [first, await window.frameLab.run('limit', 'echo next'), await window.frameLab.run('other', 'echo $x')] as const
      },
      { command: trial.command, timeoutMs: trial.timeoutMs },
    )
    const said = ran.text + next.text
    expect(trial.says.test(said) || (trial.orTimeout === true && ENDED.test(said)), said.slice(0, 500)).toBe(true)
    expect(next.text).toMatch(/next\n$/)
    expect(other.text).toBe('kept\n')
  })
}

const LOOPS: Readonly<Record<string, string>> = {
  'the shell': 'while :; do :; done',
  'a wait': 'sleep 60',
  awk: "awk 'BEGIN { while (1) x++ }'",
  node: "node -e 'for(;;);'",
  'a pipe': 'yes | cat > /dev/null',
  'a pattern': "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab | grep -P '(a+)+$'",
}

for (const [name, command] of Object.entries(LOOPS)) {
  test(`${name} that never ends lets go soon after it was stopped`, async ({ bench }) => {
    const [ran, next] = await bench.evaluate(async (text) => {
      await window.frameLab.run('limit', 'true')
      return [await window.frameLab.run('limit', text, { stopAfterMs: 600 }), await window.frameLab.run('limit', 'echo next')] as const
    }, command)
    expect(ran.exitCode).toBe(130)
    // 200 ms of the sandbox's own; the rest is a machine that is busy with other tests.
    expect(ran.stoppedMs).toBeLessThan(1000)
    console.log(`stopped ${name}: ${Math.round(ran.stoppedMs)} ms`)
    expect(next.text).toBe('next\n')
  })
}
