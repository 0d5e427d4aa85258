import { FailureError, type BlobHash, type SessionId } from '@tabwright/protocol'
import { contentIn, namedBytes, placesIn } from './content-packs'
import { writeContents } from './contents-idb'
import { writing, type Database, type WriteTx } from './database'
import type { ContentRef } from './database-schema'
import { readFiles } from './files-idb'

/** From so many records on a session's contents are packed anew: one for each edit would be read one by one. */
const MANY_RECORDS = 256
/** A record of which less is named is small. So many of them are packed anew, and none that is named by others too. */
const SMALL_BYTES = 128_000
const MANY_SMALL = 64
/** Records, and bytes, that are packed anew in one transaction: nothing else is written meanwhile. */
const STEP = { records: 512, bytes: 8_000_000 }

/** What {@link tidyContents} is told. */
export interface Tidying {
  readonly sessions: readonly SessionId[]
  /** Sessions were purged: what only they named in records that others name too is dead. */
  readonly purged: boolean
}

/** Deletes contents that nobody names, and packs anew what is scattered over many records or mostly dead. Between any two steps all is whole. */
export async function tidyContents(database: Database, { sessions, purged }: Tidying): Promise<void> {
  await sweepOrphans(database)
  for (const session of sessions) {
    const count = await database.run((handle) => handle.countFromIndex('refs', 'session', session))
    if (count >= MANY_RECORDS || purged) await repack(database, session)
  }
}

/** Content and reference are written together, so these come from elsewhere: an older build, or a browser that lost a part. */
function sweepOrphans(database: Database): Promise<void> {
  return database.run(async (handle) => {
    const tx: WriteTx = handle.transaction(['blobs', 'refs'], 'readwrite', { durability: 'relaxed' })
    await writing(tx, async (keep) => {
      const [records, refs] = await Promise.all([tx.objectStore('blobs').getAllKeys(), tx.objectStore('refs').getAllKeys()])
      const named = new Set(refs.map(([record]) => record))
      for (const record of records) if (!named.has(record)) keep(tx.objectStore('blobs').delete(record))
    })
  })
}

async function repack(database: Database, session: SessionId): Promise<void> {
  try {
    for (const some of steps(await worthPacking(database, session))) await packAnew(database, session, some)
  } catch (error) {
    // The old records go with the transaction that writes the new ones: where there is no room for both, all stays as it is.
    if (!(error instanceof FailureError) || error.failure.code !== 'storage_full') throw error
  }
}

/** References to what should be packed anew, in the order of the paths: who reads file after file finds them together. */
function worthPacking(database: Database, session: SessionId): Promise<readonly ContentRef[]> {
  return database.run(async (handle) => {
    const tx = handle.transaction(['refs', 'files'])
    const [refs, files] = await Promise.all([tx.objectStore('refs').index('session').getAll(session), readFiles(tx, session)])
    const small = refs.filter((ref) => (namedBytes(ref) ?? 0) < SMALL_BYTES)
    const worth = small.length >= MANY_SMALL ? new Set([...small, ...refs.filter(isMostlyDead)]) : refs.filter(isMostlyDead)
    const paths = new Map([...files.values()].map(({ hash, path }) => [hash, path]))
    const pathOf = (ref: ContentRef): string => [...placesIn(ref)].reduce((path, [hash]) => path || (paths.get(hash) ?? ''), '')
    const placed = [...worth].map((ref) => ({ ref, path: pathOf(ref) }))
    return placed.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(({ ref }) => ref)
  })
}

function isMostlyDead(ref: ContentRef): boolean {
  return ref.size !== undefined && (namedBytes(ref) ?? ref.size) < ref.size / 2
}

function* steps(refs: readonly ContentRef[]): Generator<readonly ContentRef[], void> {
  let step: ContentRef[] = []
  let bytes = 0
  for (const ref of refs) {
    step.push(ref)
    bytes += ref.size ?? 0
    if (step.length < STEP.records && bytes < STEP.bytes) continue
    yield step
    step = []
    bytes = 0
  }
  yield step
}

/** Those of the records that nobody else names become as few as can be, in one transaction. */
function packAnew(database: Database, session: SessionId, refs: readonly ContentRef[]): Promise<void> {
  return database.run(async (handle) => {
    const tx: WriteTx = handle.transaction(['blobs', 'refs'], 'readwrite', { durability: 'relaxed' })
    await writing(tx, async (keep) => {
      const [blobs, names] = [tx.objectStore('blobs'), tx.objectStore('refs')]
      // As of now: the session may have been purged or forked since it was found worth it.
      const owned = await Promise.all(refs.map(({ hash }) => names.getAll(IDBKeyRange.bound([hash], [hash, []]))))
      const mine = owned.flatMap(([ref, other]) => (ref?.session === session && !other ? [ref] : []))
      const records = await Promise.all(mine.map(({ hash }) => blobs.get(hash)))
      const contents = new Map<BlobHash, Uint8Array>()
      for (const [index, ref] of mine.entries()) {
        const bytes = records[index]?.bytes
        if (!bytes) continue
        for (const [hash, place] of placesIn(ref)) contents.set(hash, contentIn(bytes, place))
        keep(names.delete([ref.hash, session]))
        keep(blobs.delete(ref.hash))
      }
      writeContents(tx, { session, contents }, keep)
    })
  })
}
