import { inChromium, median } from './in-chromium.mjs'

// The next request of a session of 10,000 events, against JSON.stringify of what is new in it, and of everything. `node bench/run.mjs request`
const STEPS = 60

/**
 * P16.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export function request(rounds) {
  return inChromium('request', async (page) => {
    const samples = await page.evaluate(([count, steps]) => window.measureRequest(count, steps), /** @type {const} */ ([rounds, STEPS]))
    const of = (/** @type {'ours' | 'limit' | 'rebuild'} */ who) => median(samples.map((one) => one[who]))
    const [ours, limit, peer] = [of('ours'), of('limit'), of('rebuild')]
    return [{ what: 'P16 one request from a 10,000-event log', unit: 'ms', ours, limit, peer, ratio: peer / ours, aim: '≤ 1.5 ms' }]
  })
}
