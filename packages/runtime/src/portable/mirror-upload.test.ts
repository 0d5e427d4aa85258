import { fail, failureOf, MAIN_AGENT, traceId, type Draft, type FailureCode } from '@tabwright/protocol'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openMirrorStore, type MirrorStore } from '../../../../apps/relay/src/mirror-store'
import { memoryStore } from '../io/event-log-memory'
import { hashText } from '../io/hash-noble'
import type { MirrorPlace } from './mirror-place'
import { findMirrored, readMirrored } from './mirror-restore'
import { mirrorKey } from './mirror-seal'
import { createUploader, type UploadPorts } from './mirror-upload'
import { clock, inMemory, random, SESSION, type Place } from './session-under-test'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const KEY = await mirrorKey(new Uint8Array(random(32)))

const said = (text: string): Draft => ({
  type: 'message.user',
  data: { content: [{ type: 'text', text }], from: 'user' },
  agent: MAIN_AGENT,
  trace: traceId('t'),
})

/** The relay's own store, without the network. @param before runs in front of every call */
function placeOn(store: MirrorStore, before: (call: keyof MirrorPlace) => Promise<void> = async () => undefined): MirrorPlace {
  const bytes = (some: Buffer | undefined): Uint8Array<ArrayBuffer> | undefined => some && new Uint8Array(some)
  return {
    list: () => before('list').then(() => store.list()),
    readHead: async (session) => {
      await before('readHead')
      const head = store.head(session)
      return head && { bytes: new Uint8Array(head.bytes), version: head.version }
    },
    writeHead: async (session, { parts, head }, expected) => {
      await before('writeHead')
      return store.putHead(session, { parts, bytes: Buffer.from(head) }, expected)
    },
    parts: (session) => before('parts').then(() => store.parts(session).map(({ part }) => part)),
    readPart: (session, part) => before('readPart').then(() => bytes(store.part(session, part))),
    writePart: (session, part, some) => before('writePart').then(() => store.putPart(session, part, Buffer.from(some))),
    remove: (session) => before('remove').then(() => void store.remove(session)),
  }
}

function relay(limit = 10_000_000): MirrorStore {
  const data = mkdtempSync(join(tmpdir(), 'tabwright-mirror-'))
  const store = openMirrorStore(data, limit)
  closing.push(() => {
    store.close()
    rmSync(data, { recursive: true })
  })
  return store
}

interface Browser extends Place {
  rename(title: string): void
  say(text: string): Promise<void>
  ports(place: MirrorPlace): UploadPorts
  /** One round of a worker that was just started. */
  sync(place: MirrorPlace): Promise<FailureCode | 'done'>
}

/** Two of these have the same session to the letter: the same clock, the same words. */
async function browser(): Promise<Browser> {
  const store = memoryStore({ hash: hashText, clock })
  const place = inMemory(store)
  await place.make()
  const { epoch } = await place.log.claim(SESSION)
  const say = async (text: string): Promise<void> => {
    await place.log.append(SESSION, epoch, { drafts: [said(text)], durability: 'strict' })
  }
  await say('one')
  await say('two')
  const ports = (at: MirrorPlace): UploadPorts => ({ store: place.images, place: at, key: KEY, hash: hashText, clock })
  return {
    ...place,
    say,
    ports,
    rename: (title) => {
      const found = store.sessions.get(SESSION)
      if (found) found.record = { ...found.record, title }
    },
    sync: (at) =>
      createUploader(ports(at))
        .sync(SESSION)
        .then(
          () => 'done' as const,
          (error: unknown) => failureOf(error).code,
        ),
  }
}

/** What the mirror gives back; undefined when there is none. @throws FailureError `damaged` when a part of it is missing */
async function opened(store: MirrorStore, by: Browser): Promise<{ readonly title: string; readonly head: number } | undefined> {
  const ports = by.ports(placeOn(store))
  const [found] = await findMirrored(ports)
  if (!found) return undefined
  const { image } = await readMirrored(found.name, ports)
  return { title: image.title, head: image.events.length }
}

type Act = (browser: Browser, place: MirrorPlace) => Promise<unknown>
const sync: Act = (one, place) => one.sync(place)
const goOn: Act = async (one, place) => {
  await one.say('three')
  return one.sync(place)
}
const rename: Act = (one, place) => {
  one.rename('Another title')
  return one.sync(place)
}
const erase: Act = async (_, place) => {
  for (const { session } of await place.list()) await place.remove(session)
}

