import 'fake-indexeddb/auto'
import { failureOf } from '@tabwright/protocol'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { hashText } from '../io/hash-noble'
import { exportSession } from '../portable/portable'
import { facts, make, mirrored, mirrorStage, write } from './mirror-under-test'
import { say } from './tabs-under-test'

/** A part at the relay, as a page asks for it. */
const PART = /^\/mirror\/[0-9a-f]{64}\/[0-9a-f]{64}$/

const stage = mirrorStage()
beforeEach(() => stage.begin())
afterEach(() => stage.end())

it('[C21] gives back the same session to a fresh profile that has the recovery code, to be written on', async () => {
  const here = await stage.browser('here')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){13}[0-9A-HJKMNP-TV-Z]{4}$/)
  await mirrored(here, 4, session)
  const original = await exportSession(session, { hash: hashText, store: here.catalogue.images })
  const before = await facts(here, session)
  globalThis.indexedDB = new IDBFactory()
  const there = await stage.browser('there')
  expect(await there.mirror.findMirrored(code.toLowerCase())).toMatchObject([{ session, title: 'A secret title', head: 4, local: 'new' }])
  expect(await there.mirror.restoreMirrored(code)).toEqual([session])
  expect(await facts(there, session)).toEqual(before)
  expect(await exportSession(session, { hash: hashText, store: there.catalogue.images })).toEqual(original)
  expect((await there.catalogue.list()).map(({ id, title, isImported }) => [id, title, isImported])).toEqual([
    [session, 'A secret title', undefined],
  ])
  await write(there, session, [say('on it goes')])
  expect(await facts(there, session)).toHaveLength(5)
  // And the mirror goes on under the same code.
  expect(await there.mirror.turnMirrorOn(code)).toBe(code)
  await mirrored(there, 5, session)
  expect(await there.mirror.findMirrored(code)).toMatchObject([{ head: 5, local: 'here' }])
})

it('refuses to restore over a session that went another way, and offers a copy', async () => {
  const here = await stage.browser('one')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  const there = await stage.browser('two')
  await there.mirror.restoreMirrored(code)
  await write(here, session, [say('here'), say('here too')])
  await mirrored(here, 6, session)
  await write(there, session, [say('there')])
  const failure = await there.mirror.restoreMirrored(code).catch(failureOf)
  expect(failure).toMatchObject({ code: 'stale', detail: { conflicts: [{ session, title: 'A secret title', head: 6 }] } })
  expect(await facts(there, session)).toHaveLength(5)
  expect(await there.mirror.restoreMirrored(code, 'skip')).toEqual([])
  const [copy] = await there.mirror.restoreMirrored(code, 'copy')
  expect(copy).not.toBe(session)
  expect((await facts(there, copy ?? session)).map((event) => event.hash)).toEqual((await facts(here, session)).map((event) => event.hash))
  expect(await there.log.claim(copy ?? session).catch(failureOf)).toMatchObject({ code: 'not_permitted' })
  // Nor does the one mirror over the other.
  await there.mirror.turnMirrorOn(code)
  await expect
    .poll(() => there.mirror.mirrorState())
    .toMatchObject({ problem: expect.stringContaining('Another browser mirrors this session') })
  expect((await here.mirror.findMirrored(code)).map(({ head }) => head)).toEqual([6])
})

it('replaces a session with the mirror’s, keeps what stood here as a copy, and refuses whoever wrote it', async () => {
  const here = await stage.browser('replace-1')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  const there = await stage.browser('replace-2')
  await there.mirror.restoreMirrored(code)
  for (let more = 0; more < 4; more++) await write(here, session, [say('here')])
  await mirrored(here, 8, session)
  const { epoch } = await there.log.claim(session)
  await there.log.append(session, epoch, { drafts: [say('there, and here only')], durability: 'strict' })
  const local = await facts(there, session)
  const heard: unknown[] = []
  const unwatch = there.log.watch(session, (hint) => heard.push(hint))
  expect(await there.mirror.restoreMirrored(code, 'replace')).toEqual([session])
  expect(await facts(there, session)).toEqual(await facts(here, session))
  await expect.poll(() => heard).toContainEqual({ type: 'claimed', epoch: expect.any(Number) })
  unwatch()
  const copy = (await there.catalogue.list()).find(({ isImported }) => isImported)
  expect(copy?.title).toBe('A secret title (as it was in this browser)')
  expect(await facts(there, copy?.id ?? session)).toEqual(local)
  // The tab that wrote it knows nothing of this yet; nor does one of another epoch.
  for (const old of [epoch, epoch - 1]) {
    const late = there.log.append(session, old, { drafts: [say('too late')], durability: 'relaxed' })
    expect(await late.catch(failureOf)).toMatchObject({ code: 'fenced' })
  }
  await write(there, session, [say('on it goes')])
  expect(await facts(there, session)).toHaveLength(9)
  // And it is this browser's to mirror.
  await here.mirror.turnMirrorOff()
  await there.mirror.turnMirrorOn(code)
  await mirrored(there, 9, session)
  expect((await there.mirror.findMirrored(code)).map(({ head, local: state }) => [head, state])).toEqual([[9, 'here']])
})

