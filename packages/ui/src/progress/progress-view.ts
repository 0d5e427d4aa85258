import { assertNever, type Metric, type Progress, type ProgressItem, type ProgressStep } from '@tabwright/protocol'
import { plural, t, type Noun } from '../language'
import { count, dollars, duration } from '../layout/figures'

/** The sign before a step: always with the words of {@link resultWord} beside it. */
export function resultSign(result: ProgressStep['result']): string {
  switch (result) {
    case 'ok':
      return '✓'
    case 'failed':
      return '✕'
    case 'denied':
      return '⊘'
    case 'unknown':
      return '?'
    default:
      return assertNever(result)
  }
}

/** How a step went, for those who cannot see the sign. */
export function resultWord(result: ProgressStep['result']): string {
  return result === 'ok' ? 'done' : result
}

/** What is known of a step beyond its line: `+12 −3`, `exit 1`, `14 passed, 2 failed`. */
export function stepNotes({ lines, exitCode, tests }: Pick<ProgressStep, 'lines' | 'exitCode' | 'tests'>): string {
  return [
    ...(lines === undefined ? [] : [`+${lines.added} −${lines.removed}`]),
    ...(exitCode === undefined || exitCode === 0 ? [] : [`exit ${exitCode}`]),
    ...(tests === undefined ? [] : [`${tests.passed} passed, ${tests.failed} failed`]),
  ].join(' · ')
}

/** What holds something up, in a word or two. */
export function itemWord(kind: ProgressItem['kind']): string {
  switch (kind) {
    case 'running':
      return 'running'
    case 'approval':
      return 'needs you'
    case 'lost':
      return 'outcome unknown'
    case 'answering':
      return 'being answered'
    case 'retrying':
      return 'waits to be tried again'
    case 'queued':
      return 'queued'
    case 'unreviewed':
      return 'not reviewed'
    case 'failed':
      return 'failed'
    default:
      return assertNever(kind)
  }
}

/** The figures at the head of the page. */
export function figures({ totals }: Pick<Progress, 'totals'>): readonly (readonly [name: string, value: string])[] {
  const { calls, tokens } = totals
  const read = tokens.input + tokens.cacheRead + tokens.cacheWrite
  const went = [`${calls.done} done`, ...part(calls.failed, 'failed'), ...part(calls.denied, 'denied'), ...part(calls.unknown, 'unknown')]
  return [
    ['Turns', String(totals.turns)],
    ['Calls', went.join(', ')],
    ['Files changed', String(totals.files)],
    ['Tokens', `${count(read)} read, ${count(tokens.output)} written`],
    ['Cost', totals.cost === undefined ? 'unknown price' : dollars(totals.cost)],
    ['Time at work', duration(totals.workedMs)],
  ]
}

function part(n: number, word: string): readonly string[] {
  return n === 0 ? [] : [`${n} ${word}`]
}

/** Why a list is shorter than what happened. */
export function omittedText(n: number, noun: Noun): string | undefined {
  return n === 0 ? undefined : t('{what} not listed here', { what: plural(n, noun) })
}

const METRIC_NAMES: Readonly<Record<Metric['name'], string>> = {
  steps: 'Steps a task',
  errors: 'Calls that failed',
  loops: 'Went in circles',
  tokens: 'Tokens a task',
  done: 'Tasks finished',
  cost: 'Cost a task',
  asked: 'Stopped to ask you',
  restores: 'Restores',
  blocks: 'Blocked by guards',
  latency: 'Slowest answers',
  cache: 'Read from the cache',
  mismatches: 'Thinking that did not fit',
  unknown: 'Ends not known',
}

/** Name, figure, and whether it is worth a look. */
export function metricRow({ name, value, isAlarm }: Metric): readonly [name: string, value: string, isAlarm: boolean] {
  return [METRIC_NAMES[name], value === undefined ? 'nothing yet' : metricText(name, value), isAlarm]
}

function metricText(name: Metric['name'], value: number): string {
  switch (name) {
    case 'errors':
    case 'done':
    case 'asked':
    case 'cache':
      return `${Math.round(value * 100)} %`
    case 'cost':
      return dollars(value)
    case 'latency':
      return `${(value / 1000).toFixed(1)} s`
    case 'tokens':
      return count(Math.round(value))
    case 'steps':
      return value.toFixed(1)
    case 'loops':
    case 'restores':
    case 'blocks':
    case 'mismatches':
    case 'unknown':
      return String(value)
    default:
      return assertNever(name)
  }
}
