import { failureOf, MAIN_AGENT, sessionId, traceId, type Model, type SessionId } from '@tabwright/protocol'
import { fakeHands, fakeHash, memoryLog, type MemoryLog } from '@tabwright/testkit'
import { afterEach, expect, it } from 'vitest'
import { createScreenStore, type ScreenStore } from '../client/screen-store'
import type { Batch, SessionWorker } from '../client/worker-api'
import { fixedLock, PAGE_HOST, platformUnderTest } from './platform-under-test'
import { createSessionWorker } from './session-worker'

const ID = sessionId('history')
const INFO = { id: 'said', label: 'Said' }
const fakes = () => ({ hands: fakeHands(), hash: fakeHash })

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Answers each message with the number of the answer. */
function counting(): Model {
  let answers = 0
  return {
    id: INFO.id,
    label: INFO.label,
    async *stream() {
      answers += 1
      const text = `answer ${answers}`
      const usage = { input: 10, output: 5, cacheRead: 0, cacheWrite: 0 }
      yield { type: 'started' }
      yield {
        type: 'complete',
        answer: { content: [{ type: 'text', text }], stopReason: 'end_turn', usage, model: INFO.id },
        wire: `{"role":"assistant","content":[{"type":"text","text":"${text}"}]}`,
      }
    },
  }
}

interface Tab {
  readonly worker: SessionWorker
  readonly page: ScreenStore
}

async function openTab(store: MemoryLog, isWriter: boolean, model: Model): Promise<Tab> {
  const { port1, port2 } = new MessageChannel()
  const page = createScreenStore()
  port1.addEventListener('message', ({ data }: MessageEvent<Batch>) => page.take(data))
  port1.start()
  closing.push(() => port1.close())
  const worker = createSessionWorker(async () =>
    platformUnderTest({ session: ID, store, fakes, lock: fixedLock(isWriter), model, info: INFO }),
  )
  await worker.open({ session: ID, access: { type: 'demo' }, model: INFO, origin: 'http://localhost' }, PAGE_HOST, port2)
  return { worker, page }
}

async function emptySession(session: SessionId): Promise<MemoryLog> {
  const store = memoryLog()
  const { epoch } = await store.claim(session)
  const opened = { type: 'session.opened', data: { title: 'History', project: 'blank' } } as const
  await store.append(session, epoch, { drafts: [{ ...opened, agent: MAIN_AGENT, trace: traceId('t') }], durability: 'strict' })
  return store
}

const said = ({ page }: Tab): readonly string[] =>
  page.screen().rows.flatMap((row) => (row.type === 'user' ? [row.text] : row.type === 'agent' ? row.blocks.map(({ text }) => text) : []))

async function twoTurns(): Promise<{ store: MemoryLog; model: Model; writer: Tab; follower: Tab }> {
  const store = await emptySession(ID)
  const model = counting()
  const writer = await openTab(store, true, model)
  const follower = await openTab(store, false, model)
  await writer.worker.saveFile('a.txt', 'one\n', 0)
  await writer.worker.send('first')
  await expect.poll(() => said(writer)).toEqual(['first', 'answer 1'])
  await writer.worker.send('second')
  await expect.poll(() => said(writer)).toEqual(['first', 'answer 1', 'second', 'answer 2'])
  return { store, model, writer, follower }
}

it('takes the conversation back in every tab, and keeps counting what it cost', async () => {
  const { store, model, writer, follower } = await twoTurns()
  const points = await writer.worker.points()
  expect(points.map(({ cause, label, turn }) => [cause, label, turn])).toEqual([
    ['turn', 'first', 1],
    ['turn', 'second', 2],
  ])
  const restored = await writer.worker.restore({ to: points[1]?.seq ?? 0, scope: 'conversation', keep: [] })
  expect(restored.prompt).toBe('second')
  await expect.poll(() => said(writer)).toEqual(['first', 'answer 1'])
  await expect.poll(() => said(follower)).toEqual(['first', 'answer 1'])
  expect(writer.page.screen().usage).toMatchObject({ input: 20, output: 10 })
  const later = await openTab(store, false, model)
  await expect.poll(() => said(later)).toEqual(['first', 'answer 1'])
  await writer.worker.send('other')
  await expect.poll(() => said(follower)).toEqual(['first', 'answer 1', 'other', 'answer 3'])
  await writer.worker.restore({ to: restored.undo, scope: 'conversation', keep: [] })
  await expect.poll(() => said(writer)).toEqual(['first', 'answer 1', 'second', 'answer 2'])
  await expect.poll(() => said(follower)).toEqual(['first', 'answer 1', 'second', 'answer 2'])
})

it('lets everybody look at the past and the writer alone go back', async () => {
  const { writer, follower } = await twoTurns()
  await writer.worker.checkpoint('good')
  await writer.worker.saveFile('a.txt', 'two\n', 1)
  const points = await follower.worker.points()
  expect(points.map(({ label, filesChangedSince }) => [label, filesChangedSince])).toEqual([
    ['first', 1],
    ['second', 1],
    ['good', 1],
  ])
  const at = points[2]?.seq ?? 0
  expect((await follower.worker.compare(at, 'now')).map(({ path, status, added, removed }) => [path, status, added, removed])).toEqual([
    ['a.txt', 'modified', 1, 1],
  ])
  expect(await follower.worker.readPoint('a.txt', at)).toMatchObject({ type: 'text', text: 'one\n' })
  expect(await follower.worker.readPoint('a.txt', 0)).toBeNull()
  expect((await follower.worker.planRestore(at)).asks).toMatchObject([{ path: 'a.txt', by: 'user' }])
  const refused = await follower.worker.restore({ to: at, scope: 'code', keep: [] }).catch(failureOf)
  expect(refused).toMatchObject({ code: 'not_permitted' })
  await writer.worker.restore({ to: at, scope: 'code', keep: [] })
  expect(await writer.worker.readFile('a.txt')).toMatchObject({ text: 'one\n' })
  await expect.poll(() => follower.worker.readFile('a.txt')).toMatchObject({ text: 'one\n' })
})
