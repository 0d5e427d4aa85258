import type { Problem, ProblemReport } from '@tabwright/protocol'

/** So many are read; who has more to mend asks again afterwards. */
const MOST = 60
/** Of one file, so that one does not hide the others. */
const MOST_OF_FILE = 15
const MOST_PACKAGES = 12

/** What the model reads of a report. @param most problems that are listed */
export function problemText(report: ProblemReport, most = MOST): string {
  const listed = chosen(report.problems, most)
  const left = report.problems.length - listed.length
  return [
    ...listed.map(problemLines),
    ...(left > 0 ? [`[${left} more ${left === 1 ? 'problem' : 'problems'} not listed; name a file in "path" to see its own]`] : []),
    ...missingLines(report),
    ...report.notes.map((note) => `[${note}]`),
  ].join('\n')
}

function problemLines({ path, line, column, severity, code, message, text }: Problem): string {
  const head = `${path}:${line}:${column} ${severity} TS${code}: ${message}`
  return text === '' ? head : `${head}\n    ${text}`
}

function chosen(problems: readonly Problem[], most: number): readonly Problem[] {
  const counts = new Map<string, number>()
  return problems
    .filter(({ path }) => {
      const count = counts.get(path) ?? 0
      counts.set(path, count + 1)
      return count < MOST_OF_FILE
    })
    .slice(0, most)
}

function missingLines({ missing, consequences }: ProblemReport): readonly string[] {
  if (missing.length === 0) return []
  const named = missing.slice(0, MOST_PACKAGES).map(({ name, files }) => `${name} (${files} ${files === 1 ? 'file' : 'files'})`)
  const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : ''
  return [
    `[Not in the workspace, so what they bring was not checked: ${named.join(', ')}${more}. ${consequences} ${consequences === 1 ? 'error' : 'errors'} that only say so left out.]`,
  ]
}
