/** What a run of `node --test` said. */
export interface TestReport {
  readonly tests: number
  readonly passed: number
  readonly failed: number
  /** Names of failing tests, in order. */
  readonly failing: readonly string[]
  /** The first reason that is given, one line. */
  readonly reason: string
}

/** Reads both forms that Node prints, TAP and spec. `undefined`: there is no summary in it. */
export function readTestReport(output: string): TestReport | undefined {
  const tests = countOf(output, 'tests')
  const passed = countOf(output, 'pass')
  const failed = countOf(output, 'fail')
  if (tests === undefined || passed === undefined || failed === undefined) return undefined
  const names = [...output.matchAll(/^[ \t]*(?:not ok \d+ - |✖ )(.+?)(?: \([\d.]+ ?ms\))?$/gm)].map((match) => (match[1] ?? '').trim())
  const failing = [...new Set(names)].filter((name) => !/^failing tests:?$|\.[cm]?js$|# (SKIP|TODO)/.test(name))
  return { tests, passed, failed, failing, reason: reasonIn(output) }
}

function countOf(output: string, what: string): number | undefined {
  const found = new RegExp(`^(?:#|ℹ) ${what} (\\d+)`, 'm').exec(output)?.[1]
  return found === undefined ? undefined : Number(found)
}

function reasonIn(output: string): string {
  const values = /expected: (\S+)[\s\S]{0,80}?actual: (\S+)/.exec(output)
  if (values) return `expected ${values[1]}, got ${values[2]}`
  const compared = /^\s*(-?[\w.]+ !== -?[\w.]+)\s*$/m.exec(output)
  if (compared) return compared[1] ?? ''
  return /(?:error: '|AssertionError[^:]*: )([^\n']{1,160})/.exec(output)?.[1]?.trim() ?? ''
}
