import 'fake-indexeddb/auto'
import { randomBytes } from 'node:crypto'
import { blobHash, callId, canonicalJson, failureOf, type JsonObject, type PathChange, type Rule } from '@tabwright/protocol'
import { fullDisk } from '@tabwright/testkit'
import { IDBFactory } from 'fake-indexeddb'
import { deflateSync, zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { catalogueIdb } from '../io/catalogue-idb'
import { openDatabase, type Database } from '../io/database'
import { forkSession } from '../io/fork'
import { hashBytes, hashText } from '../io/hash-noble'
import { centralHeader, DEFLATED, endRecord, localHeader } from './archive-form'
import { BACKUP_LIMITS, SESSION_LIMITS } from './archive-limits'
import { readArchive } from './archive-read'
import { writeArchive } from './archive-write'
import { exportSession, importSession } from './portable'
import {
  clock,
  dice,
  grow,
  inDatabase,
  inMemory,
  ports,
  random,
  sample,
  SESSION,
  textIn,
  utf8,
  writerOf,
  type Place,
} from './session-under-test'

async function refusal(place: Place, bytes: Uint8Array): Promise<{ code: string; message: string }> {
  const before = await place.count()
  const failure = await importSession(bytes, ports(place)).then(
    () => ({ code: 'none', message: 'it was imported' }),
    (error: unknown) => failureOf(error),
  )
  // Refused as a whole: nothing of it is kept.
  expect(await place.count()).toEqual(before)
  return failure
}

let database: Database
let count = 0
beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory()
  database = await openDatabase({ name: `portable-${count++}` })
})
afterEach(() => database.close())