it('replaces nothing where messages wait here, where the session was written on, or where the mirror is not whole', async () => {
  const here = await stage.browser('keep-1')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  let isBent = false
  const bend = (path: string): Uint8Array<ArrayBuffer> | undefined => (isBent && PART.test(path) ? new Uint8Array(9) : undefined)
  const there = await stage.browser('keep-2', { bend })
  await there.mirror.restoreMirrored(code)
  await write(here, session, [say('here')])
  await mirrored(here, 5, session)
  here.close()
  const { record } = await there.catalogue.images.begin(session)
  await write(there, session, [say('meanwhile')])
  const mine = await facts(there, session)
  const image = { facts: [], files: [], wire: [], contents: new Map(), record: { ...record, headHash: 'another' } }
  expect(await there.catalogue.images.put({ ...image, replaces: record.headHash }).catch(failureOf)).toMatchObject({ code: 'stale' })
  await there.log.post(session, { type: 'message', text: 'not delivered yet' })
  expect(await there.mirror.restoreMirrored(code, 'replace').catch(failureOf)).toMatchObject({
    code: 'not_permitted',
    message: expect.stringContaining('wait to be delivered'),
  })
  const [row] = await there.log.readInbox(session)
  await there.log.withdraw(session, row?.n ?? 0)
  isBent = true
  const copies = (await there.catalogue.list()).length
  expect(await there.mirror.restoreMirrored(code, 'replace').catch(failureOf)).toMatchObject({ code: 'damaged' })
  expect(await facts(there, session)).toEqual(mine)
  expect(await there.catalogue.list()).toHaveLength(copies)
})

it('[O37] restores nothing from a mirror in which one bit is another', async () => {
  const here = await stage.browser('honest')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  here.close()
  const place = stage.place()
  const [entry] = await place.list()
  const name = entry?.session ?? ''
  for (const part of await place.parts(name)) {
    const { length } = (await place.readPart(name, part)) ?? new Uint8Array()
    for (const at of [0, 5, 40, length - 1]) {
      const bend = (path: string, honest: Uint8Array): Uint8Array<ArrayBuffer> | undefined => {
        if (!path.endsWith(part)) return undefined
        const bent = honest.slice()
        bent[at] = (bent[at] ?? 0) ^ 4
        return bent
      }
      const there = await stage.browser(`bent-${part.slice(0, 4)}-${at}`, { bend })
      expect(await there.mirror.restoreMirrored(code).catch(failureOf)).toMatchObject({ code: 'damaged' })
      expect(await there.catalogue.list()).toEqual([])
    }
  }
  expect(await (await stage.browser('mended')).mirror.restoreMirrored(code)).toEqual([session])
})

it('opens to its own code only, and says where a code has a slip', async () => {
  const here = await stage.browser('codes')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  const other = await (await stage.browser('codes-2')).mirror.turnMirrorOn()
  const there = await stage.browser('codes-3')
  expect(await there.mirror.restoreMirrored(other).catch(failureOf)).toMatchObject({ code: 'not_found' })
  const slip = code.startsWith('2') ? `3${code.slice(1)}` : `2${code.slice(1)}`
  expect(await there.mirror.restoreMirrored(slip).catch(failureOf)).toMatchObject({
    code: 'bad_input',
    message: expect.stringContaining('last group'),
  })
  expect(await there.mirror.restoreMirrored('ABCD').catch(failureOf)).toMatchObject({ code: 'bad_input' })
})
