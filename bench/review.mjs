import { median } from './in-chromium.mjs'
import { samplesInNode } from './in-node.mjs'

// What it takes to know the parts of a change, beside git. `node bench/run.mjs review`

/**
 * P11, without the painting.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export async function review(rounds) {
  /** @type {readonly import('./review/main').ReviewSample[]} */
  const samples = await samplesInNode('review', rounds)
  const of = (/** @type {keyof import('./review/main').ReviewSample} */ what) => median(samples.map((one) => one[what]))
  const [ours, peer] = [of('parts'), of('git')]
  return [
    { what: 'P11 parts of a change of 10,000 lines, beside git diff', unit: 'ms', ours, peer, ratio: ours / peer, aim: '≤ 15 ms' },
    { what: 'P11 parts and counts of the first of 200 files', unit: 'ms', ours: of('first'), aim: '≤ 50 ms' },
    { what: 'P11 parts and counts of all 200 files', unit: 'ms', ours: of('all'), aim: '≤ 300 ms' },
  ]
}
