import type { ShownError, TestReport } from './messages'
import { countLines, rounded, type Reporter, type TestEnd } from './test-counts'

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('#', '\\#').replaceAll('\n', '\\n')

function block(key: string, text: string, indent: string): string {
  if (!text.includes('\n')) return `${indent}${key}: '${text.replaceAll("'", "\\'")}'\n`
  return `${indent}${key}: |-\n${text
    .split('\n')
    .map((line) => `${indent}  ${line}\n`)
    .join('')}`
}

/** A number, a text or a word stands as it is; whatever has parts is a text about it. */
function compared(key: string, text: string, indent: string): string {
  return /^(?:'[^'\n]*'|-?[\d.]+(?:e[+-]?\d+)?|true|false|null)$/.test(text) ? `${indent}${key}: ${text}\n` : block(key, text, indent)
}

function errorLines(error: ShownError, indent: string): string {
  let text = `${indent}failureType: '${error.failureType}'\n${block('error', error.message, indent)}`
  if (error.code !== undefined) text += `${indent}code: '${error.code}'\n`
  if (error.failureType === 'subtestsFailed') return text
  if (error.name !== 'Error') text += `${indent}name: '${error.name}'\n`
  if (error.expected !== undefined) text += compared('expected', error.expected, indent)
  if (error.actual !== undefined) text += compared('actual', error.actual, indent)
  if (error.operator !== undefined) text += `${indent}operator: '${error.operator}'\n`
  return error.stack.length === 0 ? text : text + block('stack', `${error.stack.join('\n')}`, indent)
}

function resultLine(end: TestEnd, number: number): string {
  const directive =
    end.skip !== undefined
      ? ` # SKIP${end.skip && ` ${escaped(end.skip)}`}`
      : end.todo !== undefined
        ? ` # TODO${end.todo && ` ${escaped(end.todo)}`}`
        : ''
  return `${end.ok ? 'ok' : 'not ok'} ${number} - ${escaped(end.name)}${directive}\n`
}

function details(end: TestEnd, indent: string): string {
  let text = `${indent}  ---\n${indent}  duration_ms: ${rounded(end.ms)}\n`
  if (end.kind === 'suite') text += `${indent}  type: 'suite'\n`
  if (end.error !== undefined) {
    if (end.location !== undefined) text += `${indent}  location: '${end.location}'\n`
    text += errorLines(end.error, `${indent}  `)
  }
  return `${text}${indent}  ...\n`
}

/** The Test Anything Protocol, version 13, as Node 20 writes it to a pipe. */
export function tapReporter(): Reporter {
  let top = 0
  let opened = false
  const opening = (): string => {
    if (opened) return ''
    opened = true
    return 'TAP version 13\n'
  }
  const body = (report: TestReport): string => {
    const indent = '    '.repeat(report.nesting)
    if (report.type === 'start') return `${indent}# Subtest: ${escaped(report.name)}\n`
    if (report.type === 'plan') return `${indent}1..${report.count}\n`
    if (report.type === 'diagnostic') return `${indent}# ${escaped(report.text)}\n`
    const number = report.nesting === 0 ? ++top : report.number
    return indent + resultLine(report, number) + details(report, indent)
  }
  return {
    report: (report) => opening() + body(report),
    text: (text) =>
      opening() +
      text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `# ${escaped(line)}\n`)
        .join(''),
    end: (counts, ms) =>
      `${opening()}1..${top}\n${countLines(counts, ms)
        .map((line) => `# ${line}\n`)
        .join('')}`,
  }
}
