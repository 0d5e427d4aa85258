import type { Page } from '@playwright/test'
import axe, { type AxeResults, type RunOptions } from 'axe-core'

/** What is wrong enough that somebody cannot use the screen. The rest of axe's findings are advice. */
const GRAVE = new Set(['serious', 'critical'])
/** Other origins' pages are theirs, and the sandbox's frame has nothing in it that is seen or read. */
const HERE = { exclude: [['iframe']] }

interface WithAxe extends Window {
  readonly axe?: { run(context: typeof HERE, options: RunOptions): Promise<AxeResults> }
}

/** Colours that are on their way are nobody's; the terminal draws its own with the next frame. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  const rests = (): boolean =>
    document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity)
  await page.waitForFunction(rests)
}

async function findings(page: Page, options: RunOptions): Promise<readonly string[]> {
  await settled(page)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const found = await page.evaluate(
    async ([context, asked]) => {
      const here: WithAxe = window
      if (here.axe === undefined) throw new Error('axe is not in this page')
      const { violations } = await here.axe.run(context, asked)
      return violations.map(({ id, impact, nodes }) => ({
        id,
        impact,
        where: nodes.map(({ target, any }) => [target.join(' '), any[0]?.message]),
      }))
    },
    [HERE, options] as const,
  )
  return found
    .filter(({ impact }) => GRAVE.has(impact ?? ''))
    .map(({ id, impact, where }) => `${id} (${impact}): ${where.map(([target, why]) => `${target}: ${why ?? ''}`).join(' | ')}`)
}

/** Serious and critical findings of axe on the screen as it is, in light and in dark; each with the name of the screen before it. */
export async function graveFindings(page: Page, screen: string): Promise<readonly string[]> {
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await findings(page, { resultTypes: ['violations'] })
  // Only colours are others.
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await findings(page, { resultTypes: ['violations'], runOnly: ['color-contrast'] })
  return [...light.map((one) => `${screen}, light: ${one}`), ...dark.map((one) => `${screen}, dark: ${one}`)]
}
