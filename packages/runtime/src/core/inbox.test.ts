import { digestOf, sessionId, type InboxMessage, type SessionEvent } from '@tabwright/protocol'
import { answer, hold, outline, text, tool, stories, type Story } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import { createInboxReader, type InboxReader } from './inbox'

const ID = sessionId('story')
const never = { type: 'hold', until: hold().until } as const

const start = stories()

type Judged = SessionEvent<'call.judged'>['data']

/** A session whose one call waits for a person, and its writer's reader of the inbox. */
async function asked(): Promise<{ s: Story; reader: () => InboxReader; judged: Judged; post: (message: InboxMessage) => Promise<number> }> {
  const s = await start({ script: [answer([tool('shell', { command: 'make all' }, { id: 't1' })]), answer([text('ok')])] })
  await s.commands.send('go')
  await s.until('call.judged')
  const event = (await s.facts()).find((fact) => fact.type === 'call.judged')
  if (event?.type !== 'call.judged') throw new Error('nothing was judged')
  const reader = (): InboxReader =>
    createInboxReader({ ports: { log: s.store, session: ID }, journal: s.journal, driver: s.driver, commands: s.commands })
  return { s, reader, judged: event.data, post: (message) => s.store.post(ID, message) }
}

const lines = async (s: Story, type: string): Promise<readonly string[]> => outline(await s.facts()).filter((line) => line.startsWith(type))

it('[rule 116] acts once on an answer that another tab posted, however often it looks', async () => {
  const { s, reader, judged, post } = await asked()
  const { call, digest } = judged
  await post({ type: 'decide', answer: { call, digest, answer: 'once' } })
  const both = reader()
  await Promise.all([both.look(), both.look()])
  await s.until('turn.ended')
  expect(await lines(s, 'call.decided')).toEqual(['call.decided t1 allow'])
  expect(s.ran).toEqual(['make all'])
  expect(await s.store.readInbox(ID)).toEqual([])
})

it('takes the first of two answers, and removes the one that no longer fits', async () => {
  const { s, reader, judged, post } = await asked()
  const { call, digest } = judged
  await post({ type: 'decide', answer: { call, digest: digestOf('0'.repeat(64)), answer: 'once' } })
  await post({ type: 'decide', answer: { call, digest, answer: 'deny', note: 'not now' } })
  await post({ type: 'decide', answer: { call, digest, answer: 'once' } })
  await post({ type: 'resolve', call, digest, choice: 'again' })
  await reader().look()
  await s.until('turn.ended')
  expect(await lines(s, 'call.decided')).toEqual(['call.decided t1 deny'])
  expect(s.ran).toEqual([])
  expect(await s.store.readInbox(ID)).toEqual([])
})

it('[rule 108] stops once for a stop that is posted twice, and a stop that comes late stops no later turn', async () => {
  const { s, reader, post } = await asked()
  await post({ type: 'stop' })
  await post({ type: 'stop' })
  await reader().look()
  expect(await lines(s, 'turn.ended')).toEqual(['turn.ended interrupted'])
  expect(await s.store.readInbox(ID)).toEqual([])
  await s.commands.send('again')
  await s.until('turn.ended', 2)
  expect(await lines(s, 'turn.ended')).toEqual(['turn.ended interrupted', 'turn.ended end'])
})

it('[C08] finds the answer there when the worker dies between post and look, and acts on it once', async () => {
  const { s, reader, judged, post } = await asked()
  const { call, digest } = judged
  await post({ type: 'decide', answer: { call, digest, answer: 'once' } })
  const append = s.store.append.bind(s.store)
  let isDead = false
  s.store.append = async (session, epoch, commit) => {
    const decides = commit.drafts.some((draft) => draft.type === 'call.decided')
    if (decides) expect(commit.taken).toHaveLength(1)
    const events = await append(session, epoch, commit)
    if (decides) isDead = true
    return isDead ? new Promise(() => undefined) : events
  }
  void reader().look()
  await expect.poll(() => isDead).toBe(true)
  s.store.append = append
  await s.restart()
  await reader().look()
  await s.until('turn.ended')
  expect(await lines(s, 'call.decided')).toEqual(['call.decided t1 allow'])
  expect(s.ran).toEqual(['make all'])
})

it.each([1, 2])('[C08] goes on although the worker dies at write %i of what another tab asked for', async (last) => {
  const { s, reader, post } = await asked()
  await s.driver.stop()
  await post({ type: 'retry' })
  const append = s.store.append.bind(s.store)
  let writes = 0
  s.store.append = async (session, epoch, commit) => {
    const events = await append(session, epoch, commit)
    return ++writes >= last ? new Promise(() => undefined) : events
  }
  void reader().look()
  await expect.poll(() => writes).toBe(last)
  s.store.append = append
  await s.restart()
  await reader().look()
  await s.until('turn.started', 2)
  await s.until('turn.ended', 2)
  expect(await lines(s, 'turn.started')).toHaveLength(2)
  expect(await s.store.readInbox(ID)).toEqual([])
})

it('does nothing of a tab that is not the writer any more', async () => {
  const { s, reader, judged, post } = await asked()
  const { call, digest } = judged
  await post({ type: 'decide', answer: { call, digest, answer: 'once' } })
  await s.store.claim(ID)
  await expect(reader().look()).rejects.toMatchObject({ failure: { code: 'fenced' } })
  expect(await s.store.readInbox(ID)).toHaveLength(1)
  expect(s.ran).toEqual([])
})

it('[C02] [C07] asks the same again after a restart, and the message that led to it is there once', async () => {
  const { s, judged } = await asked()
  await s.restart()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await lines(s, 'message.user')).toEqual(['message.user user'])
  expect(await lines(s, 'call.judged')).toHaveLength(1)
  expect(await lines(s, 'call.decided')).toEqual([])
  await s.commands.decide({ call: judged.call, digest: judged.digest, answer: 'once' })
  await s.until('turn.ended')
  expect(s.ran).toEqual(['make all'])
})

it('[C02] keeps a message that was posted before the worker died and takes it once', async () => {
  const s = await start({ script: [answer([text('x')], { before: [never] }), answer([text('ok')])] })
  s.driver.close()
  await s.store.post(ID, { type: 'message', text: 'sent' })
  await s.restart()
  await s.server.arrived(1)
  await s.restart()
  await s.until('turn.ended')
  expect(await lines(s, 'message.user')).toEqual(['message.user user'])
})

it('[C01] leaves nothing of a message whose post did not commit, and says so to whoever sent it', async () => {
  const s = await start({ script: [answer([text('ok')])] })
  s.store.post = () => Promise.reject(Object.assign(new Error('full'), { name: 'QuotaExceededError' }))
  await expect(s.commands.send('lost')).rejects.toThrow('full')
  expect(await s.store.readInbox(ID)).toEqual([])
  expect(await lines(s, 'message.user')).toEqual([])
})
