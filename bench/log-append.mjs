import { inChromium, median } from './in-chromium.mjs'

// One fact appended and awaited, against a bare IndexedDB transaction of the same size, and against one whose row also carries the hash of the
// one before, which is the least that a chained log has to do. `node bench/run.mjs log`
const COUNTS = { relaxed: 40, strict: 20 }
/** Turns of one round: sides change often, so that what else the machine does hits both alike. */
const TURNS = 10

/**
 * P7.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export function logAppend(rounds) {
  return inChromium('log-append', async (page) => {
    const samples = await page.evaluate(
      ([count, counts]) => window.measureAppend(count, counts),
      /** @type {const} */ ([rounds * TURNS, COUNTS]),
    )
    return /** @type {const} */ (['relaxed', 'strict']).flatMap((durability) => {
      const of = (/** @type {string} */ who) =>
        median(samples.filter((one) => one.durability === durability && one.who === who).map((one) => one.perSecond))
      const ours = of('log')
      const row = (/** @type {string} */ what, /** @type {number} */ limit) => ({
        what,
        unit: '/s',
        ours,
        limit,
        ratio: ours / limit,
        aim: '≥ 0.9',
      })
      return [
        row(`P7 append one fact, ${durability}`, of('bare')),
        row(`P7 append one fact, ${durability}, against a bare chain`, of('chained')),
      ]
    })
  })
}
