import { callId, digestOf, type SessionEvent, type SessionEventMap, type TraceView } from '@tabwright/protocol'
import { asEvents } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import type { Fact } from '../fact'
import { foldTrace } from './trace-view'

const digest = digestOf('a'.repeat(64))
const usage = { input: 100, output: 20, cacheRead: 1500, cacheWrite: 0 }
const user = (text: string): Fact => ({ type: 'message.user', data: { content: [{ type: 'text', text }], from: 'user' } })
const begun: Fact = { type: 'turn.started', data: { model: 'm' } }
const over: Fact = { type: 'turn.ended', data: { stop: 'end' } }
const asked: Fact = { type: 'model.requested', data: { attempt: 1, messages: 1, wire: 1 } }
const answered = (...calls: readonly (readonly [id: string, name: string])[]): Fact => ({
  type: 'message.assistant',
  data: {
    content: calls.map(([id, name]) => ({ type: 'call', id: callId(id), name, input: '{}' })),
    stopReason: 'tool_use',
    usage,
    model: 'm',
    ms: 1,
  },
})
const judged = (id: string): Fact => ({
  type: 'call.judged',
  data: { call: callId(id), verdict: { type: 'ask', reason: 'r' }, digest, bytes: '{}' } as SessionEventMap['call.judged'],
})
const decided = (id: string): Fact => ({
  type: 'call.decided',
  data: { call: callId(id), digest, decision: { type: 'allow', by: 'user' } },
})
const started = (id: string, remote?: SessionEventMap['call.started']['remote']): Fact => ({
  type: 'call.started',
  data: { call: callId(id), digest, effect: 'pure', key: 'k', ...(remote && { remote }) },
})
const ended = (id: string, failure?: string): Fact => ({
  type: 'call.ended',
  data: {
    call: callId(id),
    ms: 1,
    outcome:
      failure === undefined ? { type: 'done', text: '' } : { type: 'failed', text: '', failure: { code: 'unexpected', message: failure } },
  },
})

/** One fact each 100 ms. */
const timed = (facts: readonly Fact[]): readonly SessionEvent[] => asEvents(facts).map((event, i) => ({ ...event, at: 1000 + i * 100 }))

function trace(facts: readonly Fact[], opened: readonly number[] | 'newest' = 'newest'): TraceView {
  const fold = foldTrace()
  for (const event of timed(facts)) fold.add(event)
  return fold.result(opened)
}

const lines = (view: TraceView): readonly string[] =>
  [...view.steps.values()]
    .flat()
    .map(({ kind, name, start, end, error }) => `${kind} ${name} ${start}–${end ?? '…'}${error === undefined ? '' : ` ${error}`}`)

describe('the trace', () => {
  it('shows model, wait for the person, tool and relay in the order in which they began', () => {
    const view = trace([
      user('Pay it'),
      begun,
      asked,
      answered(['a', 'shell'], ['b', 'orders__refund']),
      judged('a'),
      decided('a'),
      started('a'),
      ended('a', 'exit 1'),
      started('b', { function: 'orders::refund', worker: 'billing' }),
      ended('b'),
      over,
    ])
    expect(lines(view)).toEqual([
      'model m 1200–1300',
      'gate Approval: shell 1400–1500',
      'tool shell 1600–1700 exit 1',
      'relay billing › orders::refund 1800–1900',
    ])
    expect(view.turns).toEqual([
      {
        seq: 2,
        title: 'Pay it',
        start: 1100,
        end: 2000,
        isOpen: false,
        steps: 4,
        took: { model: 100, gate: 100, tool: 100, relay: 100, network: 0, agent: 0 },
      },
    ])
    expect(view.steps.get(2)?.[0]).toMatchObject({ from: 3, to: 4, notes: ['1.6k in (1.5k cached), 20 out'] })
  })

  it('goes on while a turn is open, and ends with it what it left open', () => {
    const facts = [user('go'), begun, asked, answered(['a', 'shell']), started('a')]
    expect(lines(trace(facts)).at(-1)).toBe('tool shell 1400–…')
    expect(trace(facts).turns[0]).toMatchObject({ isOpen: true, end: 1400 })
    const stopped = trace([...facts, { type: 'turn.ended', data: { stop: 'interrupted' } }])
    expect(lines(stopped).at(-1)).toBe('tool shell 1400–1500 left open')
    expect(stopped.turns[0]?.error).toBe('stopped')
  })

  it('has a sub-agent’s steps below the call that asked for it', () => {
    const noted = (fact: Fact): Fact => ({ type: 'agent.noted', data: { call: callId('t'), fact } as SessionEventMap['agent.noted'] })
    const view = trace([
      user('go'),
      begun,
      asked,
      answered(['t', 'task']),
      started('t'),
      noted(begun),
      noted(asked),
      noted(answered()),
      noted(over),
      ended('t'),
      over,
    ])
    expect(view.steps.get(2)?.map(({ kind, within }) => [kind, within])).toEqual([
      ['model', undefined],
      ['tool', undefined],
      ['agent', 't'],
      ['model', 't'],
    ])
  })

  it('gives the steps of the turns that are asked for, and no others', () => {
    const turn = [user('go'), begun, asked, answered(), over]
    const facts = [...turn, ...turn, ...turn]
    expect([...trace(facts).steps.keys()]).toEqual([12])
    expect([...trace(facts, [2, 7]).steps.keys()]).toEqual([2, 7])
    expect(trace(facts, []).turns).toHaveLength(3)
  })
})
