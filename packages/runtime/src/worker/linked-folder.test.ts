import { fail, failureOf, MAIN_AGENT, sessionId, traceId } from '@tabwright/protocol'
import { fakeHands, fakeHash, memoryDisk, memoryLog, type MemoryDisk, type MemoryLog } from '@tabwright/testkit'
import { afterEach, expect, it } from 'vitest'
import type { FolderPlan } from '../client/api'
import type { SessionWorker } from '../client/worker-api'
import type { KeptFolder } from '../io/folder-idb'
import { folderMemory } from '../io/side-memory'
import { DEMO_INFO, fixedLock, PAGE_HOST, platformUnderTest } from './platform-under-test'
import { createSessionWorker } from './session-worker'
import { factsIn } from './tabs-under-test'

const ID = sessionId('project')
const fakes = () => ({ hands: fakeHands(), hash: fakeHash })

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function openTab(store: MemoryLog, folder: KeptFolder, isWriter = true): Promise<SessionWorker> {
  const { port1, port2 } = new MessageChannel()
  closing.push(() => port1.close())
  const worker = createSessionWorker(async () => ({
    ...platformUnderTest({ session: ID, store, fakes, lock: fixedLock(isWriter) }),
    folder,
  }))
  await worker.open({ session: ID, access: { type: 'demo' }, model: DEMO_INFO, origin: 'http://localhost' }, PAGE_HOST, port2)
  return worker
}

const nothing = (): void => undefined

interface Linked {
  readonly store: MemoryLog
  readonly folder: KeptFolder
  readonly tab: SessionWorker
  readonly disk: MemoryDisk
}

/** A session that was begun with a folder. */
async function linked(files: Readonly<Record<string, string>>): Promise<Linked> {
  const store = memoryLog()
  const { epoch } = await store.claim(ID)
  const opened = { type: 'session.opened', data: { title: 'Project', project: 'blank' }, agent: MAIN_AGENT, trace: traceId('t') } as const
  await store.append(ID, epoch, { drafts: [opened], durability: 'relaxed' })
  const [folder, disk] = [folderMemory(), memoryDisk('shop', files)]
  const tab = await openTab(store, folder)
  await tab.importFiles({ type: 'folder', name: 'shop', folder: disk.handle }, nothing)
  return { store, folder, tab, disk }
}

/** Somebody works in the session. */
async function work({ tab }: Linked, changes: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(changes)) {
    const base = (await tab.listFiles()).find((file) => file.path === path)?.version ?? 0
    await tab.saveFile(path, text, base)
  }
}

/** These come from the folder, and are removed here. */
async function without({ tab, disk }: Linked, files: Readonly<Record<string, string>>): Promise<void> {
  await tab.checkpoint('before')
  const before = (await tab.points()).at(-1)?.seq ?? 0
  for (const [path, text] of Object.entries(files)) disk.put(path, text)
  await tab.importFiles({ type: 'folder', name: 'shop', folder: disk.handle }, nothing)
  await tab.restore({ to: before, scope: 'code', keep: [] })
}

const fates = ({ files }: FolderPlan): Readonly<Record<string, string>> => Object.fromEntries(files.map(({ path, fate }) => [path, fate]))

it('reads a folder as one change, leaves out node_modules and remembers what it was', async () => {
  const { tab, folder, store } = await linked({ 'src/a.ts': 'a', 'run.sh': '#!/bin/sh\n', 'node_modules/x/index.js': 'x' })
  expect((await tab.listFiles()).map(({ path, mode }) => [path, mode])).toEqual([
    ['run.sh', 'executable'],
    ['src/a.ts', 'file'],
  ])
  expect([...(await folder.files()).keys()].toSorted()).toEqual(['run.sh', 'src/a.ts'])
  expect(await tab.folder()).toMatchObject({ name: 'shop' })
  expect((await factsIn(store, ID)).map(({ type }) => type)).toEqual(['session.opened', 'checkpoint.made', 'workspace.changed'])
  expect(await tab.planFolder()).toMatchObject({ folder: 'shop', files: [], leftOut: [], theirs: [] })
})

