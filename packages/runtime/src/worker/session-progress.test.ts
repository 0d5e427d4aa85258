import { MAIN_AGENT, sessionId, traceId, type Draft } from '@tabwright/protocol'
import { memoryLog } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import { readProgress } from './session-progress'

const ID = sessionId('progress')
const drafts = ['one', 'two'].map((text): Draft => ({
  type: 'message.user',
  data: { content: [{ type: 'text', text }], from: 'user' },
  agent: MAIN_AGENT,
  trace: traceId('t'),
}))

it('tells what is durable, with what waits in the inbox', async () => {
  const store = memoryLog()
  const { epoch } = await store.claim(ID)
  await store.append(ID, epoch, { drafts, durability: 'strict' })
  await store.post(ID, { type: 'message', text: 'three' })
  await store.post(ID, { type: 'stop' })
  const progress = await readProgress(store, ID)
  expect(progress.goal.map((line) => line.text)).toEqual(['one', 'two'])
  expect(progress.left.map(({ kind, text }) => `${kind} ${text}`)).toEqual(['queued three'])
})

it('[C23] tells of a damaged session what came before the damage', async () => {
  const store = memoryLog()
  const { epoch } = await store.claim(ID)
  await store.append(ID, epoch, { drafts, durability: 'strict' })
  const events = store.sessions.get(ID)?.events ?? []
  const last = events[1]
  if (!last) throw new Error('too short')
  events[1] = { ...last, at: last.at + 1 }
  expect((await readProgress(store, ID)).goal.map((line) => line.text)).toEqual(['one'])
})
