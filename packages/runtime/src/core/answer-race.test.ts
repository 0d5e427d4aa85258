import { answer, rawTool, stories, text, tool, type Story } from '@tabwright/testkit'
import { failureOf } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import type { Answered } from './answers'
import { createInboxReader } from './inbox'

const start = stories()

async function asked(): Promise<{ readonly s: Story; readonly say: (answer: Answered['answer']) => Answered }> {
  const script = [answer([tool('shell', { command: 'npm test' }, { id: 't1' })]), answer([text('ok')])]
  const s = await start({ script, shell: () => Promise.resolve({ text: 'ran' }) })
  await s.commands.send('go')
  await s.until('call.judged')
  const [call] = s.journal.state.calls
  if (!call?.judged) throw new Error('nothing is judged')
  const { content, judged } = call
  return { s, say: (said) => ({ call: content.id, digest: judged.digest, answer: said }) }
}

describe('[O22] [rule 82] two answers to one request at the same moment', () => {
  it.each([
    ['once', 'deny'],
    ['deny', 'once'],
  ] as const)('are one decision, the first durable one (%s before %s), and the other is told so', async (first, second) => {
    const { s, say } = await asked()
    const [one, two] = await Promise.allSettled([s.commands.decide(say(first)), s.commands.decide(say(second))])
    expect(one.status).toBe('fulfilled')
    expect(two.status === 'rejected' && failureOf(two.reason)).toEqual({ code: 'stale', message: 'This request was already answered.' })
    await s.until('turn.ended')
    const decisions = (await s.facts()).filter((event) => event.type === 'call.decided')
    expect(decisions.map(({ data }) => data.decision.type)).toEqual([first === 'deny' ? 'deny' : 'allow'])
    expect(s.ran).toEqual(first === 'deny' ? [] : ['npm test'])
  })

  it('are one decision also where another tab left its answer for the one that writes', async () => {
    const { s, say } = await asked()
    const session = s.journal.state.turn ? (await s.facts())[0]?.session : undefined
    if (session === undefined) throw new Error('no turn is open')
    await s.store.post(session, { type: 'decide', answer: say('deny') })
    const inbox = createInboxReader({
      ports: { log: s.store, session },
      journal: s.journal,
      driver: s.driver,
      commands: s.commands,
    })
    await Promise.all([s.commands.decide(say('once')), inbox.look()])
    await s.until('turn.ended')
    expect((await s.facts()).filter((event) => event.type === 'call.decided')).toHaveLength(1)
    expect(await s.store.readInbox(session), 'what came too late waits for nobody').toEqual([])
  })
})

describe('[O15] a call that names a field twice', () => {
  it('asks nobody and runs nothing; the model reads why', async () => {
    const twice = answer([rawTool('shell', '{"command":"ls","command":"rm -rf /"}', { id: 't1' })])
    // What such an input was sent as the linter of the wire cannot tell: JSON has no words for it.
    const s = await start({ script: [twice, answer([text('ok')])], lint: false, shell: () => Promise.resolve({ text: 'ran' }) })
    await s.commands.send('go')
    await s.until('turn.ended')
    const facts = await s.facts()
    expect(facts.some((event) => event.type === 'call.judged')).toBe(false)
    expect(s.ran).toEqual([])
    const ended = facts.find((event) => event.type === 'call.ended')
    expect(ended?.data).toMatchObject({ outcome: { type: 'failed', failure: { code: 'bad_input' } } })
  })
})
