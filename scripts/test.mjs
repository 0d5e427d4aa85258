import './node-version.mjs'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { provideChromium } from './chromium.mjs'
import { e2eFailures, e2eUnsteady, filesOf, slowestFiles, unitFailures } from './failures.mjs'
import { provideFirefox } from './firefox.mjs'
import { install } from './fresh.mjs'
import { ROOT, runNode, seconds, tool } from './steps.mjs'
import { temporaryFolder } from './temp.mjs'
import { provideTools } from './tools.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const RESULTS = join(ROOT, 'test-results')
const UNIT = join(RESULTS, 'unit.json')
const UNIT_AGAIN = join(RESULTS, 'unit-again.json')
const E2E = join(RESULTS, 'e2e.json')

/**
 * A runner that ended badly without a count of a failure is one failure: a crash must not read as a pass.
 * @param {number} code
 * @param {Counts} counts
 * @returns {Counts}
 */
const withCrash = (code, counts) => (code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts)

/** @type {import('./failures.mjs').Failure[]} */
const failures = []
/**
 * Failed among the others and passed alone: a race, of the test or of what it tests. Named at the end, because it is to be mended.
 * @type {import('./failures.mjs').Failure[]}
 */
const unsteady = []
/** Files that are run a second time; more than this is no race. */
const SECOND_CHANCES = 3

const NONE = { passed: 0, failed: 0, skipped: 0 }

/** @param {string} file */
function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** @param {readonly string[]} files those of a run; none: all */
async function vitest(files) {
  const output = files.length === 0 ? UNIT : UNIT_AGAIN
  rmSync(output, { force: true })
  const args = ['run', ...files, '--reporter=dot', '--reporter=json', `--outputFile.json=${output}`]
  const { code } = await runNode([tool('vitest/vitest.mjs'), ...args], { show: true })
  // Read at once: the next runner empties the folder.
  return { code, json: readJson(output) }
}

/** @returns {Promise<Counts>} */
async function unit() {
  const { code, json } = await vitest([])
  if (json === undefined) return withCrash(code, NONE)
  console.log(`slowest: ${slowestFiles(json, 12).join(', ')}`)
  const failed = unitFailures(json)
  const counts = { passed: json.numPassedTests, failed: json.numFailedTests, skipped: json.numPendingTests + json.numTodoTests }
  const files = filesOf(failed)
  if (failed.length > 0 && files.length <= SECOND_CHANCES) {
    const again = await vitest(files)
    if (again.code === 0 && again.json !== undefined) {
      unsteady.push(...failed)
      return { ...counts, passed: counts.passed + counts.failed, failed: 0 }
    }
  }
  failures.push(...failed)
  return withCrash(code, counts)
}

/** @returns {Promise<Counts>} */
async function e2e() {
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: E2E }
  const { code } = await runNode([tool('@playwright/test/cli.js'), 'test', '--retries=1', '--reporter=line,json'], { show: true, env })
  const json = readJson(E2E)
  failures.push(...(json === undefined ? [] : e2eFailures(json)))
  unsteady.push(...(json === undefined ? [] : e2eUnsteady(json)))
  const stats = json?.stats
  if (stats === undefined) return withCrash(code, NONE)
  return withCrash(code, { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped })
}

/** The package as a stranger gets it, started in an empty folder. */
async function packed() {
  const { code } = await runNode(['scripts/pack-try.mjs'], { show: true })
  if (code === 3) return { ...NONE, skipped: 1 }
  if (code !== 0) failures.push({ name: 'npx ./the.tgz in an empty folder', why: 'It is told above; npm run pack:try does it alone.' })
  return code === 0 ? { ...NONE, passed: 1 } : { ...NONE, failed: 1 }
}

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} step
 */
async function timed(name, step) {
  const since = performance.now()
  console.log(`\n== ${name}`)
  const value = await step()
  console.log(`== ${name}: ${seconds(performance.now() - since)}`)
  return value
}

/**
 * Everything, in the order in which a failure is cheapest to read. Steps go on after a failed one, except where they need it.
 * @returns {Promise<{ counts: Counts, broken: readonly string[] }>}
 */
async function everything() {
  const broken = []
  if ((await timed('machine', provideChromium)) === undefined) return { counts: { ...NONE, failed: 1 }, broken: ['machine'] }
  await provideTools()
  const hasFirefox = await provideFirefox()
  const check = await timed('check', () => runNode(['scripts/check.mjs'], { show: true }))
  if (check.code !== 0) broken.push('check')
  const counts = [await timed('unit', unit), { ...NONE, skipped: hasFirefox ? 0 : 1 }]
  if (await timed('build', () => build())) counts.push(await timed('e2e', e2e), await timed('package', packed))
  else broken.push('build')
  const sum = (/** @type {keyof Counts} */ key) => counts.reduce((total, one) => total + one[key], 0)
  return { counts: { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }, broken }
}

await install()
rmSync(RESULTS, { recursive: true, force: true })
mkdirSync(RESULTS, { recursive: true })
const since = performance.now()
const temporary = temporaryFolder()
process.env['TMPDIR'] = temporary.path
const { counts, broken } = await everything()
temporary.remove()
for (const { name, why } of unsteady)
  console.log(`\nUNSTEADY ${name.replace(`${ROOT}/`, '')} failed once and passed when it was run again\n${why}`)
// Once more and last: whoever sees only the end of the output has to see it.
for (const { name, why } of failures) console.log(`\nFAILED ${name.replace(`${ROOT}/`, '')}\n${why}`)
console.log(`\n${seconds(performance.now() - since)} in all${broken.length > 0 ? `; failed: ${broken.join(', ')}` : ''}`)
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed > 0 || broken.length > 0 ? 1 : 0
