import 'fake-indexeddb/auto'
import { fakeClock } from '@tabwright/testkit'
import { failureOf, sessionId } from '@tabwright/protocol'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startForTest } from '../../../../apps/relay/src/relay-under-test'
import { systemClock } from '../io/clock-system'
import type { Locks } from '../io/lock-web'
import { mirrorKeysIdb } from '../io/mirror-key-idb'
import { facts, make, mirrored, mirrorStage, write } from './mirror-under-test'
import { say } from './tabs-under-test'

const stage = mirrorStage()
beforeEach(() => stage.begin())
afterEach(() => stage.end())

/** Web Locks as tabs of one browser see them: one holder, the others in a row. */
function lockRoom(): Locks {
  let last: Promise<unknown> = Promise.resolve()
  const request = (_name: string, ...rest: readonly unknown[]): Promise<unknown> => {
    const work = rest.at(-1) as () => Promise<unknown>
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
  return { request: request as Locks['request'] }
}

it('is off until it is turned on, and sends nothing before', async () => {
  const { mirror, sent } = await stage.browser('quiet')
  mirror.begin()
  expect(await mirror.mirrorState()).toEqual({ type: 'off' })
  expect(sent).toEqual([])
})

it('tells the relay no title, path, name, word or session id', async () => {
  const here = await stage.browser('private')
  const session = await make(here)
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  const kept = readdirSync(stage.relay.data, { withFileTypes: true }).filter((entry) => entry.isFile())
  expect(kept.length).toBeGreaterThan(0)
  const disk = kept.map((file) => readFileSync(join(stage.relay.data, file.name)).toString('latin1')).join('')
  for (const secret of ['secret', session, 'src/', 'session.opened', 'message.user']) {
    expect(disk).not.toContain(secret)
    expect(stage.relay.logged()).not.toContain(secret)
    expect(here.sent.join()).not.toContain(secret)
  }
})

it('sends only what came since, and one crumb for many small steps', async () => {
  const here = await stage.browser('steps')
  const session = await make(here)
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  for (let head = 5; head <= 9; head++) {
    await write(here, session, [say(`step ${head}`)])
    await mirrored(here, head, session)
  }
  const heads = await stage.place().list()
  const [name] = heads.map((head) => head.session)
  const parts = await stage.place().parts(name ?? '')
  // The one crumb, and the list of files.
  expect(parts).toHaveLength(2)
  // Files did not change, so their list was sent once: one part for the start, one more for each step.
  const puts = here.sent.filter((line) => /^PUT \/mirror\/[0-9a-f]+\/[0-9a-f]+$/.test(line))
  expect(puts).toHaveLength(2 + 5)
})

it('goes on where it was when the relay comes back, and says meanwhile why it is behind', async () => {
  let current = stage.relay
  const data = join(stage.relay.data, '..', 'kept')
  await stage.relay.stop()
  stage.relay = await startForTest({ data })
  current = stage.relay
  const here = await stage.browser('offline', { relay: () => current })
  const session = await make(here)
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  await stage.relay.stop()
  await write(here, session, [say('while it was away')])
  await expect
    .poll(() => here.mirror.mirrorState())
    .toMatchObject({ type: 'on', at: expect.any(Number), problem: expect.stringContaining('The relay does not answer') })
  const behind = await here.mirror.mirrorState()
  stage.relay = await startForTest({ data })
  current = stage.relay
  await mirrored(here, 5, session)
  const state = await here.mirror.mirrorState()
  expect(state.type === 'on' && behind.type === 'on' && (state.at ?? 0) > (behind.at ?? 0)).toBe(true)
})

it('mirrors again what the relay lost', async () => {
  const here = await stage.browser('lost')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  const place = stage.place()
  const [entry] = await place.list()
  await place.remove(entry?.session ?? '')
  await expect.poll(async () => (await here.mirror.findMirrored(code)).map(({ head }) => head)).toEqual([4])
})

it('[C21] takes sessions that the browser removed for removed, not for deleted by the person', async () => {
  const here = await stage.browser('evicted')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  await here.database.run(async (handle) => {
    const all = ['sessions', 'heads', 'events', 'chunks', 'wire', 'files', 'blobs', 'refs', 'settings'] as const
    await Promise.all(all.map((name) => handle.clear(name)))
  })
  await expect.poll(() => here.mirror.mirrorState()).toMatchObject({ problem: expect.stringContaining('The mirror still has them') })
  await make(here, 'a new one')
  await expect.poll(async () => (await here.mirror.findMirrored(code)).length).toBe(2)
  expect(await here.mirror.restoreMirrored(code)).toEqual([session])
  const before = await here.catalogue.readSetting('mirror')
  await here.mirror.turnMirrorOn(code)
  // A round that was under way writes what it knew of the mirror before.
  await here.catalogue.saveSetting('mirror', before ?? null)
  await mirrored(here, 4, session)
})

it('forgets at the relay what the person deleted, and everything when it is erased', async () => {
  const here = await stage.browser('forget')
  const [first, second] = [await make(here, 'one'), await make(here, 'two')]
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, second)
  const place = stage.place()
  expect(await place.list()).toHaveLength(2)
  await here.catalogue.remove(first)
  vi.spyOn(systemClock, 'now').mockReturnValue(Date.now() + 60_000)
  await here.catalogue.purge()
  vi.restoreAllMocks()
  await expect.poll(async () => (await place.list()).length).toBe(1)
  await here.mirror.turnMirrorOff({ erase: true })
  expect(await place.list()).toEqual([])
  expect(await here.mirror.mirrorState()).toEqual({ type: 'off' })
})

