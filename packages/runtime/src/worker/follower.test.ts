import { fail, MAIN_AGENT, sessionId, traceId, type SessionEvent, type WorkspaceDelta } from '@tabwright/protocol'
import { memoryLog } from '@tabwright/testkit'
import { afterEach, expect, it } from 'vitest'
import type { Role } from '../client/api'
import type { Fact } from '../core/journal'
import type { SessionStore } from '../io/session-store'
import { changesOf } from '../workspace/diff-lines'
import { openWorkspace } from '../workspace/workspace'
import type { Feed } from './feed'
import { follow, type Following } from './follower'

const ID = sessionId('followed')

let following: Following | undefined
afterEach(() => following?.stop())

/** The other tab, and everything that this one was told of it. */
async function stage(read: (read: SessionStore['read']) => SessionStore['read'] = (plain) => plain) {
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
  const unused = (): never => {
    throw new Error('not used by a follower')
  }
  const feed: Feed = {
    event: (events) => void seen.events.push(...events),
    changes: (changes) => void seen.changes.push(changes.map(({ path, added }) => `${path} +${added}`)),
    paths: (paths) => void seen.paths.push(...paths),
    role: (role) => void seen.roles.push(role),
    live: unused,
    reset: unused,
    past: unused,
    queue: unused,
    window: unused,
    terminal: unused,
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
