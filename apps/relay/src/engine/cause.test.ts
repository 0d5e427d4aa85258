import { expect, it } from 'vitest'
import { causeOf, type Cause } from './cause'

const traceparent = (trace: string, span = 'b') => `00-${trace.repeat(32)}-${span.repeat(16)}-01`
const cause = (depth: number, trace: string): Cause => ({
  depth,
  hop: { trace: { traceparent: traceparent(trace) }, end: () => undefined },
})
const answering = (...causes: readonly Cause[]) => ({ causes, count: causes.length, deep: causes.filter((one) => one.depth > 0).length })

it('a worker that answers nothing says itself where its call belongs', () => {
  expect(causeOf(answering(), {})).toEqual({ trace: {}, depth: 0 })
  const said = { traceparent: traceparent('a'), baggage: 'tabwright.depth=3' }
  expect(causeOf(answering(), said)).toEqual({ trace: said, depth: 3 })
})

it('a call without context belongs to the one call that its worker answers, and is as deep', () => {
  expect(causeOf(answering(cause(4, 'a')), {})).toEqual({ trace: { traceparent: traceparent('a') }, depth: 4 })
  expect(causeOf(answering(cause(0, 'a')), {})).toEqual({ trace: { traceparent: traceparent('a') }, depth: 0 })
})

it('of several it is as deep as the least deep, and of none of their traces', () => {
  expect(causeOf(answering(cause(4, 'a'), cause(2, 'c')), {})).toEqual({ trace: {}, depth: 2 })
  expect(causeOf(answering(cause(4, 'a'), cause(0, 'c')), {})).toEqual({ trace: {}, depth: 0 })
})

it('where it names a trace only the calls of that trace count, and its own word can only make it deeper', () => {
  const busy = answering(cause(4, 'a'), cause(6, 'a'), cause(2, 'c'))
  const of = (trace: string, baggage?: string) =>
    causeOf(busy, { traceparent: traceparent(trace, 'd'), ...(baggage !== undefined && { baggage }) })
  expect(of('a')).toEqual({ trace: { traceparent: traceparent('a', 'd') }, depth: 4 })
  expect(of('a', 'tabwright.depth=1').depth).toBe(4)
  expect(of('a', 'tabwright.depth=7').depth).toBe(7)
  expect(of('e').depth).toBe(0)
})
