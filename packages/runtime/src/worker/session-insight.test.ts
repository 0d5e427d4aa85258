import { MAIN_AGENT, sessionId, traceId, type Commit, type SessionEventMap, type WindowView, type WireRow } from '@tabwright/protocol'
import { memoryLog } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import type { Fact } from '../core/fact'
import { insightOf, readWindow } from './session-insight'

const ID = sessionId('insight')
const HEADER: WireRow = { role: 'header', text: '"system":[{"type":"text","text":"be good"}],"tools":[]' }
const row = (role: 'user' | 'assistant', text: string): WireRow => ({
  role,
  text: JSON.stringify({ role, content: [{ type: 'text', text }] }),
})
const asked = (messages: number, wire = 1): Fact => ({ type: 'model.requested', data: { attempt: 1, messages, wire } })
const answered = (cacheRead: number, content: SessionEventMap['message.assistant']['content'] = [{ type: 'text', text: 'yes' }]): Fact => ({
  type: 'message.assistant',
  data: { content, stopReason: 'end_turn', usage: { input: 10, output: 5, cacheRead, cacheWrite: 0 }, model: 'm', ms: 1 },
})

/** A log of these entries, read as a page would. */
async function read(entries: readonly { readonly facts: readonly Fact[]; readonly wire?: readonly WireRow[] }[]): Promise<WindowView> {
  const store = memoryLog()
  const { epoch } = await store.claim(ID)
  for (const { facts, wire = [] } of entries) {
    const drafts = facts.map((fact): Commit['drafts'][number] => ({ ...fact, agent: MAIN_AGENT, trace: traceId('t') }))
    await store.append(ID, epoch, { drafts, wire, durability: 'relaxed' })
  }
  return readWindow(store, ID)
}

const names = ({ parts }: WindowView): readonly string[] => parts.map(({ name }) => name)
const total = ({ parts }: WindowView): number => Math.round(parts.reduce((all, { tokens }) => all + tokens, 0))
const FIRST = { facts: [asked(1), answered(100)], wire: [HEADER, row('user', 'hello'), row('assistant', 'yes')] }

it('counts by the newest answer, however far back it is, and knows what waits behind it', async () => {
  const noise = Array.from({ length: 300 }, (_, n): Fact => ({ type: 'checkpoint.made', data: { name: `${n}` } }))
  const view = await read([FIRST, { facts: noise, wire: [row('user', 'and now?')] }])
  expect(total(view)).toBe(115)
  expect(view.ahead).toBeGreaterThan(0)
})

it('goes by the answer before one that said nothing', async () => {
  const view = await read([FIRST, { facts: [asked(1), answered(7, [])] }])
  expect(view.counted?.cacheRead).toBe(100)
})

it('estimates a wire that began with a summary until it is answered', async () => {
  const summary: Fact = { type: 'compaction.ended', data: { result: { type: 'done', summary: 's', dropped: 2 }, bills: [] } }
  const wire = [HEADER, row('user', '<summary-of-this-conversation>\ns\n</summary-of-this-conversation>')]
  const view = await read([FIRST, { facts: [summary], wire }])
  expect([view.counted, names(view)]).toEqual([undefined, ['system', 'summary']])
})

it('shows an empty window where nothing was sent, and where the conversation went back to before that', async () => {
  expect(await read([{ facts: [{ type: 'checkpoint.made', data: { name: 'a' } }] }])).toEqual({ parts: [], ahead: 0 })
  expect(await read([FIRST, { facts: [{ type: 'history.rewound', data: { to: 0, wire: 0 } }] }])).toEqual({ parts: [], ahead: 0 })
})

it('reads a log on where it was left: what is looked at again counts nothing twice', async () => {
  const store = memoryLog()
  const { epoch } = await store.claim(ID)
  const add = async (...facts: readonly Fact[]): Promise<void> => {
    const drafts = facts.map((fact): Commit['drafts'][number] => ({ ...fact, agent: MAIN_AGENT, trace: traceId('t') }))
    await store.append(ID, epoch, { drafts, durability: 'relaxed' })
  }
  const insight = insightOf(async () => ({ store, session: ID, info: () => ({ id: 'm', label: 'm' }) }))
  await add({ type: 'turn.started', data: { model: 'm' } }, asked(1), answered(0))
  const both = await Promise.all([insight.costs(), insight.costs()])
  expect(both.map(({ session }) => session.bills)).toEqual([1, 1])
  await add(asked(2), answered(0), { type: 'turn.ended', data: { stop: 'end' } })
  expect((await insight.costs()).session.bills).toBe(2)
  expect((await insight.trace('newest')).turns).toMatchObject([{ steps: 2, isOpen: false }])
  expect([(await insight.fact(2))?.type, await insight.fact(99)]).toEqual(['model.requested', undefined])
})
