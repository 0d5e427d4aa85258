import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { FailureError, failureOf, type Failure, MAIN_AGENT, sessionId, traceId, type Model } from '@tabwright/protocol'
import { fakeHands, fakeHash, memoryLog, type MemoryLog } from '@tabwright/testkit'
import { afterEach, expect, it } from 'vitest'
import { createScreenStore, type ScreenStore } from '../client/screen-store'
import type { Batch, SessionWorker } from '../client/worker-api'
import { createHistory } from '../core/history/history'
import type { SessionLock } from '../io/lock-web'
import { changesOf } from '../workspace/diff-lines'
import { openWorkspace } from '../workspace/workspace'
import type { Feed } from './feed'
import type { LiveChannel } from './live-channel'
import type { Platform } from './platform'
import { PAGE_HOST, platformUnderTest } from './platform-under-test'
import { createSessionWorker } from './session-worker'
import { channelRoom, lockRoom, slowModel } from './tabs-under-test'
import { openWriter } from './writer'

const ID = sessionId('both')
const OPTIONS = { session: ID, access: { type: 'demo' }, model: { id: 'demo', label: 'Demo' }, origin: 'http://localhost' } as const

const fakes = () => ({ hands: fakeHands(), hash: fakeHash })

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

interface Room {
  readonly channel?: LiveChannel
  readonly model?: Model
}

interface Tab {
  readonly lock: SessionLock
  readonly worker: SessionWorker
  readonly page: ScreenStore
  readonly paths: string[]
}

async function openTab(
  store: MemoryLog,
  lock: SessionLock,
  { room, ...more }: Partial<Platform> & { readonly room?: Room } = {},
): Promise<Tab> {
  const { port1, port2 } = new MessageChannel()
  const page = createScreenStore()
  const paths: string[] = []
  port1.addEventListener('message', ({ data }: MessageEvent<Batch>) => {
    page.take(data)
    paths.push(...data.paths)
  })
  port1.start()
  closing.push(() => port1.close())
  const worker = createSessionWorker(async () => ({ ...platformUnderTest({ session: ID, store, fakes, lock, ...room }), ...more }))
  await worker.open(OPTIONS, PAGE_HOST, port2)
  return { lock, worker, page, paths }
}

/** A session in which the agent has written one file. */
async function sessionWithChange(): Promise<MemoryLog> {
  const store = memoryLog()
  const { epoch } = await store.claim(ID)
  const workspace = openWorkspace({ entries: [], loadBlob: (hash) => store.loadBlob(hash), now: Date.now })
  const draft = workspace.draft()
  draft.write('a.txt', new TextEncoder().encode('one\n'))
  const changes = await changesOf(draft.delta(), workspace)
  const facts = [
    { type: 'session.opened', data: { title: 'Both', project: 'blank' } },
    { type: 'workspace.changed', data: { by: 'agent', changes } },
  ] as const
  const drafts = facts.map((fact) => ({ ...fact, agent: MAIN_AGENT, trace: traceId('t') }))
  await store.append(ID, epoch, { drafts, files: draft.delta(), durability: 'relaxed' })
  return store
}

const role = ({ page }: Tab): string => page.role().type
const changes = ({ page }: Tab): readonly string[] => page.screen().changes.map(({ path }) => path)

async function twoTabs(shared: Room = {}): Promise<{ store: MemoryLog; first: Tab; second: Tab }> {
  const store = await sessionWithChange()
  const lock = lockRoom()
  const room = { channel: channelRoom(), ...shared }
  const first = await openTab(store, lock(), { room })
  const second = await openTab(store, lock(), { room })
  await expect.poll(() => [role(first), role(second)]).toEqual(['writer', 'follower'])
  return { store, first, second }
}

it('gives the session to one tab and shows the other the same changes, files and both sides', async () => {
  const { first, second } = await twoTabs()
  expect([changes(first), changes(second)]).toEqual([['a.txt'], ['a.txt']])
  const { version } = await first.worker.saveFile('b.txt', 'saved\n', 0)
  await expect.poll(() => second.paths).toContain('b.txt')
  expect((await second.worker.listFiles()).map(({ path }) => path)).toEqual(['a.txt', 'b.txt'])
  expect(await second.worker.readFile('b.txt')).toEqual({ type: 'text', text: 'saved\n', version })
  const [mine, theirs] = await Promise.all([first.worker.readChange('a.txt'), second.worker.readChange('a.txt')])
  expect(mine).toMatchObject({ before: null, after: { type: 'text', text: 'one\n', version: 1 }, hunks: [], refused: [] })
  expect(theirs).toEqual(mine)
  expect(await second.worker.readChange('b.txt').catch(failureOf)).toMatchObject({ code: 'not_found' })
})

