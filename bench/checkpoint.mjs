import { inChromium, median } from './in-chromium.mjs'

// A place to come back to in a workspace of 5,000 files, and all of them back. `node bench/run.mjs checkpoint`
const FILES = 5000

/**
 * P12.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export function checkpoint(rounds) {
  return inChromium('checkpoint', async (page) => {
    const result = await page.evaluate(([many, files]) => window.measureCheckpoint(many, files), /** @type {const} */ ([rounds, FILES]))
    const ten = (/** @type {keyof import('./checkpoint/page').CheckpointSample} */ what) =>
      median(result.checkpoints.map((sample) => sample[what]))
    const all = (/** @type {keyof import('./checkpoint/page').RestoreSample} */ what) =>
      median(result.restores.map((sample) => sample[what]))
    const [ours, limit] = [ten('checkpoint'), ten('bare')]
    return [
      { what: 'P12 checkpoint of 5,000 files, 10 touched, durable', unit: 'ms', ours, limit, ratio: ours / limit, aim: '≤ 5 ms' },
      { what: 'P12 10 changes into a workspace of 5,000 in memory', unit: 'ms', ours: ten('adopt'), aim: '≤ 1 ms' },
      { what: 'P12 plan for all files', unit: 'ms', ours: all('plan'), aim: '≤ 1 s' },
      { what: 'P12 restore of all files, contents in memory', unit: 'ms', ours: all('warm'), aim: '≤ 400 ms' },
      { what: 'P12 restore of all files, worker just started', unit: 'ms', ours: all('cold'), aim: '≤ 400 ms' },
    ]
  })
}
