import './node-version.mjs'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { findChromium } from './chromium.mjs'
import { ROOT, run, runNode, tool } from './steps.mjs'

/** This machine cannot tell: neither passed nor failed. */
export const NOT_RUN = 3
const SERVICE = 'https://stackblitz.com/'
const PROBE_MS = 15_000
const RESULTS = join(ROOT, 'bench/results')

/**
 * @typedef {{ name: string, fullName: string, status: string, failureMessages: string[] }} Assertion
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults: { message: string, assertionResults: Assertion[] }[] }} VitestJson
 * @typedef {{ code: number, json: VitestJson | undefined }} ContractRun
 * @typedef {{ service?: string, isDouble?: boolean, browser?: () => Promise<string | undefined>, contract?: (isDouble: boolean) => Promise<ContractRun>, results?: string, say?: (line: string) => void }} CheckOptions
 */

/**
 * Why it cannot be reached, in a clause; undefined where something answers.
 * @param {string} url
 * @returns {Promise<string | undefined>}
 */
async function outOfReach(url) {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PROBE_MS) })
    await answer.body?.cancel()
    return answer.status >= 500 ? `it answers with ${answer.status}` : undefined
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown
    if (thrown.name === 'TimeoutError') return `no answer within ${PROBE_MS / 1000} s`
    const { cause } = thrown
    return cause instanceof Error && 'code' in cause ? String(cause.code) : thrown.message
  }
}

/**
 * The contract in a process of its own, with its results as vitest tells them.
 * @param {boolean} isDouble
 * @returns {Promise<ContractRun>}
 */
async function runContract(isDouble) {
  const folder = mkdtempSync(join(tmpdir(), 'tabwright-webcontainers-'))
  const file = join(folder, 'results.json')
  try {
    const args = ['run', '--project=service', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`]
    const env = { TABWRIGHT_WEBCONTAINERS: isDouble ? 'double' : 'real' }
    const { code } = await runNode([tool('vitest/vitest.mjs'), ...args], { show: true, env })
    return { code, json: readResults(file) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {string} file
 * @returns {VitestJson | undefined} nothing where the run broke before its end
 */
function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined
    throw thrown
  }
}

/**
 * Runs `hands-contract` against the service itself and writes a report with its date.
 * @param {CheckOptions} [options]
 * @returns {Promise<number>} code of the process: 0 all passed, 1 something failed, {@link NOT_RUN}
 */
export async function checkWebcontainers({
  service = SERVICE,
  isDouble = false,
  browser = findChromium,
  contract = runContract,
  results = RESULTS,
  say = console.log,
} = {}) {
  const notRun = (/** @type {string} */ why) => {
    say(`not run: ${why} Nothing is known about WebContainers by this, and no report was written.`)
    return NOT_RUN
  }
  if ((await browser()) === undefined)
    return notRun('there is no Chrome or Chromium on this machine (TABWRIGHT_CHROMIUM=/path/to/chrome names one).')
  const why = isDouble ? undefined : await outOfReach(service)
  if (why !== undefined)
    return notRun(`${service} cannot be reached from this machine (${why}). Run it where there is a way to the network of StackBlitz.`)
  say(
    isDouble
      ? 'A contract double stands in for StackBlitz: this tries the check, and says nothing about the service.'
      : 'This loads the runtime of StackBlitz, whose own terms apply: https://stackblitz.com/terms-of-service',
  )
  const { code, json } = await contract(isDouble)
  const file = join(results, `webcontainers-${new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-')}.md`)
  mkdirSync(results, { recursive: true })
  writeFileSync(file, await reportText(json, isDouble))
  say(`report: ${relative(process.cwd(), file)}`)
  // A run in which nothing passed proves nothing either.
  return code === 0 && json !== undefined && json.numPassedTests > 0 && json.numFailedTests === 0 ? 0 : 1
}

/**
 * @param {VitestJson | undefined} json
 * @param {boolean} isDouble
 */
async function reportText(json, isDouble) {
  const { version } = JSON.parse(readFileSync(tool('@webcontainer/api/package.json'), 'utf8'))
  const { output: commit } = await run('git', ['rev-parse', '--short', 'HEAD'])
  const about = isDouble ? 'a contract double of its host page: NOTHING here is about the service' : SERVICE
  const all = (json?.testResults ?? []).flatMap(({ assertionResults }) => assertionResults)
  const failed = all.filter(({ status }) => status === 'failed')
  const broken = (json?.testResults ?? []).map(({ message }) => message).filter((message) => message !== '')
  return [
    `# hands-contract on WebContainers, ${new Date().toISOString()}`,
    '',
    `- against: ${about}`,
    `- client: @webcontainer/api ${version}; Tabwright at ${commit.trim()}`,
    `- machine: ${cpus().length} cores, ${cpus()[0]?.model ?? ''}; ${process.platform} ${release()}, Node ${process.versions.node}`,
    json === undefined
      ? '- the run broke before its end: see the terminal'
      : `- ${json.numPassedTests} passed, ${json.numFailedTests} failed, ${json.numPendingTests} skipped`,
    ...broken.map((message) => `- ${message}`),
    '',
    ...failed.flatMap(({ fullName, failureMessages }) => [
      `## FAILED ${fullName}`,
      '',
      '```',
      failureMessages.join('\n').replaceAll('```', "'''"),
      '```',
      '',
    ]),
    ...all.filter(({ status }) => status === 'passed').map(({ fullName }) => `- passed: ${fullName}`),
    '',
  ].join('\n')
}

// `npm run check:webcontainers`; `-- --double` tries the check itself, where there is no network.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { double: { type: 'boolean', default: false } } })
  process.exitCode = await checkWebcontainers({ isDouble: values.double })
}
