import { answer, fakeClock, httpError, stories, text, tool, type Story } from '@tabwright/testkit'
import { LIMIT_UNITS, type LimitReached, type Limits, type LimitScope, type LimitUnit } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { failureAt, limitReached, NO_OTHERS } from './budget'
import { daySpendingInMemory } from './day-spending'
import { dayOf, NO_SPENDING, type Spending, type Spent } from './spending'

const start = stories()
const NONE: Limits = { turn: {}, session: {}, day: {} }
const only = (scope: LimitScope, unit: LimitUnit, amount: number): Limits => ({ ...NONE, [scope]: { [unit]: amount } })
const NOTHING: Spent = { tokens: 0, dollars: 0, steps: 0, minutes: 0 }
const NOW = Date.UTC(2026, 10, 21, 12)

describe('a limit', () => {
  const SCOPES = ['turn', 'session', 'day'] as const
  const spending = (scope: LimitScope, unit: LimitUnit, amount: number): Spending => ({
    ...NO_SPENDING,
    today: dayOf(NOW),
    [scope]: { ...NOTHING, [unit]: amount },
  })

  it.each(SCOPES.flatMap((scope) => LIMIT_UNITS.map((unit) => [scope, unit] as const)))(
    '[F73] for %s in %s stops at the limit and not one below',
    (scope, unit) => {
      const look = (amount: number): LimitReached | undefined =>
        limitReached(spending(scope, unit, amount), only(scope, unit, 50), { now: NOW, others: NO_OTHERS })
      expect(look(49)).toBeUndefined()
      expect(look(50)).toEqual({ scope, unit, used: 50, allowed: 50, more: 50 })
    },
  )

  it('[F73] counts what the other sessions of the day spent, and what was spent yesterday not', () => {
    const limits = only('day', 'dollars', 5)
    const others = { spent: { ...NOTHING, dollars: 4 }, raised: NOTHING }
    const mine = spending('day', 'dollars', 1)
    expect(limitReached(mine, limits, { now: NOW, others })).toMatchObject({ used: 5 })
    expect(limitReached(mine, limits, { now: NOW + 24 * 3_600_000, others })).toBeUndefined()
    expect(limitReached(mine, limits, { now: NOW, others: { ...others, raised: { ...NOTHING, dollars: 1 } } })).toBeUndefined()
  })

  it('offers as much as it takes to make room, and says what it stood at', () => {
    const reached = limitReached(spending('session', 'dollars', 17), only('session', 'dollars', 5), { now: NOW, others: NO_OTHERS })
    expect(reached).toMatchObject({ more: 15 })
    if (!reached) throw new Error('the limit is not reached')
    expect(failureAt(reached).message).toContain('limit of $5.00 a session: it stands at $17.00')
    const none = limitReached(spending('day', 'steps', 3), only('day', 'steps', 0), { now: NOW, others: NO_OTHERS })
    expect(none).toMatchObject({ allowed: 0, more: 4 })
  })
})

const calls = (n: number): ReturnType<typeof answer> => answer([tool('write_file', { path: `${n}.txt`, content: 'x' }, { id: `t${n}` })])
const kinds = async (s: Story): Promise<readonly string[]> => (await s.facts()).map((event) => event.type)

