import { expect, test } from 'vitest'
import { needsPerson, pageMark, pageTitle, titleOf } from './session-title'

test('a session is named by the first words of its first message', () => {
  expect(titleOf('Fix the test.\nIt fails since Tuesday')).toBe('Fix the test')
  expect(titleOf('one two three four five six seven eight nine')).toBe('one two three four five six seven eight …')
  expect(titleOf('  \n ')).toBe('New session')
  expect(titleOf('x'.repeat(500)).length).toBeLessThanOrEqual(62)
})

test('the page title starts with what the agent does', () => {
  expect(pageTitle(pageMark('running'), 'Fix')).toBe('● working · Fix – Tabwright')
  expect(pageTitle(pageMark('retrying'), 'Fix')).toBe('● working · Fix – Tabwright')
  expect(pageTitle(pageMark('idle'), 'Fix')).toBe('Fix – Tabwright')
  expect(pageTitle('done', 'Fix')).toBe('✓ done · Fix – Tabwright')
  expect(pageTitle('waiting', 'Fix')).toBe('⚠ needs you · Fix – Tabwright')
  expect(pageTitle(undefined, undefined)).toBe('Tabwright')
})

test('leaves out what hides or turns the order of the words', () => {
  expect(titleOf('fix \u202Eeht\u202C bug\u200B')).toBe('fix eht bug')
  expect(titleOf('\u200B\u2060')).toBe('New session')
})

test('[F69] a session that stopped with a question says that it needs somebody', () => {
  const idle = { status: { type: 'idle' } } as const
  expect(needsPerson({ ...idle, lastStop: 'requires-action' })).toBe(true)
  expect(needsPerson({ ...idle, lastStop: 'budget' })).toBe(true)
  expect(needsPerson({ ...idle, lastStop: 'end' })).toBe(false)
  expect(needsPerson({ status: { type: 'running', what: 'Thinking', since: 0 }, lastStop: 'budget' })).toBe(false)
})
