import { inChromium, median } from './in-chromium.mjs'

// One fact appended and awaited, against a bare IndexedDB transaction of the same size. `node bench/run.mjs log`
const COUNTS = { relaxed: 400, strict: 150 }

/**
 * P7.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export function logAppend(rounds) {
  return inChromium('log-append', async (page) => {
    const samples = await page.evaluate(([count, counts]) => window.measureAppend(count, counts), /** @type {const} */ ([rounds, COUNTS]))
    return /** @type {const} */ (['relaxed', 'strict']).map((durability) => {
      const of = (/** @type {string} */ who) =>
        median(samples.filter((one) => one.durability === durability && one.who === who).map((one) => one.perSecond))
      const [ours, limit] = [of('log'), of('bare')]
      return { what: `P7 append one fact, ${durability}`, unit: '/s', ours, limit, ratio: ours / limit, aim: '≥ 0.9' }
    })
  })
}
