import { failureOf, MAIN_AGENT, sessionId, traceId } from '@tabwright/protocol'
import { fakeHands, fakeHash, memoryLog, type MemoryLog } from '@tabwright/testkit'
import { afterEach, expect, it } from 'vitest'
import type { ImportSource } from '../client/api'
import type { SessionWorker } from '../client/worker-api'
import { changesOf } from '../workspace/diff-lines'
import { openWorkspace } from '../workspace/workspace'
import { DEMO_INFO, fixedLock, PAGE_HOST, platformUnderTest } from './platform-under-test'
import { createSessionWorker } from './session-worker'

const ID = sessionId('project')
const fakes = () => ({ hands: fakeHands(), hash: fakeHash })

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A session that began with these files. */
async function session(seed: Readonly<Record<string, string>> = {}): Promise<MemoryLog> {
  const store = memoryLog()
  const { epoch } = await store.claim(ID)
  const workspace = openWorkspace({ entries: [], loadBlob: (hash) => store.loadBlob(hash), now: Date.now })
  const draft = workspace.draft()
  for (const [path, text] of Object.entries(seed)) draft.write(path, new TextEncoder().encode(text))
  const changes = await changesOf(draft.delta(), workspace)
  const facts = [
    { type: 'session.opened', data: { title: 'Project', project: 'blank' } },
    { type: 'workspace.changed', data: { by: 'seed', changes } },
  ] as const
  const drafts = facts.map((fact) => ({ ...fact, agent: MAIN_AGENT, trace: traceId('t') }))
  await store.append(ID, epoch, { drafts, files: draft.delta(), durability: 'relaxed' })
  return store
}

async function openTab(store: MemoryLog, isWriter = true): Promise<SessionWorker> {
  const { port1, port2 } = new MessageChannel()
  closing.push(() => port1.close())
  const worker = createSessionWorker(async () => platformUnderTest({ session: ID, store, fakes, lock: fixedLock(isWriter) }))
  await worker.open({ session: ID, access: { type: 'demo' }, model: DEMO_INFO, origin: 'http://localhost' }, PAGE_HOST, port2)
  return worker
}

const nothing = (): void => undefined

function disk(files: Readonly<Record<string, string>>, name = 'shop'): ImportSource {
  return {
    type: 'files',
    name,
    files: Object.entries(files).map(([path, text]) => ({ path, file: new File([text], path, { lastModified: 1_700_000_000_000 }) })),
  }
}

it('imports as one change behind a checkpoint, and going back there undoes it', async () => {
  const tab = await openTab(await session({ 'a.txt': 'one\n', 'same.txt': 'same\n' }))
  expect(await tab.importFiles(disk({ 'a.txt': 'two\n', 'bin/run': '#!/bin/sh\n' }), nothing)).toEqual({
    added: 1,
    changed: 1,
    same: 0,
    leftOut: [],
  })
  expect(await tab.importFiles(disk({ 'a.txt': 'two\n' }), nothing)).toMatchObject({ added: 0, changed: 0, same: 1 })
  const [point, ...others] = (await tab.points()).filter(({ cause }) => cause === 'named')
  expect([point?.label, others]).toEqual(['Before importing shop', []])
  await tab.restore({ to: point?.seq ?? -1, scope: 'code', keep: [] })
  expect((await tab.listFiles()).map(({ path }) => path)).toEqual(['a.txt', 'same.txt'])
  expect(await tab.readFile('a.txt')).toMatchObject({ text: 'one\n' })
})

it('gives everything as a zip that another session takes in, and gives again to the byte', async () => {
  const first = await openTab(await session())
  await first.importFiles(disk({ 'a.txt': 'two\n', 'bin/run': '#!/bin/sh\n', 'ü/empty': '' }), nothing)
  const { name, file } = await first.exportFiles({ type: 'everything' })
  expect(name).toBe('files.zip')
  const second = await openTab(await session())
  expect(await second.importFiles({ type: 'archive', name, file }, nothing)).toMatchObject({ added: 3, changed: 0 })
  const again = await second.exportFiles({ type: 'everything' })
  expect(new Uint8Array(await again.file.arrayBuffer())).toEqual(new Uint8Array(await file.arrayBuffer()))
  const kept = (await second.listFiles()).map(({ path, mode, mtime }) => ({ path, mode, mtime }))
  expect(kept).toEqual((await first.listFiles()).map(({ path, mode, mtime }) => ({ path, mode, mtime })))
})

it('gives one file, and a folder as a zip with the folder on top', async () => {
  const tab = await openTab(await session({ 'lib/src/a.ts': 'a', 'lib/src/b.ts': 'b', 'lib/srcs.ts': 'c' }))
  const one = await tab.exportFiles({ type: 'file', path: 'lib/src/a.ts' })
  expect([one.name, await one.file.text()]).toEqual(['a.ts', 'a'])
  const folder = await tab.exportFiles({ type: 'folder', path: 'lib/src/' })
  expect(folder.name).toBe('src.zip')
  const other = await openTab(await session())
  await other.importFiles({ type: 'archive', name: 'src.zip', file: folder.file }, nothing)
  expect((await other.listFiles()).map(({ path }) => path)).toEqual(['src/a.ts', 'src/b.ts'])
  expect(await tab.exportFiles({ type: 'folder', path: 'gone' }).catch(failureOf)).toMatchObject({ code: 'not_found' })
})

