import { inApp, rested, say } from './in-app.mjs'
import { median } from './in-chromium.mjs'

// A person types while 2,000 tokens a second come into a conversation of 10,000 facts, in the built app: what a key waits for its paint, the
// worst frame, what moves, and the main thread beside one that appends the same text to a page without anything else. And that conversation
// opened anew. `node bench/run.mjs streaming`
const PER_SECOND = 2000
const SECONDS = 10
const CALLS = 50
/** A call is judged, started and ended, and each answer is asked for and comes. */
const ANSWERS = Math.ceil(10_000 / (CALLS * 3 + 2))
const WORDS = 'The heron builds at dusk, and `nest(3)` is **done** before the rain comes. '
const FILLED = 'That was all of it.'
const TOLD = 'Now all is told.'
const LONG_MS = 600_000

/** @typedef {{ keys: readonly number[], frames: readonly number[], shift: number, busy: number, limit: number, opened: number }} Sample milliseconds; `busy` and `limit` a frame */
/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {{ keys: number[], frames: number[], shift: number, isOver: boolean }} Watched */

/**
 * P6 and P9.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export function streaming(rounds) {
  let left = ANSWERS
  let n = 0
  const answer = (/** @type {string} */ text) => {
    if (text.includes('tell all')) return { blocks: [told()], perSecond: PER_SECOND }
    if (left-- <= 0) return { blocks: [/** @type {const} */ ({ type: 'text', text: FILLED })] }
    const call = () => /** @type {const} */ ({ type: 'call', name: 'glob', input: { pattern: `src/**/${(n += 1)}.ts` } })
    return { blocks: Array.from({ length: CALLS }, call) }
  }
  return inApp(answer, async ({ page, context, url }) => {
    await page.addInitScript(watchForEnd, [FILLED, TOLD])
    await page.goto(url)
    await say(page, 'Look for all of them.')
    await rested(page, FILLED, LONG_MS)
    /** @type {Sample[]} */
    const samples = []
    for (let round = 0; round < rounds; round++) {
      const opened = await openedAnew(page)
      samples.push({ opened, ...(await whileStreaming(page)), limit: await appended(await context.newPage()) })
    }
    return rowsOf(samples)
  })
}

/** @returns {import('./model-answers.mjs').Block} */
function told() {
  const letters = PER_SECOND * SECONDS * 4
  const paragraph = `${WORDS.repeat(6)}\n\n`
  return { type: 'text', text: `${paragraph.repeat(Math.ceil(letters / paragraph.length))}\n\n${TOLD}` }
}

/**
 * @param {readonly Sample[]} samples
 * @returns {readonly import('./run.mjs').Row[]}
 */
function rowsOf(samples) {
  const of = (/** @type {(sample: Sample) => number} */ what) => median(samples.map(what))
  const rank = (/** @type {readonly number[]} */ all, /** @type {number} */ part) =>
    all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * part))] ?? Number.NaN
  const [ours, limit] = [of(({ busy }) => busy), of((sample) => sample.limit)]
  return [
    { what: 'P9 10,000 facts opened by a reload until the newest row is drawn', unit: 'ms', ours: of(({ opened }) => opened), aim: '–' },
    {
      what: 'P9 a key until its paint at 2,000 tokens a second, 95 of 100',
      unit: 'ms',
      ours: of(({ keys }) => rank(keys, 0.95)),
      aim: '≤ 50 ms',
    },
    { what: 'P9 worst frame meanwhile', unit: 'ms', ours: of(({ frames }) => rank(frames, 1)), aim: '≤ 33 ms' },
    {
      what: 'P9 frames over 33 ms, of 100',
      unit: '',
      ours: of(({ frames }) => (100 * frames.filter((ms) => ms > 33.4).length) / frames.length),
      aim: '0',
    },
    { what: 'P6 main thread a frame, beside one append of the text', unit: 'ms', ours, limit, ratio: ours / limit, aim: '≤ 2 ×' },
    { what: 'layout shift while streaming', unit: '', ours: of(({ shift }) => shift), aim: '0' },
  ]
}

