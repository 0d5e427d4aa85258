import 'fake-indexeddb/auto'
import { canonicalJson, LOG_FORMAT, type FileEntry, type PathChange, type SessionEvent } from '@tabwright/protocol'
import { IDBFactory } from 'fake-indexeddb'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fact } from '../core/fact'
import { openDatabase, type Database } from '../io/database'
import { memoryStore } from '../io/event-log-memory'
import { hashBytes, hashText } from '../io/hash-noble'
import { emptyRecord } from '../io/session-record'
import { sealSession } from '../io/sealing-idb'
import { SESSION_LIMITS } from './archive-limits'
import { readArchive } from './archive-read'
import { exportSession, importSession } from './portable'
import { clock, grow, inDatabase, inMemory, ports, sample, SESSION, textIn, utf8, writerOf } from './session-under-test'

let database: Database
let count = 0
beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory()
  database = await openDatabase({ name: `portable-${count++}` })
})
afterEach(() => database.close())

describe('export and import', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('[F36] give back the same bytes after a round trip, in memory, session %i', async (seed) => {
    const [here, there] = [inMemory(), inMemory()]
    await grow(here, { seed, length: 20 + seed * 10 })
    const first = await exportSession(SESSION, ports(here))
    const id = await importSession(first, ports(there))
    expect(id).not.toBe(SESSION)
    expect(await exportSession(id, ports(there))).toEqual(first)
  })

  it.each([11, 12, 13])('[F36] give back the same bytes after a round trip through IndexedDB, session %i', async (seed) => {
    const here = inDatabase(database)
    await grow(here, { seed, length: 60 })
    const first = await exportSession(SESSION, ports(here))
    // Beside the original, in the same browser: it is a session of its own.
    const id = await importSession(first, ports(here))
    expect(await exportSession(id, ports(here))).toEqual(first)
    const elsewhere = inMemory()
    const third = await importSession(first, ports(elsewhere))
    expect(await exportSession(third, ports(elsewhere))).toEqual(first)
  })

  it('[F36] give back the same bytes when old facts are sealed into chunks', async () => {
    const here = inDatabase(database)
    await grow(here, { seed: 21, length: 900 })
    const open = await exportSession(SESSION, ports(here))
    const { record } = await here.images.begin(SESSION)
    expect(await sealSession(database, { session: SESSION, head: record.head, hash: hashText })).toBeGreaterThan(256)
    expect(await exportSession(SESSION, ports(here))).toEqual(open)
    const id = await importSession(open, ports(here))
    expect(await exportSession(id, ports(here))).toEqual(open)
  })

  it.each([1, 2])('[F36] carry the facts of format %i as they were stored', async (format) => {
    const path = new URL(`../../../protocol/src/fixtures/format-${format}.jsonl`, import.meta.url)
    const stored: SessionEvent[] = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const [first, last] = [stored[0], stored.at(-1)]
    if (!first || !last) throw new Error('an empty fixture')
    const place = inDatabase(database)
    const record = { ...emptyRecord({ id: first.session, title: 'old', project: 'blank', at: 5 }), head: last.seq, headHash: last.hash }
    await database.run(async (handle) => {
      await handle.put('sessions', record)
      for (const event of stored) await handle.put('events', event)
    })
    const archive = await exportSession(first.session, ports(place))
    const lines = textIn(readArchive(archive, SESSION_LIMITS), 'events.jsonl').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(stored)
    const there = inMemory()
    expect(await exportSession(await importSession(archive, ports(there)), ports(there))).toEqual(archive)
    const id = await importSession(archive, ports(place))
    const events = []
    for await (const event of place.log.read(id)) events.push(event)
    expect(events.map((event) => [event.v, event.hash])).toEqual(stored.map((event) => [LOG_FORMAT, event.hash]))
  })

  it('keep the chain, the exact wire, kinds of files and contents that are gone from the workspace', async () => {
    const { parts } = await sample()
    const events = textIn(parts, 'events.jsonl').trimEnd().split('\n')
    let prev = ''
    for (const line of events) {
      const { hash, ...body } = JSON.parse(line)
      expect(body.prev).toBe(prev)
      expect(hashText(canonicalJson(body))).toBe(hash)
      prev = hash
    }
    const manifest = JSON.parse(textIn(parts, 'session.json'))
    expect(manifest.facts).toMatchObject({ count: events.length, last: prev })
    expect(new Set(manifest.files.map((file: FileEntry) => file.mode)).size).toBeGreaterThan(1)
    for (const { hash } of manifest.blobs) expect(hashBytes(parts.get(`blobs/${hash}`) ?? new Uint8Array())).toBe(hash)
    expect(manifest.blobs.length).toBeGreaterThan(0)
    expect(textIn(parts, 'PROGRESS.md')).toContain('# Progress')
    expect(textIn(parts, 'TRANSCRIPT.md')).toContain('# A \\*title\\*')
  })

  it('[O38] two files that are one name on many disks are kept both, and neither is an entry of the archive', async () => {
    const place = inMemory()
    await place.make()
    const append = await writerOf(place)
    const bytes = [utf8('one'), utf8('two')] as const
    const after = (content: Uint8Array) => ({ hash: hashBytes(content), bytes: content, mode: 'file', mtime: 1, version: 1 }) as const
    await append([{ type: 'session.opened', data: { title: 't', project: 'blank' } }], {
      files: [
        { path: 'Readme', before: null, after: after(bytes[0]) },
        { path: 'README', before: null, after: after(bytes[1]) },
      ],
    })
    const archive = await exportSession(SESSION, ports(place))
    expect([...readArchive(archive, SESSION_LIMITS).keys()].filter((name) => name.startsWith('files/'))).toEqual([])
    const there = inMemory()
    const id = await importSession(archive, ports(there))
    const { files } = await there.images.begin(id)
    expect(files.map((file) => file.path)).toEqual(['README', 'Readme'])
  })

  it('[C23] a damaged session goes out up to its last good fact, says so, and comes back the same', async () => {
    const store = memoryStore({ hash: hashText, clock })
    const place = inMemory(store)
    await grow(place, { seed: 3, length: 30 })
    const events = store.sessions.get(SESSION)?.events ?? []
    const broken = events[19]
    if (!broken) throw new Error('too short')
    events[19] = { ...broken, at: broken.at + 1 }
    const archive = await exportSession(SESSION, ports(place))
    const manifest = JSON.parse(textIn(readArchive(archive, SESSION_LIMITS) as Map<string, Uint8Array>, 'session.json'))
    expect(manifest.facts.count).toBe(19)
    expect(manifest.damaged).toMatchObject({ after: 19 })
    expect(manifest.damaged.reason).toContain('Event 20 of this session is damaged')
    const there = inMemory()
    const id = await importSession(archive, ports(there))
    expect(await exportSession(id, ports(there))).toEqual(archive)
  })

  it('take a session of 10,000 facts and 5,000 files without holding up their worker', async () => {
    const place = inMemory()
    await place.make()
    const append = await writerOf(place)
    const files = Array.from({ length: 5_000 }, (_, i): PathChange => {
      const bytes = utf8(`export const value${i} = ${i}\n`.repeat(20))
      return {
        path: `src/dir${i % 50}/file${i}.ts`,
        before: null,
        after: { hash: hashBytes(bytes), bytes, mode: 'file', mtime: i, version: 1 },
      }
    })
    await append([{ type: 'session.opened', data: { title: 'big', project: 'blank' } }], { files })
    for (let i = 0; i < 100; i++) {
      const said = Array.from({ length: 100 }, (_, n): Fact => {
        const content = [{ type: 'text', text: `message ${i} ${n} `.repeat(10) }] as const
        return { type: 'message.user', data: { content, from: 'user' } }
      })
      await append(said, { durability: 'relaxed' })
    }
    let turns = 0
    const timer = setInterval(() => turns++, 5)
    const first = await exportSession(SESSION, ports(place))
    clearInterval(timer)
    // Others in the worker got their turn many times while it was packed.
    expect(turns).toBeGreaterThan(10)
    const there = inMemory()
    const id = await importSession(first, ports(there))
    expect(await exportSession(id, ports(there))).toEqual(first)
  }, 60_000)
})
