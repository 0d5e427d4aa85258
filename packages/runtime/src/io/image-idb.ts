import { fail, sealedText, unsealedFacts, type SessionEvent, type SessionId } from '@tabwright/protocol'
import { CHUNK_EVENTS, chunkStart, packText, textOf, type ChunkRecord } from './chunk'
import { contentsOf, shareContents, sizesOf, writeContents } from './contents-idb'
import { sessionRange, writing, type Database, type Keep, type WriteTx } from './database'
import { dropRows, DROPPED_FROM } from './drop-rows'
import { closeEpoch, factsAmong } from './fence-row'
import { fileRow, inOrder, MANY_FILES, readFiles, writeList } from './files-idb'
import type { ImageStart, ImageStore, Shares, StoredImage, WireEpoch } from './image-store'
import { readRecord, readRecords } from './record-idb'
import type { SessionRecord } from './session-record'
import { missingSession } from './session-store'
import type { WireRecord } from './append-plan'

/** Sessions as a whole, in IndexedDB. */
export function imageIdb(database: Database): ImageStore {
  return {
    begin: (session) => begin(database, session),
    list: () => database.run(readRecords),
    facts: (session, head, from = 1) => storedFacts(database, session, { from, head }),
    contents: (session, wanted) => contentsOf(database, session, wanted),
    sizes: (session, wanted) => sizesOf(database, session, wanted),
    put: (image) => put(database, image),
  }
}

function begin(database: Database, session: SessionId): Promise<ImageStart> {
  return database.run(async (handle) => {
    const tx = handle.transaction(['sessions', 'heads', 'events', 'files', 'wire'])
    const [record, files, wire] = await Promise.all([
      readRecord(tx, session),
      readFiles(tx, session),
      tx.objectStore('wire').getAll(sessionRange(session)),
    ])
    if (!record || record.deletedAt !== undefined) return missingSession(session)
    return { record, files: inOrder(files), wire: epochsOf(wire) }
  })
}

/** Rows in order, by their epochs. */
export function epochsOf(rows: readonly WireRecord[]): readonly WireEpoch[] {
  const epochs = new Map<number, { readonly role: WireRecord['role']; readonly text: string }[]>()
  for (const { epoch, role, text } of rows) {
    const list = epochs.get(epoch) ?? []
    list.push({ role, text })
    epochs.set(epoch, list)
  }
  return [...epochs].map(([epoch, list]) => ({ epoch, rows: list }))
}

interface FactRange {
  readonly from: number
  readonly head: number
}

async function* storedFacts(
  database: Database,
  session: SessionId,
  { from: first, head }: FactRange,
): AsyncGenerator<unknown, void, undefined> {
  for (let from = chunkStart(first); from <= head; from += CHUNK_EVENTS) {
    const to = Math.min(head, from + CHUNK_EVENTS - 1)
    // One transaction: facts that are being sealed meanwhile are seen once.
    const { chunk, rows } = await database.run(async (handle) => {
      const tx = handle.transaction(['chunks', 'events'])
      const [sealed, open] = await Promise.all([
        tx.objectStore('chunks').get([session, from]),
        tx.objectStore('events').getAll(IDBKeyRange.bound([session, from], [session, to])),
      ])
      return { chunk: sealed, rows: open }
    })
    const bySeq = new Map<number, unknown>(factsAmong(rows).map((row) => [row.seq, row]))
    const sealed = chunk ? await unsealed(chunk) : []
    for (let seq = Math.max(first, from); seq <= to; seq++) yield sealed[seq - from] ?? bySeq.get(seq)
  }
}

async function unsealed(chunk: ChunkRecord): Promise<readonly unknown[]> {
  try {
    return unsealedFacts(await textOf(chunk))
  } catch (error) {
    // Bytes that cannot be unpacked hold no fact: the reader finds the first of them missing.
    if (error instanceof Error) return []
    throw error
  }
}

