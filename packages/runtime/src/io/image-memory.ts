import { fail, type BlobHash, type SessionEvent } from '@tabwright/protocol'
import type { MemoryStore } from './event-log-memory'
import { epochsOf } from './image-idb'
import type { ImageStore } from './image-store'
import { missingSession } from './session-store'

/** Sessions as a whole, where the browser keeps nothing. */
export function imageMemory(store: MemoryStore): ImageStore {
  return {
    async begin(session) {
      const found = store.sessions.get(session)
      if (!found || found.record.deletedAt !== undefined) return missingSession(session)
      const files = [...found.files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
      return { record: found.record, files, wire: epochsOf(found.wire) }
    },
    list: async () => [...store.sessions.values()].map(({ record }) => record),
    async *facts(session, head, from = 1) {
      const { events } = store.sessions.get(session) ?? missingSession(session)
      for (let seq = from; seq <= head; seq++) yield events[seq - 1]
    },
    async *contents(_, wanted) {
      for (const hash of wanted) {
        const bytes = store.blobs.get(hash)
        if (bytes) yield [hash, bytes]
      }
    },
    async sizes(_, wanted) {
      return new Map([...wanted].flatMap((hash) => sizeOf(hash, store.blobs.get(hash))))
    },
    async put({ record, facts, wire, files, contents }) {
      // Nothing is mirrored from here, so nothing is replaced from a mirror.
      if (store.sessions.has(record.id)) fail('not_permitted', 'A session of that id is in this browser already. Nothing was changed.')
      store.open(record)
      const made = store.sessions.get(record.id) ?? missingSession(record.id)
      for (const fact of facts) if (isRow(fact)) made.events.push(fact)
      for (const { epoch, rows } of wire) for (const [i, row] of rows.entries()) made.wire.push({ session: record.id, epoch, i, ...row })
      for (const entry of files) made.files.set(entry.path, entry)
      for (const [hash, bytes] of contents) if (!store.blobs.has(hash)) store.blobs.set(hash, bytes.slice())
    },
  }
}

function isRow(fact: unknown): fact is SessionEvent {
  return typeof fact === 'object' && fact !== null && 'seq' in fact
}

function sizeOf(hash: BlobHash, bytes: Uint8Array | undefined): readonly (readonly [BlobHash, number])[] {
  return bytes ? [[hash, bytes.byteLength]] : []
}
