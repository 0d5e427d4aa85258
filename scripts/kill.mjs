import './node-version.mjs'
import { runNode, tool } from './steps.mjs'

// `npm run e2e:kill -- 500`: the kill tests with this many seeded kills and a tenth as many cut answers, on the built app.
const kills = Number(process.argv[2] ?? 500)
if (!Number.isInteger(kills) || kills < 2) {
  console.error('Usage: npm run e2e:kill -- <number of kills, 2 or more>')
  process.exit(2)
}
const env = { TABWRIGHT_KILLS: String(kills), TABWRIGHT_CUTS: String(Math.max(10, Math.round(kills / 10))) }
const { code } = await runNode([tool('@playwright/test/cli.js'), 'test', 'e2e/kill'], { show: true, env })
process.exitCode = code
