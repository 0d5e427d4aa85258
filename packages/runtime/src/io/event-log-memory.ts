import {
  changedMessage,
  type BlobHash,
  type Claim,
  type Commit,
  type FileEntry,
  type InboxMessage,
  type InboxRow,
  type QueuedChange,
  type SessionEvent,
  type SessionId,
  type Snapshot,
  type SnapshotStore,
  type WireRow,
} from '@tabwright/protocol'
import { entryAfter, planAppend, type AppendPlan, type WireRecord } from './append-plan'
import { emptyRecord, postedAs, recordPosted, type SessionRecord } from './session-record'
import { reordered, sameRow } from './inbox-order'
import { missingBlob, missingSession, onlyRead, takenBack, type LogPorts, type SessionStore, type StoreHint } from './session-store'
import { chainReader } from './stored-chain'

export type { SessionStore, StoreHint } from './session-store'

/** One session in memory. */
export interface MemorySession {
  record: SessionRecord
  readonly events: SessionEvent[]
  readonly wire: WireRecord[]
  readonly inbox: Map<number, InboxRow>
  readonly files: Map<string, FileEntry>
  readonly snapshots: Map<string, Snapshot>
}

/** Sessions that end with whoever holds them. */
export interface MemoryStore extends SessionStore {
  /** The rows themselves, for a catalogue in the same worker and for tests that damage them. */
  readonly sessions: Map<SessionId, MemorySession>
  readonly blobs: Map<BlobHash, Uint8Array>
  /** Makes an empty session. */
  open(record: SessionRecord): void
  /** Makes a session with its first facts and files. */
  put(plan: AppendPlan, commit: Commit): void
}

/** What the memory store takes from outside. */
export interface MemoryPorts extends LogPorts {
  /** `create`: claiming a session that is not there makes an empty one. Otherwise it is refused, as IndexedDB's store does. */
  readonly whenMissing?: 'refuse' | 'create'
}

/** The same promises as IndexedDB's store while the worker lives, nothing after: for browsers that keep no data, and for tests. */
export function memoryStore(ports: MemoryPorts): MemoryStore {
  return new MemoryLog(ports)
}

class MemoryLog implements MemoryStore {
  readonly sessions = new Map<SessionId, MemorySession>()
  readonly blobs = new Map<BlobHash, Uint8Array>()
  readonly snapshots: SnapshotStore = {
    load: async (session, name) => this.#find(session).snapshots.get(name),
    save: async (session, name, snapshot) => void this.sessions.get(session)?.snapshots.set(name, snapshot),
  }
  readonly #ports: MemoryPorts
  readonly #listeners = new Map<SessionId, Set<(hint: StoreHint) => void>>()

  constructor(ports: MemoryPorts) {
    this.#ports = ports
  }

  open(record: SessionRecord): void {
    this.sessions.set(record.id, { record, events: [], wire: [], inbox: new Map(), files: new Map(), snapshots: new Map() })
  }

  put(plan: AppendPlan, commit: Commit): void {
    this.open(plan.record)
    this.#write(this.#find(plan.record.id), plan, commit)
  }

