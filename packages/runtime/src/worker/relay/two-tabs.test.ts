import { callId, type Answer, type Content, type Json, type Model, type SessionEvent, type SessionId } from '@tabwright/protocol'
import { fakeHands } from '@tabwright/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { carryFailures } from '../../client/remote'
import type { SessionWorker } from '../../client/worker-api'
import { contextOf } from '../../core/trace'
import { hashText } from '../../io/hash-noble'
import { fixedLock, PAGE_HOST, platformUnderTest } from '../platform-under-test'
import { createSessionWorker } from '../session-worker'
import { factsIn } from '../tabs-under-test'
import { relayStage, soon, type JoinedTab } from './joined-tab-under-test'

carryFailures()
const stage = relayStage()
beforeEach(() => stage.begin())
afterEach(() => stage.end())

/** A model that says these, one after the other. */
function scripted(...answers: readonly (readonly Content[])[]): Model {
  const left = [...answers]
  return {
    id: 'demo',
    label: 'Scripted',
    async *stream() {
      const content = left.shift() ?? [{ type: 'text', text: 'There is nothing left to say.' }]
      yield { type: 'started' }
      const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }
      const stopReason = content.some(({ type }) => type === 'call') ? 'tool_use' : 'end_turn'
      const answer: Answer = { content, stopReason, usage, model: 'demo' }
      const wire = content.map((one) =>
        one.type === 'call' ? { type: 'tool_use', id: one.id, name: one.name, input: JSON.parse(one.input) } : one,
      )
      yield { type: 'complete', answer, wire: JSON.stringify({ role: 'assistant', content: wire }) }
    },
  }
}

const says = (text: string): readonly Content[] => [{ type: 'text', text }]
const calls = (id: string, name: string, input: Json): readonly Content[] => [
  { type: 'call', id: callId(id), name: 'call_function', input: JSON.stringify({ function: name, input, queue: 'agents' }) },
]

/** Opens a session as its page does, and waits until it knows of that function. */
async function open(
  { store, functions: port }: JoinedTab,
  session: SessionId,
  { model, knows }: { readonly model: Model; readonly knows: string },
): Promise<SessionWorker> {
  const functions = port()
  await soon(() => expect(functions.list().map(({ id }) => id)).toContain(knows))
  const fakes = () => ({ hands: fakeHands(), hash: hashText, functions, spans: functions.spans })
  const worker = createSessionWorker(async () => platformUnderTest({ session, store, lock: fixedLock(true), fakes, model }))
  const { port1, port2 } = new MessageChannel()
  stage.after(() => port1.close())
  stage.after(() => worker.leave())
  await worker.open(
    { session, access: { type: 'demo' }, model: { id: 'demo', label: 'Demo' }, origin: 'http://localhost' },
    PAGE_HOST,
    port2,
  )
  return worker
}

/** The person lets the call pass that waits. */
async function allow({ store }: JoinedTab, session: SessionId, worker: SessionWorker): Promise<void> {
  const { call, digest } = await soon(async () => {
    const judged = (await factsIn(store, session)).findLast((event): event is SessionEvent<'call.judged'> => event.type === 'call.judged')
    if (judged?.data.verdict.type !== 'ask') throw new Error('nothing is asked')
    return judged.data
  })
  await worker.decide({ call, digest, answer: 'once' })
}

it('an agent hands work to the agent of another tab through a queue, hears of the answer, and all of it is one trace', async () => {
  const [asking, working] = [await stage.tab('tab'), await stage.tab('tab-2')]
  const session = await asking.catalogue.create({ title: 'Asks', project: 'blank', files: [] })
  const woken: SessionId[] = []
  await working.member.api.watchRelayWake((one) => void woken.push(one))
  await asking.member.api.setRelaySwitch('send_message', 'on')
  const handsOver = calls('t1', 'tab-2::send_message', { text: `What is tea? Tell session ${session} of tab.` })
  const first = await open(asking, session, {
    model: scripted(handsOver, says('Handed over.'), says('So tea is a plant.')),
    knows: 'tab-2::send_message',
  })
  await first.send('Find out what tea is.')
  await allow(asking, session, first)

  const there = await soon(() => woken[0] ?? expect.unreachable())
  const answers = calls('t2', 'tab::send_message', { session, text: 'Tea is a plant.' })
  const second = await open(working, there, { model: scripted(answers, says('Told them.')), knows: 'tab::send_message' })
  await allow(working, there, second)
  const said = await soon(async () => {
    const facts = await factsIn(asking.store, session)
    const turns = facts.filter(({ type }) => type === 'turn.ended')
    expect(turns).toHaveLength(2)
    return facts
  })
  const heard = said.find((event): event is SessionEvent<'message.user'> => event.type === 'message.user' && event.data.from === 'worker')
  expect(JSON.stringify(heard?.data.content)).toContain('Tea is a plant.')
  const tracesOf = (facts: readonly SessionEvent[]): readonly string[] =>
    facts.flatMap(({ type, trace }) => (type === 'turn.started' ? [contextOf(trace, hashText).trace] : []))
  const all = [...tracesOf(said), ...tracesOf(await factsIn(working.store, there))]
  expect([all.length, new Set(all).size]).toEqual([3, 1])
})

it('a time and a topic of the relay wake a session, each with its text, until that is stopped', async () => {
  const { member, catalogue, store } = await stage.tab()
  const program = await stage.program('backend')
  const session = await catalogue.create({ title: 'Sleeps', project: 'blank', files: [] })
  const { api } = member
  await api.addWake({ session, trigger: { type: 'cron', expression: '* * * * * *' }, text: 'Look at the clock.' })
  await api.addWake({ session, trigger: { type: 'queue', topic: 'orders' }, text: 'Look at the order.' })
  await program.invoke('iii::durable::publish', { topic: 'orders', data: { id: 7 } })
  const inbox = async (): Promise<string> => JSON.stringify((await store.readInbox(session)).map(({ message }) => message))
  await soon(async () => {
    const text = await inbox()
    expect(text).toMatch(/"by":"trigger topic orders"/)
    expect(text).toMatch(/Look at the order\..*\\"id\\":7/)
    expect(text).toMatch(/Look at the clock\..*scheduled_time/)
  })
  for (const { id } of (await api.relayState()).wakes) await api.removeWake(id)
  const left = await program.invoke('engine::registered-triggers::list', { search: 'tab-wake::' })
  expect(left).toEqual({ registered_triggers: [] })
  await expect(api.addWake({ session, trigger: { type: 'cron', expression: 'at noon' }, text: 'x' })).rejects.toMatchObject({
    failure: { code: 'bad_input' },
  })
})
