import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { failureOf, type Failure, MAIN_AGENT, sessionId, traceId } from '@tabwright/protocol'
import { fakeHands, fakeHash, memoryLog, type MemoryLog } from '@tabwright/testkit'
import { afterEach, expect, it } from 'vitest'
import { proxied } from '../client/remote'
import { createScreenStore, type ScreenStore } from '../client/screen-store'
import type { Batch, PageHost, SessionWorker } from '../client/worker-api'
import { systemClock } from '../io/clock-system'
import type { SessionLock } from '../io/lock-web'
import { demoModel } from '../io/model-demo'
import { previewMemory, terminalMemory } from '../io/side-memory'
import { changesOf } from '../workspace/diff-lines'
import { openWorkspace } from '../workspace/workspace'
import type { Feed } from './feed'
import type { Platform } from './platform'
import { createSessionWorker } from './session-worker'
import { openWriter } from './writer'

const ID = sessionId('both')
const OPTIONS = { session: ID, access: { type: 'demo' }, model: { id: 'demo', label: 'Demo' }, origin: 'http://localhost' } as const

const unused = async (): Promise<never> => Promise.reject(new Error('not used here'))
const HOST = proxied<PageHost>({ openFrame: unused, closeFrame: unused, keyPort: unused, memoryPort: unused, renewToken: unused })

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** One origin's lock for the session; stealing it tells the tab that had it. */
function lockRoom(): () => SessionLock {
  let holder: { readonly lost: Set<() => void> } | undefined
  return () => {
    const mine = { lost: new Set<() => void>() }
    return {
      tryAcquire: async () => (holder ??= mine) === mine,
      steal: async () => {
        const before = holder
        holder = mine
        if (before !== mine) for (const listener of before?.lost ?? []) listener()
      },
      onLost: (listener) => {
        mine.lost.add(listener)
        return () => mine.lost.delete(listener)
      },
      release: () => {
        if (holder === mine) holder = undefined
      },
    }
  }
}

function platformOn(store: MemoryLog, lock: SessionLock): Platform {
  const model = demoModel({ clock: systemClock })
  return {
    session: ID,
    store,
    lock,
    terminalStore: terminalMemory(),
    openWorkspace: async () => openWorkspace({ entries: await store.files(ID), loadBlob: (hash) => store.loadBlob(hash), now: Date.now }),
    parts: (workspace) => ({
      session: ID,
      store,
      workspace,
      hands: fakeHands(),
      model: () => ({ model, info: OPTIONS.model }),
      preview: previewMemory(),
      clock: systemClock,
      hash: fakeHash,
    }),
    info: () => OPTIONS.model,
    onOutdated: () => undefined,
    setModel: async () => undefined,
  }
}

interface Tab {
  readonly worker: SessionWorker
  readonly page: ScreenStore
  readonly paths: string[]
}

async function openTab(store: MemoryLog, lock: SessionLock, more: Partial<Platform> = {}): Promise<Tab> {
  const { port1, port2 } = new MessageChannel()
  const page = createScreenStore()
  const paths: string[] = []
  port1.addEventListener('message', ({ data }: MessageEvent<Batch>) => {
    page.take(data)
    paths.push(...data.paths)
  })
  port1.start()
  closing.push(() => port1.close())
  const worker = createSessionWorker(async () => ({ ...platformOn(store, lock), ...more }))
  await worker.open(OPTIONS, HOST, port2)
  return { worker, page, paths }
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

async function twoTabs(): Promise<{ store: MemoryLog; first: Tab; second: Tab }> {
  const store = await sessionWithChange()
  const lock = lockRoom()
  const first = await openTab(store, lock())
  const second = await openTab(store, lock())
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
  expect(mine).toEqual({ before: null, after: { type: 'text', text: 'one\n', version: 1 } })
  expect(theirs).toEqual(mine)
  expect(await second.worker.readChange('b.txt').catch(failureOf)).toMatchObject({ code: 'not_found' })
})

it('lets a follower change nothing, the inbox neither', async () => {
  const { store, second } = await twoTabs()
  const n = await store.post(ID, { type: 'message', text: 'queued' })
  expect(await second.worker.withdraw(n).catch(failureOf)).toMatchObject({ code: 'not_permitted' })
  expect(await store.readInbox(ID)).toHaveLength(1)
  expect(await second.worker.saveFile('a.txt', 'x', 1).catch(failureOf)).toMatchObject({ code: 'not_permitted' })
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

it('follows again when taking over fails', async () => {
  const { store, second } = await twoTabs()
  const { claim } = store
  Object.assign(store, { claim: unused })
  expect(await second.worker.takeOver().catch(failureOf)).toMatchObject({ message: expect.stringContaining('not used here') })
  await expect.poll(() => role(second)).toBe('follower')
  Object.assign(store, { claim })
  await second.worker.takeOver()
  await expect.poll(() => role(second)).toBe('writer')
})

it.each([
  ['C23', 'damaged', (store: MemoryLog) => void store.sessions.get(ID)?.events.splice(1, 1)],
  [
    'C24',
    'newer',
    (store: MemoryLog) => {
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
  }
  const platform = platformOn(store, lockRoom()())
  const parts = platform.parts(await platform.openWorkspace())
  const writer = await openWriter({ parts, terminalStore: platform.terminalStore, feed, halted: () => undefined })
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  await new Promise((resolve) => setTimeout(resolve, 0))
  collect()
  expect(past?.deref()).toBeUndefined()
  expect([...writer.reviews().keys()]).toEqual(['a.txt'])
  writer.close()
})