async function put(database: Database, image: StoredImage): Promise<void> {
  const { id } = image.record
  const chunks = image.record.imported ? await sealedChunks(id, image.facts) : []
  await database.run(async (handle) => {
    const tx: WriteTx = handle.transaction([...DROPPED_FROM], 'readwrite', { durability: 'strict' })
    await writing(tx, async (keep) => {
      const there = await readRecord(tx, id)
      if (there) {
        // The first try went through although its connection died.
        if (there.headHash === image.record.headHash && there.createdAt === image.record.createdAt && there.writes === 0) return
        if (image.replaces === undefined) {
          return fail('not_permitted', 'A session of that id is in this browser already. Nothing was changed.')
        }
        await makeRoom(tx, { there, head: image.replaces }, keep)
      }
      if (image.shares) await shareFrom(tx, { ...image.shares, to: id }, keep)
      for (const chunk of chunks) keep(tx.objectStore('chunks').add(chunk))
      // A fence may stand in its place: the fact is one as well.
      if (!image.record.imported) for (const fact of image.facts) keep(tx.objectStore('events').put(asRow(fact)))
      writeBesides(tx, image, keep)
      keep(tx.objectStore('sessions').add({ ...image.record, epoch: Math.max(image.record.epoch, await closedEpoch(tx, id)) }))
    })
  })
}

/** What stands in the place of the image goes, if it still is what was looked at; whoever writes it is refused from here on. */
async function makeRoom(tx: WriteTx, { there, head }: { there: SessionRecord; head: string }, keep: Keep): Promise<void> {
  const title = JSON.stringify(there.title)
  if (there.headHash !== head) fail('stale', `${title} was written on while it was to be replaced. It is as it was; try again.`)
  if ((await tx.objectStore('inbox').count(sessionRange(there.id))) > 0) {
    fail('not_permitted', `${title} has messages here that wait to be delivered. It was not replaced; deliver or remove them first.`)
  }
  await dropRows(tx, there.id, keep)
  closeEpoch(tx, { session: there.id, epoch: there.epoch, seq: there.head + 1 }, keep)
}

/** A session of this id was here and was deleted: whoever wrote it stays refused, and its epochs are never given again. */
async function closedEpoch(tx: WriteTx, session: SessionId): Promise<number> {
  const newest = await tx.objectStore('heads').openKeyCursor(sessionRange(session), 'prev')
  return newest && typeof newest.primaryKey !== 'string' ? newest.primaryKey[1] : 0
}

function writeBesides(tx: WriteTx, image: StoredImage, keep: Keep): void {
  const session = image.record.id
  for (const { epoch, rows } of image.wire) {
    for (const [i, { role, text }] of rows.entries()) keep(tx.objectStore('wire').add({ session, epoch, i, role, text }))
  }
  if (image.files.length >= MANY_FILES) writeList(tx, { session, files: image.files }, keep)
  else for (const entry of image.files) keep(tx.objectStore('files').add(fileRow(session, entry.path, entry)))
  writeContents(tx, { session, contents: image.contents }, keep)
}

/** Whoever is gone by now has nothing left to share. */
async function shareFrom(tx: WriteTx, shares: Shares & { readonly to: SessionId }, keep: Keep): Promise<void> {
  if ((await tx.objectStore('sessions').getKey(shares.from)) === undefined) missingSession(shares.from)
  await shareContents(tx, shares, keep)
}

/** Facts that bear another id than their session can be no rows, whose key is that id; sealed they are kept to the letter. */
async function sealedChunks(session: SessionId, facts: readonly unknown[]): Promise<readonly ChunkRecord[]> {
  const chunks: ChunkRecord[] = []
  for (let at = 0; at < facts.length; at += CHUNK_EVENTS) {
    const some = facts.slice(at, at + CHUNK_EVENTS).map(asRow)
    const [first, last] = [some[0], some.at(-1)]
    if (!first || !last) break
    chunks.push({
      session,
      from: at + 1,
      to: at + some.length,
      prev: first.prev,
      last: last.hash,
      ...(await packText(sealedText(some))),
    })
  }
  return chunks
}

/** Checked by whoever made the image: its chain was followed from the first to the last. */
function asRow(fact: unknown): SessionEvent {
  return isRow(fact) ? fact : fail('bad_input', 'What stands in the place of a fact is none. Nothing was changed.')
}

function isRow(fact: unknown): fact is SessionEvent {
  return typeof fact === 'object' && fact !== null && 'seq' in fact && 'hash' in fact && 'prev' in fact
}
