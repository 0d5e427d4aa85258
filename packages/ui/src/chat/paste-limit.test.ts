import { describe, expect, test } from 'vitest'
import { isSendKey, refusePaste } from './paste-limit'

test('a 50 MB paste is refused with its size and what to do instead', () => {
  expect(refusePaste(10, 50_000_000)).toBe(
    'That is 50.0 MB of text; a message holds up to 1.0 MB. The box is as it was: put the text into a file and name the file here.',
  )
  expect(refusePaste(10, 900_000)).toBeUndefined()
})

describe('isSendKey', () => {
  const enter = { key: 'Enter', shiftKey: false, keyCode: 13, isComposing: false }
  test('Enter sends and Shift+Enter does not', () => {
    expect([isSendKey(enter), isSendKey({ ...enter, shiftKey: true })]).toEqual([true, false])
  })
  test('the Enter that confirms a composition never sends', () => {
    expect([isSendKey({ ...enter, isComposing: true }), isSendKey({ ...enter, keyCode: 229 })]).toEqual([false, false])
  })
})