/**
 * In the page: when its newest row has been drawn.
 * @param {readonly string[]} last what it may end with
 */
function watchForEnd(last) {
  const seen = new MutationObserver(() => {
    const shown = document.querySelector('[role="log"]')?.textContent ?? ''
    if (!last.some((words) => shown.includes(words))) return
    seen.disconnect()
    requestAnimationFrame(() => setTimeout(() => Object.assign(globalThis, { drawnAt: performance.now() })))
  })
  seen.observe(document, { childList: true, subtree: true, characterData: true })
}

/** @param {Page} page */
async function openedAnew(page) {
  await page.reload()
  await page.waitForFunction(() => 'drawnAt' in globalThis)
  return Number(await page.evaluate(() => Reflect.get(globalThis, 'drawnAt')))
}

/** @param {Page} page */
async function whileStreaming(page) {
  const tools = await page.context().newCDPSession(page)
  await tools.send('Performance.enable')
  const busyFor = async () => (await tools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  await say(page, 'Now tell all.')
  await page.getByRole('log').getByText('The heron builds').first().waitFor()
  const before = await busyFor()
  await page.evaluate(watchFrames)
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await box.focus()
  const until = performance.now() + (SECONDS - 2) * 1000
  let typed = 0
  for (; performance.now() < until; typed++) await page.keyboard.type('heron '.charAt(typed % 6), { delay: 60 })
  const { keys, frames, shift } = await page.evaluate(() => {
    const watched = /** @type {Watched} */ (Reflect.get(globalThis, 'watched'))
    watched.isOver = true
    return watched
  })
  const busy = ((await busyFor()) - before) * 1000
  await box.fill('')
  await rested(page, TOLD)
  await tools.detach()
  // Those that were drawn within a frame are not told of.
  const quick = Array.from({ length: Math.max(0, typed - keys.length) }, () => 16)
  return { keys: [...keys, ...quick], frames, shift, busy: busy / frames.length }
}

/** In the page. */
function watchFrames() {
  /** @type {Watched} */
  const watched = { keys: [], frames: [], shift: 0, isOver: false }
  Object.assign(globalThis, { watched })
  /** @type {Map<number, number>} */
  const seen = new Map()
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { interactionId, duration } = /** @type {PerformanceEventTiming} */ (entry)
      if (interactionId === 0) continue
      seen.set(interactionId, Math.max(seen.get(interactionId) ?? 0, duration))
      watched.keys = [...seen.values()]
    }
  }).observe(/** @type {PerformanceObserverInit} */ ({ type: 'event', durationThreshold: 16 }))
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) watched.shift += Number(Reflect.get(entry, 'value'))
  }).observe({ type: 'layout-shift' })
  let last = performance.now()
  requestAnimationFrame(function frame(now) {
    watched.frames.push(now - last)
    last = now
    if (!watched.isOver) requestAnimationFrame(frame)
  })
}

/**
 * What it takes when a page has nothing but the text.
 * @param {Page} page
 */
async function appended(page) {
  const tools = await page.context().newCDPSession(page)
  await tools.send('Performance.enable')
  const busyFor = async () => (await tools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  await page.setContent('<p></p>')
  const before = await busyFor()
  const frames = await page.evaluate(
    ({ text, ms }) =>
      new Promise((/** @type {(frames: number) => void} */ resolve) => {
        const paragraph = document.querySelector('p')
        const until = performance.now() + ms
        let frames = 0
        requestAnimationFrame(function frame(now) {
          paragraph?.append(text)
          frames++
          if (now < until) requestAnimationFrame(frame)
          else resolve(frames)
        })
      }),
    { text: WORDS.repeat(2).slice(0, Math.round((PER_SECOND * 4) / 60)), ms: (SECONDS - 2) * 1000 },
  )
  const busy = ((await busyFor()) - before) * 1000
  await page.close()
  return busy / frames
}
