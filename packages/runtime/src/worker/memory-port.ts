import type {
  BlobHash,
  Claim,
  Commit,
  FileEntry,
  InboxMessage,
  InboxRow,
  QueuedChange,
  SessionEvent,
  SessionId,
  Snapshot,
  WireRow,
} from '@tabwright/protocol'
import { expose, proxy, wrap } from 'comlink'
import type { SessionStore, StoreHint } from '../io/session-store'

const CHUNK = 500

/** A store as it crosses a port: what is a stream here is asked for in pieces there. */
interface StoreOverPort {
  claim(session: SessionId): Promise<Claim>
  newest(session: SessionId): Promise<Pick<Claim, 'head' | 'rewinds'>>
  append(session: SessionId, epoch: number, commit: Commit): Promise<readonly SessionEvent[]>
  readSome(session: SessionId, from: number, to: number): Promise<readonly SessionEvent[]>
  loadSnapshot(session: SessionId, name: string): Promise<Snapshot | undefined>
  saveSnapshot(session: SessionId, name: string, snapshot: Snapshot): Promise<void>
  check(session: SessionId): Promise<void>
  readWire(session: SessionId, epoch?: number): Promise<readonly WireRow[]>
  post(session: SessionId, message: InboxMessage, id?: string): Promise<number>
  readInbox(session: SessionId): Promise<readonly InboxRow[]>
  withdraw(session: SessionId, n: number): Promise<boolean>
  amend(session: SessionId, n: number, change: QueuedChange): Promise<boolean>
  reorder(session: SessionId, order: readonly number[]): Promise<boolean>
  files(session: SessionId): Promise<readonly FileEntry[]>
  loadBlob(hash: BlobHash): Promise<Uint8Array>
  watch(session: SessionId, listener: (hint: StoreHint) => void): void
}

/** A port to a store that lives in this worker. Only between our own workers: whoever has the port has every session behind it. */
export function servePort(store: SessionStore): MessagePort {
  const { port1, port2 } = new MessageChannel()
  const served: StoreOverPort = {
    claim: (session) => store.claim(session),
    newest: (session) => store.newest(session),
    append: (session, epoch, commit) => store.append(session, epoch, commit),
    async readSome(session, from, to) {
      const some: SessionEvent[] = []
      for await (const event of store.read(session, from, to)) some.push(event)
      return some
    },
    loadSnapshot: (session, name) => store.snapshots.load(session, name),
    saveSnapshot: (session, name, snapshot) => store.snapshots.save(session, name, snapshot),
    check: (session) => store.check(session),
    readWire: (session, epoch) => store.readWire(session, epoch),
    post: (session, message, id) => store.post(session, message, id),
    readInbox: (session) => store.readInbox(session),
    withdraw: (session, n) => store.withdraw(session, n),
    amend: (session, n, change) => store.amend(session, n, change),
    reorder: (session, order) => store.reorder(session, order),
    files: (session) => store.files(session),
    loadBlob: (hash) => store.loadBlob(hash),
    watch: (session, listener) => void store.watch(session, listener),
  }
  expose(served, port1)
  return port2
}

/** The store behind a port of {@link servePort}. Both sides carry failures (`carryFailures`). */
export function storeOverPort(port: MessagePort): SessionStore {
  const remote = wrap<StoreOverPort>(port)
  return {
    claim: (session) => remote.claim(session),
    newest: (session) => remote.newest(session),
    append: (session, epoch, commit) => remote.append(session, epoch, commit),
    async *read(session, from = 1, to = Number.MAX_SAFE_INTEGER) {
      for (let at = from; at <= to; at += CHUNK) {
        const some = await remote.readSome(session, at, Math.min(to, at + CHUNK - 1))
        yield* some
        if (some.length < CHUNK) return
      }
    },
    snapshots: {
      load: (session, name) => remote.loadSnapshot(session, name),
      save: (session, name, snapshot) => remote.saveSnapshot(session, name, snapshot),
    },
    check: (session) => remote.check(session),
    readWire: (session, epoch) => remote.readWire(session, epoch),
    post: (session, message, id) => remote.post(session, message, id),
    readInbox: (session) => remote.readInbox(session),
    withdraw: (session, n) => remote.withdraw(session, n),
    amend: (session, n, change) => remote.amend(session, n, change),
    reorder: (session, order) => remote.reorder(session, order),
    files: (session) => remote.files(session),
    loadBlob: (hash) => remote.loadBlob(hash),
    watch(session, listener) {
      let isWatching = true
      const mine = (hint: StoreHint): void => {
        if (isWatching) listener(hint)
      }
      remote.watch(session, proxy(mine)).catch((error: unknown) => reportError(error))
      return () => {
        isWatching = false
      }
    },
    close: () => port.close(),
  }
}
