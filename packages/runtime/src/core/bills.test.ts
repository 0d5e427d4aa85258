import { answer, hold, httpError, stream, text, thinking, tool, stories, type Story } from '@tabwright/testkit'
import {
  costOf,
  MAIN_AGENT,
  PRICES,
  sessionId,
  traceId,
  type Bill,
  type SessionEvent,
  type SessionEventMap,
  type Usage,
} from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { billsOf, foldCost, NO_COST } from './bills'
import { countTotals } from './progress/progress-totals'

const start = stories()

const usage = (more: Partial<Usage>): Usage => ({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...more })
const NOVEMBER = Date.UTC(2026, 10, 21)
const dollars = (model: string, more: Partial<Usage>, at = NOVEMBER): number | undefined => costOf({ model, usage: usage(more) }, at)
const M = 1_000_000

describe('prices', () => {
  it.each([
    ['claude-opus-5-5', { input: M }, 4],
    ['claude-opus-5-5', { output: M }, 20],
    ['claude-opus-5-5', { cacheRead: M }, 0.2],
    ['claude-opus-5-5', { cacheWrite: M }, 5],
    ['claude-opus-5-5', { cacheWrite: M, cacheWriteHour: M }, 8],
    ['claude-opus-5-5', { cacheWrite: M, cacheWriteHour: M / 2 }, 6.5],
    ['claude-fable-5-2', { input: M, output: M }, 48],
    ['claude-sonnet-4-5-20250929', { input: M, output: M }, 18],
    ['claude-haiku-5-5', { input: 100_000, output: M }, 0.51],
    ['claude-haiku-5-5', { input: 1000, cacheRead: 99_001, output: M }, 0.5 * 0.001 + 0.05 * 0.099001 + 2.5],
  ])('[rule 47] bills %s for %j', (model, more, expected) => {
    expect(dollars(model, more)).toBeCloseTo(expected, 9)
  })

  it('[rule 47] takes the price of the day', () => {
    expect(dollars('claude-sonnet-5-5', { cacheRead: M }, Date.UTC(2026, 9, 6))).toBeCloseTo(0.2)
    expect(dollars('claude-sonnet-5-5', { cacheRead: M }, Date.UTC(2026, 9, 7))).toBeCloseTo(0.1)
  })

  it('[rule 47] knows no price for a model that is not listed, not even its sibling’s', () => {
    for (const model of ['claude-mythos-5-2', 'claude-opus-5-5-20261101', 'claude-opus-6', '', 'toString'])
      expect(dollars(model, { input: M })).toBeUndefined()
    expect(PRICES.version).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  })
})

function fact<T extends keyof SessionEventMap>(type: T, data: SessionEventMap[T]): SessionEvent {
  const rest = {
    v: 5,
    session: sessionId('s'),
    agent: MAIN_AGENT,
    seq: 1,
    epoch: 1,
    at: NOVEMBER,
    trace: traceId('t'),
    prev: '',
    hash: '',
  } as const
  return { ...rest, type, data } as SessionEvent
}
const answered = (model: string, more: Partial<Usage>, bills?: readonly Bill[]): SessionEvent =>
  fact('message.assistant', { content: [], stopReason: 'end_turn', usage: usage(more), model, ms: 1, ...(bills && { bills }) })

