import type { Json, WorkerFunction } from '@tabwright/protocol'
import { answer, stories, text, tool, type Story } from '@tabwright/testkit'
import { expect, it } from 'vitest'

const start = stories()

const OFFER: WorkerFunction = {
  id: 'here::offer',
  worker: 'this tab',
  identity: '',
  description: 'Lets others in.',
  input: { type: 'object', properties: { port: { type: 'integer' } } },
  version: '1',
  effect: 'keyed',
  isHot: false,
  uses: 0,
  opensOut: true,
}

async function allow(s: Story, nth: number): Promise<void> {
  await s.until('call.judged', nth)
  const waiting = s.journal.state.calls.find(({ judged, decided }) => judged?.verdict.type === 'ask' && !decided)
  if (!waiting?.judged) throw new Error('nothing is asked')
  await s.commands.decide({ call: waiting.content.id, digest: waiting.judged.digest, answer: 'once' })
}

it('what lets others reach into the session asks, counts as a way out of it, and is denied where the network is closed', async () => {
  const calls: Json[] = []
  const offer = (id: string, port: number): ReturnType<typeof tool> =>
    tool('call_function', { function: 'here::offer', input: { port } }, { id })
  const s = await start({
    functions: {
      list: () => [OFFER],
      call: async (_id, input) => {
        calls.push(input)
        return {}
      },
    },
    script: [answer([offer('t1', 1)]), answer([offer('t2', 2)]), answer([text('ok')])],
  })
  await s.commands.send('offer it')
  await allow(s, 1)
  await s.until('call.judged', 2)
  const { taint } = s.journal.state
  expect([taint.untrusted, taint.private, taint.egress].every((leg) => leg !== undefined)).toBe(true)
  await s.commands.setNetwork(false)
  await allow(s, 2)
  await s.until('turn.ended')
  const ended = (await s.facts()).flatMap((event) => (event.type === 'call.ended' ? [event.data.outcome.type] : []))
  expect([ended, calls]).toEqual([['done', 'denied'], [{ port: 1 }]])
})
