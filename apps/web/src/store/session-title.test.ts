import { expect, test } from 'vitest'
import { pageTitle, titleOf } from './session-title'

test('a session is named by the first words of its first message', () => {
  expect(titleOf('Fix the test.\nIt fails since Tuesday')).toBe('Fix the test')
  expect(titleOf('one two three four five six seven eight nine')).toBe('one two three four five six seven eight …')
  expect(titleOf('  \n ')).toBe('New session')
  expect(titleOf('x'.repeat(500)).length).toBeLessThanOrEqual(62)
})

test('the page title starts with what the agent does', () => {
  expect(pageTitle('running', 'Fix')).toBe('● working · Fix – Tabwright')
  expect(pageTitle('waiting', 'Fix')).toBe('⚠ needs you · Fix – Tabwright')
  expect(pageTitle(undefined, undefined)).toBe('Tabwright')
})

test('leaves out what hides or turns the order of the words', () => {
  expect(titleOf('fix \u202Eeht\u202C bug\u200B')).toBe('fix eht bug')
  expect(titleOf('\u200B\u2060')).toBe('New session')
})
