import type { BlobHash, Commit, FileEntry, Hash, InboxRow, SessionEvent, SessionId, WorkspaceDelta } from '@tabwright/protocol'
import type { StoreNames } from 'idb'
import { entryAfter, planAppend, type AppendPlan, type Stamp } from './append-plan'
import { findSession, isHeadDue, isStored, type FoundSession, type KnownSession } from './append-session'
import { contentRows, readIndex, type ContentIndex } from './contents-idb'
import { writing, type Handle, type Schema, type WriteTx } from './database'
import { fileRow, MANY_FILES, readFiles, writeList } from './files-idb'
import { headRow } from './head-record'
import { sameRow } from './inbox-order'
import type { SessionRecord } from './session-record'
import { rowsOf, writingAtOnce, type RowWriter, type Scope } from './row-writer'
import { fenced, missingSession, takenBack } from './session-store'
import { isConstraint } from './storage-failure'
import { damaged } from './stored-chain'

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
  /** The sessions as this store wrote them last: while that holds, nothing has to be read before the write. */
  readonly known: ReadonlyMap<SessionId, KnownSession>
  readonly isNamed: Naming
  /** What the last try would have written, in case it did although its connection died. */
  tried: WrittenBatch | undefined
}

/** What a transaction wrote. */
export interface WrittenBatch {
  /** The sessions after it. */
  readonly sessions: ReadonlyMap<SessionId, KnownSession>
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
      if (!isConstraint(error) && error !== REFUSED) throw error
      // A row is not what this store knows, or a fact is none: nothing was written, and what is there is read.
      batch.tried = undefined
    }
  }
  return writeAfterReading(handle, batch)
}

/** Whether the keys alone tell if the batch may be written: the place of its first fact is taken if it may not. */
function canWriteBlind(batch: Batch): boolean {
  if (batch.tried !== undefined || !areFew(batch.entries.flatMap(({ commit }) => commit.files ?? []))) return false
  if (batch.entries.some(({ commit }) => commit.contents?.length)) return false
  return batch.entries.every(({ session, epoch, commit }) => {
    const known = batch.known.get(session)
    // The first fact after a claim takes the place of the fence that the claim left: it has to see that it is still that one.
    const isWriter = known?.record.epoch === epoch && !known.fences.has(known.record.head + 1)
    return isWriter && commit.drafts.length > 0 && !commit.taken?.length && !commit.unchanged?.length
  })
}

/** So little that writing a content which is there already costs less than asking for it. */
function areFew(files: WorkspaceDelta): boolean {
  return files.length <= FEW_FILES && files.reduce((sum, { after }) => sum + (after?.bytes.byteLength ?? 0), 0) <= FEW_BYTES
}

const FEW_FILES = 32
const FEW_BYTES = 512_000

/** Part of a batch may not be written: the rest of it is planned without. */
const REFUSED = new Error('part of a batch is refused')

/** In one go, without waiting for an answer: the fence is the key of the first fact. @throws ConstraintError, {@link REFUSED}: nothing is written */
function writeBlind(handle: Handle, batch: Batch): Promise<WrittenBatch> {
  return writingAtOnce(handle, scopeOf(batch, ['heads', 'events']), (rows) => {
    // The database has a fact in hand while it is read back here; the transaction is over only after that.
    const planned = planBatch(batch, { sessions: batch.known, inbox: new Map(), sealed: rows.addFact }, isHeadDue)
    if (planned.accepted.length < batch.entries.length) throw REFUSED
    batch.tried = planned
    writePlanned(rows, { ...planned, isNamed: batch.isNamed }, 'beside')
    return planned
  })
}