it('writes nothing before it is told to, then exactly what was shown, and a second time nothing', async () => {
  const session = await linked({ 'a.txt': 'one', 'same.txt': 'same' })
  const { tab, disk, store } = session
  await work(session, { 'a.txt': 'two', 'new/b.txt': 'b' })
  const plan = await tab.planFolder()
  expect(fates(plan)).toEqual({ 'a.txt': 'change', 'new/b.txt': 'add' })
  expect(disk.files()).toEqual({ 'a.txt': 'one', 'same.txt': 'same' })
  // What is written is what was shown, whatever the agent does meanwhile.
  await work(session, { 'a.txt': 'three' })
  expect(await tab.writeFolder(plan.id, [])).toEqual({ folder: 'shop', written: 2, removed: 0, failed: [] })
  expect(disk.files()).toEqual({ 'a.txt': 'two', 'same.txt': 'same', 'new/b.txt': 'b' })
  expect(fates(await tab.planFolder())).toEqual({ 'a.txt': 'change' })
  expect(await tab.writeFolder(plan.id, []).catch(failureOf)).toMatchObject({ code: 'stale' })
  const facts = (await factsIn(store, ID)).filter(({ type }) => type.startsWith('folder.'))
  expect(facts.map(({ type, data }) => [type, data])).toEqual([
    ['folder.started', { folder: 'shop', files: plan.files.map(({ path }) => ({ path, hash: expect.any(String) })) }],
    ['folder.ended', { folder: 'shop', written: 2, removed: 0, failed: [] }],
  ])
})

it('has the log say what is about to be written before the first file is touched', async () => {
  const session = await linked({ 'a.txt': 'one' })
  await work(session, { 'a.txt': 'two' })
  const { id } = await session.tab.planFolder()
  const seen: Promise<string | undefined>[] = []
  session.disk.onWrite(() => void seen.push(factsIn(session.store, ID).then((facts) => facts.at(-1)?.type)))
  await session.tab.writeFolder(id, [])
  expect(await Promise.all(seen)).toEqual(['folder.started'])
})

it('writes a new file whose empty stand-in is all that a killed page left, without asking', async () => {
  const session = await linked({ 'a.txt': 'one' })
  const { tab, disk } = session
  await work(session, { 'new.txt': 'ours', 'empty.txt': '' })
  disk.put('new.txt', '')
  disk.put('empty.txt', '')
  const plan = await tab.planFolder()
  expect(fates(plan)).toEqual({ 'new.txt': 'add' })
  expect(await tab.writeFolder(plan.id, [])).toEqual({ folder: 'shop', written: 1, removed: 0, failed: [] })
  expect(disk.files()).toEqual({ 'a.txt': 'one', 'new.txt': 'ours', 'empty.txt': '' })
})

it('keeps the side of the disk in a conflict unless the person says otherwise, file by file', async () => {
  const session = await linked({ 'a.txt': 'one', 'b.txt': 'one', 'c.txt': 'one' })
  const { tab, disk } = session
  await work(session, { 'a.txt': 'ours', 'b.txt': 'ours' })
  disk.put('a.txt', 'theirs')
  disk.put('b.txt', 'theirs')
  disk.put('c.txt', 'theirs')
  const plan = await tab.planFolder()
  expect(fates(plan)).toEqual({ 'a.txt': 'conflict', 'b.txt': 'conflict' })
  expect(plan.theirs).toEqual(['c.txt'])
  expect(await tab.writeFolder(plan.id, ['b.txt'])).toMatchObject({ written: 1, failed: [] })
  expect(disk.files()).toEqual({ 'a.txt': 'theirs', 'b.txt': 'ours', 'c.txt': 'theirs' })
  // What was left is asked about again.
  expect(fates(await tab.planFolder())).toEqual({ 'a.txt': 'conflict' })
})

it('finds a change of the disk that has the size and the time of what was there', async () => {
  const session = await linked({ 'a.txt': 'one' })
  const [[, was] = []] = await session.folder.files()
  await work(session, { 'a.txt': 'ours' })
  session.disk.put('a.txt', 'owe', was?.lastModified)
  expect(fates(await session.tab.planFolder())).toEqual({ 'a.txt': 'conflict' })
})

