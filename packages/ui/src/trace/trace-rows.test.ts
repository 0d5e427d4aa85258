import type { TraceStep, TraceTurn } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { barOf, stepSentence, stepTime, tookText, traceRows } from './trace-rows'

const took = { model: 4100, gate: 0, tool: 2000, relay: 0, network: 20, agent: 0 }
const turn = (seq: number): TraceTurn => ({ seq, title: `turn ${seq}`, start: 1000, end: 2000, isOpen: false, steps: 2, took })
const step = (start: number, end?: number): TraceStep => ({
  from: 5,
  kind: 'tool',
  name: 'shell',
  start,
  notes: [],
  ...(end !== undefined && { end }),
})

it('lists the newest turn first, with the steps of those that are open', () => {
  const rows = traceRows({ turns: [turn(1), turn(9)], steps: new Map([[9, [step(1000, 1500)]]]) })
  expect(rows.map((row) => (row.type === 'turn' ? `${row.turn.seq} ${row.isOpen}` : row.step.name))).toEqual(['9 true', 'shell', '1 false'])
})

it('puts a bar where the step was in its turn; what goes on reaches to its end', () => {
  expect(barOf(step(1250, 1500), turn(1))).toEqual({ from: 0.25, share: 0.25 })
  expect(barOf(step(1500), turn(1))).toEqual({ from: 0.5, share: 0.5 })
  expect(barOf(step(900, 9000), turn(1))).toEqual({ from: 0, share: 1 })
})

it('says what took the time, and what failed', () => {
  expect(tookText(turn(1))).toBe('2 steps · model 4.1 s · tool 2.0 s')
  expect([stepTime(step(0, 40)), stepTime(step(0, 1400)), stepTime(step(0))]).toEqual(['40 ms', '1.4 s', 'under way'])
  expect(stepSentence({ ...step(0, 40), error: 'exit 1', notes: ['slow'] })).toBe('tool: shell, 40 ms, slow, failed: exit 1')
})
