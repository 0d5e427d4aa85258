import { callId, DEFAULT_LIMITS, DEMO_MODEL_ID, type Bill, type SessionEventMap, type Usage } from '@tabwright/protocol'
import { asEvents } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import type { Fact } from '../fact'
import { NO_OTHERS } from '../limits/budget'
import { foldCosts } from './cost-view'

const NOVEMBER = Date.UTC(2026, 10, 21, 12)
const usage = (more: Partial<Usage>): Usage => ({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...more })
const text = { type: 'text', text: 'ok' } as const
const call = (id: string, name: string): { type: 'call'; id: ReturnType<typeof callId>; name: string; input: string } => ({
  type: 'call',
  id: callId(id),
  name,
  input: '{}',
})
type Answered = SessionEventMap['message.assistant']
const answer = (model: string, more: Partial<Usage>, rest: Partial<Answered> = {}): Fact => ({
  type: 'message.assistant',
  data: { content: [text], stopReason: 'end_turn', usage: usage(more), model, ms: 1, ...rest },
})
const ended = (id: string, size: number, bills?: readonly Bill[]): Fact => ({
  type: 'call.ended',
  data: { call: callId(id), outcome: { type: 'done', text: 'x'.repeat(size) }, ms: 1, ...(bills && { bills }) },
})
const said: Fact = { type: 'message.user', data: { content: [{ type: 'text', text: 'x'.repeat(100) }], from: 'user' } }

function costs(facts: readonly Fact[], today: Partial<Parameters<ReturnType<typeof foldCosts>['result']>[0]> = {}) {
  const fold = foldCosts()
  for (const event of asEvents(facts, { at: NOVEMBER })) fold.add(event)
  return fold.result({ now: NOVEMBER, limits: DEFAULT_LIMITS, others: NO_OTHERS, ...today })
}

const OPUS = 'claude-opus-5-5'
const SONNET = 'claude-sonnet-5'

/** Opus 5.5: input 4, output 20, cache read 0.2, written 5 and for an hour 8 dollars a million. Sonnet 5: 2, 10, 0.2, 2.5, 4. */
const BILLED = {
  opus: (3000 * 4 + 1200 * 20 + 90_000 * 0.2 + 6000 * 5 + 4000 * 8) / 1e6,
  retried: (500 * 4 + 80 * 20) / 1e6,
  summary: (20_000 * 0.2 + 700 * 20) / 1e6,
  agent: (8000 * 2 + 400 * 10) / 1e6,
}

const SESSION: readonly Fact[] = [
  { type: 'turn.started', data: { model: OPUS } },
  said,
  {
    type: 'model.failed',
    data: { failure: { code: 'cut', message: 'cut' }, bills: [{ model: OPUS, usage: usage({ input: 500, output: 80 }), estimated: true }] },
  },
  answer(
    OPUS,
    { input: 3000, output: 1200, cacheRead: 90_000, cacheWrite: 10_000, cacheWriteHour: 4000 },
    { content: [call('t', 'task')] },
  ),
  {
    type: 'agent.noted',
    data: {
      call: callId('t'),
      fact: {
        type: 'message.assistant',
        data: { content: [text], stopReason: 'end_turn', usage: usage({ input: 8000, output: 400 }), model: SONNET, ms: 1 },
      },
    },
  },
  ended('t', 10),
  {
    type: 'compaction.ended',
    data: {
      result: { type: 'done', summary: 's', dropped: 2 },
      bills: [{ model: OPUS, usage: usage({ cacheRead: 20_000, output: 700 }) }],
    },
  },
]

describe('the cost of a session', () => {
  it('is what was billed, within one percent: cache, hours, retries, summaries, sub-agents', () => {
    const { session, models, today, tools } = costs(SESSION)
    const billed = BILLED.opus + BILLED.retried + BILLED.summary + BILLED.agent
    expect(Math.abs(session.dollars - billed) / billed).toBeLessThan(0.01)
    expect(models.reduce((all, { dollars = 0 }) => all + dollars, 0)).toBeCloseTo(session.dollars, 9)
    expect(models.map(({ model, bills, isEstimated }) => [model, bills, isEstimated])).toEqual([
      [OPUS, 3, true],
      [SONNET, 1, false],
    ])
    expect(today.dollars).toBeCloseTo(session.dollars, 9)
    expect(tools).toEqual([expect.objectContaining({ name: 'task', calls: 1 })])
    expect(tools[0]?.own).toBeCloseTo(BILLED.agent, 9)
  })

  it('is unknown for a model without a price, and nobody is billed by the demo', () => {
    const { session, models } = costs([answer('claude-next', { input: 10 }), answer(DEMO_MODEL_ID, { input: 10 })])
    expect(session.unknown).toEqual(['claude-next'])
    expect(models).toEqual([expect.not.objectContaining({ dollars: expect.anything() })])
  })
})

describe('what tools bring', () => {
  it('is the provider’s count of how much the request grew, shared by length', () => {
    const { tools } = costs([
      said,
      answer(OPUS, { input: 1000, output: 50 }, { content: [call('a', 'read_file'), call('b', 'shell')] }),
      ended('a', 3000),
      ended('b', 1000),
      // 1050 were in the window: it grew by 800.
      answer(OPUS, { input: 850, cacheRead: 1000 }),
    ])
    expect(tools.map(({ name, calls, tokens }) => [name, calls, Math.round(tokens)])).toEqual([
      ['read_file', 1, 600],
      ['shell', 1, 200],
    ])
    expect(tools[0]?.dollars).toBeCloseTo((600 * 4) / 1e6, 9)
  })

  it('is an estimate where no count follows: behind a summary', () => {
    const { tools } = costs([
      answer(OPUS, { input: 1000 }, { content: [call('a', 'shell')] }),
      ended('a', 350),
      { type: 'compaction.ended', data: { result: { type: 'done', summary: 's', dropped: 2 }, bills: [] } },
      answer(OPUS, { input: 9000 }),
    ])
    expect(tools[0]?.tokens).toBeCloseTo(100, 6)
  })
})

describe('the budget', () => {
  it('says where each limit stands, the day with what other sessions spent', () => {
    const others = { spent: { tokens: 500, dollars: 1.5, steps: 0, minutes: 0 }, raised: { tokens: 0, dollars: 2, steps: 0, minutes: 0 } }
    const limits = { turn: {}, session: { dollars: 5 }, day: { tokens: 10_000, dollars: 10 } }
    const { budget, today } = costs([answer(OPUS, { input: 1000, output: 100 })], { others, limits })
    expect(budget).toEqual([
      { scope: 'session', unit: 'dollars', used: expect.closeTo(0.006, 9), allowed: 5 },
      { scope: 'day', unit: 'tokens', used: 1600, allowed: 10_000 },
      { scope: 'day', unit: 'dollars', used: expect.closeTo(1.506, 9), allowed: 12 },
    ])
    expect(today).toEqual({ dollars: expect.closeTo(1.506, 9), tokens: 1600, others: 1.5 })
  })

  it('counts yesterday to yesterday', () => {
    const { today } = costs([answer(OPUS, { input: 1000 })], { now: NOVEMBER + 86_400_000 })
    expect(today).toEqual({ dollars: 0, tokens: 0, others: 0 })
  })
})
