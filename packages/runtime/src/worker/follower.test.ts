import { fail, MAIN_AGENT, sessionId, traceId, type SessionEvent, type WorkspaceDelta } from '@tabwright/protocol'
import { memoryLog } from '@tabwright/testkit'
import { afterEach, expect, it } from 'vitest'
import type { Role } from '../client/api'
import type { Fact } from '../core/fact'
import { REVIEWS_FOLD } from '../core/saved-folds'
import { createSnapshotter, foldSession } from '../core/snapshot'
import { hashText } from '../io/hash-noble'
import type { SessionStore } from '../io/session-store'
import { changesOf } from '../workspace/diff-lines'
import { openWorkspace } from '../workspace/workspace'
import type { Feed } from './feed'
import { follow, type Following } from './follower'

const ID = sessionId('followed')

let following: Following | undefined
afterEach(() => following?.stop())

const unused = (): never => {
  throw new Error('not used by a follower')
}

/** The other tab, and everything that this one was told of it. */
async function stage(read: (read: SessionStore['read']) => SessionStore['read'] = (plain) => plain, past: Feed['past'] = unused) {
  const log = memoryLog()
  const { epoch } = await log.claim(ID)
  const openFiles = async () => openWorkspace({ entries: await log.files(ID), loadBlob: (hash) => log.loadBlob(hash), now: () => 0 })
  const append = async (facts: readonly Fact[], files: WorkspaceDelta = []): Promise<void> => {
    const drafts = facts.map((fact) => ({ ...fact, agent: MAIN_AGENT, trace: traceId('t') }))
    await log.append(ID, epoch, { drafts, files, durability: 'relaxed' })
  }
  const write = async (path: string, text: string, by: 'agent' | 'user'): Promise<void> => {
    const workspace = await openFiles()
    const draft = workspace.draft()
    draft.write(path, new TextEncoder().encode(text))
    const changes = await changesOf(draft.delta(), workspace)
    await append([{ type: 'workspace.changed', data: { by, changes } }], draft.delta())
  }
  const seen = { events: [] as SessionEvent[], paths: [] as string[], changes: [] as string[][], roles: [] as Role[] }
  const feed: Feed = {
    event: (events) => void seen.events.push(...events),
    changes: (changes) => void seen.changes.push(changes.map(({ path, added }) => `${path} +${added}`)),
    paths: (paths) => void seen.paths.push(...paths),
    role: (role) => void seen.roles.push(role),
    live: unused,
    reset: unused,
    past,
    queue: unused,
    window: unused,
    terminal: unused,
    agentTerminal: unused,
    terminalBusy: unused,
    ports: unused,
    writtenAgain: unused,
  }
  let workspace = await openFiles()
  const start = (): Following => {
    const store: SessionStore = { ...log, read: read(log.read) }
    const replaced = (next: typeof workspace): void => void (workspace = next)
    following = follow({
      store,
      session: ID,
      feed,
      workspace,
      openWorkspace: openFiles,
      replaced,
      channel: { tell: () => undefined, listen: () => () => undefined },
    })
    return following
  }
  return { log, append, write, seen, start, openFiles, files: () => workspace.list().map((entry) => entry.path) }
}

const SAID: Fact = { type: 'message.user', data: { content: [{ type: 'text', text: 'hi' }], from: 'user' } }

it('shows facts that were appended while the past was read', async () => {
  const between: (() => Promise<void>)[] = []
  const { append, seen, start } = await stage(
    (read) =>
      async function* (session, from, to) {
        yield* read(session, from, to)
        await between.shift()?.()
      },
  )
  await append([SAID])
  between.push(() => append([SAID]))
  await start().ready
  expect(seen.events.map(({ seq }) => seq)).toEqual([1, 2])
})

it('misses no hint, whenever it comes, and repeats nothing', async () => {
  const { append, seen, start } = await stage()
  const { ready } = start()
  for (let n = 0; n < 50; n++) {
    await append([SAID])
    for (let wait = 0; wait < n % 7; wait++) await Promise.resolve()
  }
  await ready
  await expect.poll(() => seen.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1))
})

