import { assertNever, type Metric, type Progress, type ProgressItem, type ProgressStep } from '@tabwright/protocol'
import { plural, t, type Noun, type Phrase } from '../language'
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
  return t(result === 'ok' ? 'done' : result)
}

/** What is known of a step beyond its line: `+12 −3`, `exit 1`, `14 passed, 2 failed`. */
export function stepNotes({ lines, exitCode, tests }: Pick<ProgressStep, 'lines' | 'exitCode' | 'tests'>): string {
  return [
    ...(lines === undefined ? [] : [`+${lines.added} −${lines.removed}`]),
    ...(exitCode === undefined || exitCode === 0 ? [] : [t('exit {code}', { code: exitCode })]),
    ...(tests === undefined ? [] : [t('{passed} passed, {failed} failed', { passed: tests.passed, failed: tests.failed })]),
  ].join(' · ')
}

/** What holds something up, in a word or two. */
export function itemWord(kind: ProgressItem['kind']): string {
  switch (kind) {
    case 'running':
      return t('running')
    case 'approval':
      return t('needs you')
    case 'lost':
      return t('outcome unknown')
    case 'answering':
      return t('being answered')
    case 'retrying':
      return t('waits to be tried again')
    case 'queued':
      return t('queued')
    case 'unreviewed':
      return t('not reviewed')
    case 'failed':
      return t('failed')
    default:
      return assertNever(kind)
  }
}

/** The figures at the head of the page. */
export function figures({ totals }: Pick<Progress, 'totals'>): readonly (readonly [name: string, value: string])[] {
  const { calls, tokens } = totals
  const read = tokens.input + tokens.cacheRead + tokens.cacheWrite
  const went = [
    t('{count} done', { count: calls.done }),
    ...part(calls.failed, '{count} failed'),
    ...part(calls.denied, '{count} denied'),
    ...part(calls.unknown, '{count} unknown'),
  ]
  return [
    [t('Turns'), String(totals.turns)],
    [t('Calls'), went.join(', ')],
    [t('Files changed'), String(totals.files)],
    [t('Tokens'), t('{read} read, {written} written', { read: count(read), written: count(tokens.output) })],
    [t('Cost'), totals.cost === undefined ? t('unknown price') : dollars(totals.cost)],
    [t('Time at work'), duration(totals.workedMs)],
  ]
}

function part(n: number, text: `{count} ${'failed' | 'denied' | 'unknown'}`): readonly string[] {
  return n === 0 ? [] : [t(text, { count: n })]
}

/** Why a list is shorter than what happened. */
export function omittedText(n: number, noun: Noun): string | undefined {
  return n === 0 ? undefined : t('{what} not listed here', { what: plural(n, noun) })
}

const METRIC_NAMES: Readonly<Record<Metric['name'], Phrase>> = {
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
  return [t(METRIC_NAMES[name]), value === undefined ? t('nothing yet') : metricText(name, value), isAlarm]
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
      return t('{s} s', { s: (value / 1000).toFixed(1) })
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