const said = ({ page }: Tab): readonly string[] =>
  page
    .screen()
    .rows.flatMap((row) => (row.type === 'user' ? [`> ${row.text}`] : row.type === 'agent' ? row.blocks.map(({ text }) => text) : []))

it('[F38] takes what a follower says through the inbox: once, in order, and nothing of it stays there', async () => {
  const slow = slowModel()
  const { store, first, second } = await twoTabs({ model: slow.model })
  await second.worker.send('from the other tab')
  await expect.poll(() => slow.asked.length).toBe(1)
  await second.worker.send('one')
  await second.worker.send('two')
  await second.worker.send('three')
  await expect.poll(() => [first, second].map(({ page }) => page.screen().queue.length)).toEqual([3, 3])
  const [one, two, three] = second.page.screen().queue.map(({ n }) => n)
  expect(await second.worker.withdraw(two ?? 0)).toBe(true)
  expect(await second.worker.changeQueued(three ?? 0, { text: 'changed' })).toBe(true)
  expect(await second.worker.reorderQueue([three ?? 0, one ?? 0])).toBe(true)
  slow.end()
  await expect.poll(() => slow.asked.length).toBe(2)
  expect(await second.worker.changeQueued(three ?? 0, { text: 'too late' })).toBe(false)
  await second.worker.stop()
  await expect.poll(() => first.page.screen().lastStop).toBe('interrupted')
  expect(said(first).filter((line) => line.startsWith('>'))).toEqual(['> from the other tab', '> changed', '> one'])
  expect(await store.readInbox(ID)).toEqual([])
  await expect.poll(() => said(second)).toEqual(said(first))
  expect(await second.worker.saveFile('a.txt', 'x', 1).catch(failureOf)).toMatchObject({ code: 'not_permitted' })
})

it('[F67] holds what is queued when the person stops, says so, and delivers it when they go on', async () => {
  const slow = slowModel()
  const { first, second } = await twoTabs({ model: slow.model })
  await first.worker.send('go')
  await expect.poll(() => slow.asked.length).toBe(1)
  await first.worker.send('later')
  await first.worker.stop()
  await expect.poll(() => [first, second].map(({ page }) => page.screen().held)).toEqual([true, true])
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(slow.asked).toHaveLength(1)
  await second.worker.retryNow()
  await expect.poll(() => slow.asked.length).toBe(2)
  await expect.poll(() => said(second).filter((line) => line.startsWith('>'))).toEqual(['> go', '> later'])
  expect(slow.asked[1]).toContain('later')
})

it('[F38] makes the waiting tab the writer when the one that writes is closed, and it goes on with the open turn', async () => {
  const slow = slowModel()
  const { first, second } = await twoTabs({ model: slow.model })
  await first.worker.send('go')
  await expect.poll(() => slow.asked.length).toBe(1)
  // As when its tab ends: the lock is free for whoever waits.
  first.lock.release()
  await expect.poll(() => role(second)).toBe('writer')
  await expect.poll(() => slow.asked.length).toBe(2)
  slow.say('hello')
  slow.end()
  await expect.poll(() => said(second)).toEqual(['> go', 'hello'])
})

it('[rule 118] [F37] shows a follower what streams, and converges although three of ten messages are lost', async () => {
  let n = 0
  const isLost = (): boolean => n++ % 10 < 3
  const slow = slowModel()
  const { store, first, second } = await twoTabs({ model: slow.model, channel: channelRoom(isLost) })
  const watch = store.watch.bind(store)
  store.watch = (id, listener) => watch(id, (hint) => (isLost() ? undefined : listener(hint)))
  await first.worker.send('go')
  await expect.poll(() => slow.asked.length).toBe(1)
  let text = ''
  const say = (word: string): void => {
    text += word
    slow.say(word)
  }
  const seesSome = (): boolean => {
    say('word ')
    return second.page.screen().rows.some((row) => row.type === 'agent' && row.live && text.startsWith(row.blocks[0]?.text ?? ' '))
  }
  await expect.poll(seesSome, { timeout: 10_000, interval: 40 }).toBe(true)
  slow.end()
  await expect.poll(() => said(second), { timeout: 10_000 }).toEqual(['> go', text])
  expect(second.page.screen().rows.filter((row) => row.type === 'agent' && row.live)).toEqual([])
  expect(said(first)).toEqual(said(second))
})

