import { inChromium, median } from './in-chromium.mjs'

// 5,000 small files written, read and listed, beside a plain map in memory; a workspace of 200 MB. `node bench/run.mjs workspace`
const FILES = 5000

/**
 * P13.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export function workspace(rounds) {
  return inChromium('workspace', async (page) => {
    const small = await page.evaluate(([many, files]) => window.measureWorkspace(many, files), /** @type {const} */ ([rounds, FILES]))
    const large = await page.evaluate((many) => window.measureLarge(many), rounds)
    const of = (/** @type {keyof import('./workspace/page').WorkspaceSample} */ what) => median(small.map((sample) => sample[what]))
    const inLarge = (/** @type {keyof import('./workspace/page').LargeSample} */ what) => median(large.map((sample) => sample[what]))
    const beside = (/** @type {'write' | 'read' | 'list'} */ what) => ({
      ours: of(what),
      limit: of(`${what}Map`),
      ratio: of(what) / of(`${what}Map`),
    })
    return [
      { what: 'P13 write 5,000 files of 4 KB', unit: 'ms', ...beside('write'), aim: '≤ 100 ms' },
      { what: 'P13 of that, until whoever wrote them reads them', unit: 'ms', ours: of('written'), aim: '–' },
      { what: 'P13 read them', unit: 'ms', ...beside('read'), aim: '≤ 50 ms' },
      { what: 'P13 list them', unit: 'ms', ...beside('list'), aim: '≤ 20 ms' },
      { what: 'P13 write until all of it is durable', unit: 'ms', ours: of('persisted'), aim: '≤ 600 ms' },
      { what: 'P13 open and read, file after file, worker just started', unit: 'ms', ours: of('readCold'), aim: '–' },
      { what: 'P12 a second work tree of them, one file changed, compared', unit: 'ms', ours: of('worktree'), aim: '≤ 5 ms' },
      { what: 'P14 a new shell gets them', unit: 'ms', ours: of('provision'), aim: '≤ 300 ms' },
      { what: 'P14 files of a command that changes one', unit: 'ms', ours: of('command'), aim: '–' },
      { what: 'P13 open a workspace of 200 MB', unit: 'ms', ours: inLarge('open'), aim: '–' },
      { what: 'P13 touch 10 files of 40 KB in it, durable', unit: 'ms', ours: inLarge('touch'), aim: '–' },
      { what: 'P14 a new shell gets 200 MB that are in memory', unit: 'ms', ours: inLarge('provision'), aim: '–' },
      { what: 'P14 files of a command that changes one of them', unit: 'ms', ours: inLarge('command'), aim: '–' },
      { what: 'P13 what a fork looks at in it', unit: 'ms', ours: inLarge('fork'), aim: '–' },
    ]
  })
}
