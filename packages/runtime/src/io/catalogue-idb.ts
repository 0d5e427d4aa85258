import {
  type DraftKind,
  fail,
  sessionId,
  ulid,
  type FileEntry,
  type Json,
  type Mode,
  type Random,
  type SessionId,
  type SessionRow,
  type SessionShelf,
} from '@tabwright/protocol'
import { writeAppend } from './append-idb'
import { broadcasts } from './broadcast'
import { writing, type Database, type Handle, type WriteTx } from './database'
import { dropRows, DROPPED_FROM } from './drop-rows'
import { draftKey, DRAFTS } from './draft-key'
import { closeEpoch } from './fence-row'
import { MANY_FILES, writeList } from './files-idb'
import { headRow, parkedRow } from './head-record'
import { imageIdb } from './image-idb'
import type { ImageStore } from './image-store'
import { readRecord, readRows } from './record-idb'
import { rowsOf } from './row-writer'
import { DEMO_RULES, ruleShelf, type RuleShelf } from './rules-idb'
import { CATALOGUE_CHANNEL } from './session-hints'
import { onShelf, rowOf, unhidden, type SessionRecord } from './session-record'
import { planSeed, type SeedFile } from './session-seed'
import { missingSession, type LogPorts } from './session-store'
import { storageUseWith, type StorageUse } from './storage'
import { tidyContents } from './tidy-idb'

const DATABASE_NAME = 'database'

/** How long a deleted session can be brought back. */
export const UNDO_MS = 10_000

/** All sessions of this browser, and what is kept beside them. */
export interface SessionCatalogue {
  /** Newest first, without the deleted ones. */
  list(): Promise<readonly SessionRow[]>
  /** Called after any tab changed the list. */
  watch(listener: () => void): () => void
  /** Resolves when session and files are durable. */
  create(options: NewSessionOptions): Promise<SessionId>
  rename(session: SessionId, title: string): Promise<void>
  /** Puts it on top or aside; undefined: back among the others. */
  shelve(session: SessionId, shelf: SessionShelf | undefined): Promise<void>
  /** Hides it; its data goes 10 s later or at the next start. */
  remove(session: SessionId): Promise<void>
  /** @throws FailureError `not_found` when its data is gone */
  restore(session: SessionId): Promise<void>
  readDraft(session: SessionId, kind?: DraftKind): Promise<string>
  saveDraft(session: SessionId, text: string, kind?: DraftKind): Promise<void>
  storage(): Promise<StorageUse>
  /** Small things a person set. Never a key or another secret. */
  readSetting(key: string): Promise<Json | undefined>
  saveSetting(key: string, value: Json): Promise<void>
  /** A name of the database itself, given once: another one means that the browser removed everything in between. Undefined in memory. */
  databaseName(): Promise<string | undefined>
  /** Deletes for good what was removed more than 10 s ago and what nobody names, and packs contents anew. At the start and after each removal. */
  purge(): Promise<void>
  /** Rules that outlive a session. */
  readonly rules: RuleShelf
  /** The sessions whole, for archives and the mirror. */
  readonly images: ImageStore
  /** Tells every tab that the list is another: for whoever wrote through `images`. */
  announce(): void
  close(): void
}

/** What a session is made from. */
export interface NewSessionOptions {
  readonly title: string
  readonly project: SessionRow['project']
  readonly mode?: Mode
  readonly files: readonly SeedFile[]
}

/** What a catalogue takes from outside. */
export interface CataloguePorts extends LogPorts {
  readonly random: Random
}

/** The list in IndexedDB, shared by all tabs. */
export function catalogueIdb(database: Database, ports: CataloguePorts): SessionCatalogue {
  const channels = broadcasts()
  const rules = ruleShelf(database, ports)
  const listeners = new Set<() => void>()
  const announce = (): void => {
    for (const listener of listeners) listener()
  }
  channels.listen(CATALOGUE_CHANNEL, announce)
  const changed = (): void => channels.tell(CATALOGUE_CHANNEL, 'changed')

  const change = async (session: SessionId, next: (record: SessionRecord) => SessionRecord): Promise<void> => {
    await database.run((handle) => changeRecord(handle, session, next))
    changed()
  }

  return {
    list: () =>
      database.run(async (handle) => {
        const records = await readRows(handle)
        const shown = records.filter((record) => record.deletedAt === undefined)
        return shown.toSorted((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1)).map(rowOf)
      }),
    watch(listener) {
      const mine = (): void => listener()
      listeners.add(mine)
      return () => listeners.delete(mine)
    },
    async create(options) {
      const id = sessionId(ulid(ports.clock.now(), ports.random))
      await createSession(database, { id, ...options }, ports)
      if (options.project === 'demo') await rules.join(id, DEMO_RULES)
      changed()
      return id
    },
    rename: (session, title) => change(session, (record) => ({ ...record, title: titled(title) })),
    shelve: (session, shelf) => change(session, (record) => onShelf(record, shelf)),
    remove: (session) => change(session, (record) => ({ ...record, deletedAt: ports.clock.now() })),
    restore: (session) => change(session, unhidden),
    ...draftsOf(database),
    ...settingsOf(database, ports),
    storage: () => storageUseWith(() => database.isBallastSpent()),
    async purge() {
      const records = await database.run((handle) => handle.getAll('sessions'))
      const until = ports.clock.now() - UNDO_MS
      const due = records.filter(({ deletedAt }) => deletedAt !== undefined && deletedAt <= until)
      for (const { id } of due) await purgeSession(database, id)
      const kept = records.filter((record) => !due.includes(record)).map(({ id }) => id)
      await tidyContents(database, { sessions: kept, purged: due.length > 0 })
      if (due.length > 0) await database.fillBallast()
    },
    rules,
    images: imageIdb(database),
    announce: changed,
    close: () => {
      rules.close()
      channels.close()
    },
  }
}