const eraseAndMirror: Act = async (one, place) => {
  await erase(one, place)
  return one.sync(place)
}

/** What one browser does, and what another one with the same code does in the middle of it. */
const MEETINGS: readonly (readonly [string, { readonly isThere: boolean; readonly outer: Act; readonly inner: Act }])[] = [
  ['both mirror it for the first time', { isThere: false, outer: sync, inner: sync }],
  ['one goes on, the other looks what is there', { isThere: true, outer: goOn, inner: sync }],
  ['one goes on, the other gives it a title', { isThere: true, outer: goOn, inner: rename }],
  ['one gives it a title, the other goes on', { isThere: true, outer: rename, inner: goOn }],
  ['one goes on, the other erases the copies', { isThere: true, outer: goOn, inner: erase }],
  ['one goes on, the other erases the copies and mirrors anew', { isThere: true, outer: goOn, inner: eraseAndMirror }],
  ['one mirrors it for the first time, the other erases and mirrors anew', { isThere: false, outer: sync, inner: eraseAndMirror }],
]

it.each(MEETINGS)('keeps every mirror whole while two browsers write it at once, whenever they meet: %s', async (_, meeting) => {
  let meetings = 0
  for (let at = 1; ; at++) {
    const store = relay()
    const [one, other] = [await browser(), await browser()]
    if (meeting.isThere) await one.sync(placeOn(store))
    let calls = 0
    const before = async (): Promise<void> => {
      if (++calls === at) await meeting.inner(other, placeOn(store))
    }
    await meeting.outer(one, placeOn(store, before))
    if (calls < at) break
    meetings++
    // There may be none, after it was erased. What there is is whole.
    await opened(store, one)
    // Whoever was refused looks again; who is behind leaves it alone, who is not mirrors all of it.
    const again = [await one.sync(placeOn(store)), await other.sync(placeOn(store))]
    expect(again).toContain('done')
    const { head } = (await one.images.begin(SESSION)).record
    const { head: otherHead } = (await other.images.begin(SESSION)).record
    expect(await opened(store, one)).toMatchObject({ head: Math.max(head, otherHead) })
  }
  expect(meetings).toBeGreaterThan(1)
})

it('leaves another browser’s newer head alone, and says so', async () => {
  const store = relay()
  const [one, other] = [await browser(), await browser()]
  await one.sync(placeOn(store))
  await one.say('three')
  const meet = async (call: keyof MirrorPlace): Promise<void> => {
    if (call === 'writeHead') await rename(other, placeOn(store))
  }
  expect(await one.sync(placeOn(store, meet))).toBe('stale')
  expect(await opened(store, other)).toEqual({ title: 'Another title', head: 2 })
})

it('mirrors a session anew where the relay lost a part of it', async () => {
  const store = relay()
  const one = await browser()
  await one.sync(placeOn(store))
  const session = store.list()[0]?.session ?? ''
  const lost = store.parts(session).map(({ part }) => part)[0]
  const written: string[] = []
  const lossy: MirrorPlace = {
    ...placeOn(store),
    parts: async () => store.parts(session).flatMap(({ part }) => (part === lost ? [] : [part])),
  }
  await one.say('three')
  const place: MirrorPlace = { ...lossy, writePart: (name, part, bytes) => (written.push(part), lossy.writePart(name, part, bytes)) }
  expect(await one.sync(place)).toBe('done')
  expect(await opened(store, one)).toMatchObject({ head: 3 })
  // All of it was sent again, under the number after the old head's.
  expect(written.toSorted()).toEqual(store.parts(session).map(({ part }) => part))
  expect(store.list()).toMatchObject([{ version: 2 }])
})

it('[C36] lets go of what it sent in vain when the relay is full', async () => {
  const store = relay(120_000)
  const one = await browser()
  await one.sync(placeOn(store))
  const session = store.list()[0]?.session ?? ''
  const parts = store.parts(session)
  await one.say(Array.from({ length: 3_000 }, () => crypto.randomUUID()).join(''))
  const full = { code: 'storage_full', message: 'No room.' } as const
  const small = placeOn(store)
  const place: MirrorPlace = {
    ...small,
    writeHead: (name, frame, expected) =>
      frame.parts.every((part) => parts.some((had) => had.part === part))
        ? small.writeHead(name, frame, expected)
        : fail(full.code, full.message),
  }
  expect(await one.sync(place)).toBe('storage_full')
  expect(store.parts(session)).toEqual(parts)
  expect(await opened(store, one)).toMatchObject({ head: 2 })
})
