import type { Progress } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { figures, metricRow, omittedText, resultWord, stepNotes } from './progress-view'

const totals: Progress['totals'] = {
  turns: 3,
  answers: 9,
  calls: { done: 12, failed: 1, denied: 0, unknown: 2 },
  files: 4,
  tokens: { input: 1000, output: 900, cacheRead: 20_000, cacheWrite: 3000 },
  bills: [],
  workedMs: 125_000,
  from: 0,
  to: 1,
}

test('[F36] the figures say what was done, what it took and what is not known', () => {
  expect(figures({ totals })).toEqual([
    ['Turns', '3'],
    ['Calls', '12 done, 1 failed, 2 unknown'],
    ['Files changed', '4'],
    ['Tokens', '24k read, 900 written'],
    ['Cost', 'unknown price'],
    ['Time at work', '2 min 05 s'],
  ])
  expect(figures({ totals: { ...totals, cost: 0.42 } })[4]).toEqual(['Cost', '$0.42'])
})

test('a step tells what is known of it and nothing else', () => {
  expect(stepNotes({ exitCode: 1, tests: { passed: 14, failed: 2 } })).toBe('exit 1 · 14 passed, 2 failed')
  expect(stepNotes({ lines: { added: 12, removed: 3 }, exitCode: 0 })).toBe('+12 −3')
  expect(stepNotes({})).toBe('')
  expect(resultWord('ok')).toBe('done')
  expect(omittedText(0, 'older step')).toBeUndefined()
  expect(omittedText(9000, 'older step')).toBe('9000 older steps not listed here')
})

test('[F72] a metric is a name, a figure, and a word where it is worth a look', () => {
  expect(metricRow({ name: 'errors', value: 0.114, isAlarm: true })).toEqual(['Calls that failed', '11 %', true])
  expect(metricRow({ name: 'latency', value: 1900, isAlarm: false })).toEqual(['Slowest answers', '1.9 s', false])
  expect(metricRow({ name: 'steps', isAlarm: false })).toEqual(['Steps a task', 'nothing yet', false])
})
