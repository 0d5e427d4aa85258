import { DEFAULT_LIMITS } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { fieldsOf, limitsOfFields } from './limit-fields'

test('[F73] limits come back from their fields as they went in', () => {
  expect(limitsOfFields(fieldsOf(DEFAULT_LIMITS))).toEqual({ next: DEFAULT_LIMITS, wrong: [] })
})

test('an amount may be written as people write it, and an empty field is no limit', () => {
  const { next, wrong } = limitsOfFields({ 'turn tokens': ' 500,000 ', 'day dollars': '$2.50', 'turn steps': '' })
  expect(next).toEqual({ turn: { tokens: 500_000 }, session: {}, day: { dollars: 2.5 } })
  expect(wrong).toEqual([])
})

test.each(['-1', '1e6', 'many', '1.5'])('%s is no amount of steps', (text) => {
  expect(limitsOfFields({ 'turn steps': text }).wrong).toEqual(['turn steps'])
})
