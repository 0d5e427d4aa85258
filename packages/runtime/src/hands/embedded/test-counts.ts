import type { TestReport } from './messages'

/** What the last lines of a test run say. */
export interface TestCounts {
  tests: number
  suites: number
  pass: number
  fail: number
  cancelled: number
  skipped: number
  todo: number
}

export type TestEnd = Extract<TestReport, { type: 'end' }>

/** Turns reports into text, line by line. */
export interface Reporter {
  report(report: TestReport): string
  /** Output of the tested code itself. */
  text(text: string): string
  end(counts: TestCounts, ms: number): string
}

export function noCounts(): TestCounts {
  return { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 }
}

/** Adds one result, as Node counts: suites are not tests, and a failing todo is no failure. */
export function count(counts: TestCounts, end: TestEnd): void {
  if (end.kind === 'suite') {
    counts.suites++
    return
  }
  counts.tests++
  if (end.skip !== undefined) counts.skipped++
  else if (end.todo !== undefined) counts.todo++
  else if (end.cancelled) counts.cancelled++
  else if (end.ok) counts.pass++
  else counts.fail++
}

/** The seven lines in Node's order. */
export function countLines(counts: TestCounts, ms: number): string[] {
  const { tests, suites, pass, fail, cancelled, skipped, todo } = counts
  return [
    `tests ${tests}`,
    `suites ${suites}`,
    `pass ${pass}`,
    `fail ${fail}`,
    `cancelled ${cancelled}`,
    `skipped ${skipped}`,
    `todo ${todo}`,
    `duration_ms ${rounded(ms)}`,
  ]
}

export function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
