import { linesOf } from '@tabwright/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lineHunks } from '../../workspace/line-hunks'
import { insteadOf, replacedAgain, textAt, withNow, withOld } from './lines'

/** Few kinds of lines, so that texts are alike in many places; ends of all sorts, and none. */
const text = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', '', '\uFEFFx'), fc.constantFrom('\n', '\r\n')), { maxLength: 14 })
  .chain((lines) => fc.constantFrom('', 'last').map((last) => lines.map((line) => line.join('')).join('') + last))

it('leads from one text to the other and back by its hunks, byte for byte, whatever the line ends', () => {
  fc.assert(
    fc.property(text, text, (old, now) => {
      const hunks = lineHunks(old, now)
      expect(withNow({ old, now, hunks })).toBe(now)
      expect(withOld({ old, now, hunks })).toBe(old)
    }),
    { numRuns: 500 },
  )
})

it('takes any of the hunks and leaves the rest: accepting some is refusing the others', () => {
  fc.assert(
    fc.property(text, text, fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }), (old, now, taken) => {
      const hunks = lineHunks(old, now)
      const [some, others] = [hunks.filter((_, at) => taken[at]), hunks.filter((_, at) => !taken[at])]
      const half = withNow({ old, now, hunks: some })
      expect(withOld({ old, now, hunks: others })).toBe(half)
      const places = insteadOf(others)
      others.forEach((hunk, at) => {
        const place = places[at] ?? hunk.old
        expect(textAt(linesOf(half), place)).toBe(textAt(linesOf(old), hunk.old))
      })
    }),
    { numRuns: 500 },
  )
})

it('refuses parts that are out of order, lie over each other or beyond the text', () => {
  const part = (start: number, count: number) => ({ old: { start, count }, now: { start, count } })
  const of = (...hunks: ReturnType<typeof part>[]) => ({ old: 'a\nb\n', now: 'c\nd\n', hunks })
  for (const wrong of [of(part(1, 1), part(0, 1)), of(part(0, 2), part(1, 1)), of(part(1, 2)), of(part(0, 0))]) {
    expect(() => withNow(wrong)).toThrow('not parts of this change')
    expect(() => withOld(wrong)).toThrow('not parts of this change')
  }
})

it('puts lines back where their place has moved to, and not where it is gone or there are two', () => {
  const within = 'a\nb\nc\nold\nd\ne\nf\ng\n'
  const at = { start: 3, count: 1 }
  expect(replacedAgain(`new head\n${within}`, { within, at, by: 'new\n' })).toBe('new head\na\nb\nc\nnew\nd\ne\nf\ng\n')
  expect(replacedAgain('a\nb\nc\nother\nd\ne\nf\n', { within, at, by: 'new\n' })).toBeUndefined()
  const twice = 'x\nx\nx\nx\nx\nx\nx\n'
  expect(replacedAgain(`y\n${twice}`, { within: twice, at, by: 'new\n' })).toBe('y\nx\nx\nx\nnew\nx\nx\nx\n')
  expect(replacedAgain(within.replace('c\n', ''), { within, at: { start: 2, count: 0 }, by: 'new\n' })).toBeUndefined()
})
