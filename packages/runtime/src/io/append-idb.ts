import type { BlobHash, Commit, FileEntry, Hash, InboxRow, SessionEvent, SessionId, WorkspaceDelta } from '@tabwright/protocol'
import type { StoreNames } from 'idb'
import { entryAfter, planAppend, type AppendPlan } from './append-plan'
import { writing, type Handle, type Keep, type Schema, type WriteTx } from './database'
import { fileRow, MANY_FILES, readFiles, writeList } from './files-idb'
import { headRow } from './head-record'
import { sameRow } from './inbox-order'
import { readRecord } from './record-idb'
import type { SessionRecord } from './session-record'
import { fenced, missingSession, takenBack } from './session-store'
import { isConstraint } from './storage-failure'

/** One append that waits for its transaction. */
export interface Pending {
  readonly session: SessionId
  readonly epoch: number
  readonly commit: Commit
  /** Wall clock when it was asked for. */
  readonly at: number
  /** It was in a batch that failed: gets a transaction of its own. */
  readonly alone: boolean
  readonly resolve: (events: readonly SessionEvent[]) => void
  readonly reject: (error: unknown) => void
}

/** What became of one append of a batch. */
export type Written =
  /** `isListed`: what the list of sessions shows of it changed. */
  | { readonly type: 'written'; readonly events: readonly SessionEvent[]; readonly head: number; readonly isListed: boolean }
  | { readonly type: 'refused'; readonly error: unknown }

/** Appends that share a transaction. */
export interface Batch {
  readonly entries: readonly Pending[]
  readonly hash: Hash
  /** Rows as this store wrote them last: while they hold, nothing has to be read before the write. */
  readonly known: ReadonlyMap<SessionId, SessionRecord>
  /** What the last try would have written, in case it did although its connection died. */
  tried: WrittenBatch | undefined
}

/** What a transaction wrote. */
export interface WrittenBatch {
  /** The sessions' rows after it. */
  readonly records: ReadonlyMap<SessionId, SessionRecord>
  readonly results: readonly Written[]
}

/**
 * Writes the whole batch in one transaction, or throws and nothing is written. Appends that may not be written (an older epoch, a fact
 * that cannot be read back, an inbox row that was taken back) are left out and reported as refused, and with them what the same session
 * appended behind them.
 */
export async function writeBatch(handle: Handle, batch: Batch): Promise<WrittenBatch> {
  if (canWriteBlind(batch)) {
    try {
      return await writeBlind(handle, batch)
    } catch (error) {
      if (!isConstraint(error)) throw error
      // A row is not what this store knows: nothing was written, and what is there is read.
      batch.tried = undefined
    }
  }
  return writeAfterReading(handle, batch)
}

/** Whether the keys alone tell if the batch may be written: its facts collide with any others, its rows with a closed epoch. */
function canWriteBlind(batch: Batch): boolean {
  return (
    batch.tried === undefined &&
    batch.entries.every(
      ({ session, epoch, commit }) =>
        batch.known.get(session)?.epoch === epoch && commit.drafts.length > 0 && !commit.taken?.length && !commit.unchanged?.length,
    ) &&
    areFew(batch.entries.flatMap(({ commit }) => commit.files ?? []))
  )
}

/** So little that writing a content which is there already costs less than asking for it. */
function areFew(files: WorkspaceDelta): boolean {
  return files.length <= FEW_FILES && files.reduce((sum, { after }) => sum + (after?.bytes.byteLength ?? 0), 0) <= FEW_BYTES
}

const FEW_FILES = 32
const FEW_BYTES = 512_000

/** In one go, without waiting for an answer: the fence is the unique index of `heads`. @throws ConstraintError and nothing is written */
async function writeBlind(handle: Handle, batch: Batch): Promise<WrittenBatch> {
  // Numbered and hashed before the transaction begins.
  const planned = planBatch(batch, { records: batch.known, inbox: new Map() })
  if (planned.accepted.length === 0) return planned
  batch.tried = planned
  const tx = openFor(handle, batch, ['heads', 'events'])
  return writing(tx, async (keep) => {
    writePlanned(tx, planned, keep)
    return planned
  })
}

