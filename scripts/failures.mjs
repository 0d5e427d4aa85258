import { basename } from 'node:path'

/** @typedef {{ name: string, why: string, file?: string }} Failure `file`: a unit test's, with its whole path */

const WHY_LINES = 12

/** @param {string} text */
const plain = (text) =>
  text
    .replace(/\u001b\[[\d;]*m/g, '')
    .split('\n')
    .filter((line) => !line.includes('node_modules/'))
    .slice(0, WHY_LINES)
    .join('\n')

/**
 * What failed according to vitest's JSON report.
 * @param {any} report
 * @returns {Failure[]}
 */
export function unitFailures(report) {
  return report.testResults.flatMap((/** @type {any} */ file) => {
    const failed = file.assertionResults.filter((/** @type {any} */ one) => one.status === 'failed')
    if (failed.length === 0) return file.status === 'failed' ? [{ name: file.name, why: plain(file.message ?? ''), file: file.name }] : []
    return failed.map((/** @type {any} */ one) => ({
      name: `${file.name}: ${one.fullName}`,
      why: plain(one.failureMessages[0] ?? ''),
      file: file.name,
    }))
  })
}

/**
 * Where the time of a run went, by vitest's JSON report, with the seconds of each file's tests.
 * @param {any} report
 * @param {number} count
 * @returns {string[]}
 */
export function slowestFiles(report, count) {
  /** @type {{ name: string, startTime: number, endTime: number }[]} */
  const files = report.testResults
  return files
    .toSorted((a, b) => b.endTime - b.startTime - (a.endTime - a.startTime))
    .slice(0, count)
    .map(({ name, startTime, endTime }) => `${basename(name)} ${Math.round((endTime - startTime) / 1000)}`)
}

/**
 * The files of failures, each once.
 * @param {readonly Failure[]} failures
 */
export const filesOf = (failures) => [...new Set(failures.flatMap(({ file }) => (file === undefined ? [] : [file])))]

/**
 * What failed according to Playwright's JSON report.
 * @param {any} report
 * @returns {Failure[]}
 */
export const e2eFailures = (report) => specsOf(report, (spec) => !spec.ok)

/**
 * What failed first and passed when it was run again.
 * @param {any} report
 * @returns {Failure[]}
 */
export const e2eUnsteady = (report) => specsOf(report, (spec) => spec.tests.some((/** @type {any} */ one) => one.status === 'flaky'))

/**
 * @param {any} report
 * @param {(spec: any) => boolean} isWanted
 * @returns {Failure[]}
 */
function specsOf(report, isWanted) {
  const ofSuite = (/** @type {any} */ suite) => [
    ...(suite.suites ?? []).flatMap(ofSuite),
    ...(suite.specs ?? [])
      .filter(isWanted)
      .map((/** @type {any} */ spec) => ({ name: `${spec.file}: ${spec.title}`, why: plain(messageOf(spec)) })),
  ]
  return report.suites.flatMap(ofSuite)
}

/**
 * @param {any} spec
 * @returns {string}
 */
function messageOf(spec) {
  const errors = spec.tests.flatMap((/** @type {any} */ one) => one.results.flatMap((/** @type {any} */ result) => result.errors ?? []))
  return errors[0]?.message ?? ''
}
