import { failureOf, type FileChange, type PathChange, type SessionEvent, type SessionId } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { memoryStore, type MemoryStore } from '../io/event-log-memory'
import { forkSession } from '../io/fork'
import { hashBytes, hashText } from '../io/hash-noble'
import { exportSession, importSession } from './portable'
import { clock, inMemory, ports, SESSION, writerOf, type Place } from './session-under-test'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

function made(path: string, text: string): { readonly fact: FileChange; readonly file: PathChange } {
  const bytes = bytesOf(text)
  const hash = hashBytes(bytes)
  return {
    fact: { path, before: null, after: hash, added: 1, removed: 0 },
    file: { path, before: null, after: { hash, bytes, mode: 'file', mtime: 1, version: 1 } },
  }
}

/** Three facts, each with a file. */
async function threeFiles(store: MemoryStore): Promise<Place> {
  const place = inMemory(store)
  await place.make()
  const append = await writerOf(place)
  await append([{ type: 'session.opened', data: { title: 't', project: 'blank' } }])
  for (const path of ['a.txt', 'b.txt', 'c.txt']) {
    const { fact, file } = made(path, path)
    await append([{ type: 'workspace.changed', data: { by: 'agent', changes: [fact] } }], { files: [file] })
  }
  return place
}

/** The fact of `c.txt` is not what was written any more. */
function damage(store: MemoryStore): void {
  const events = store.sessions.get(SESSION)?.events ?? []
  const last = events[3]
  if (!last) throw new Error('the session is too short')
  events[3] = { ...last, at: last.at + 1 }
}

const fork = (session: SessionId, place: Place): Promise<SessionId> =>
  forkSession(session, undefined, { ...ports(place), images: place.images })

async function factsOf(place: Place, session: SessionId): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = []
  for await (const event of place.log.read(session)) events.push(event)
  return events
}

it('[C23] a damaged import is forked with what can be read, the fork says what it does not have, and can be written', async () => {
  const store = memoryStore({ hash: hashText, clock })
  const place = await threeFiles(store)
  damage(store)
  store.blobs.delete(hashBytes(bytesOf('b.txt')))
  const there = inMemory()
  const imported = await importSession(await exportSession(SESSION, ports(place)), ports(there))
  const id = await fork(imported, there)
  expect((await there.log.files(id)).map(({ path, size }) => [path, size])).toEqual([
    ['a.txt', 5],
    ['c.txt', 5],
  ])
  const events = await factsOf(there, id)
  expect(events.slice(3)).toMatchObject([
    { seq: 4, type: 'workspace.changed', data: { by: 'import', changes: [{ path: 'b.txt', after: null }] } },
    { seq: 5, type: 'checkpoint.made' },
  ])
  const said = events[4]?.type === 'checkpoint.made' ? events[4].data.name : ''
  expect(said).toContain('what followed fact 3 was damaged')
  expect(said).toContain('the content of b.txt was not there')
  expect((await there.log.claim(id)).head).toBe(5)
})

it('[C23] a damaged session is forked up to its last good fact, and the fork says so', async () => {
  const store = memoryStore({ hash: hashText, clock })
  const place = await threeFiles(store)
  damage(store)
  const events = await factsOf(place, await fork(SESSION, place))
  expect(events.map(({ type }) => type)).toEqual(['session.opened', 'workspace.changed', 'workspace.changed', 'checkpoint.made'])
  expect(events[3]?.type === 'checkpoint.made' && events[3].data.name).toContain('what followed fact 3 was damaged')
})

it('a whole session is not forked without the content of one of its files', async () => {
  const store = memoryStore({ hash: hashText, clock })
  const place = await threeFiles(store)
  store.blobs.delete(hashBytes(bytesOf('b.txt')))
  expect(failureOf(await fork(SESSION, place).catch((error: unknown) => error))).toMatchObject({ code: 'not_found' })
  expect(store.sessions.size).toBe(1)
})
