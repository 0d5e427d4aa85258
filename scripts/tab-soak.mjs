import './node-version.mjs'
import { inApp, rested, say } from '../bench/in-app.mjs'

// `npm run soak:tab`, or `npm run soak:tab -- 20` for so many minutes: a tab that is worked in for an hour. In each round a session is begun,
// its agent writes and reads and tells, its changes, files and figures are looked at, it is left for the start page and deleted, so that the list is
// no longer than before. What the tab holds there after a collection, its workers with it, must be flat: the last quarter of the time not a
// tenth above the second.
const ROUND_MS = 20_000
const LINGER_MS = 11_000
const WORDS = 'The heron builds at dusk, and the kingfisher digs at dawn. '
const LAST = 'That is all of it.'
const minutes = Number(process.argv[2] ?? 60)
if (!(minutes >= 2)) {
  console.error('Say for how many minutes, 2 at least: npm run soak:tab -- 60')
  process.exit(2)
}

/**
 * @param {string} text
 * @returns {import('../bench/model-answers.mjs').Answer}
 */
function answer(text) {
  if (!text.includes('tool_result')) {
    const code = 'export const answer = 42\n'.repeat(40)
    return {
      blocks: [
        { type: 'text', text: WORDS.repeat(20) },
        { type: 'call', name: 'write_file', input: { path: 'src/a.js', content: code } },
        { type: 'call', name: 'read_file', input: { path: 'src/a.js' } },
        { type: 'call', name: 'list_files', input: {} },
      ],
      perSecond: 400,
    }
  }
  return { blocks: [{ type: 'text', text: `## Told\n\n${WORDS.repeat(60)}\n\n\`\`\`js\nconst a = 1\n\`\`\`\n\n${LAST}` }], perSecond: 800 }
}

/** @typedef {{ page: number, tab: number }} Held megabytes: the page's own heap, and the whole tab with its workers and frames */

/**
 * @param {import('@playwright/test').Page} page
 * @param {import('@playwright/test').CDPSession} tools
 * @returns {Promise<Held>}
 */
async function held(page, tools) {
  await tools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await tools.send('Runtime.getHeapUsage')
  // Collects in every worker too before it tells; only an isolated page may ask.
  const bytes = await page.evaluate(async () => {
    const measure = /** @type {{ measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }> }} */ (performance)
    return (await measure.measureUserAgentSpecificMemory?.())?.bytes ?? Number.NaN
  })
  return { page: usedSize / 1024 / 1024, tab: bytes / 1024 / 1024 }
}

/** @param {import('@playwright/test').Page} page */
async function round(page) {
  await say(page, 'Go on.')
  await page.waitForURL(/\/s\//)
  await rested(page, LAST)
  for (const name of [/^Changes/, /^Files/, /^Context/]) await page.getByRole('tab', { name }).click()
  await page.getByRole('button', { name: 'New session' }).first().click()
  await page.waitForURL((url) => !url.pathname.startsWith('/s/'))
  // The newest is first. It goes for good a moment later, when nobody wants it back.
  const sessions = page.getByRole('navigation', { name: 'Sessions' }).getByRole('link')
  await sessions.first().focus()
  await page.keyboard.press('Delete')
  await sessions.first().waitFor({ state: 'hidden' })
}

/**
 * @param {readonly Held[]} all
 * @param {keyof Held} of
 */
function flatness(all, of) {
  const quarter = (/** @type {number} */ from) => {
    const part = all.slice(Math.floor((all.length * from) / 4), Math.ceil((all.length * (from + 1)) / 4)).map((one) => one[of])
    return part.toSorted((a, b) => a - b)[Math.floor(part.length / 2)] ?? Number.NaN
  }
  const [first, second, last] = [quarter(0), quarter(1), quarter(3)]
  const isFlat = last <= second * 1.1
  const name = of === 'page' ? 'heap of the page' : 'the tab with its workers'
  console.log(
    `${name}: first quarter ${first.toFixed(1)} MB, second ${second.toFixed(1)}, last ${last.toFixed(1)}: ${isFlat ? 'flat' : 'NOT flat'}`,
  )
  return isFlat
}

process.exitCode = await inApp(answer, async ({ page, context, url }) => {
  const tools = await context.newCDPSession(page)
  await page.goto(url)
  /** @type {Held[]} */
  const all = []
  for (const since = Date.now(); Date.now() < since + minutes * 60_000;) {
    const next = Date.now() + ROUND_MS
    await round(page)
    // A session that was left is closed a moment later, and one that was deleted can be brought back for ten seconds.
    await new Promise((resolve) => setTimeout(resolve, Math.max(LINGER_MS, next - Date.now())))
    const now = await held(page, tools)
    all.push(now)
    const after = ((Date.now() - since) / 60_000).toFixed(1)
    const { nodes } = await page.evaluate(() => ({ nodes: document.querySelectorAll('*').length }))
    console.log(`${after} min, ${all.length} sessions: page ${now.page.toFixed(1)} MB, tab ${now.tab.toFixed(1)} MB, ${nodes} elements`)
  }
  return [flatness(all, 'page'), flatness(all, 'tab')].every(Boolean) ? 0 : 1
})
