import { countLines, rounded, type Reporter, type TestEnd } from './test-counts'

function mark(end: TestEnd): string {
  if (end.skip !== undefined) return '﹣'
  if (end.kind === 'suite') return '▶'
  return end.ok ? '✔' : end.todo !== undefined ? '⚠' : '✖'
}

function note(end: TestEnd): string {
  if (end.skip !== undefined) return ` # ${end.skip || 'SKIP'}`
  return end.todo === undefined ? '' : ` # ${end.todo || 'TODO'}`
}

function failureText(end: TestEnd): string {
  const { error } = end
  if (error === undefined) return ''
  const place = end.location === undefined ? '' : `test at ${end.location}\n`
  const stack = error.stack.map((line) => `      at ${line}\n`).join('')
  const message = `${error.name}${error.code === undefined ? '' : ` [${error.code}]`}: ${error.message}`
  return `${place}✖ ${end.name} (${rounded(end.ms)}ms)\n${message
    .split('\n')
    .map((line) => `  ${line}\n`)
    .join('')}${stack}\n`
}

/** The reporter for people: marks and times, failures again at the end. */
export function specReporter(): Reporter {
  const failures: TestEnd[] = []
  return {
    report(report) {
      const indent = '  '.repeat(report.nesting)
      if (report.type === 'diagnostic') return `${indent}ℹ ${report.text}\n`
      if (report.type !== 'end') return ''
      if (!report.ok && report.error !== undefined && report.error.failureType !== 'subtestsFailed' && report.todo === undefined)
        failures.push(report)
      return `${indent}${mark(report)} ${report.name} (${rounded(report.ms)}ms)${note(report)}\n`
    },
    text: (text) => text,
    end(counts, ms) {
      const lines = countLines(counts, ms)
        .map((line) => `ℹ ${line}\n`)
        .join('')
      return failures.length === 0 ? lines : `${lines}\n✖ failing tests:\n\n${failures.map(failureText).join('')}`
    },
  }
}