async function writeAfterReading(handle: Handle, batch: Batch): Promise<WrittenBatch> {
  const tx = openFor(handle, batch, ['sessions', 'heads', 'events'])
  try {
    return await writing(tx, async (keep) => {
      const found = await readBefore(tx, batch)
      if (batch.tried && wentThrough(batch.tried.records, found.records)) return batch.tried
      const planned = planBatch(batch, found)
      writePlanned(tx, { ...planned, stored: found.blobs, named: found.named, listing: found.listing }, keep)
      batch.tried = planned
      return planned
    })
  } catch (error) {
    const [only, ...others] = batch.entries
    // The key [session, seq] is the second fence: someone wrote past us although the epoch was ours.
    if (only && others.length === 0 && isConstraint(error)) return fenced(only.session)
    throw error
  }
}

function openFor(handle: Handle, { entries }: Batch, stores: readonly StoreNames<Schema>[]): WriteTx {
  const commits = entries.map((entry) => entry.commit)
  const durability = commits.some((commit) => commit.durability === 'strict') ? 'strict' : 'relaxed'
  return handle.transaction([...stores, ...storesOf(commits)], 'readwrite', { durability })
}

function writePlanned(tx: WriteTx, planned: PlannedBatch & Partial<Pick<Appending, 'stored' | 'named' | 'listing'>>, keep: Keep): void {
  const { accepted, records, stored = new Set(), named, listing } = planned
  for (const { plan, commit } of accepted) writeAppend(tx, { plan, commit, stored, named, listing }, keep)
  const [first] = accepted
  if (listing && first) writeList(tx, { session: first.plan.record.id, files: listing.values() }, keep)
  for (const record of records.values()) keep(tx.objectStore('heads').put(headRow(record)))
}

/** Adds the facts, wire rows and files of one append to `tx`; the session's row is the caller's. */
export function writeAppend(tx: WriteTx, append: Appending, keep: Keep): void {
  const { plan, commit, stored, named, listing } = append
  const session = plan.record.id
  for (const event of plan.events) keep(tx.objectStore('events').add(event))
  for (const row of plan.wire) keep(tx.objectStore('wire').add(row))
  for (const n of commit.taken ?? []) keep(tx.objectStore('inbox').delete([session, n]))
  for (const change of commit.files ?? []) {
    const entry = entryAfter(change)
    if (!listing) keep(tx.objectStore('files').put(fileRow(session, change.path, entry)))
    else if (entry) listing.set(change.path, entry)
    else listing.delete(change.path)
    if (!change.after || !entry) continue
    if (!named?.has(entry.hash)) keep(tx.objectStore('refs').put({ hash: entry.hash, session }))
    if (stored.has(entry.hash)) continue
    keep(tx.objectStore('blobs').put({ hash: entry.hash, bytes: change.after.bytes }))
    stored.add(entry.hash)
  }
}

/** What {@link writeAppend} writes, and what it need not. */
interface Appending {
  readonly plan: AppendPlan
  readonly commit: Commit
  /** Contents that are there; those that are written are added. */
  readonly stored: Set<BlobHash>
  /** Contents that the session is known to name already. */
  readonly named?: ReadonlySet<BlobHash> | undefined
  /** All files of the session: changed here, and written as one list by the caller. */
  readonly listing?: Map<string, FileEntry> | undefined
}

/** The session of a batch that brings so many files that all of them are written, and looked for, at once. */
function sessionOfMany(sessions: readonly SessionId[], commits: readonly Commit[]): SessionId | undefined {
  const [session, ...others] = sessions
  const count = commits.reduce((sum, commit) => sum + (commit.files?.length ?? 0), 0)
  return others.length > 0 || count < MANY_FILES ? undefined : session
}

/** Contents that a session names. What is named is stored: a purge takes both or neither. */
async function namedBlobs(tx: WriteTx, session: SessionId | undefined): Promise<ReadonlySet<BlobHash>> {
  if (session === undefined) return new Set()
  const keys = await tx.objectStore('refs').index('session').getAllKeys(session)
  return new Set(keys.map(([hash]) => hash))
}

/** The contents among those that `commits` bring which are stored already. @param named known to be stored */
export async function storedBlobs(
  tx: WriteTx,
  commits: readonly Commit[],
  named: ReadonlySet<BlobHash> = new Set(),
): Promise<Set<BlobHash>> {
  const hashes = new Set(commits.flatMap((commit) => (commit.files ?? []).flatMap(({ after }) => (after ? [after.hash] : []))))
  const keys = await Promise.all([...hashes].map(async (hash) => (named.has(hash) ? hash : tx.objectStore('blobs').getKey(hash))))
  return new Set(keys.filter((key) => key !== undefined))
}

