import { FailureError } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { loopFault } from './loop-fault'

it('a mistake of the loop is told as its own, with what was thrown', () => {
  const thrown = new TypeError("Cannot read properties of undefined (reading 'calls')")
  expect(loopFault(thrown)).toEqual({
    code: 'unexpected',
    message:
      "Tabwright itself has a fault and stopped this session (TypeError: Cannot read properties of undefined (reading 'calls')). What was written is kept; try again, or copy a report of it.",
  })
  expect(loopFault(new RangeError('')).message).toContain('(RangeError)')
  expect(loopFault(undefined).message).toContain('(something threw undefined)')
})

it('what has a sentence of its own keeps it', () => {
  const failure = { code: 'storage_full', message: 'Storage is full.' } as const
  expect(loopFault(new FailureError(failure))).toBe(failure)
})
