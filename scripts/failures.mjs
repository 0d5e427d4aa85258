/** @typedef {{ name: string, why: string }} Failure */

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
    if (failed.length === 0) return file.status === 'failed' ? [{ name: file.name, why: plain(file.message ?? '') }] : []
    return failed.map((/** @type {any} */ one) => ({ name: `${file.name}: ${one.fullName}`, why: plain(one.failureMessages[0] ?? '') }))
  })
}

/**
 * What failed according to Playwright's JSON report.
 * @param {any} report
 * @returns {Failure[]}
 */
export function e2eFailures(report) {
  const ofSuite = (/** @type {any} */ suite) => [
    ...(suite.suites ?? []).flatMap(ofSuite),
    ...(suite.specs ?? [])
      .filter((/** @type {any} */ spec) => !spec.ok)
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