describe('the cost of a session', () => {
  it('[rule 47] is unknown, and says of what, once a model without a price answered', () => {
    const cost = [answered('claude-opus-5-5', { input: M }), answered('claude-next', { input: M })].reduce(foldCost, NO_COST)
    expect(cost).toEqual({ dollars: 4, unknown: ['claude-next'], estimated: false, bills: 2 })
  })

  it('[rule 46] counts every iteration, each by its own model', () => {
    const bills = [
      { model: 'claude-opus-5-5', usage: usage({ output: M }) },
      { model: 'claude-sonnet-5', usage: usage({ input: M }) },
    ]
    expect(foldCost(NO_COST, answered('claude-sonnet-5', { input: M }, bills)).dollars).toBe(22)
  })

  it('[rule 49] counts summaries and answers that were thrown away', () => {
    const bill = { model: 'claude-opus-5-5', usage: usage({ input: M }) }
    const summary = fact('compaction.ended', { result: { type: 'done', summary: 's', dropped: 2 }, bills: [bill] })
    const cut = fact('model.failed', { failure: { code: 'cut', message: 'cut' }, bills: [{ ...bill, estimated: true }] })
    expect([summary, cut].reduce(foldCost, NO_COST)).toEqual({ dollars: 8, unknown: [], estimated: true, bills: 2 })
  })

  it('costs nothing with the scripted model', () => {
    expect(foldCost(NO_COST, answered('demo', { input: M }))).toEqual(NO_COST)
    const totals = countTotals()
    totals.add(answered('demo', { input: M }))
    expect(totals.result()).toMatchObject({ cost: 0, bills: [], tokens: { input: M } })
  })
})

const say = async (s: Story, words: string, turns = 1): Promise<void> => {
  await s.commands.send(words)
  await s.until('turn.ended', turns)
}
const ledger = async (s: Story): Promise<readonly Bill[]> => (await s.facts()).flatMap(billsOf)
const tokensOf = (bills: readonly Bill[]): number =>
  bills.reduce((sum, { usage: u }) => sum + u.input + u.cacheRead + u.cacheWrite + u.output, 0)
const served = (s: Story): number =>
  s.server.bills.reduce((sum, { prompt, output }) => sum + prompt.input + prompt.cacheRead + prompt.cacheWrite + output, 0)

describe('the ledger', () => {
  it('[rule 46] [rule 49] [F16] is the provider’s bill: retries, refusals, other models and summaries on the way', async () => {
    const s = await start({
      files: { 'a.txt': 'x\n'.repeat(900) },
      script: [
        answer([thinking(''), tool('read_file', { path: 'a.txt' })], {
          iterations: [
            { type: 'compaction', input_tokens: 900, output_tokens: 40 },
            { type: 'advisor_message', model: 'claude-opus-5-5', input_tokens: 100, output_tokens: 10 },
          ],
        }),
        httpError(529, { type: 'overloaded_error', message: 'busy' }, { 'retry-after-ms': '1' }),
        answer([text('Done.')]),
        answer([text('No.')], { stopReason: 'refusal' }),
      ],
    })
    await say(s, 'one')
    await say(s, 'two', 2)
    const bills = await ledger(s)
    expect(bills).toHaveLength(5)
    expect(tokensOf(bills)).toBe(served(s))
    expect(bills.some((bill) => bill.estimated)).toBe(false)
  })

  it('[rule 48] books what was read and an estimate of what was written when an answer is stopped', async () => {
    const gate = hold()
    const steps = answer([text('word '.repeat(200))]).steps
    const s = await start({ script: [stream([...steps.slice(0, 60), { type: 'hold', until: gate.until }, ...steps.slice(60)])] })
    await s.commands.send('go')
    await expect.poll(() => s.live.filter((update) => update.type === 'delta').length).toBeGreaterThan(50)
    await s.driver.stop()
    gate.release()
    const [bill] = await ledger(s)
    expect(bill).toMatchObject({ model: 'claude-test-1', estimated: true })
    expect(bill?.usage.output).toBeGreaterThan(100)
    expect(bill && tokensOf([bill])).toBeGreaterThan(bill?.usage.output ?? 0)
  })

  it('[rule 59] has a line of its own for a request whose worker was killed, and one answer', async () => {
    const gate = hold()
    const steps = answer([text('half of it')]).steps
    const s = await start({ script: [stream([...steps.slice(0, 3), { type: 'hold', until: gate.until }]), answer([text('whole')])] })
    await s.commands.send('go')
    await s.server.arrived(1)
    await s.restart()
    gate.release()
    await s.until('turn.ended')
    const facts = await s.facts()
    expect((await ledger(s)).map((bill) => bill.estimated === true)).toEqual([true, false])
    expect(facts.filter((one) => one.type === 'message.assistant')).toHaveLength(1)
    expect(s.server.requests[1]?.body).toBe(s.server.requests[0]?.body)
  })
})
