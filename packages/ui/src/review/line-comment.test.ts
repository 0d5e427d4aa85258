import { expect, it } from 'vitest'
import { commentsFrom, commentsMessage } from './line-comment'

const one = { path: 'src/a.ts', line: 3, quote: '  const a = 1', text: 'why one? ' }

it('makes one message of all comments, each with path, line and the line itself', () => {
  expect(commentsMessage([one])).toBe('A comment on your changes:\n\nsrc/a.ts:3\n>   const a = 1\nwhy one?')
  expect(commentsMessage([one, { ...one, line: 9 }])).toMatch(/^2 comments on your changes:\n\nsrc\/a\.ts:3\n[^]*\n\nsrc\/a\.ts:9\n/)
  expect(commentsMessage([{ ...one, quote: 'x'.repeat(1000) }]).length).toBeLessThan(400)
})

it('reads what was kept and leaves out what is no comment', () => {
  expect(commentsFrom(JSON.stringify([one, { path: 'b' }, null, 3]))).toEqual([one])
  expect(commentsFrom('')).toEqual([])
  expect(commentsFrom('{}')).toEqual([])
})
