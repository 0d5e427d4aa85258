import { answer, fakeHash, plays, stories, task, text, tool, type Story } from '@tabwright/testkit'
import { sessionId, type Json, type SessionEvent, type WorkerFunction } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import type { FunctionCall } from './functions/functions'
import { createSpans, type Span } from './spans'

const start = stories()

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const HOP = 'b7ad6b7169203331'
const REFUND: WorkerFunction = {
  id: 'orders::refund',
  worker: 'orders-service',
  identity: 'orders',
  description: 'Gives the money of an order back.',
  input: { type: 'object' },
  version: '',
  effect: 'ask',
  isHot: false,
  uses: 0,
}

async function begin(script: Parameters<typeof start>[0]['script']): Promise<Story & { readonly called: FunctionCall[] }> {
  const called: FunctionCall[] = []
  const call = async (_id: string, _input: Json, one: FunctionCall): Promise<Json> => {
    called.push(one)
    return {}
  }
  return Object.assign(await start({ functions: { list: () => [REFUND], call }, script }), { called })
}

async function spansOf(s: Story): Promise<readonly Span[]> {
  return createSpans({ session: sessionId('story'), hash: fakeHash }).add(await s.facts())
}

async function asked(s: Story): Promise<SessionEvent<'call.judged'>['data']> {
  const judged = (await s.facts()).findLast((event) => event.type === 'call.judged')
  return judged?.data ?? expect.unreachable('nothing was judged')
}

const find = (spans: readonly Span[], name: string): Span => spans.find((one) => one.name === name) ?? expect.unreachable(name)

it('one trace goes from who wrote through the turn, the model and the gate to the call that goes on from it', async () => {
  const refund = tool('call_function', { function: 'orders::refund', input: {} }, { id: 't1' })
  const s = await begin([answer([refund]), answer([text('done')])])
  const traceparent = `00-${TRACE}-${HOP}-00`
  await s.store.post(sessionId('story'), { type: 'message', text: 'refund 7', by: 'ci', traceparent })
  s.driver.wake()
  await s.until('call.judged')
  const { call, digest } = await asked(s)
  await s.commands.decide({ call, digest, answer: 'once' })
  await s.until('turn.ended')
  const spans = await spansOf(s)
  expect(spans.map(({ name }) => name)).toEqual(['model', 'gate call_function', 'tool orders::refund', 'model', 'turn'])
  expect(new Set(spans.map(({ trace }) => trace))).toEqual(new Set([TRACE]))
  const turn = find(spans, 'turn')
  expect(turn).toMatchObject({ parent: HOP, kind: 'server', flags: '00', error: undefined, attributes: { session: 'story', stop: 'end' } })
  for (const one of spans) if (one !== turn) expect(one.parent).toBe(turn.span)
  expect(find(spans, 'gate call_function').attributes).toEqual({ verdict: 'ask', decision: 'allow', by: 'user' })
  const called = find(spans, 'tool orders::refund')
  expect(called.attributes).toMatchObject({ function: 'orders::refund', worker: 'orders-service' })
  expect(
    s.called.map((one) => one.traceparent),
    'what the worker goes on from',
  ).toEqual([`00-${TRACE}-${called.span}-00`])
})

it('a turn of the person begins a trace of its own, and each turn another', async () => {
  const s = await begin([answer([text('one')]), answer([text('two')])])
  for (const n of [1, 2]) {
    await s.commands.send('hi')
    await s.until('turn.ended', n)
  }
  const turns = (await spansOf(s)).filter(({ name }) => name === 'turn')
  expect(turns).toMatchObject([{ parent: undefined, kind: 'internal', flags: '01' }, { parent: undefined }])
  expect(new Set(turns.map(({ trace }) => trace)).size).toBe(2)
  for (const { trace } of turns) expect(trace).toMatch(/^[0-9a-f]{32}$/)
})

it('what gives along no trace context gets a trace of ours', async () => {
  const s = await begin([answer([text('one')])])
  await s.store.post(sessionId('story'), { type: 'message', text: 'x', by: 'ci', traceparent: `00-${'0'.repeat(32)}-${HOP}-01` })
  s.driver.wake()
  await s.until('turn.ended')
  expect(find(await spansOf(s), 'turn')).toMatchObject({ parent: undefined, trace: expect.stringMatching(/^(?!0{32})[0-9a-f]{32}$/) })
})

it('what was refused, failed and outlived its worker is told with why, and from where the next worker saw it', async () => {
  const s = await begin([
    answer([tool('call_function', { function: 'orders::refund', input: {} }, { id: 't1' })]),
    answer([text('I see.')]),
  ])
  await s.commands.send('refund')
  await s.until('call.judged')
  const head = (await s.facts()).length
  await s.restart()
  const { call, digest } = await asked(s)
  await s.commands.decide({ call, digest, answer: 'deny', note: 'No.' })
  await s.until('turn.ended')
  const facts = await s.facts()
  const whole = createSpans({ session: sessionId('story'), hash: fakeHash }).add(facts)
  expect(find(whole, 'gate call_function')).toMatchObject({ error: 'denied', attributes: { decision: 'deny' } })
  const later = createSpans({ session: sessionId('story'), hash: fakeHash }).add(facts.slice(head))
  expect(
    later.map(({ name }) => name),
    'its begin was seen by nobody',
  ).toEqual(['model', 'turn'])
  expect(find(later, 'turn')).toMatchObject({ span: find(whole, 'turn').span, trace: find(whole, 'turn').trace })
})

it('[F74] a turn with two sub-agents is one tree: each hangs on the call that asked for it, and all that it did on it', async () => {
  const looks = [answer([tool('list_files', {}, { id: 'l1' })]), answer([text('Seen.')])]
  const s = await begin(plays({ main: [answer([task('one'), task('two')]), answer([text('ok')])], one: looks, two: looks }))
  await s.commands.send('go')
  await s.until('turn.ended')
  const spans = await spansOf(s)
  const turn = find(spans, 'turn')
  expect(new Set(spans.map(({ trace }) => trace))).toEqual(new Set([turn.trace]))
  const wayUp = (one: Span): readonly string[] => {
    const above = spans.find(({ span }) => span === one.parent)
    return above === undefined ? [one.name] : [...wayUp(above), one.name]
  }
  const agents = spans.filter(({ name }) => name === 'sub-agent')
  expect(agents.map(({ parent }) => spans.find(({ span }) => span === parent)?.attributes['call'])).toEqual(
    expect.arrayContaining(['task-one', 'task-two']),
  )
  for (const agent of agents) {
    expect(wayUp(agent)).toEqual(['turn', 'tool task', 'sub-agent'])
    expect(spans.filter(({ parent }) => parent === agent.span).map(({ name }) => name)).toEqual([
      'model',
      'gate list_files',
      'tool list_files',
      'model',
    ])
  }
  for (const one of spans) expect(wayUp(one)[0], `${one.name} hangs on nothing`).toBe('turn')
})