async function writeAfterReading(handle: Handle, batch: Batch): Promise<WrittenBatch> {
  const { stores, durability } = scopeOf(batch, ['sessions', 'heads', 'events'])
  const tx = handle.transaction([...stores], 'readwrite', { durability })
  try {
    return await writing(tx, async (keep) => {
      const found = await readBefore(tx, batch)
      if (batch.tried && (await wentThrough(tx, batch.tried, found.sessions))) return batch.tried
      const planned = planBatch(batch, found, () => true)
      const isNamed: Naming = (session, name) => found.index?.has(name) ?? batch.isNamed(session, name)
      writePlanned(rowsOf(tx, keep), { ...planned, isNamed, listing: found.listing }, 'all')
      const [first] = planned.accepted
      if (found.listing && first) writeList(tx, { session: first.plan.record.id, files: found.listing.values() }, keep)
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

function scopeOf({ entries }: Batch, stores: readonly StoreNames<Schema>[]): Scope {
  const commits = entries.map((entry) => entry.commit)
  const isStrict = commits.some((commit) => commit.durability === 'strict')
  return { stores: [...stores, ...storesOf(commits)], durability: isStrict ? 'strict' : 'relaxed' }
}

type Planned = PlannedBatch & Pick<Appending, 'isNamed' | 'listing'>

/** @param part `beside`: the facts are written already */
function writePlanned(rows: RowWriter, planned: Planned, part: 'all' | 'beside'): void {
  const { accepted, heads, isNamed, listing } = planned
  const write = part === 'all' ? writeAppend : writeBeside
  for (const append of accepted) write(rows, { ...append, isNamed, listing })
  for (const record of heads) rows.put('heads', headRow(record))
}

/** Adds the facts, wire rows and files of one append to `tx`; the session's row is the caller's. */
export function writeAppend(rows: RowWriter, append: Appending): void {
  const { plan, fences } = append
  for (const event of plan.events) rows[fences?.has(event.seq) ? 'put' : 'add']('events', event)
  writeBeside(rows, append)
}

function writeBeside(rows: RowWriter, { plan, commit, isNamed, listing }: Appending): void {
  const session = plan.record.id
  for (const row of plan.wire) rows.add('wire', row)
  for (const n of commit.taken ?? []) rows.delete('inbox', [session, n])
  const contents = new Map<BlobHash, Uint8Array>()
  for (const change of commit.files ?? []) {
    const entry = entryAfter(change)
    if (!listing) rows.put('files', fileRow(session, change.path, entry))
    else if (entry) listing.set(change.path, entry)
    else listing.delete(change.path)
    if (change.after && entry && !isNamed(session, entry.hash)) contents.set(entry.hash, change.after.bytes)
  }
  for (const { hash, bytes } of commit.contents ?? []) if (!isNamed(session, hash)) contents.set(hash, bytes)
  for (const { ref, blob } of contentRows({ session, contents })) {
    rows.put('refs', ref)
    rows.put('blobs', blob)
  }
}

/** Whether a session is known to name a content, which is stored then: a purge takes both or neither. */
export type Naming = (session: SessionId, hash: BlobHash) => boolean

/** What {@link writeAppend} writes, and what it need not. */
interface Appending {
  readonly plan: AppendPlan
  readonly commit: Commit
  /** Places where a fence stands and the fact takes it. */
  readonly fences?: ReadonlySet<number>
  readonly isNamed: Naming
  /** All files of the session: changed here, and written as one list by the caller. */
  readonly listing?: Map<string, FileEntry> | undefined
}

/** The session of a batch that brings so many files that all of them are written, and looked for, at once. */
function sessionOfMany(sessions: readonly SessionId[], commits: readonly Commit[]): SessionId | undefined {
  const [session, ...others] = sessions
  const count = commits.reduce((sum, commit) => sum + (commit.files?.length ?? 0), 0)
  return others.length > 0 || count < MANY_FILES ? undefined : session
}

interface Before {
  readonly sessions: ReadonlyMap<SessionId, FoundSession>
  readonly index: ContentIndex | undefined
  readonly listing: Map<string, FileEntry> | undefined
  /** Inbox rows that the batch takes and that are still there, by {@link inboxKey}. */
  readonly inbox: ReadonlyMap<string, InboxRow>
}

async function readBefore(tx: WriteTx, batch: Batch): Promise<Before> {
  const commits = batch.entries.map((entry) => entry.commit)
  const sessions = [...new Set(batch.entries.map((entry) => entry.session))]
  const taken = batch.entries.flatMap(({ session, commit }) => numbersOf(commit).map((n): [SessionId, number] => [session, n]))
  const many = sessionOfMany(sessions, commits)
  const [index, listing] = many === undefined ? [] : await Promise.all([readIndex(tx, many), readFiles(tx, many)])
  const [found, inbox] = await Promise.all([
    Promise.all(sessions.map((session) => findSession(tx, session, batch.known.get(session)))),
    Promise.all(taken.map((key) => tx.objectStore('inbox').get(key))),
  ])
  return {
    sessions: new Map(found.flatMap((one) => (one ? [[one.record.id, one]] : []))),
    index,
    listing,
    inbox: new Map(inbox.flatMap((row) => (row ? [[inboxKey(row.session, row.n), row]] : []))),
  }
}

interface PlannedBatch extends WrittenBatch {
  readonly accepted: readonly Pick<Appending, 'plan' | 'commit' | 'fences'>[]
  /** Rows of `heads` that are written along. */
  readonly heads: readonly SessionRecord[]
}

interface Standing {
  readonly sessions: ReadonlyMap<SessionId, KnownSession & Partial<FoundSession>>
  readonly inbox: Before['inbox']
  readonly sealed?: Stamp['sealed']
}

function planBatch(batch: Batch, before: Standing, saves: typeof isHeadDue): PlannedBatch {
  const accepted: { plan: AppendPlan; commit: Commit; fences: ReadonlySet<number> }[] = []
  const sessions = new Map<SessionId, KnownSession>()
  const refused = new Map<SessionId, unknown>()
  const stamp = before.sealed ? { sealed: before.sealed } : {}
  const results = batch.entries.map((entry): Written => {
    const { session, commit } = entry
    if (refused.has(session)) return { type: 'refused', error: refused.get(session) }
    try {
      const known = sessions.get(session) ?? writable(before, session)
      const plan = planAppend(known.record, commit, { epoch: entry.epoch, at: entry.at, hash: batch.hash, ...stamp })
      for (const n of commit.taken ?? []) if (!before.inbox.has(inboxKey(session, n))) takenBack()
      for (const row of commit.unchanged ?? []) if (!sameRow(before.inbox.get(inboxKey(session, row.n)), row)) takenBack()
      accepted.push({ plan, commit, fences: known.fences })
      sessions.set(session, { record: plan.record, savedHead: known.savedHead, fences: known.fences })
      return { type: 'written', events: plan.events, head: plan.record.head, isListed: plan.record.state !== known.record.state }
    } catch (error) {
      refused.set(session, error)
      return { type: 'refused', error }
    }
  })
  const heads: SessionRecord[] = []
  for (const [session, after] of sessions) {
    const known = before.sessions.get(session)
    if (known && !saves(known, after.record)) continue
    heads.push(after.record)
    sessions.set(session, { ...after, savedHead: after.record.head })
  }
  return { accepted, sessions, heads, results }
}

/** @throws FailureError `not_found`, or `damaged` where the newest facts do not follow each other */
function writable({ sessions }: Standing, session: SessionId): KnownSession {
  const found = sessions.get(session)
  if (!found || found.record.deletedAt !== undefined) return missingSession(session)
  if (found.damagedAt !== undefined) throw damaged(found.damagedAt, 'it does not follow the one before')
  return found
}

function storesOf(commits: readonly Commit[]): StoreNames<Schema>[] {
  const stores: StoreNames<Schema>[] = []
  if (commits.some((commit) => commit.wire?.length)) stores.push('wire')
  if (commits.some((commit) => numbersOf(commit).length > 0)) stores.push('inbox')
  if (commits.some((commit) => commit.files?.length)) stores.push('files')
  if (commits.some((commit) => commit.files?.length || commit.contents?.length)) stores.push('blobs', 'refs')
  return stores
}

/** What one transaction writes is there altogether or not at all, so any fact of it tells of all; without one, the count of the row does. */
async function wentThrough(tx: WriteTx, tried: WrittenBatch, found: Before['sessions']): Promise<boolean> {
  const fact = tried.results.flatMap((result) => (result.type === 'written' ? result.events : [])).at(-1)
  if (fact) return isStored(tx, fact)
  const [first] = tried.sessions.values()
  const now = first && found.get(first.record.id)
  return now !== undefined && now.record.epoch === first?.record.epoch && now.savedWrites === first.record.writes
}

/** The inbox rows that a commit needs to see. */
function numbersOf({ taken = [], unchanged = [] }: Commit): readonly number[] {
  return [...new Set([...taken, ...unchanged.map(({ n }) => n)])]
}

function inboxKey(session: SessionId, n: number): string {
  return `${n} ${session}`
}