interface Before {
  readonly records: ReadonlyMap<SessionId, SessionRecord>
  readonly blobs: Set<BlobHash>
  readonly named: ReadonlySet<BlobHash>
  readonly listing: Map<string, FileEntry> | undefined
  /** Inbox rows that the batch takes and that are still there, by {@link inboxKey}. */
  readonly inbox: ReadonlyMap<string, InboxRow>
}

async function readBefore(tx: WriteTx, batch: Batch): Promise<Before> {
  const commits = batch.entries.map((entry) => entry.commit)
  const sessions = [...new Set(batch.entries.map((entry) => entry.session))]
  const taken = batch.entries.flatMap(({ session, commit }) => numbersOf(commit).map((n): [SessionId, number] => [session, n]))
  const hasFiles = commits.some((commit) => commit.files?.length)
  const many = sessionOfMany(sessions, commits)
  const [named, listing] = await Promise.all([namedBlobs(tx, many), many === undefined ? undefined : readFiles(tx, many)])
  const [records, blobs, inbox] = await Promise.all([
    Promise.all(sessions.map((session) => readRecord(tx, session))),
    hasFiles ? storedBlobs(tx, commits, named) : new Set<BlobHash>(),
    Promise.all(taken.map((key) => tx.objectStore('inbox').get(key))),
  ])
  return {
    records: new Map(records.flatMap((record) => (record ? [[record.id, record]] : []))),
    blobs,
    named,
    listing,
    inbox: new Map(inbox.flatMap((row) => (row ? [[inboxKey(row.session, row.n), row]] : []))),
  }
}

interface PlannedBatch extends WrittenBatch {
  readonly accepted: readonly { readonly plan: AppendPlan; readonly commit: Commit }[]
}

function planBatch(batch: Batch, before: Pick<Before, 'records' | 'inbox'>): PlannedBatch {
  const accepted: { plan: AppendPlan; commit: Commit }[] = []
  const records = new Map<SessionId, SessionRecord>()
  const refused = new Map<SessionId, unknown>()
  const results = batch.entries.map((entry): Written => {
    const { session, commit } = entry
    if (refused.has(session)) return { type: 'refused', error: refused.get(session) }
    try {
      const record = records.get(session) ?? before.records.get(session)
      if (!record || record.deletedAt !== undefined) return missingSession(session)
      const plan = planAppend(record, commit, { epoch: entry.epoch, at: entry.at, hash: batch.hash })
      for (const n of commit.taken ?? []) if (!before.inbox.has(inboxKey(session, n))) takenBack()
      for (const row of commit.unchanged ?? []) if (!sameRow(before.inbox.get(inboxKey(session, row.n)), row)) takenBack()
      accepted.push({ plan, commit })
      records.set(session, plan.record)
      return { type: 'written', events: plan.events, head: plan.record.head, isListed: plan.record.state !== record.state }
    } catch (error) {
      refused.set(session, error)
      return { type: 'refused', error }
    }
  })
  return { accepted, records, results }
}

function storesOf(commits: readonly Commit[]): StoreNames<Schema>[] {
  const stores: StoreNames<Schema>[] = []
  if (commits.some((commit) => commit.wire?.length)) stores.push('wire')
  if (commits.some((commit) => numbersOf(commit).length > 0)) stores.push('inbox')
  if (commits.some((commit) => commit.files?.length)) stores.push('files', 'blobs', 'refs')
  return stores
}

/** Sessions of one transaction are written together or not at all, so the first one tells of all. */
function wentThrough(tried: ReadonlyMap<SessionId, SessionRecord>, found: ReadonlyMap<SessionId, SessionRecord>): boolean {
  const [first] = tried.values()
  const now = first && found.get(first.id)
  return now !== undefined && now.epoch === first?.epoch && now.writes === first.writes
}

/** The inbox rows that a commit needs to see. */
function numbersOf({ taken = [], unchanged = [] }: Commit): readonly number[] {
  return [...new Set([...taken, ...unchanged.map(({ n }) => n)])]
}

function inboxKey(session: SessionId, n: number): string {
  return `${n} ${session}`
}
