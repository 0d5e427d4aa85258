import { callId, type SessionEvent, type SessionEventMap, type SessionEventType } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { countMetrics, SAMPLE } from './metrics'

type Fact = { [K in SessionEventType]: readonly [K, SessionEventMap[K]] }[SessionEventType]

const NOVEMBER = Date.UTC(2026, 10, 21)
const MODEL = 'claude-opus-5-5'

function look(
  facts: readonly Fact[],
  costLimit?: number,
): { readonly alarms: readonly string[]; readonly values: Readonly<Record<string, number | undefined>> } {
  const metrics = countMetrics()
  facts.forEach(([type, data], i) => metrics.add({ type, data, seq: i + 1, at: NOVEMBER } as unknown as SessionEvent))
  const result = metrics.result(costLimit)
  return {
    alarms: result.flatMap(({ name, isAlarm }) => (isAlarm ? [name] : [])),
    values: Object.fromEntries(result.map(({ name, value }) => [name, value])),
  }
}

const step = (input = 0, ms = 1): Fact => [
  'message.assistant',
  { content: [], stopReason: 'end_turn', usage: { input, output: 0, cacheRead: 0, cacheWrite: 0 }, model: MODEL, ms },
]
const task = (
  steps: number,
  { input = 0, stop = 'end' }: { input?: number; stop?: SessionEventMap['turn.ended']['stop'] } = {},
): Fact[] => [['turn.started', { model: MODEL }], ...Array.from({ length: steps }, () => step(input)), ['turn.ended', { stop }]]
const many = <T>(count: number, make: (n: number) => readonly T[]): T[] => Array.from({ length: count }, (_, n) => make(n)).flat()
const ended = (type: 'done' | 'failed' | 'unknown'): Fact => [
  'call.ended',
  {
    call: callId('c'),
    ms: 1,
    outcome: type === 'failed' ? { type, text: '', failure: { code: 'unexpected', message: '' } } : { type, text: '' },
  },
]
const calls = (failed: number, of: number): Fact[] => many(of, (n) => [ended(n < failed ? 'failed' : 'done')])

describe('metrics', () => {
  it('[F72] steps of a task: alarm at half as many again as before, and not one step below', () => {
    const before = many(SAMPLE, () => task(4))
    expect(look([...before, ...many(SAMPLE, () => task(6))]).alarms).toEqual(['steps'])
    expect(look([...before, ...many(SAMPLE, (n) => task(n === 0 ? 5 : 6))]).alarms).toEqual([])
  })

  it('[F72] failing calls: alarm above a tenth', () => {
    const tasks = many(SAMPLE, () => task(1))
    expect(look([...tasks, ...calls(10, 100)]).alarms).toEqual([])
    expect(look([...tasks, ...calls(11, 100)]).alarms).toEqual(['errors'])
  })

  it('[F72] circles, mismatches and unknown ends: alarm at the first', () => {
    expect(look([]).alarms).toEqual([])
    expect(look([['loop.noticed', { tool: 'shell', times: 3, how: 'told' }]]).alarms).toEqual(['loops'])
    expect(look([['wire.mismatched', { how: 'dropped', blocks: 0 }]]).alarms).toEqual([])
    expect(look([['wire.mismatched', { how: 'dropped', blocks: 1 }]]).alarms).toEqual(['mismatches'])
    expect(look([ended('unknown')]).alarms).toEqual(['unknown'])
  })

  it('[F72] tokens of a task: alarm when three samples rise, and not when the third is as the second', () => {
    const rising = (third: number): Fact[] => [10, 11, third].flatMap((input) => many(SAMPLE, () => task(1, { input })))
    expect(look(rising(12)).alarms).toEqual(['tokens'])
    expect(look(rising(11)).alarms).toEqual([])
  })

  it('[F72] tasks that come to their end: alarm below nine in ten; one that the person stopped is no failure', () => {
    const tasks = (failed: number, stop: 'failed' | 'interrupted'): Fact[] =>
      many(SAMPLE, (n) => task(1, { stop: n < failed ? stop : 'end' }))
    expect(look(tasks(2, 'failed')).alarms).toEqual([])
    expect(look(tasks(3, 'failed')).alarms).toEqual(['done'])
    expect(look([...tasks(0, 'failed'), ...tasks(9, 'interrupted')]).values['done']).toBe(1)
  })

  it('[F72] cost of a task: alarm above the limit that was set, and none where nobody set one', () => {
    // A million tokens read cost four dollars.
    const tasks = many(SAMPLE, () => task(1, { input: 1_000_000 }))
    expect(look(tasks).values['cost']).toBeCloseTo(4)
    expect(look(tasks, 4).alarms).toEqual([])
    expect(look(tasks, 3.99).alarms).toEqual(['cost'])
    expect(look(tasks).alarms).toEqual([])
  })

  it('[F72] says nothing of rates before there is a sample', () => {
    const tasks = many(SAMPLE - 1, () => task(1, { stop: 'failed' }))
    expect(look([...tasks, ...calls(5, 10)]).alarms).toEqual([])
    expect(look([...tasks, ...task(1, { stop: 'failed' }), ...calls(5, 10)]).alarms).toEqual(['errors', 'done'])
  })

  it('[F72] counts questions to the person, restores, blocks and how long answers take', () => {
    const { values } = look([
      ...task(1, { stop: 'requires-action' }),
      ...task(1),
      ['history.restored', { to: 1, paths: [], kept: [] }],
      ['guard.answered', { point: 'pre-tool', answers: [{ type: 'block', guard: 'rate', reason: 'r' }] }],
      ['guard.answered', { point: 'pre-tool', answers: [{ type: 'warn', guard: 'rate', reason: 'r' }] }],
      ...many(20, (n) => [step(0, 100 * (n + 1))]),
    ])
    expect(values).toMatchObject({ asked: 0.5, restores: 1, blocks: 1, latency: 1900 })
  })
})