it('removes what was removed here, with folders that are empty then, and asks where the disk changed it', async () => {
  const session = await linked({ 'a.txt': 'one' })
  const { tab, disk } = session
  await without(session, { 'old/x.txt': 'x', 'old/y.txt': 'y' })
  disk.put('old/y.txt', 'changed there')
  const plan = await tab.planFolder()
  expect(fates(plan)).toEqual({ 'old/x.txt': 'remove', 'old/y.txt': 'conflict' })
  expect(await tab.writeFolder(plan.id, [])).toMatchObject({ written: 0, removed: 1 })
  expect(disk.files()).toEqual({ 'a.txt': 'one', 'old/y.txt': 'changed there' })
  await tab.writeFolder((await tab.planFolder()).id, ['old/y.txt'])
  expect(disk.files()).toEqual({ 'a.txt': 'one' })
})

it('leaves what .gitignore names on the disk, says so, and takes it in when asked to', async () => {
  const session = await linked({
    '.gitignore': 'dist/\n.env\n',
    'a.txt': 'one',
    'dist/a.js': 'built',
    'dist/deep/b.js': 'built',
    '.env': 'KEY=1',
  })
  const { tab, disk } = session
  const paths = async (): Promise<readonly string[]> => (await tab.listFiles()).map(({ path }) => path)
  expect(await paths()).toEqual(['.gitignore', 'a.txt'])
  const source = { type: 'folder', name: 'shop', folder: disk.handle } as const
  expect(await tab.importFiles(source, nothing)).toMatchObject({ same: 2, leftOut: [], ignored: ['.env', 'dist/'] })
  expect(await tab.planFolder()).toMatchObject({ files: [], theirs: [] })
  expect(await tab.importFiles({ ...source, takesIgnored: true }, nothing)).toMatchObject({ added: 3, ignored: [] })
  expect(await paths()).toEqual(['.env', '.gitignore', 'a.txt', 'dist/a.js', 'dist/deep/b.js'])
  expect(await tab.planFolder()).toMatchObject({ files: [], theirs: [] })
})

it('gives both sides of a conflict, as of the newest plan', async () => {
  const session = await linked({ 'a.txt': 'one', 'b.txt': 'one' })
  const { tab, disk } = session
  await work(session, { 'a.txt': 'ours', 'b.txt': 'ours' })
  disk.put('a.txt', 'theirs')
  const { id } = await tab.planFolder()
  // What is written is what was shown: so is what is compared.
  await work(session, { 'a.txt': 'newer' })
  expect(await tab.readConflict(id, 'a.txt')).toMatchObject({ disk: { text: 'theirs' }, here: { text: 'ours' } })
  await tab.planFolder()
  expect(await tab.readConflict(id, 'a.txt').catch(failureOf)).toMatchObject({ code: 'stale' })
})

it('does not write over what changed between the look and the write, nor during it', async () => {
  const session = await linked({ 'a.txt': 'one', 'b.txt': 'one' })
  const { tab, disk } = session
  await work(session, { 'a.txt': 'ours', 'b.txt': 'ours', 'c.txt': 'ours' })
  const plan = await tab.planFolder()
  disk.put('a.txt', 'theirs')
  disk.put('c.txt', 'theirs')
  disk.onWrite((path) => path === 'b.txt' && disk.put('b.txt', 'in the last moment'))
  const { written, failed } = await tab.writeFolder(plan.id, [])
  expect([written, failed.map(({ path }) => path)]).toEqual([0, ['a.txt', 'b.txt', 'c.txt']])
  expect(disk.files()).toEqual({ 'a.txt': 'theirs', 'b.txt': 'in the last moment', 'c.txt': 'theirs' })
  expect(fates(await tab.planFolder())).toEqual({ 'a.txt': 'conflict', 'b.txt': 'conflict', 'c.txt': 'conflict' })
})