it('keeps the recovery code readable over reloads until the person has kept it, and never after', async () => {
  const here = await stage.browser('code')
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here)
  expect(await here.mirror.mirrorState()).toMatchObject({ type: 'on', code })
  here.close()
  const reloaded = await stage.browser('code')
  expect(await reloaded.mirror.mirrorState()).toMatchObject({ type: 'on', code })
  // Turned off, it still is all that opens the copies.
  await reloaded.mirror.turnMirrorOff()
  expect(await reloaded.mirror.mirrorState()).toEqual({ type: 'off', hasCopies: true, code })
  const next = await reloaded.mirror.turnMirrorOn()
  expect(await reloaded.mirror.mirrorState()).toMatchObject({ code: next })
  await reloaded.mirror.keptMirrorCode()
  expect(Object.keys(await reloaded.mirror.mirrorState())).not.toContain('code')
  await reloaded.mirror.turnMirrorOff({ erase: true })
  await reloaded.mirror.turnMirrorOn()
  await reloaded.mirror.turnMirrorOff({ erase: true })
  expect(await reloaded.mirror.mirrorState()).toEqual({ type: 'off' })
  expect(await mirrorKeysIdb('code-mirror').code()).toBeUndefined()
  // Who brings a code has it.
  await reloaded.mirror.turnMirrorOn(next)
  expect(Object.keys(await reloaded.mirror.mirrorState())).not.toContain('code')
})

it('erases the copies also after it was turned off, and once more where the relay was away', async () => {
  let isAway = false
  const here = await stage.browser('later', { relay: () => (isAway ? { ...stage.relay, url: 'http://127.0.0.1:1' } : stage.relay) })
  const session = await make(here)
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  const place = stage.place()
  await here.mirror.keptMirrorCode()
  await here.mirror.turnMirrorOff()
  expect(await here.mirror.mirrorState()).toEqual({ type: 'off', hasCopies: true })
  expect(await place.list()).toHaveLength(1)
  isAway = true
  expect(await here.mirror.turnMirrorOff({ erase: true }).catch(failureOf)).toMatchObject({ code: 'offline' })
  expect(await here.mirror.mirrorState()).toEqual({ type: 'off', hasCopies: true })
  isAway = false
  await here.mirror.turnMirrorOff({ erase: true })
  expect(await place.list()).toEqual([])
  expect(await here.mirror.mirrorState()).toEqual({ type: 'off' })
})

it('mirrors in one tab for all, in the next one when that is gone, and stops in whichever tab it is turned off', async () => {
  const locks = lockRoom()
  const [first, second] = [await stage.browser('tabs', { locks }), await stage.browser('tabs', { locks })]
  const session = await make(first)
  await first.mirror.turnMirrorOn()
  await mirrored(second, 4, session)
  expect(await second.mirror.turnMirrorOn().catch(failureOf)).toMatchObject({ code: 'not_permitted' })
  second.mirror.begin()
  await write(first, session, [say('from the first')])
  await mirrored(second, 5, session)
  expect(second.sent).toEqual([])
  first.mirror.close()
  await write(second, session, [say('from the second')])
  await mirrored(second, 6, session)
  expect(second.sent.length).toBeGreaterThan(0)
  const third = await stage.browser('tabs', { locks })
  await third.mirror.turnMirrorOff({ erase: true })
  expect(await second.mirror.mirrorState()).toEqual({ type: 'off' })
  expect(await stage.place().list()).toEqual([])
})

it('is less than 30 s behind, by the clock that it was given', async () => {
  const clock = fakeClock()
  const here = await stage.browser('clock', { clock, everyMs: undefined })
  const session = await make(here)
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  for (let head = 5; head <= 8; head++) {
    await expect.poll(() => clock.sleeping()).toBe(1)
    await write(here, session, [say('more')])
    const written = clock.now()
    await clock.advance(10_000)
    await mirrored(here, head, session)
    const state = await here.mirror.mirrorState()
    expect(state.type === 'on' && (state.at ?? 0) >= written).toBe(true)
    expect(clock.now() - written).toBeLessThan(30_000)
  }
})

it('[C36] says that the relay is full, and loses nothing', async () => {
  await stage.relay.stop()
  stage.relay = await startForTest({ limits: { mirrorBytes: 80_000 } })
  const here = await stage.browser('full')
  const session = await here.catalogue.create({ title: 'large', project: 'blank', files: [] })
  await here.mirror.turnMirrorOn()
  await mirrored(here, 1, session)
  await write(here, session, [say(Array.from({ length: 6_000 }, () => crypto.randomUUID()).join(''))])
  await expect
    .poll(() => here.mirror.mirrorState())
    .toMatchObject({ type: 'on', problem: expect.stringContaining('no room for the mirror') })
  expect(await facts(here, session)).toHaveLength(2)
  expect(sessionId(session)).toBe(session)
})