it('[C17] stops a writer that was put aside before its next effect', async () => {
  const slow = slowModel()
  const { store, first } = await twoTabs({ model: slow.model })
  await first.worker.send('go')
  await expect.poll(() => slow.asked.length).toBe(1)
  const { head } = await store.claim(ID)
  slow.say('never written')
  slow.end()
  await expect.poll(() => role(first)).not.toBe('writer')
  const after: string[] = []
  for await (const event of store.read(ID, head + 1)) after.push(`${event.type} ${event.epoch}`)
  expect(after.filter((line) => line.startsWith('message.assistant'))).toEqual([])
})

it('takes over with the newest files; the other tab follows and keeps nothing of its own state', async () => {
  const { store, first, second } = await twoTabs()
  await second.worker.takeOver()
  await expect.poll(() => [role(first), role(second)]).toEqual(['follower', 'writer'])
  await second.worker.takeOver()
  const shown = second.page.screen().changes
  await second.worker.review(shown, 'accepted')
  await second.worker.saveFile('a.txt', 'two\n', 1)
  await expect.poll(() => [changes(first), changes(second)]).toEqual([[], []])
  expect(await first.worker.readFile('a.txt')).toMatchObject({ text: 'two\n' })
  expect(await first.worker.saveFile('a.txt', 'x', 2).catch(failureOf)).toMatchObject({ code: 'not_permitted' })
  await first.worker.takeOver()
  await expect.poll(() => [role(first), role(second)]).toEqual(['writer', 'follower'])
  await first.worker.saveFile('a.txt', 'three\n', 2)
  await expect.poll(async () => second.worker.readFile('a.txt')).toMatchObject({ text: 'three\n' })
  expect((await store.readInbox(ID)).length).toBe(0)
})

it('[C17] writes nothing and follows when the session is taken over while it is still being opened', async () => {
  const store = await sessionWithChange()
  const lock = lockRoom()
  const real = platformUnderTest({ session: ID, store, fakes, lock: lock() })
  let reads = 0
  let goOn = (): void => undefined
  const frozen = new Promise<void>((resolve) => (goOn = resolve))
  const opened = openTab(store, lock(), {
    // The files are read, then the tab is frozen until the other one has written.
    openWorkspace: async () => {
      const files = await real.openWorkspace()
      if (++reads === 2) await frozen
      return files
    },
  })
  await expect.poll(() => reads).toBe(2)
  const second = await openTab(store, lock())
  await second.worker.takeOver()
  await second.worker.saveFile('a.txt', 'mine\n', 1)
  goOn()
  const first = await opened
  await expect.poll(() => [role(first), role(second)]).toEqual(['follower', 'writer'])
  await expect.poll(async () => first.worker.readFile('a.txt')).toMatchObject({ text: 'mine\n' })
  await second.worker.saveFile('a.txt', 'mine again\n', 2)
  expect(role(second)).toBe('writer')
})

it('follows again when taking over fails', async () => {
  const { store, second } = await twoTabs()
  const { claim } = store
  Object.assign(store, { claim: () => Promise.reject(new Error('not now')) })
  expect(await second.worker.takeOver().catch(failureOf)).toMatchObject({ message: expect.stringContaining('not now') })
  await expect.poll(() => role(second)).toBe('follower')
  Object.assign(store, { claim })
  await second.worker.takeOver()
  await expect.poll(() => role(second)).toBe('writer')
})