describe('a session at its limit', () => {
  it('[F73] finishes the request that crosses it, sends no other, and goes on when it was raised', async () => {
    const s = await start({ script: (_request, n) => (n < 6 ? calls(n) : answer([text('ok')])), limits: only('session', 'steps', 3) })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(s.server.requests).toHaveLength(3)
    expect(s.journal.spending.reached).toEqual({ scope: 'session', unit: 'steps', used: 3, allowed: 3, more: 3 })
    expect((await kinds(s)).slice(-4)).toEqual(['call.ended', 'workspace.changed', 'budget.reached', 'turn.ended'])
    await s.restart()
    await s.commands.raise({ scope: 'session', unit: 'steps', by: 3 })
    await s.until('turn.ended', 2)
    expect(s.server.requests).toHaveLength(6)
    expect(s.journal.spending.reached).toMatchObject({ used: 6, allowed: 6 })
    expect((await s.facts()).filter(({ type }) => type === 'message.user')).toHaveLength(1)
  })

  it('[F73] asks for nothing at one below, and is raised once by two clicks', async () => {
    const s = await start({ script: (_request, n) => (n < 2 ? calls(n) : answer([text('ok')])), limits: only('turn', 'steps', 2) })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(s.server.requests).toHaveLength(2)
    const raise = { scope: 'turn', unit: 'steps', by: 2 } as const
    const both = await Promise.allSettled([s.commands.raise(raise), s.commands.raise(raise)])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    await s.until('turn.ended', 2)
    expect((await kinds(s)).filter((type) => type === 'budget.raised')).toHaveLength(1)
    expect(s.server.requests).toHaveLength(3)
    await expect(s.commands.raise(raise)).rejects.toThrow('not stopped at this limit')
  })

  it('[F73] counts tokens over turns, does not begin a turn’s first request over it, and goes on once the limit is another', async () => {
    const s = await start({ script: () => answer([text('ok')]) })
    await s.commands.send('one')
    await s.until('turn.ended')
    const { tokens } = s.journal.spending.session
    expect(tokens).toBeGreaterThan(0)
    s.limits.now = only('session', 'tokens', tokens + 1)
    await s.commands.send('two')
    await s.until('turn.ended', 2)
    expect(s.server.requests).toHaveLength(2)
    await s.commands.send('three')
    await s.until('turn.ended', 3)
    expect(s.server.requests).toHaveLength(2)
    s.limits.now = undefined
    await s.driver.retry()
    await s.until('turn.ended', 4)
    expect(s.server.requests).toHaveLength(3)
    expect(s.server.requests[2]?.body).toContain('three')
  })

  it('[F73] counts what was rewound', async () => {
    const s = await start({ script: () => answer([text('ok')]) })
    await s.commands.send('one')
    await s.until('turn.ended')
    const { session } = s.journal.spending
    const { seq } = (await s.facts())[0] ?? { seq: 1 }
    await s.restorer.restore({ to: seq, scope: 'conversation', keep: [] })
    expect(s.journal.spending.session).toEqual(session)
    await s.restart()
    expect(s.journal.spending.session).toEqual(session)
    expect(s.journal.state.turn).toBeUndefined()
  })

  it('[rule 49] [F73] asks for no summary over the limit', async () => {
    const s = await start({ script: () => answer([text('ok')]) })
    await s.commands.send('one')
    await s.until('turn.ended')
    s.limits.now = only('session', 'steps', 1)
    await s.commands.compact()
    await s.until('compaction.ended')
    expect(s.server.requests).toHaveLength(1)
    const end = (await s.facts()).findLast((event) => event.type === 'compaction.ended')
    expect(end?.data.result).toMatchObject({ type: 'failed', failure: { code: 'spend_limit' } })
  })

  it('[rule 49] [F73] counts the bill of a summary', async () => {
    const s = await start({ script: () => answer([text('ok')]) })
    await s.commands.send('one')
    await s.until('turn.ended')
    const before = s.journal.spending.session.tokens
    await s.commands.compact()
    await s.until('compaction.ended')
    const end = (await s.facts()).findLast((event) => event.type === 'compaction.ended')
    const billed = end?.data.bills.reduce((all, { usage }) => all + usage.input + usage.cacheWrite + usage.output, 0) ?? 0
    expect(billed).toBeGreaterThan(0)
    expect(s.journal.spending.session.tokens).toBe(before + billed)
  })

  it('[F73] does not try again over the limit', async () => {
    const clock = fakeClock()
    const s = await start({ clock, script: () => httpError(500, { type: 'api_error', message: 'down' }) })
    await s.commands.send('go')
    await s.until('model.failed')
    s.limits.now = only('turn', 'steps', 0)
    await clock.advance(60_000)
    await s.until('turn.ended')
    expect(s.server.requests).toHaveLength(1)
  })

  it('[F73] stops where the sessions of the day together reach theirs, and a raise in one counts for all', async () => {
    const spent = daySpendingInMemory()
    const limits = only('day', 'steps', 2)
    const one = await start({ script: () => answer([text('ok')]), limits, spent })
    await one.commands.send('go')
    await one.until('turn.ended')
    const other = dayOf(Date.now())
    await spent.note(other, 'elsewhere' as never, { spent: { ...NOTHING, steps: 1 }, raised: NOTHING })
    await one.commands.send('again')
    await one.until('turn.ended', 2)
    expect(one.server.requests).toHaveLength(1)
    await spent.note(other, 'elsewhere' as never, { spent: { ...NOTHING, steps: 1 }, raised: { ...NOTHING, steps: 1 } })
    await one.driver.retry()
    await one.until('turn.ended', 3)
    expect(one.server.requests).toHaveLength(2)
  })

  it('[rule 86] does not count the time in which a person is waited for', async () => {
    const clock = fakeClock()
    const s = await start({
      clock,
      script: [answer([tool('shell', { command: 'make' }, { id: 't1' })]), answer([text('ok')])],
      limits: only('turn', 'minutes', 60),
    })
    await s.commands.send('go')
    await s.until('call.judged')
    await clock.advance(2 * 3_600_000)
    const judged = (await s.facts()).find((event) => event.type === 'call.judged')
    if (!judged) throw new Error('nothing was judged')
    await s.commands.decide({ call: judged.data.call, digest: judged.data.digest, answer: 'once' })
    await s.until('turn.ended')
    expect(s.server.requests).toHaveLength(2)
    expect(s.journal.spending.turn.minutes).toBeLessThan(1)
  })

  it('[F73] counts the time of work', async () => {
    const clock = fakeClock()
    const s = await start({
      clock,
      script: [answer([tool('shell', { command: 'make' }, { id: 't1' })]), answer([text('ok')])],
      limits: only('turn', 'minutes', 60),
      shell: async () => {
        clock.jump(60 * 60_000)
        return {}
      },
    })
    await s.commands.setMode('auto')
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(s.journal.spending.reached).toMatchObject({ unit: 'minutes', allowed: 60 })
  })
})
