import { answer, outline, stories, text, tool, type Story } from '@tabwright/testkit'
import { sessionId } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { createInboxReader } from './inbox'

const start = stories()
const LS = { command: 'npm test', purpose: 'test' }

/** Two calls of the same command in two answers; the first is allowed for the session. */
async function allowed(calls = 2): Promise<Story> {
  const script = [
    ...Array.from({ length: calls }, (_, n) => answer([tool('shell', LS, { id: `t${n}` })])),
    ...Array.from({ length: calls }, () => answer([text('ok')])),
  ]
  const s = await start({ script, shell: async () => ({ text: 'done' }) })
  await s.commands.setMode('ask')
  await s.commands.send('go')
  await s.until('call.judged')
  const call = s.journal.state.calls.find(({ judged }) => judged)
  if (!call?.judged) throw new Error('nothing is asked')
  await s.commands.decide({ call: call.content.id, digest: call.judged.digest, answer: 'session' })
  return s
}

describe('what was allowed for a session', () => {
  it('[F66] is taken back: the next call asks again, also after going back, a restart, and in the log', async () => {
    const s = await allowed(1)
    await s.until('turn.ended')
    const [rule] = s.journal.state.rules
    if (!rule) throw new Error('no rule was kept')
    const [first] = (await s.history.points()).filter(({ isBorder }) => isBorder).toReversed()
    if (!first) throw new Error('no place to go back to')
    const points = await s.history.points()
    const behind = points.find(({ seq, isBorder }) => isBorder && seq > first.seq) ?? first
    await s.commands.revokeRule(rule.id)
    expect(s.journal.state.rules).toEqual([])
    await s.restorer.restore({ to: behind.seq, scope: 'conversation', keep: [] })
    expect(s.journal.state.rules, 'going back allows no more than before').toEqual([])
    await s.restart()
    expect(s.journal.state.rules).toEqual([])
    expect(outline(await s.facts()).filter((line) => line.startsWith('rule'))).toHaveLength(1)
    await expect(s.commands.revokeRule(rule.id)).rejects.toMatchObject({ failure: { code: 'stale' } })
  })

  it('[rule 88] counts until it is taken back, and asks from the next call of the same turn on', async () => {
    const s = await allowed(3)
    await s.until('call.ended', 2)
    expect(s.ran, 'the second passed by the rule').toHaveLength(2)
    await s.until('turn.ended')
    expect(s.ran).toHaveLength(3)
    const [rule] = s.journal.state.rules
    const say = { type: 'revoke', rule: rule?.id ?? '' } as const
    await s.store.post(sessionId('story'), say)
    await createInboxReader({
      ports: { log: s.store, session: sessionId('story') },
      journal: s.journal,
      driver: s.driver,
      commands: s.commands,
    }).look()
    expect(s.journal.state.rules, 'another tab may say it').toEqual([])
    expect(await s.store.readInbox(sessionId('story'))).toEqual([])
  })
})
