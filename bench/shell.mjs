import { median } from './in-chromium.mjs'
import { samplesInNode } from './in-node.mjs'

// What a command costs in our shell, beside bash and the GNU tools on the same machine. `node bench/run.mjs shell`

/**
 * P14.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export async function shell(rounds) {
  /** @type {readonly import('./shell/main').ShellSample[]} */
  const samples = await samplesInNode('shell', rounds, ['vite', 'rolldown'])
  const row = (/** @type {string} */ what, /** @type {'commands' | 'grep' | 'commit'} */ key, /** @type {string} */ aim) => {
    const [ours, peer] = [median(samples.map((one) => one[key].ours)), median(samples.map((one) => one[key].real))]
    return { what, unit: 'ms', ours, peer, ratio: ours / peer, aim }
  }
  return [
    row('P14 200 commands, beside bash', 'commands', '–'),
    row('P14 grep -rn over 5,000 files, beside GNU grep', 'grep', '≤ 5 ×'),
    row('P14 git add -A and commit of 1,000 files, beside git', 'commit', '≤ 1.5 s'),
    {
      what: 'P14 first command of a new shell, in a thread of Node',
      unit: 'ms',
      ours: median(samples.map((one) => one.first)),
      aim: '≤ 300 ms',
    },
  ]
}
