import { expect, it } from 'vitest'
import { KeptAnswers } from './kept-answers'

const small = () => new KeptAnswers({ keptAnswers: 100, keptIds: 4 })

it('knows of an answer that is too large to keep that there was one, and lets go of no other for it', () => {
  const kept = small()
  kept.keep('small', 'x'.repeat(90))
  kept.keep('large', 'x'.repeat(101))
  expect(kept.of('small')).toEqual({ type: 'kept', text: 'x'.repeat(90) })
  expect(kept.of('large')).toEqual({ type: 'let_go' })
  expect(kept.of('never asked')).toBeUndefined()
})

it('knows of the oldest, which made room, that they were answered, and always has the newest', () => {
  const kept = small()
  for (const id of ['a', 'b', 'c']) kept.keep(id, id.repeat(30))
  kept.keep('d', 'd'.repeat(90))
  expect(['a', 'b', 'c', 'd'].map((id) => kept.of(id)?.type)).toEqual(['let_go', 'let_go', 'let_go', 'kept'])
  expect([...kept.texts]).toEqual(['d'.repeat(90)])
})

it('hands on what it knows, and knows a bounded number of ids', () => {
  const [before, after] = [small(), small()]
  before.keep('large', 'x'.repeat(101))
  before.keep('small', 'x')
  after.addAll(before)
  expect(after.of('large')).toEqual({ type: 'let_go' })
  expect(after.of('small')).toEqual({ type: 'kept', text: 'x' })
  for (let n = 0; n < 20; n++) after.keep(`n${n}`, 'x'.repeat(101))
  const known = Array.from({ length: 20 }, (_, n) => after.of(`n${n}`)?.type ?? 'unknown')
  expect(known.slice(-4)).toEqual(['let_go', 'let_go', 'let_go', 'let_go'])
  expect(known.filter((one) => one === 'let_go').length).toBeLessThanOrEqual(8)
  expect(after.of('large')).toBeUndefined()
})
