import {
  changedMessage,
  type BlobHash,
  type Claim,
  type Commit,
  type Failure,
  type FileEntry,
  type InboxMessage,
  type InboxRow,
  type QueuedChange,
  type SessionEvent,
  type SessionId,
  type SnapshotStore,
  type WireRow,
} from '@tabwright/protocol'
import { endsSomething } from './append-plan'
import { writeBatch, type Batch, type Pending, type Written, type WrittenBatch } from './append-idb'
import type { KnownSession } from './append-session'
import { broadcasts, type Broadcasts } from './broadcast'
import { contentReader, type ContentReader } from './contents-idb'
import { sessionRange, writing, type Database } from './database'
import { claimSession } from './claim-idb'
import { inOrder, readFiles } from './files-idb'
import { readLog } from './log-read-idb'
import { createSealer, type Sealer } from './sealing-idb'
import { CATALOGUE_CHANNEL, parseHint, sessionChannel } from './session-hints'
import { missingSession, onlyRead, type LogPorts, type SessionStore, type StoreHint } from './session-store'
import { storageFailure, storageFull } from './storage-failure'
import { snapshotsIdb } from './snapshot-idb'
import { readRecord, readRow } from './record-idb'
import { postedAs, recordPosted } from './session-record'
import { draftKey } from './draft-key'
import { reordered } from './inbox-order'

/** What the log in IndexedDB takes beside {@link LogPorts}. */
export interface LogIdbOptions extends LogPorts {
  /** Something beside the log failed; nothing of the log is lost. */
  readonly lost?: (failure: Failure) => void
  /** Names the code that folds: what another build saved is not loaded. */
  readonly build?: string
  /** Whether old facts are sealed into chunks in the background. Default: they are. */
  readonly sealing?: 'background' | 'never'
}

/** The sessions of this browser, in IndexedDB. One for each worker; several may be open on one database at once. */
export function eventLogIdb(database: Database, ports: LogIdbOptions): SessionStore {
  return new EventLogIdb(database, ports)
}

/** Facts whose hashes are worked out in one go while the session goes on. */
const CHECKED_AT_ONCE = 256

/** Other tabs hear of appends at most once a frame: a message for each would cost a fifth of what the append itself does. */
const TOLD_MS = 33

class EventLogIdb implements SessionStore {
  readonly #database: Database
  readonly #contents: ContentReader
  readonly #ports: LogPorts
  readonly #broadcasts: Broadcasts = broadcasts()
  #queue: Pending[] = []
  #draining = false
  readonly #untold = new Map<SessionId, number>()
  #telling: ReturnType<typeof setTimeout> | undefined
  /** The sessions that this store writes, as it wrote them last. */
  readonly #known = new Map<SessionId, KnownSession>()
  /** This store freed the ballast and has not put it back. */
  #isBallastOwed = false
  readonly #sealer: Sealer
  readonly snapshots: SnapshotStore

  constructor(database: Database, ports: LogIdbOptions) {
    this.#database = database
    this.#contents = contentReader(database)
    this.#ports = ports
    this.#sealer =
      ports.sealing === 'never'
        ? { grown: () => undefined, close: () => undefined }
        : createSealer(database, { hash: ports.hash, stopped: (_, failure) => ports.lost?.(failure) })
    this.snapshots = snapshotsIdb(database, ports.build ?? '')
  }

  async claim(session: SessionId): Promise<Claim> {
    const record = await this.#database.run((handle) => claimSession(handle, session, this.#ports.hash))
    const { epoch, head, wireEpoch: wire, rewinds = [] } = record
    this.#known.set(session, { record, savedHead: head, fences: new Set([head + 1]) })
    this.#contents.lookAnew(session)
    this.#tell(session, { type: 'claimed', epoch })
    this.#sealer.grown(session, head)
    return { epoch, head, wire, rewinds }
  }

