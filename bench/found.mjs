import { median } from './in-chromium.mjs'
import { samplesInNode } from './in-node.mjs'

// How soon what a worker offers stands in the registry of a tab's agents, over a relay with 200 other functions. `node bench/run.mjs found`

/**
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export async function found(rounds) {
  /** @type {readonly import('./found/main').FoundSample[]} */
  const samples = await samplesInNode('found', rounds, ['libsql'])
  const row = (/** @type {string} */ what, /** @type {'comes' | 'goes'} */ of) => {
    const all = samples.flatMap((one) => one[of]).toSorted((a, b) => a - b)
    return [
      { what: `a function ${what}, median`, unit: 'ms', ours: median(all), aim: '≤ 100 ms' },
      { what: `a function ${what}, the slowest`, unit: 'ms', ours: all.at(-1) ?? 0, aim: '≤ 100 ms' },
    ]
  }
  return [...row('is in the agent’s registry', 'comes'), ...row('is out of it again', 'goes')]
}
