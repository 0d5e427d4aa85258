import { fail, type Clock } from '@tabwright/protocol'
import { memoryStore, type MemoryStore } from '@tabwright/runtime/memory-store'
import { fakeClock } from './fake-clock'
import { fakeHash } from './fake-hash'

/** A store in memory that a test can fill up. */
export interface MemoryLog extends MemoryStore {
  /** While full every write fails with `storage_full` and leaves nothing behind. */
  fill(full: boolean): void
}

/** Log, wire, inbox and files in memory. A session comes into being when it is claimed first. */
export function memoryLog(options: { readonly clock?: Pick<Clock, 'now'> } = {}): MemoryLog {
  const store = memoryStore({ hash: fakeHash, clock: options.clock ?? fakeClock(), whenMissing: 'create' })
  let full = false
  const room = (): void => {
    if (full) fail('storage_full', 'Storage is full. Nothing already written is lost.')
  }
  return {
    sessions: store.sessions,
    blobs: store.blobs,
    open: (record) => store.open(record),
    put: (plan, commit) => store.put(plan, commit),
    claim: (session) => store.claim(session),
    newest: (session) => store.newest(session),
    async append(session, epoch, commit) {
      room()
      return store.append(session, epoch, commit)
    },
    read: (session, from, to) => store.read(session, from, to),
    snapshots: store.snapshots,
    check: (session) => store.check(session),
    readWire: (session, epoch) => store.readWire(session, epoch),
    async post(session, message, id) {
      room()
      return store.post(session, message, id)
    },
    readInbox: (session) => store.readInbox(session),
    withdraw: (session, n) => store.withdraw(session, n),
    async amend(session, n, change) {
      room()
      return store.amend(session, n, change)
    },
    reorder: (session, order) => store.reorder(session, order),
    files: (session) => store.files(session),
    loadBlob: (hash) => store.loadBlob(hash),
    watch: (session, listener) => store.watch(session, listener),
    close: () => store.close(),
    fill(value) {
      full = value
    },
  }
}