  newest(session: SessionId): Promise<Pick<Claim, 'head' | 'rewinds'>> {
    return this.#database.run(async (handle) => {
      const record = await readRecord(handle.transaction(['sessions', 'heads', 'events']), session)
      if (!record || record.deletedAt !== undefined) return missingSession(session)
      return { head: record.head, rewinds: record.rewinds ?? [] }
    })
  }

  append(session: SessionId, epoch: number, commit: Commit): Promise<readonly SessionEvent[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ session, epoch, commit, at: this.#ports.clock.now(), alone: false, resolve, reject })
      void this.#drain()
    })
  }

  read(session: SessionId, from = 1, to = Number.MAX_SAFE_INTEGER): AsyncIterable<SessionEvent> {
    return readLog(this.#database, { session, from, to, hash: this.#ports.hash })
  }

  async check(session: SessionId): Promise<void> {
    let checked = 0
    for await (const event of readLog(this.#database, { session, hash: this.#ports.hash, check: 'facts' })) {
      checked = event.seq
      // The session works meanwhile: what it waits for goes first.
      if (checked % CHECKED_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve))
    }
  }

  readWire(session: SessionId, epoch?: number): Promise<readonly WireRow[]> {
    return this.#database.run(async (handle) => {
      const tx = handle.transaction(['sessions', 'heads', 'wire'])
      const record = (await readRow(tx, session)) ?? missingSession(session)
      const asked = epoch ?? record.wireEpoch
      const rows = await tx.objectStore('wire').getAll(IDBKeyRange.bound([session, asked], [session, asked, []]))
      return rows.map(({ role, text }) => ({ role, text }))
    })
  }

  async post(session: SessionId, message: InboxMessage, id?: string): Promise<number> {
    const at = this.#ports.clock.now()
    let tried: number | undefined
    const n = await this.#database.run(async (handle) => {
      const tx = handle.transaction(['sessions', 'inbox', 'drafts'], 'readwrite', { durability: 'strict' })
      return writing(tx, async (keep) => {
        const drafts = tx.objectStore('drafts')
        const attachedKey = draftKey(session, 'attached')
        const [record, draft, attached] = await Promise.all([
          tx.objectStore('sessions').get(session),
          drafts.get(session),
          drafts.get(attachedKey),
        ])
        if (!record || record.deletedAt !== undefined) return missingSession(session)
        if (record.imported) return onlyRead()
        const known = postedAs(record, id)
        if (known !== undefined) return known
        if (tried !== undefined) {
          // The first try's connection died: was it before or after the disk had it?
          const row = await tx.objectStore('inbox').get([session, tried])
          if (row && row.at === at && JSON.stringify(row.message) === JSON.stringify(message)) return tried
        }
        tried = record.inboxLast + 1
        keep(tx.objectStore('inbox').add({ session, n: tried, at, message }))
        keep(tx.objectStore('sessions').put(recordPosted(record, tried, id)))
        // With the message and not after it: a box that shows what is on its way would be sent a second time.
        if (draft && isDraftOf(draft.text, message)) keep(drafts.delete(session))
        if (attached && isAttachedDraftOf(attached.text, message)) keep(drafts.delete(attachedKey))
        return tried
      })
    })
    this.#tell(session, { type: 'posted', n })
    return n
  }

  readInbox(session: SessionId): Promise<readonly InboxRow[]> {
    return this.#database.run(async (handle) => {
      const rows = await handle.getAll('inbox', sessionRange(session))
      return rows.map(({ n, at, message }) => ({ n, at, message }))
    })
  }

  async withdraw(session: SessionId, n: number): Promise<boolean> {
    const gone = await this.#database.run(async (handle) => {
      const tx = handle.transaction('inbox', 'readwrite', { durability: 'strict' })
      return writing(tx, async (keep) => {
        const there = (await tx.store.getKey([session, n])) !== undefined
        if (there) keep(tx.store.delete([session, n]))
        return there
      })
    })
    if (gone) this.#tell(session, { type: 'posted', n })
    return gone
  }

  async amend(session: SessionId, n: number, change: QueuedChange): Promise<boolean> {
    const isThere = await this.#rewrite(session, (rows) => {
      const row = rows.find((other) => other.n === n)
      return row?.message.type === 'message' ? [{ ...row, message: changedMessage(row.message, change) }] : undefined
    })
    if (isThere) this.#tell(session, { type: 'posted', n })
    return isThere
  }

  async reorder(session: SessionId, order: readonly number[]): Promise<boolean> {
    const isThere = await this.#rewrite(session, (rows) => reordered(rows, order))
    if (isThere) this.#tell(session, { type: 'posted', n: order[0] ?? 0 })
    return isThere
  }

  /** Puts back what `change` makes of the inbox; undefined means that a row which it needs is gone. */
  #rewrite(session: SessionId, change: (rows: readonly InboxRow[]) => readonly InboxRow[] | undefined): Promise<boolean> {
    return this.#database.run(async (handle) => {
      const tx = handle.transaction('inbox', 'readwrite', { durability: 'strict' })
      return writing(tx, async (keep) => {
        const rows = change(await tx.store.getAll(sessionRange(session)))
        for (const { n, at, message } of rows ?? []) keep(tx.store.put({ session, n, at, message }))
        return rows !== undefined
      })
    })
  }

  files(session: SessionId): Promise<readonly FileEntry[]> {
    this.#contents.look(session)
    return this.#database.run(async (handle) => {
      return inOrder(await readFiles(handle.transaction('files'), session))
    })
  }

  loadBlob(hash: BlobHash): Promise<Uint8Array> {
    return this.#contents.load(hash)
  }

  watch(session: SessionId, listener: (hint: StoreHint) => void): () => void {
    return this.#broadcasts.listen(sessionChannel(session), (message) => {
      const hint = parseHint(message)
      if (hint) listener(hint)
    })
  }

  close(): void {
    this.#sealer.close()
    this.#tellHeads()
    this.#broadcasts.close()
  }

  #tell(session: SessionId, hint: StoreHint): void {
    this.#broadcasts.tell(sessionChannel(session), hint)
  }

  /** One transaction at a time: what arrives while it is in flight shares the next one, so a strict write is paid once for all. */
  async #drain(): Promise<void> {
    if (this.#draining) return
    this.#draining = true
    // What is appended in the same breath is in the first batch already.
    await Promise.resolve()
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      try {
        this.#settle(batch, await this.#write(batch))
      } catch (error) {
        const [only, ...others] = batch
        if (only && others.length === 0) this.#refuse(only, storageFailure(error))
        // One of them is at fault: tried alone, it fails alone.
        else this.#queue.unshift(...batch.map((pending) => ({ ...pending, alone: true })))
      }
    }
    this.#draining = false
  }

  #take(): readonly Pending[] {
    return this.#queue.splice(0, this.#queue[0]?.alone ? 1 : this.#queue.length)
  }

  async #write(entries: readonly Pending[]): Promise<readonly Written[]> {
    const batch: Batch = { entries, hash: this.#ports.hash, known: this.#known, isNamed: this.#contents.isNamed, tried: undefined }
    try {
      if (this.#isBallastOwed && !entries.every(({ commit }) => endsSomething(commit))) await this.#payBallast()
      return this.#noted(await this.#database.run((handle) => writeBatch(handle, batch)))
    } catch (error) {
      for (const { session } of entries) this.#known.delete(session)
      const [only, ...others] = entries
      const isSpared = only && others.length === 0 && endsSomething(only.commit) && storageFailure(error).failure.code === 'storage_full'
      if (!isSpared || !(await this.#database.releaseBallast())) throw error
      this.#isBallastOwed = true
      return this.#noted(await this.#database.run((handle) => writeBatch(handle, batch)))
    }
  }

  /** The room that was kept for the end of what ran is no room to begin something in. */
  async #payBallast(): Promise<void> {
    if (!(await this.#database.fillBallast())) throw storageFull()
    this.#isBallastOwed = false
  }

  #tellHeads(): void {
    clearTimeout(this.#telling)
    this.#telling = undefined
    for (const [session, head] of this.#untold) this.#tell(session, { type: 'appended', head })
    this.#untold.clear()
  }

  #noted({ sessions, results }: WrittenBatch): readonly Written[] {
    for (const [session, known] of sessions) this.#known.set(session, known)
    return results
  }

  #settle(batch: readonly Pending[], results: readonly Written[]): void {
    const heads = new Map<SessionId, number>()
    let isListed = false
    for (const [index, pending] of batch.entries()) {
      const result = results[index]
      if (result?.type === 'written') {
        this.#contents.wrote(pending.session, pending.commit)
        pending.resolve(result.events)
        heads.set(pending.session, result.head)
        isListed ||= result.isListed
      } else if (result) this.#refuse(pending, result.error)
    }
    for (const [session, head] of heads) {
      this.#untold.set(session, head)
      this.#telling ??= setTimeout(() => this.#tellHeads(), TOLD_MS)
      this.#sealer.grown(session, head)
    }
    if (isListed) this.#broadcasts.tell(CATALOGUE_CHANNEL, 'changed')
  }

  /** What was queued behind a refused append goes with it: a later fact never stands without the earlier one. */
  #refuse(pending: Pending, error: unknown): void {
    pending.reject(error)
    const { session } = pending
    const behind = this.#queue.filter((other) => other.session === session)
    this.#queue = this.#queue.filter((other) => other.session !== session)
    for (const other of behind) other.reject(error)
  }
}

/** Whether what is kept of a box with attachments is what was sent, or how far it had come. */
function isAttachedDraftOf(draft: string, message: InboxMessage): boolean {
  return message.type === 'message' && JSON.stringify(message.attachments ?? []).startsWith(draft.slice(0, -1))
}

/** Whether a draft is what was sent, or how far it was typed when it was last kept. */
function isDraftOf(draft: string, message: InboxMessage): boolean {
  return message.type === 'message' && message.text.trim().startsWith(draft.trim())
}
