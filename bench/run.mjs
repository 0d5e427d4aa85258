import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../scripts/steps.mjs'
import { cold } from './cold.mjs'
import { found } from './found.mjs'
import { harness } from './harness.mjs'
import { logAppend } from './log-append.mjs'
import { checkpoint } from './checkpoint.mjs'
import { modelProxy } from './model-proxy.mjs'
import { open } from './open.mjs'
import { programs } from './programs.mjs'
import { relay } from './relay.mjs'
import { relayStores } from './relay-stores.mjs'
import { request } from './request.mjs'
import { review } from './review.mjs'
import { shell } from './shell.mjs'
import { streaming } from './streaming.mjs'
import { workspace } from './workspace.mjs'

// `npm run bench`, or `npm run bench -- log open` for some groups; `--rounds=3` for fewer rounds. Sides take turns within a round, and each
// figure is the median of the rounds. Ratios of one run are what is held; absolute figures are those of the machine.

/**
 * One figure: ours, beside what the platform can do at best (`limit`) or what another product does (`peer`), measured in the same run.
 * @typedef {{ what: string, unit: string, ours: number, limit?: number, peer?: number, ratio?: number, aim: string }} Row
 */

/** @type {Readonly<Record<string, (rounds: number) => Promise<readonly Row[]>>>} */
const GROUPS = {
  log: logAppend,
  open,
  checkpoint,
  workspace,
  request,
  harness,
  shell,
  programs,
  review,
  relay,
  found,
  stores: relayStores,
  proxy: modelProxy,
  cold,
  streaming,
}

const args = process.argv.slice(2)
const rounds = Number(args.find((arg) => arg.startsWith('--rounds='))?.slice('--rounds='.length) ?? 5)
const named = args.filter((arg) => !arg.startsWith('--'))
const unknown = named.filter((name) => !(name in GROUPS))
if (unknown.length > 0 || !(rounds >= 1)) {
  console.error(`There is no group ${unknown.join(', ')}. Groups: ${Object.keys(GROUPS).join(', ')}.`)
  process.exit(1)
}

const figure = (/** @type {number | undefined} */ value) =>
  value === undefined ? '–' : value >= 100 ? value.toFixed(0) : value.toPrecision(3)
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores; Node ${process.versions.node}; ${rounds} rounds, medians`
console.log(machine)
console.log('what | ours | limit | peer | ratio | aim')
/** @type {(Row & { group: string })[]} */
const rows = []
for (const group of named.length > 0 ? named : Object.keys(GROUPS)) {
  for (const row of (await GROUPS[group]?.(rounds)) ?? []) {
    rows.push({ group, ...row })
    console.log([row.what, `${figure(row.ours)} ${row.unit}`, figure(row.limit), figure(row.peer), figure(row.ratio), row.aim].join(' | '))
  }
}
const date = new Date().toISOString().slice(0, 10)
mkdirSync(join(ROOT, 'bench/results'), { recursive: true })
writeFileSync(join(ROOT, `bench/results/${date}.json`), `${JSON.stringify({ date, machine, rows }, undefined, 2)}\n`)
