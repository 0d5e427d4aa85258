import { answer, outline, stories, text, tool, type Story } from '@tabwright/testkit'
import { callId, sessionId, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'

const start = stories()

let count = 0
async function wants(s: Story, name: string, input: object, asks = false): Promise<void> {
  const call = callId(`relay-${++count}`)
  const message = {
    type: 'execute',
    call,
    tool: name,
    input: JSON.stringify(input),
    by: 'ci-bot',
    ...(asks && { asks: true as const }),
  } as const
  await s.store.post(sessionId('story'), message)
  s.driver.wake()
}

async function asked(s: Story, nth = 1): Promise<SessionEvent<'call.judged'>['data']> {
  await s.until('call.judged', nth)
  const last = (await s.facts()).filter((event) => event.type === 'call.judged').at(-1)
  if (last?.data.verdict.type !== 'ask') throw new Error(`nothing is asked: ${JSON.stringify(last?.data)}`)
  return last.data
}

describe('a call that another program wants', () => {
  it('is judged as the agent’s own and runs in a turn of its own, without a word to the model', async () => {
    const s = await start({ script: [answer([text('hello')])] })
    await s.commands.setMode('accept-edits')
    await wants(s, 'write_file', { path: 'a.txt', content: 'from outside' })
    await s.until('turn.ended')
    expect(await s.file('a.txt')).toBe('from outside')
    expect(s.server.requests).toEqual([])
    expect(s.journal.state.taint.untrusted?.source).toBe('what the worker ci-bot asked for')
    await s.commands.send('hi')
    await s.until('turn.ended', 2)
    expect(s.server.problems).toEqual([])
    expect(s.server.requests).toHaveLength(1)
  })

  it('asks with the name of the program, and of the answer comes no rule', async () => {
    const s = await start({ script: [] })
    await wants(s, 'shell', { command: 'make' })
    const { call, digest, verdict } = await asked(s)
    expect(verdict).toMatchObject({ reason: expect.stringMatching(/^The program ci-bot on the relay wants this, and not the agent\./) })
    expect(verdict).not.toHaveProperty('offer')
    await s.commands.decide({ call, digest, answer: 'deny' })
    await s.until('turn.ended')
    expect(s.ran).toEqual([])
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
  })

  it.each([
    ['ask_person', { question: 'Which token?' }],
    ['task', { title: 'ship', prompt: 'Ship it.' }],
  ])('does not speak in the agent’s name: %s is refused in every mode', async (name, input) => {
    const s = await start({ script: [] })
    await s.commands.setMode('bypass')
    await wants(s, name, input)
    await s.until('turn.ended')
    const facts = await s.facts()
    expect(facts.find(({ type }) => type === 'call.ended')?.data).toMatchObject({
      outcome: { type: 'failed', failure: { code: 'not_permitted' }, text: expect.stringContaining("the agent's alone") },
    })
    expect(facts.some(({ type }) => type === 'question.asked' || type === 'agent.started' || type === 'call.started')).toBe(false)
  })

  it('asks about what rules allow where a person has set it so, and what rules deny stays denied', async () => {
    const s = await start({ files: { 'a.txt': 'x' }, script: [] })
    await wants(s, 'read_file', { path: 'a.txt' }, true)
    const { call, digest } = await asked(s)
    await s.commands.decide({ call, digest, answer: 'once' })
    await s.until('turn.ended')
    await s.commands.setMode('plan')
    await wants(s, 'write_file', { path: 'b.txt', content: 'x' }, true)
    await s.until('turn.ended', 2)
    const outcomes = (await s.facts()).flatMap((event) => (event.type === 'call.ended' ? [event.data.outcome.type] : []))
    expect(outcomes).toEqual(['done', 'denied'])
  })

  it('waits until the session rests', async () => {
    const s = await start({
      script: [answer([tool('shell', { command: 'make' }, { id: 't1' })]), answer([text('ok')])],
    })
    await s.commands.send('go')
    const { call, digest } = await asked(s)
    await wants(s, 'list_files', {})
    await s.commands.decide({ call, digest, answer: 'once' })
    await s.until('turn.ended', 2)
    const order = outline(await s.facts()).filter((line) => /^(?:turn|call)\.(?:ended|requested)/.test(line))
    expect(order.map((line) => line.split(' ')[0])).toEqual(['call.ended', 'turn.ended', 'call.requested', 'call.ended', 'turn.ended'])
    expect(s.server.requests).toHaveLength(2)
  })

  it('that is no tool ends with a sentence', async () => {
    const s = await start({ script: [] })
    await wants(s, 'nonsense', {})
    await s.until('turn.ended')
    const ended = (await s.facts()).find((event) => event.type === 'call.ended')
    expect(ended?.data).toMatchObject({ outcome: { type: 'failed', failure: { code: 'not_found' } } })
  })

  it('goes on after a crash as the agent’s own would', async () => {
    const s = await start({ script: [] })
    await wants(s, 'shell', { command: 'make' })
    await asked(s)
    await s.restart()
    const { call, digest } = await asked(s)
    await s.commands.decide({ call, digest, answer: 'once' })
    await s.until('turn.ended')
    expect(s.ran).toEqual(['make'])
  })
})