function draftsOf(database: Database): Pick<SessionCatalogue, 'readDraft' | 'saveDraft'> {
  return {
    readDraft: (of, kind) => database.run(async (handle) => (await handle.get('drafts', draftKey(of, kind)))?.text ?? ''),
    saveDraft: (of, text, kind) =>
      database.run(async (handle) => {
        const session = draftKey(of, kind)
        const tx = handle.transaction('drafts', 'readwrite', { durability: 'relaxed' })
        await writing(tx, async (keep) => keep(text === '' ? tx.store.delete(session) : tx.store.put({ session, text })))
      }),
  }
}

function settingsOf(database: Database, ports: CataloguePorts): Pick<SessionCatalogue, 'readSetting' | 'saveSetting' | 'databaseName'> {
  return {
    databaseName: () => database.run((handle) => namedOnce(handle, ports)),
    readSetting: (key) =>
      database.run(async (handle) => {
        const value = (await handle.get('settings', settingKey(key)))?.value
        return value instanceof Uint8Array ? undefined : value
      }),
    saveSetting: (key, value) =>
      database.run(async (handle) => {
        const tx = handle.transaction('settings', 'readwrite', { durability: 'strict' })
        await writing(tx, async (keep) => keep(tx.store.put({ key: settingKey(key), value })))
      }),
  }
}

/** Whoever asks first gives the name. */
async function namedOnce(handle: Handle, ports: CataloguePorts): Promise<string> {
  const known = (await handle.get('settings', DATABASE_NAME))?.value
  if (typeof known === 'string') return known
  const tx = handle.transaction('settings', 'readwrite', { durability: 'strict' })
  return writing(tx, async (keep) => {
    const value = (await tx.store.get(DATABASE_NAME))?.value
    if (typeof value === 'string') return value
    const name = ulid(ports.clock.now(), ports.random)
    keep(tx.store.put({ key: DATABASE_NAME, value: name }))
    return name
  })
}

/** A title as it is kept: one line, no longer than a list can show. */
export function titled(title: string): string {
  const line = title.replaceAll(/\s+/g, ' ').trim().slice(0, 200)
  return line === '' ? fail('bad_input', 'A session needs a title.') : line
}

// A setting shares the store with the ballast, never its key.
function settingKey(key: string): string {
  return `set:${key}`
}

function createSession(database: Database, session: NewSessionOptions & { id: SessionId }, ports: CataloguePorts): Promise<void> {
  const { plan, commit } = planSeed({ ...session, title: titled(session.title) }, ports)
  return database.run(async (handle) => {
    const tx: WriteTx = handle.transaction(['sessions', 'events', 'wire', 'inbox', 'files', 'blobs', 'refs'], 'readwrite', {
      durability: 'strict',
    })
    await writing(tx, async (keep) => {
      // The id is new, so if it is there the first try went through although its connection died.
      if ((await tx.objectStore('sessions').getKey(session.id)) !== undefined) return
      const listing = (commit.files?.length ?? 0) >= MANY_FILES ? new Map<string, FileEntry>() : undefined
      writeAppend(rowsOf(tx, keep), { plan, commit, isNamed: () => false, listing })
      if (listing) writeList(tx, { session: session.id, files: listing.values() }, keep)
      keep(tx.objectStore('sessions').put(plan.record))
    })
  })
}

/** Changes what any tab may change of a session's row. A deleted session's epoch is closed: its writer is refused without reading the row. */
function changeRecord(handle: Handle, session: SessionId, next: (record: SessionRecord) => SessionRecord): Promise<void> {
  const tx: WriteTx = handle.transaction(['sessions', 'heads', 'events'], 'readwrite', { durability: 'strict' })
  return writing(tx, async (keep) => {
    const before = (await tx.objectStore('sessions').get(session)) ?? missingSession(session)
    const record = (await readRecord(tx, session)) ?? missingSession(session)
    const after = next(before)
    keep(tx.objectStore('sessions').put(after))
    const [was, is] = [before.deletedAt !== undefined, after.deletedAt !== undefined]
    const heads = tx.objectStore('heads')
    if (!was && is) {
      keep(heads.put(parkedRow(record)))
      closeEpoch(tx, { session, epoch: record.epoch, seq: record.head + 1 }, keep)
    }
    if (was && !is) {
      // The fence stays: its writer finds it, asks, and puts its fact in that place.
      keep(heads.delete([session, record.epoch]))
      keep(heads.put(headRow(record)))
    }
  })
}

/** Everything of one session in one transaction; contents that another session names stay. */
function purgeSession(database: Database, session: SessionId): Promise<void> {
  return database.run(async (handle) => {
    const tx: WriteTx = handle.transaction([...DROPPED_FROM, 'drafts'], 'readwrite', { durability: 'relaxed' })
    await writing(tx, async (keep) => {
      const record = await tx.objectStore('sessions').get(session)
      // Brought back by another tab since it was found due.
      if (!record || record.deletedAt === undefined) return
      await dropRows(tx, session, keep)
      for (const kind of DRAFTS) keep(tx.objectStore('drafts').delete(draftKey(session, kind)))
    })
  })
}