const archiveOf = (parts: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> =>
  writeArchive([...parts].map(([name, bytes]) => ({ name, bytes })))

/** The parts with another manifest, sealed as an honest one is. */
function remade(parts: Map<string, Uint8Array>, change: (manifest: Record<string, unknown>) => void): Map<string, Uint8Array> {
  const manifest: Record<string, unknown> = JSON.parse(textIn(parts, 'session.json'))
  change(manifest)
  const { hash: _, ...body } = manifest
  return new Map(parts).set('session.json', utf8(JSON.stringify({ ...body, hash: hashText(canonicalJson(body as JsonObject)) })))
}

describe('import', () => {
  it('[O40] gives a session of its own that nobody writes: no queue, no rule in force, no approval that waits', async () => {
    const here = inDatabase(database)
    await grow(here, { seed: 5, length: 10 })
    await here.log.post(SESSION, { type: 'message', text: 'queued' })
    const append = await writerOf(here)
    const [call, digest] = [callId('c'), hashText('d')]
    await append([{ type: 'call.judged', data: { call, verdict: { type: 'ask', reason: 'r' }, digest, bytes: '{}' } }])
    const remember: Rule = { id: 'r1', effect: 'allow', pattern: { type: 'tool', tool: 'shell' }, scope: 'session', why: 'always' }
    await append([{ type: 'call.decided', data: { call: callId('b'), digest, decision: { type: 'allow', by: 'user', remember } } }])
    const id = await importSession(await exportSession(SESSION, ports(here)), ports(here))
    const { record } = await here.images.begin(id)
    expect(record).toMatchObject({ state: 'idle', asking: [], imported: { session: SESSION } })
    expect(await here.log.readInbox(id)).toEqual([])
    await expect(here.log.claim(id)).rejects.toMatchObject({ failure: { code: 'not_permitted' } })
    await expect(here.log.post(id, { type: 'message', text: 'go' })).rejects.toMatchObject({ failure: { code: 'not_permitted' } })
    const read = []
    for await (const event of here.log.read(id)) read.push(event)
    expect(read).toHaveLength(record.head)
    const catalogue = catalogueIdb(database, { hash: hashText, clock, random })
    expect(new Set((await catalogue.list()).map((row) => row.id))).toEqual(new Set([SESSION, id]))
    catalogue.close()
  })

  it('[O40] leaves what was allowed behind when an imported session is forked, and the fork can be written', async () => {
    const here = inDatabase(database)
    await grow(here, { seed: 6, length: 8 })
    const append = await writerOf(here)
    const [call, digest] = [callId('b'), hashText('d')]
    const remember: Rule = { id: 'r1', effect: 'allow', pattern: { type: 'tool', tool: 'shell' }, scope: 'session', why: 'always' }
    await append([{ type: 'turn.started', data: { model: 'm' } }])
    await append([{ type: 'call.decided', data: { call, digest, decision: { type: 'allow', by: 'user', remember } } }])
    await append([{ type: 'turn.ended', data: { stop: 'end' } }])
    const id = await importSession(await exportSession(SESSION, ports(here)), ports(here))
    const fork = await forkSession(id, undefined, { ...ports(here), images: here.images })
    const events = []
    for await (const event of here.log.read(fork)) events.push(event)
    expect(events.some((event) => event.type === 'call.decided')).toBe(true)
    expect(JSON.stringify(events)).not.toContain('"remember"')
    expect((await here.log.claim(fork)).head).toBe(events.length)
    expect((await here.images.begin(fork)).record.imported).toBeUndefined()
  })

  it('refuses every archive in which one byte is another, or takes the same session from it', async () => {
    const { bytes } = await sample(12)
    const place = inMemory()
    const original = await exportSession(await importSession(bytes, ports(place)), ports(place))
    const roll = dice(99)
    const tries = [...Array.from({ length: 600 }, () => roll(bytes.length)), 0, bytes.length - 1, bytes.length - 10]
    let refusals = 0
    for (const at of tries) {
      const flipped = bytes.slice()
      flipped[at] = (flipped[at] ?? 0) ^ (1 << roll(8))
      const there = inMemory()
      try {
        const id = await importSession(flipped, ports(there))
        expect(await exportSession(id, ports(there))).toEqual(original)
      } catch (error) {
        const { code, message } = failureOf(error)
        expect(['bad_input', 'too_large', 'newer']).toContain(code)
        expect(message).toMatch(/^[A-Z].*\.$/s)
        refusals++
      }
    }
    expect(refusals).toBeGreaterThan(tries.length * 0.95)
  }, 60_000)

  it.each(['../../x', '/abs', 'C:\\x', 'C:/x', 'a\\..\\..\\b', 'files/a\0b', 'files/../b', 'files/./b', 'files//b', 'files/b/', ''])(
    '[O38] refuses an archive with the name %j before anything is written',
    async (name) => {
      const { parts } = await sample(3)
      const failure = await refusal(inMemory(), await archiveOf(new Map(parts).set(name, utf8('x'))))
      expect(failure.code).toBe('bad_input')
      expect(failure.message).toContain('Nothing was imported.')
    },
  )

  it('[O38] refuses names that are one on many disks, and one name twice', async () => {
    const { parts } = await sample(3)
    const pair = (a: string, b: string): Promise<Uint8Array> =>
      writeArchive([...[...parts].map(([name, bytes]) => ({ name, bytes })), { name: a, bytes: utf8('1') }, { name: b, bytes: utf8('2') }])
    for (const [a, b] of [
      ['files/A.txt', 'files/a.txt'],
      ['files/e\u0301', 'files/\u00e9'],
      ['files/ß', 'files/SS'],
      ['files/x', 'files/x'],
    ] as const) {
      expect((await refusal(inMemory(), await pair(a, b))).message).toMatch(/one name on many disks|in it twice/)
    }
  })

  it('[O38] refuses a bomb, too many entries and too much, by their lists alone', async () => {
    const bomb = zipSync({ 'session.json': [new Uint8Array(60_000_000), { level: 9, mtime: new Date(1980, 0, 1) }] })
    expect(bomb.length).toBeLessThan(200_000)
    expect((await refusal(inMemory(), bomb)).code).toBe('bad_input')
    const many = await writeArchive(Array.from({ length: 10_001 }, (_, i) => ({ name: `files/${i}`, bytes: new Uint8Array() })))
    expect(await refusal(inMemory(), many)).toMatchObject({ code: 'too_large', message: expect.stringContaining('10001 entries') })
    const large = await refusal(inMemory(), new Uint8Array(SESSION_LIMITS.packed + 1))
    expect(large).toMatchObject({ code: 'too_large' })
    expect(large.message).toContain('25 MiB')
    const grown = await writeArchive(Array.from({ length: 60 }, (_, i) => ({ name: `files/${i}`, bytes: utf8(`${i}abcdefgh`.repeat(20)) })))
    expect(() => readArchive(grown, { ...SESSION_LIMITS, unpacked: 5_000 })).toThrow(/when unpacked/)
    expect(() => readArchive(grown, { ...SESSION_LIMITS, ratio: 2 })).toThrow(/more than 2 times/)
  })

  it('[O38] takes a backup of one’s own that is larger, with every other check', async () => {
    const here = inMemory()
    await here.make()
    const append = await writerOf(here)
    await append([{ type: 'session.opened', data: { title: 'A *title*', project: 'blank' } }])
    const files = Array.from({ length: 10_100 }, (_, i): PathChange => {
      const bytes = i === 0 ? new Uint8Array(randomBytes(SESSION_LIMITS.packed)) : utf8(`${i}`)
      return { path: `f${i}`, before: null, after: { hash: hashBytes(bytes), bytes, mode: 'file', mtime: 1, version: 1 } }
    })
    const changes = files.map(({ path, after }) => ({ path, before: null, after: after?.hash ?? null, added: 1, removed: 0 }))
    await append([{ type: 'workspace.changed', data: { by: 'user', changes } }], { files })
    const bytes = await exportSession(SESSION, ports(here))
    const there = inMemory()
    expect((await refusal(there, bytes)).code).toBe('too_large')
    const id = await importSession(bytes, ports(there), BACKUP_LIMITS)
    expect(await there.log.files(id)).toHaveLength(10_100)
    const flipped = bytes.slice()
    flipped[5_000_000] = (flipped[5_000_000] ?? 0) ^ 1
    expect(await importSession(flipped, ports(inMemory()), BACKUP_LIMITS).catch(failureOf)).toMatchObject({ code: 'bad_input' })
  }, 60_000)

  it('lets others in its worker have their turn', async () => {
    const { bytes } = await sample(60)
    const slow = (text: string): ReturnType<typeof hashText> => {
      const until = performance.now() + 4
      while (performance.now() < until);
      return hashText(text)
    }
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    const started = performance.now()
    await importSession(bytes, { ...ports(inMemory()), hash: slow })
    clearInterval(timer)
    expect(performance.now() - started).toBeGreaterThan(200)
    expect(turns).toBeGreaterThanOrEqual(8)
  })

  it('[O38] stops unpacking where an entry grows beyond what it says', async () => {
    // Both headers say 1,000 bytes; what is packed has a hundred million.
    const honest = await writeArchive([{ name: 'session.json', bytes: random(1_000) }])
    const packed = deflateSync(new Uint8Array(100_000_000), { level: 9 })
    const header = { name: utf8('session.json'), method: DEFLATED, crc: 1, packed: packed.length, size: 1_000 }
    const [local, central] = [localHeader(header), centralHeader(header, 0)]
    const at = local.length + packed.length
    const lie = Buffer.concat([local, packed, central, endRecord({ count: 1, size: central.length, at })])
    expect(honest.length).toBeGreaterThan(1_000)
    const started = performance.now()
    expect((await refusal(inMemory(), new Uint8Array(lie))).message).toContain('not as long as it says')
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('[O38] refuses kinds of archives that it does not make: links, other methods, bytes between entries, a cut end', async () => {
    const { bytes, parts } = await sample(3)
    const foreign = zipSync(Object.fromEntries(parts), { mtime: new Date(2020, 0, 1), os: 3, attrs: 0o120777 << 16 })
    expect((await refusal(inMemory(), foreign)).code).toBe('bad_input')
    expect((await refusal(inMemory(), bytes.subarray(0, bytes.length - 1))).code).toBe('bad_input')
    expect((await refusal(inMemory(), new Uint8Array([...bytes, 0]))).code).toBe('bad_input')
    expect((await refusal(inMemory(), new Uint8Array([0, ...bytes]))).code).toBe('bad_input')
    expect((await refusal(inMemory(), utf8('not a zip'))).code).toBe('bad_input')
    expect((await refusal(inMemory(), new Uint8Array())).code).toBe('bad_input')
  })

  it('[O39] refuses keys that reach behind an object, and pollutes nothing', async () => {
    const { parts } = await sample(5)
    const manifest = textIn(parts, 'session.json')
    for (const evil of ['{"__proto__":{"polluted":1},', '{"constructor":{"prototype":{"polluted":1}},']) {
      const failure = await refusal(inMemory(), await archiveOf(new Map(parts).set('session.json', utf8(manifest.replace('{', evil)))))
      expect(failure.code).toBe('bad_input')
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('[O40] refuses a forged list whose parts do not fit: counts, chain, session, contents, paths, extra entries', async () => {
    const { parts } = await sample()
    const forge = async (next: Map<string, Uint8Array>): Promise<string> => (await refusal(inMemory(), await archiveOf(next))).message
    expect(await forge(remade(parts, (m) => (m['facts'] = { ...(m['facts'] as object), count: 3 })))).toContain('events and not 3')
    expect(await forge(remade(parts, (m) => (m['session'] = 'another')))).toContain('of another session')
    expect(await forge(remade(parts, (m) => (m['version'] = 99)))).toContain('newer version')
    expect(await forge(remade(parts, (m) => (m['rules'] = [])))).toContain('no valid')
    const traversal = remade(parts, (m) => (((m['files'] as { path: string }[])[0] ?? { path: '' }).path = '../x'))
    expect(await forge(traversal)).toContain('cannot be in a workspace')
    expect(await forge(new Map(parts).set('files/extra', utf8('x')))).toContain('not in its list')
    const lines = textIn(parts, 'events.jsonl').split('\n')
    const cut = utf8(`${lines.slice(1, -1).join('\n')}\n`)
    const withoutFirst = remade(new Map(parts).set('events.jsonl', cut), (m) => {
      m['facts'] = { ...(m['facts'] as object), count: lines.length - 2, hash: hashText(new TextDecoder().decode(cut)) }
    })
    expect(await forge(withoutFirst)).toContain('event 1 is not what was written')
    const [name] = [...parts.keys()].filter((one) => one.startsWith('blobs/'))
    const gone = new Map(parts)
    gone.delete(name ?? '')
    expect(await forge(gone)).toContain('is missing')
    const missing = remade(gone, (m) => (m['blobs'] = (m['blobs'] as { hash: string }[]).filter((blob) => `blobs/${blob.hash}` !== name)))
    expect(await forge(missing)).toContain('is missing')
    expect(blobHash((name ?? '').slice(6))).toBeTruthy()
  })

  it('[C18] keeps nothing of an archive that the disk has no room for', async () => {
    const place = inDatabase(database)
    const { bytes } = await sample()
    const disk = fullDisk()
    try {
      disk.fill(true)
      expect((await refusal(place, bytes)).code).toBe('storage_full')
      disk.fill(false)
      const id = await importSession(bytes, ports(place))
      expect(await exportSession(id, ports(place))).toEqual(bytes)
    } finally {
      disk.restore()
    }
  })
})
