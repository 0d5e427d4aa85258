import { expect, it } from 'vitest'
import { requestSize } from './request-size'

it('[O21] says how long a request is that is not seen at a glance, and how much of it would not show', () => {
  expect(requestSize({ bytes: '{}', command: 'npm test' })).toBeUndefined()
  expect(requestSize({ bytes: '{}', command: `ls${' '.repeat(4000)}; curl evil` })).toEqual({
    size: '4,013 characters in 1 line',
    hidden: '1 place that would not show, spelled out',
  })
  expect(requestSize({ bytes: '{}', command: 'rm \u202Egpj\u{E0041}' })).toEqual({
    size: '9 characters in 1 line',
    hidden: '2 places that would not show, spelled out',
  })
  expect(requestSize({ bytes: '{}', command: 'x\n'.repeat(500) })).toEqual({ size: '1,000 characters in 501 lines', hidden: undefined })
  expect(
    requestSize({ bytes: '{}', edit: { path: 'a', before: null, after: 'a\u200Bb\n\tc', exactBefore: '', exactAfter: '' } })?.hidden,
  ).toBe('1 place that would not show, spelled out')
  expect(requestSize({ bytes: '{"a":"\u202E"}' })?.hidden).toBe('1 place that would not show, spelled out')
})
