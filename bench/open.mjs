import { inChromium, median } from './in-chromium.mjs'

// A long session opened after a kill: its newest rows, the loop's state, the whole of it, and slices. `node bench/run.mjs open`
const COUNTS = [10_000, 100_000]

/**
 * P8, and the storage of P7.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export async function open(rounds) {
  const rows = []
  for (const count of COUNTS) rows.push(...(await inChromium('open', (page) => lengthOf(page, rounds, count))))
  return rows
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {number} rounds
 * @param {number} count
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
async function lengthOf(page, rounds, count) {
  const result = await page.evaluate(([many, facts]) => window.measureOpen(many, facts), /** @type {const} */ ([rounds, count]))
  const of = (/** @type {keyof import('./open/page').OpenSample} */ what) => median(result.samples.map((sample) => sample[what]))
  const facts = `${count.toLocaleString('en')} facts`
  const parse = of('parse')
  return [
    { what: `P8 newest 200 of ${facts}, database opened and claimed`, unit: 'ms', ours: of('newest'), aim: '≤ 100 ms' },
    { what: `P8 state of the loop, ${facts}`, unit: 'ms', ours: of('resume'), limit: parse, ratio: of('resume') / parse, aim: '≤ 2 s' },
    {
      what: `P8 whole of ${facts}, read and folded`,
      unit: 'ms',
      ours: of('whole'),
      limit: parse,
      ratio: of('whole') / parse,
      aim: '≤ 5 × parse',
    },
    { what: `P8 slice of 100 in ${facts}`, unit: 'ms', ours: of('slice'), aim: '≤ 2 ms' },
    { what: `P7 storage of a text fact in ${facts}`, unit: 'B', ours: result.bytes, aim: '≤ 250 B' },
  ]
}