it('names each file that the browser refuses, writes the others, and stops where nothing may be written any more', async () => {
  const session = await linked({ 'a.txt': 'one' })
  const { tab, disk } = session
  await work(session, { 'a.txt': '2', 'b.txt': '2', 'c.txt': '2' })
  disk.onWrite((path) => {
    if (path === 'b.txt') throw new DOMException('', 'NoModificationAllowedError')
  })
  expect(await tab.writeFolder((await tab.planFolder()).id, [])).toMatchObject({
    written: 2,
    failed: [{ path: 'b.txt', why: 'is locked or in use by another program' }],
  })
  // Nothing stands in for what was not written.
  expect(disk.files()).toEqual({ 'a.txt': '2', 'c.txt': '2' })
  await work(session, { 'a.txt': '3' })
  disk.onWrite(() => {
    throw new DOMException('', 'QuotaExceededError')
  })
  const { written, failed } = await tab.writeFolder((await tab.planFolder()).id, [])
  expect([written, failed.map(({ why }) => why.startsWith('was not tried'))]).toEqual([0, [false, true]])
  expect(disk.files()).toEqual({ 'a.txt': '2', 'c.txt': '2' })
})

it('says what was written also where the browser keeps no more notes, and ends it in the log', async () => {
  const session = await linked({ 'a.txt': 'one', 'b.txt': 'one' })
  await work(session, { 'a.txt': 'two', 'b.txt': 'two' })
  const { id } = await session.tab.planFolder()
  session.folder.note = async () => fail('storage_full', 'Storage is full.')
  const { written, failed } = await session.tab.writeFolder(id, [])
  expect([written, failed.map(({ path }) => path)]).toEqual([0, ['a.txt', 'b.txt']])
  expect(failed[0]?.why).toBe('could not be finished here: Storage is full.')
  expect(session.disk.files()).toEqual({ 'a.txt': 'two', 'b.txt': 'one' })
  expect((await factsIn(session.store, ID)).at(-1)?.type).toBe('folder.ended')
})

it('goes on rightly in another tab after one that was killed in the middle of writing', async () => {
  const session = await linked({ 'a.txt': 'one', 'b.txt': 'one' })
  const { tab, disk, store, folder } = session
  await work(session, { 'a.txt': 'two', 'b.txt': 'two' })
  const plan = await tab.planFolder()
  // It dies with the first file on the disk, before anything was noted of it.
  disk.put('a.txt', 'two')
  const next = await openTab(store, folder)
  expect(await next.writeFolder(plan.id, []).catch(failureOf)).toMatchObject({ code: 'stale' })
  const again = await next.planFolder()
  expect(fates(again)).toEqual({ 'b.txt': 'change' })
  await next.writeFolder(again.id, [])
  expect(disk.files()).toEqual({ 'a.txt': 'two', 'b.txt': 'two' })
})

it('does not bring back what the disk removed, also when the folder was imported again', async () => {
  const session = await linked({ 'a.txt': 'one', 'b.txt': 'one' })
  session.disk.take('b.txt')
  await session.tab.importFiles({ type: 'folder', name: 'shop', folder: session.disk.handle }, nothing)
  expect(await session.tab.planFolder()).toMatchObject({ files: [], theirs: ['b.txt'] })
})

it('leaves out and names what a browser cannot write or what is not the project’s', async () => {
  const session = await linked({ '.git/HEAD': 'ref: refs/heads/main', Readme: 'r' })
  await work(session, { '.git/config': '[core]\n\tfsmonitor = evil', '.tabwright/note': 'n', readme: 'another', run: 'x' })
  const { files, leftOut } = await session.tab.planFolder()
  expect(files.map(({ path }) => path)).toEqual(['run'])
  expect(leftOut.map(({ path }) => path)).toEqual(['.git/', '.tabwright/', 'readme'])
})

it('says in words that the folder is gone, forbidden or not there, and that only the writer writes', async () => {
  const session = await linked({ 'a.txt': 'one' })
  const { tab, disk, store, folder } = session
  disk.forbid(true)
  expect(await tab.planFolder().catch(failureOf)).toMatchObject({ code: 'not_permitted', message: expect.stringContaining('allow it') })
  disk.forbid(false)
  disk.moveAway()
  expect(await tab.planFolder().catch(failureOf)).toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('moved, renamed or removed'),
  })
  const follower = await openTab(store, folder, false)
  expect(await follower.planFolder().catch(failureOf)).toMatchObject({ code: 'not_permitted' })
  const other = await openTab(store, folderMemory())
  expect(await other.planFolder().catch(failureOf)).toMatchObject({ code: 'not_found', message: expect.stringContaining('not linked') })
})
