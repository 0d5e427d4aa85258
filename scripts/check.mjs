import './node-version.mjs'
import { install } from './fresh.mjs'
import { layoutProblems } from './layout.mjs'
import { ruleReport } from './rules.mjs'
import { report, runNode, tool } from './steps.mjs'

/**
 * A check of our own as a step.
 * @param {() => readonly string[]} problems
 * @returns {Promise<import('./steps.mjs').Ended>}
 */
async function own(problems) {
  const since = performance.now()
  const found = problems()
  return { code: found.length === 0 ? 0 : 1, output: found.join('\n'), ms: performance.now() - since }
}

const STEPS = {
  format: () => runNode([tool('oxfmt/bin/oxfmt'), '--check', '.']),
  lint: () => runNode([tool('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings', '--report-unused-disable-directives', '.']),
  types: () => runNode([tool('typescript/bin/tsc'), '-b', '--pretty', 'false']),
  knip: () => runNode([tool('knip/bin/knip.js'), '--no-progress']),
  layout: () => own(layoutProblems),
  rules: () => own(() => ruleReport().missing),
}

// `npm run check` runs all, `npm run check -- lint types` these.
await install()
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in STEPS))
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are: ${Object.keys(STEPS).join(', ')}.`)
  process.exit(2)
}
for (const [name, step] of Object.entries(STEPS)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const ended = await step()
  report(name, ended)
  if (ended.code !== 0) process.exitCode = 1
}
