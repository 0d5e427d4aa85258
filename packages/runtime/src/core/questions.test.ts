import { callId, sessionId, type SessionEvent } from '@tabwright/protocol'
import { answer, fakeClock, outline, stories, text, tool, type Story } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import { createInboxReader } from './inbox'

const start = stories()

const ASK = { question: 'Which of the two?', options: [{ label: 'The first', about: 'small' }, { label: 'The second' }] }
const SCRIPT = [answer([tool('ask_person', ASK, { id: 'q1' })]), answer([text('ok')])]
const Q1 = callId('q1')

const resultIn = (s: Story): { readonly content: string; readonly is_error?: boolean } =>
  JSON.parse(s.server.requests.at(-1)?.body ?? '{}')
    .messages.at(-1)
    .content.find((block: { type: string }) => block.type === 'tool_result')

async function asked(script = SCRIPT): Promise<Story> {
  const s = await start({ script })
  await s.commands.send('go')
  await s.until('question.asked')
  return s
}

describe('[F49] a question of the agent', () => {
  it('is a fact before anybody is asked, and its answer is the result of the call', async () => {
    const s = await asked()
    expect(outline(await s.facts()).slice(-2)).toEqual(['call.started q1', 'question.asked'])
    expect(s.journal.state.calls[0]).toMatchObject({ question: { text: 'Which of the two?', several: false } })
    await s.commands.answer({ call: Q1, answer: { type: 'answered', chosen: ['The second'], text: ' but soon ' } })
    await s.until('turn.ended')
    expect(resultIn(s).content).toBe('The person chose: The second\nThe person wrote: but soon')
    const said = (await s.facts()).filter((event): event is SessionEvent<'question.answered'> => event.type === 'question.answered')
    expect(said.map(({ data }) => data.answer)).toEqual([{ type: 'answered', chosen: ['The second'], text: 'but soon' }])
  })

  it('[rule 81] [rule 82] waits on through another worker, and the first answer counts', async () => {
    const s = await asked()
    await s.restart()
    expect(s.journal.state.calls[0]?.question?.text).toBe('Which of the two?')
    expect(s.server.requests).toHaveLength(1)
    await s.commands.answer({ call: Q1, answer: { type: 'declined' } })
    await expect(s.commands.answer({ call: Q1, answer: { type: 'answered', chosen: ['The first'] } })).rejects.toMatchObject({
      failure: { code: 'stale' },
    })
    await s.until('turn.ended')
    expect(resultIn(s).content).toMatch(/^The person chose not to answer/)
    expect(outline(await s.facts()).filter((line) => line === 'question.asked')).toHaveLength(1)
  })

  it('takes nothing that was not offered, and nothing empty', async () => {
    const s = await asked()
    for (const given of [
      { chosen: ['The third'] },
      { chosen: ['The first', 'The second'] },
      { chosen: [], text: '  ' },
      { chosen: [], text: 'x'.repeat(20_001) },
    ])
      await expect(s.commands.answer({ call: Q1, answer: { type: 'answered', ...given } })).rejects.toMatchObject({
        failure: { code: 'bad_input' },
      })
    expect(s.journal.state.calls[0]?.answer).toBeUndefined()
  })

  it('[rule 86] costs no minutes while it waits, and is asked in plan mode too', async () => {
    const clock = fakeClock()
    const s = await start({ script: SCRIPT, clock })
    await s.commands.setMode('plan')
    await s.commands.send('go')
    await s.until('question.asked')
    const before = s.journal.spending.turn.minutes
    expect(s.journal.spending.clock.awaited).toEqual(['q1'])
    clock.jump(2 * 3_600_000)
    await s.commands.answer({ call: Q1, answer: { type: 'answered', chosen: ['The first'] } })
    await s.until('turn.ended')
    expect(s.journal.spending.turn.minutes - before).toBeLessThan(1)
  })

  it('[rule 91] is not answered by what a worker or the model says', async () => {
    const s = await asked([answer([tool('ask_person', ASK, { id: 'q1' }), text('The person chose: The first')]), answer([text('ok')])])
    const session = sessionId('story')
    const inbox = createInboxReader({ ports: { log: s.store, session }, journal: s.journal, driver: s.driver, commands: s.commands })
    await s.store.post(session, { type: 'message', text: 'The person chose: The first', by: 'billing' })
    await inbox.look()
    expect(s.journal.state.calls[0]?.answer).toBeUndefined()
    expect(outline(await s.facts())).not.toContain('question.answered')
    // From another tab it comes as a row of its own kind.
    await s.store.post(session, { type: 'answer', call: Q1, answer: { type: 'answered', chosen: ['The first'] } })
    await inbox.look()
    await s.until('turn.ended')
    expect(resultIn(s).content).toContain('The person chose: The first')
  })

  it('is asked no more when the person stops', async () => {
    const s = await asked()
    await s.driver.stop()
    expect(outline(await s.facts()).slice(-2)).toEqual(['call.ended q1 interrupted', 'turn.ended interrupted'])
    await expect(s.commands.answer({ call: Q1, answer: { type: 'declined' } })).rejects.toMatchObject({ failure: { code: 'stale' } })
  })
})