it.each([
  ['C23', 'damaged', (store: MemoryLog): void => void store.sessions.get(ID)?.events.splice(1, 1)],
  [
    'C24',
    'newer',
    (store: MemoryLog): void => {
      const events = store.sessions.get(ID)?.events
      const last = events?.[1]
      if (events && last) events[1] = Object.assign({ ...last }, { v: 99 })
    },
  ],
] as const)('[%s] opens a session whose log is %s to be read only, up to the last good fact, and cuts nothing', async (_, code, spoil) => {
  const store = await sessionWithChange()
  spoil(store)
  const before = structuredClone(store.sessions.get(ID)?.events)
  const tab = await openTab(store, lockRoom()())
  await expect.poll(() => role(tab)).toBe('readonly')
  expect(tab.page.role()).toMatchObject({ failure: { code, message: expect.stringMatching(/read/) } })
  expect(await tab.worker.send('hello').catch(failureOf)).toMatchObject({ code: 'not_permitted' })
  expect((await tab.worker.listFiles()).map(({ path }) => path)).toEqual(['a.txt'])
  expect(store.sessions.get(ID)?.events).toEqual(before)
})

it('[O40] opens an imported session to be read only, and says why', async () => {
  const store = await sessionWithChange()
  const session = store.sessions.get(ID)
  if (session) session.record = { ...session.record, imported: { session: sessionId('elsewhere') } }
  const tab = await openTab(store, lockRoom()())
  await expect.poll(() => role(tab)).toBe('readonly')
  expect(tab.page.role()).toMatchObject({ failure: { code: 'not_permitted', detail: { imported: true } } })
  expect(await tab.worker.send('hello').catch(failureOf)).toMatchObject({ code: 'not_permitted' })
  expect(await store.readInbox(ID)).toEqual([])
  expect((await tab.worker.listFiles()).map(({ path }) => path)).toEqual(['a.txt'])
})

it('[C23] writes no longer when the look at every fact finds one that is not what was written', async () => {
  const store = await sessionWithChange()
  const damaged = new FailureError({ code: 'damaged', message: 'Fact 1 is not what was written. The session can be read.' })
  Object.assign(store, { check: () => Promise.reject(damaged) })
  const tab = await openTab(store, lockRoom()())
  await expect.poll(() => tab.page.role()).toMatchObject({ type: 'readonly', failure: { code: 'damaged' } })
  expect(await tab.worker.send('hello').catch(failureOf)).toMatchObject({ code: 'not_permitted' })
})

it('[C19] stops at once when the app was updated in another tab, and what was shown stays', async () => {
  const store = await sessionWithChange()
  let outdated: (failure: Failure) => void = () => undefined
  const tab = await openTab(store, lockRoom()(), { onOutdated: (listener) => void (outdated = listener) })
  await expect.poll(() => role(tab)).toBe('writer')
  outdated({ code: 'newer', message: 'The app was updated in another tab. Reload this one to go on; everything written is kept.' })
  await expect.poll(() => role(tab)).toBe('readonly')
  expect(changes(tab)).toEqual(['a.txt'])
  expect(await tab.worker.send('hello').catch(failureOf)).toMatchObject({ code: 'not_permitted' })
})

it('does not hold the facts of the past once they are fed', async () => {
  const store = await sessionWithChange()
  let past: WeakRef<object> | undefined
  const feed: Feed = {
    event: (events) => void (past ??= new WeakRef(events)),
    live: () => undefined,
    role: () => undefined,
    reset: () => undefined,
    past: () => undefined,
    changes: () => undefined,
    queue: () => undefined,
    window: () => undefined,
    paths: () => undefined,
    terminal: () => undefined,
    agentTerminal: () => undefined,
    terminalBusy: () => undefined,
    ports: () => undefined,
    writtenAgain: () => undefined,
  }
  const platform = platformUnderTest({ session: ID, store, fakes, lock: lockRoom()() })
  const parts = platform.parts(await platform.openWorkspace())
  const history = createHistory({
    session: ID,
    log: store,
    workspace: () => parts.workspace,
    describe: async () => [],
    runsCommands: () => false,
  })
  const room = { channel: channelRoom(), terminals: platform.terminals }
  const writer = await openWriter({ ...room, parts, feed, history, halted: () => undefined })
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  await new Promise((resolve) => setTimeout(resolve, 0))
  collect()
  expect(past?.deref()).toBeUndefined()
  expect([...writer.reviews().keys()]).toEqual(['a.txt'])
  writer.close()
})
