import { answer, stories, text, tool, type Story } from '@tabwright/testkit'
import { sessionId } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'

const start = stories()

const write = (id: string): ReturnType<typeof tool> => tool('write_file', { path: `${id}.txt`, content: 'x' }, { id })

async function wake(s: Story): Promise<void> {
  await s.store.post(sessionId('story'), { type: 'message', text: 'It is pending.', by: 'trigger state tasks' })
  s.driver.wake()
}

async function allow(s: Story): Promise<void> {
  const judged = (await s.facts()).findLast((event) => event.type === 'call.judged')
  if (judged === undefined) return expect.unreachable('nothing was judged')
  await s.commands.decide({ call: judged.data.call, digest: judged.data.digest, answer: 'once' })
}

const verdicts = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) => (event.type === 'call.judged' ? [event.data.verdict.type] : []))

describe('a turn that nobody is there for', () => {
  it('[rule 87] asks about what the mode would let pass, also after a restart, and the next turn of the person does not', async () => {
    const s = await start({ script: [answer([write('t1')]), answer([text('Done.')]), answer([write('t2')]), answer([text('Done.')])] })
    await s.commands.setMode('accept-edits')
    await wake(s)
    await s.until('call.judged')
    expect(await verdicts(s)).toEqual(['ask'])
    await s.restart()
    await s.until('call.judged')
    expect((await verdicts(s)).at(-1)).toBe('ask')
    expect(await s.file('t1.txt')).toBeUndefined()
    await allow(s)
    await s.until('turn.ended')
    expect(await s.file('t1.txt')).toBe('x')
    await s.commands.send('and now')
    await s.until('turn.ended', 2)
    expect((await verdicts(s)).at(-1)).toBe('allow')
  })

  it('[rule 87] is the person’s again from their first word on, and keeps what their rules allow', async () => {
    const s = await start({ script: [answer([write('t1')]), answer([write('t2')]), answer([text('Done.')])] })
    await s.commands.setMode('accept-edits')
    await wake(s)
    await s.until('call.judged')
    await s.commands.send('Go on, I am here.')
    await allow(s)
    await s.until('turn.ended')
    expect(await verdicts(s)).toEqual(['ask', 'allow'])
  })
})
