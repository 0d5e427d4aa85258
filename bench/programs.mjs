import { median } from './in-chromium.mjs'
import { samplesInNode } from './in-node.mjs'

// What programs of the sandbox cost, in threads of Node, beside the machine's own Node, CPython and the same bundler on a disk.
// `node bench/run.mjs programs`

/**
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export async function programs(rounds) {
  /** @type {readonly import('./programs/main').ProgramsSample[]} */
  const samples = await samplesInNode('programs', rounds, ['vite', 'rolldown', 'esbuild-wasm'])
  /** @typedef {keyof import('./programs/main').ProgramsSample} Key */
  const row = (/** @type {string} */ what, /** @type {Key} */ key, /** @type {string} */ aim) => {
    const [ours, peer] = [median(samples.map((one) => one[key].ours)), median(samples.map((one) => one[key].real))]
    return { what, unit: 'ms', ours, peer, ratio: ours / peer, aim }
  }
  const mebibytes = (/** @type {'ours' | 'real'} */ side) => median(samples.map(({ memory }) => memory[side])) / 2 ** 20
  return [
    row('node -e 1, beside Node', 'start', '≤ 100 ms'),
    row('node -e 1 beside 6,000 files, beside Node', 'startLarge', '≤ 100 ms'),
    row('a script of one file beside 6,000 files, beside Node', 'script', '≤ 100 ms'),
    row('vite build of a React page, beside esbuild-wasm bare', 'bundle', '–'),
    row('an edited module until it is given out, beside a rebuild of esbuild-wasm', 'reload', '≤ 300 ms'),
    row('python3 -c "print(1)", beside CPython', 'python', '–'),
    {
      what: 'memory that a project of 24 MB takes, beside its bytes',
      unit: 'MiB',
      ours: mebibytes('ours'),
      limit: mebibytes('real'),
      ratio: mebibytes('ours') / mebibytes('real'),
      aim: '–',
    },
  ]
}