it('gives a patch of what changed since the files that the session began with', async () => {
  const tab = await openTab(await session({ 'a.txt': 'one\n', 'b.txt': 'b\n' }))
  expect(await tab.exportFiles({ type: 'patch' }).catch(failureOf)).toMatchObject({ code: 'not_found' })
  await tab.importFiles(disk({ 'c.txt': 'c\n' }), nothing)
  await tab.saveFile('a.txt', 'two\n', 1)
  const { name, file } = await tab.exportFiles({ type: 'patch' })
  expect(name).toBe('changes.patch')
  expect((await file.text()).replace(/^index .*$/m, 'index')).toBe(
    'diff --git a/a.txt b/a.txt\nindex\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n',
  )
})

it('[O38] keeps nothing of an archive that is refused, and imports nothing in a tab that only follows', async () => {
  const store = await session()
  const tab = await openTab(store)
  const head = (await tab.points()).length
  const failed = await tab.importFiles({ type: 'archive', name: 'x.zip', file: new Blob(['PK nonsense']) }, nothing).catch(failureOf)
  expect(failed).toMatchObject({ code: 'bad_input', message: expect.stringContaining('Nothing was imported.') })
  expect([await tab.listFiles(), (await tab.points()).length]).toEqual([[], head])
  const follower = await openTab(store, false)
  expect(await follower.importFiles(disk({ a: 'a' }), nothing).catch(failureOf)).toMatchObject({ code: 'not_permitted' })
})

const contents = async (tab: SessionWorker): Promise<readonly string[]> =>
  Promise.all(
    (await tab.listFiles()).map(async ({ path, mode }) => {
      const file = await tab.readFile(path)
      return `${path}${mode === 'executable' ? '*' : ''}: ${file.type === 'text' ? file.text.trim() : file.type}`
    }),
  )

it('renames, copies and deletes files and folders as the person’s, behind a checkpoint, and takes each back', async () => {
  const tab = await openTab(await session({ 'src/a.ts': 'a\n', 'src/lib/b.ts': 'b\n', 'srcx.ts': 'x\n' }))
  const before = await contents(tab)
  const moved = await tab.changeFiles({ type: 'move', from: 'src/', to: 'app' })
  expect(await contents(tab)).toEqual(['app/a.ts: a', 'app/lib/b.ts: b', 'srcx.ts: x'])
  await tab.undoFiles(moved)
  expect(await contents(tab)).toEqual(before)
  const copied = await tab.changeFiles({ type: 'copy', from: 'src/a.ts', to: 'src/c.ts' })
  expect(copied.map(({ path, before: old, added }) => ({ path, old, added }))).toEqual([{ path: 'src/c.ts', old: null, added: 1 }])
  const removed = await tab.changeFiles({ type: 'remove', path: 'src/' })
  expect(await contents(tab)).toEqual(['srcx.ts: x'])
  await tab.undoFiles(removed)
  expect(await contents(tab)).toEqual(['src/a.ts: a', 'src/c.ts: a', 'src/lib/b.ts: b', 'srcx.ts: x'])
  const named = (await tab.points()).flatMap(({ cause, label }) => (cause === 'named' ? [label] : []))
  expect(named).toEqual(['Before renaming src/', 'Before deleting src/'])
})

it('makes a folder that is there although nothing is in it, and takes it along', async () => {
  const tab = await openTab(await session({ 'a.txt': 'a\n' }))
  await tab.changeFiles({ type: 'folder', path: 'docs/new' })
  const folders = async (): Promise<readonly string[]> => (await tab.listFolders()).map(({ path }) => path)
  expect(await folders()).toEqual(['docs/new'])
  await tab.changeFiles({ type: 'move', from: 'docs/', to: 'text' })
  expect([await folders(), await contents(tab)]).toEqual([['text/new'], ['a.txt: a']])
})

it('changes nothing where something else stands, nothing is there, or a file changed since', async () => {
  const tab = await openTab(await session({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'src/c.ts': 'c\n' }))
  const refused = async (wish: Parameters<SessionWorker['changeFiles']>[0]): Promise<unknown> => tab.changeFiles(wish).catch(failureOf)
  expect(await refused({ type: 'move', from: 'a.txt', to: 'b.txt' })).toMatchObject({
    code: 'bad_input',
    message: 'b.txt exists already. Nothing was changed.',
  })
  expect(await refused({ type: 'move', from: 'a.txt', to: 'src' })).toMatchObject({ code: 'bad_input' })
  expect(await refused({ type: 'move', from: 'src/', to: 'src/in' })).toMatchObject({
    message: 'src cannot be put into itself. Nothing was changed.',
  })
  expect(await refused({ type: 'copy', from: 'a.txt', to: '../out' })).toMatchObject({ code: 'bad_input' })
  expect(await refused({ type: 'remove', path: 'gone/' })).toMatchObject({ code: 'not_found' })
  const moved = await tab.changeFiles({ type: 'move', from: 'a.txt', to: 'd.txt' })
  await tab.saveFile('d.txt', 'other\n', (await tab.listFiles()).find(({ path }) => path === 'd.txt')?.version ?? 0)
  expect(await tab.undoFiles(moved).catch(failureOf)).toMatchObject({
    code: 'stale',
    message: expect.stringContaining('d.txt changed since'),
  })
  expect(await contents(tab)).toEqual(['b.txt: b', 'd.txt: other', 'src/c.ts: c'])
})