it('lists the changes that wait and moves on with the files of the other tab', async () => {
  const { write, append, seen, start, files } = await stage()
  await write('a.txt', 'one\n', 'agent')
  await start().ready
  expect(seen.changes).toEqual([['a.txt +1']])
  expect(seen.paths).toEqual(['a.txt'])
  await write('b.txt', 'two\nlines\n', 'agent')
  await write('c.txt', 'mine\n', 'user')
  await expect.poll(files).toEqual(['a.txt', 'b.txt', 'c.txt'])
  await expect.poll(() => seen.changes.at(-1)).toEqual(['a.txt +1', 'b.txt +2'])
  expect(seen.paths).toEqual(['a.txt', 'b.txt', 'c.txt'])
  expect([...(following?.reviews().keys() ?? [])]).toEqual(['a.txt', 'b.txt'])
  await append([{ type: 'review.decided', data: { path: 'a.txt', decision: 'accepted' } }])
  await expect.poll(() => seen.changes.at(-1)).toEqual(['b.txt +2'])
  expect(seen.roles).toEqual([])
})

it('says that nothing waits, so that a list from before goes', async () => {
  const { seen, start } = await stage()
  await start().ready
  expect(seen.changes).toEqual([[]])
})

it('feeds nothing after it was stopped, even when it was reading', async () => {
  const { append, seen, start } = await stage()
  await append([SAID])
  const { ready, stop } = start()
  stop()
  await ready
  await append([SAID])
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(seen).toEqual({ events: [], paths: [], changes: [], roles: [] })
})

it('fails at the start when the session cannot be read, and says so later', async () => {
  let isGone = false
  const { append, seen, start } = await stage(
    (read) =>
      async function* (session, from, to) {
        if (isGone) fail('not_found', 'The session is gone.')
        yield* read(session, from, to)
      },
  )
  await start().ready
  isGone = true
  await append([SAID])
  await expect.poll(() => seen.roles).toMatchObject([{ type: 'failed', failure: { code: 'not_found' } }])
  await expect(start().ready).rejects.toMatchObject({ failure: { code: 'not_found' } })
})

it('[P8] shows the newest of 10,000 facts before it reads the others, and folds only what came after the snapshot', async () => {
  const reads: (readonly [number, number | undefined])[] = []
  const order: string[] = []
  const earlier: number[] = []
  const { log, append, write, seen, start } = await stage(
    (read) =>
      async function* (session, from = 1, to) {
        reads.push([from, to])
        order.push(`${from}, ${seen.events.length} shown`)
        yield* read(session, from, to)
      },
    (events) => void earlier.push(...events.map(({ seq }) => seq)),
  )
  await write('early.txt', 'one\n', 'agent')
  await append(Array.from({ length: 9_600 }, () => SAID))
  // What the writer kept of its fold at fact 9,601.
  const [event] = await collected(log.read(ID, 9_601, 9_601))
  const { state } = await foldSession({ session: ID, log, hash: hashText }, REVIEWS_FOLD, { rewinds: [] })
  if (event) createSnapshotter({ session: ID, log, hash: hashText, snapshots: log.snapshots }, REVIEWS_FOLD, 0).reached(state, event)
  await append(Array.from({ length: 398 }, () => SAID))
  await write('late.txt', 'two\n', 'agent')
  await start().ready
  expect(order[0]).toBe('9801, 0 shown')
  expect(order.slice(1).every((line) => line.endsWith(', 200 shown'))).toBe(true)
  expect(seen.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, i) => 9_801 + i))
  expect(seen.changes).toEqual([['early.txt +1', 'late.txt +1']])
  // The newest, the past in the background, the snapshot's anchor, what came after it, and what is new by now.
  expect(reads).toEqual([
    [9_801, 10_000],
    [1, 9_800],
    [9_601, 9_601],
    [9_602, 10_000],
    [10_001, undefined],
  ])
  await append([SAID])
  await expect.poll(() => seen.events.at(-1)?.seq).toBe(10_001)
  await expect.poll(() => earlier.length).toBe(9_800)
  expect(earlier).toEqual(Array.from({ length: 9_800 }, (_, i) => i + 1))
})

it('says so when the past turns out to be damaged, and keeps showing what is new', async () => {
  const { append, seen, start } = await stage(
    (read) =>
      async function* (session, from = 1, to) {
        if (from === 1 && to !== undefined && to < 500) fail('damaged', 'Fact 7 is damaged.')
        yield* read(session, from, to)
      },
    () => undefined,
  )
  await append(Array.from({ length: 500 }, () => SAID))
  await start().ready
  await expect.poll(() => seen.roles).toMatchObject([{ type: 'failed', failure: { code: 'damaged' } }])
  await append([SAID])
  await expect.poll(() => seen.events.at(-1)?.seq).toBe(501)
})

async function collected(events: AsyncIterable<SessionEvent>): Promise<readonly SessionEvent[]> {
  const all: SessionEvent[] = []
  for await (const event of events) all.push(event)
  return all
}
