import { FailureError, sessionId, type InboxRow } from '@tabwright/protocol'
import { fakeHands, fakeHash, memoryLog, type MemoryLog } from '@tabwright/testkit'
import { afterEach, expect, it } from 'vitest'
import { createScreenStore, type ScreenStore } from '../client/screen-store'
import type { Batch, SessionWorker } from '../client/worker-api'
import { DEMO_INFO, PAGE_HOST, platformUnderTest } from './platform-under-test'
import { createSessionWorker } from './session-worker'
import { lockRoom, say } from './tabs-under-test'

const ID = sessionId('taken')
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

interface Tab {
  readonly worker: SessionWorker
  readonly page: ScreenStore
}

/** A tab whose inbox cannot be read while `fails` says so. */
async function openTab(store: MemoryLog, lock: ReturnType<ReturnType<typeof lockRoom>>, fails: () => boolean = () => false): Promise<Tab> {
  const page: ScreenStore = createScreenStore()
  const readInbox = async (): Promise<readonly InboxRow[]> => {
    if (fails()) throw new FailureError({ code: 'storage_off', message: 'The disk is away.' })
    return store.readInbox(ID)
  }
  const shaky = { ...store, readInbox, claim: store.claim, watch: store.watch }
  const fakes = () => ({ hands: fakeHands(), hash: fakeHash })
  const worker = createSessionWorker(async () => platformUnderTest({ session: ID, store: shaky, lock, fakes }))
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener('message', ({ data }: MessageEvent<Batch>) => page.take(data))
  port1.start()
  await worker.open({ session: ID, access: { type: 'demo' }, model: DEMO_INFO, origin: '' }, PAGE_HOST, port2)
  closing.push(() => port1.close())
  return { worker, page }
}

/** Two tabs; the second tries to take the session over while the disk fails so many times. */
async function tryTakeOver(failures: number): Promise<ScreenStore> {
  const store = memoryLog()
  const { epoch } = await store.claim(ID)
  await store.append(ID, epoch, { drafts: [say('hello')], durability: 'relaxed' })
  const lock = lockRoom()
  await openTab(store, lock())
  let left = 0
  const second = await openTab(store, lock(), () => left-- > 0)
  await expect.poll(() => second.page.role().type).toBe('follower')
  left = failures
  await expect(second.worker.takeOver()).rejects.toThrow('The disk is away.')
  return second.page
}

it('shows everything once when taking over failed half-way, and follows again', async () => {
  const page = await tryTakeOver(1)
  await expect.poll(() => page.role().type).toBe('follower')
  await expect.poll(() => page.screen().rows.map((row) => row.type)).toEqual(['user'])
})

it('says that it failed when it cannot follow either', async () => {
  const page = await tryTakeOver(2)
  await expect.poll(() => page.role().type).toBe('failed')
})

it('[rule 116] takes over once, however often it is asked to and whoever lets go meanwhile', async () => {
  const store = memoryLog()
  await store.claim(ID)
  const lock = lockRoom()
  const other = lock()
  await other.tryAcquire()
  const { worker, page } = await openTab(store, lock())
  await expect.poll(() => page.role().type).toBe('follower')
  const claims: number[] = []
  const unwatch = store.watch(ID, (hint) => hint.type === 'claimed' && claims.push(hint.epoch))
  other.release()
  await Promise.all([worker.takeOver(), worker.takeOver()])
  await expect.poll(() => page.role().type).toBe('writer')
  await worker.send('hello')
  await expect.poll(() => page.screen().rows.map((row) => row.type)).toContain('user')
  unwatch()
  expect(claims).toHaveLength(1)
})