  async claim(session: SessionId): Promise<Claim> {
    if (!this.sessions.has(session) && this.#ports.whenMissing === 'create') {
      this.open(emptyRecord({ id: session, title: '', project: 'blank', at: this.#ports.clock.now() }))
    }
    const found = this.#find(session)
    if (found.record.imported) onlyRead()
    if (found.record.head > 0) chainReader(found.record.head, this.#ports.hash).next(found.events[found.record.head - 1])
    const epoch = found.record.epoch + 1
    found.record = { ...found.record, epoch }
    this.#tell(session, { type: 'claimed', epoch })
    return { epoch, head: found.record.head, wire: found.record.wireEpoch, rewinds: found.record.rewinds ?? [] }
  }

  async newest(session: SessionId): Promise<Pick<Claim, 'head' | 'rewinds'>> {
    const { head, rewinds = [] } = this.#find(session).record
    return { head, rewinds }
  }

  async append(session: SessionId, epoch: number, commit: Commit): Promise<readonly SessionEvent[]> {
    const found = this.#find(session)
    const plan = planAppend(found.record, commit, { epoch, at: this.#ports.clock.now(), hash: this.#ports.hash })
    for (const n of commit.taken ?? []) if (!found.inbox.has(n)) takenBack()
    for (const row of commit.unchanged ?? []) if (!sameRow(found.inbox.get(row.n), row)) takenBack()
    this.#write(found, plan, commit)
    this.#tell(session, { type: 'appended', head: plan.record.head })
    return plan.events
  }

  async *read(session: SessionId, from = 1, to = Number.MAX_SAFE_INTEGER): AsyncIterable<SessionEvent> {
    const found = this.#find(session)
    const first = Math.max(1, from)
    const chain = chainReader(first, this.#ports.hash)
    const end = Math.min(to, found.record.head)
    for (let seq = first; seq <= end; seq++) yield chain.next(found.events[seq - 1])
  }

  async check(session: SessionId): Promise<void> {
    const { events, record } = this.#find(session)
    const chain = chainReader(1, this.#ports.hash)
    for (let i = 0; i < record.head; i++) chain.next(events[i])
  }

  async readWire(session: SessionId, epoch?: number): Promise<readonly WireRow[]> {
    const { wire, record } = this.#find(session)
    return wire.filter((row) => row.epoch === (epoch ?? record.wireEpoch)).map(({ role, text }) => ({ role, text }))
  }

  async post(session: SessionId, message: InboxMessage, id?: string): Promise<number> {
    const found = this.#find(session)
    if (found.record.imported) onlyRead()
    const known = postedAs(found.record, id)
    if (known !== undefined) return known
    const n = found.record.inboxLast + 1
    found.record = recordPosted(found.record, n, id)
    found.inbox.set(n, { n, at: this.#ports.clock.now(), message })
    this.#tell(session, { type: 'posted', n })
    return n
  }

  async readInbox(session: SessionId): Promise<readonly InboxRow[]> {
    return [...this.#find(session).inbox.values()]
  }

  async withdraw(session: SessionId, n: number): Promise<boolean> {
    const gone = this.#find(session).inbox.delete(n)
    if (gone) this.#tell(session, { type: 'posted', n })
    return gone
  }

  async amend(session: SessionId, n: number, change: QueuedChange): Promise<boolean> {
    const { inbox } = this.#find(session)
    const row = inbox.get(n)
    if (row?.message.type !== 'message') return false
    inbox.set(n, { ...row, message: changedMessage(row.message, change) })
    this.#tell(session, { type: 'posted', n })
    return true
  }

  async reorder(session: SessionId, order: readonly number[]): Promise<boolean> {
    const { inbox } = this.#find(session)
    const rows = reordered([...inbox.values()], order)
    for (const row of rows ?? []) inbox.set(row.n, row)
    if (rows) this.#tell(session, { type: 'posted', n: order[0] ?? 0 })
    return rows !== undefined
  }

  async files(session: SessionId): Promise<readonly FileEntry[]> {
    const { files } = this.#find(session)
    return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
  }

  async loadBlob(hash: BlobHash): Promise<Uint8Array> {
    return this.blobs.get(hash) ?? missingBlob(hash)
  }

  watch(session: SessionId, listener: (hint: StoreHint) => void): () => void {
    const listeners = this.#listeners.get(session) ?? new Set()
    this.#listeners.set(session, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
  }

  #find(session: SessionId): MemorySession {
    const found = this.sessions.get(session)
    return found && found.record.deletedAt === undefined ? found : missingSession(session)
  }

  #write(found: MemorySession, plan: AppendPlan, commit: Commit): void {
    found.record = plan.record
    found.events.push(...plan.events)
    found.wire.push(...plan.wire)
    for (const n of commit.taken ?? []) found.inbox.delete(n)
    for (const { hash, bytes } of commit.contents ?? []) if (!this.blobs.has(hash)) this.blobs.set(hash, bytes.slice())
    for (const change of commit.files ?? []) {
      const entry = entryAfter(change)
      if (!entry || !change.after) {
        found.files.delete(change.path)
        continue
      }
      found.files.set(change.path, entry)
      if (!this.blobs.has(entry.hash)) this.blobs.set(entry.hash, change.after.bytes.slice())
    }
  }

  #tell(session: SessionId, hint: StoreHint): void {
    // After the caller's promise, as a message from another worker would come.
    for (const listener of this.#listeners.get(session) ?? []) queueMicrotask(() => listener(hint))
  }
}
