import type { BlobHash, Commit, Hash, SessionEvent, SessionId } from '@tabwright/protocol'
import type { IDBPTransaction, StoreNames } from 'idb'
import { entryAfter, planAppend, type AppendPlan } from './append-plan'
import { writing, type Handle, type Schema } from './database'
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
  /** What the last try would have written, in case it did although its connection died. */
  tried: { readonly records: readonly SessionRecord[]; readonly results: readonly Written[] } | undefined
}

/** A transaction that may write. Which stores it covers is its opener's business. */
export type WriteTx = IDBPTransaction<Schema, StoreNames<Schema>[], 'readwrite'>
export type Keep = (request: Promise<unknown>) => void

/**
 * Writes the whole batch in one transaction, or throws and nothing is written. Appends that may not be written (an older epoch, a fact
 * that cannot be read back, an inbox row that was taken back) are left out and reported as refused, and with them what the same session
 * appended behind them.
 */
export async function writeBatch(handle: Handle, batch: Batch): Promise<readonly Written[]> {
  const commits = batch.entries.map((entry) => entry.commit)
  const durability = commits.some((commit) => commit.durability === 'strict') ? 'strict' : 'relaxed'
  const tx = handle.transaction(storesOf(commits), 'readwrite', { durability })
  try {
    return await writing(tx, async (keep) => {
      const found = await readBefore(tx, batch)
      if (batch.tried && wentThrough(batch.tried.records, found.records)) return batch.tried.results
      const planned = planBatch(batch, found)
      for (const { plan, commit } of planned.accepted) writeAppend(tx, { plan, commit, stored: found.blobs }, keep)
      for (const record of planned.records.values()) keep(tx.objectStore('sessions').put(record))
      batch.tried = { records: [...planned.records.values()], results: planned.results }
      return planned.results
    })
  } catch (error) {
    const [only, ...others] = batch.entries
    // The key [session, seq] is the second fence: someone wrote past us although the epoch was ours.
    if (only && others.length === 0 && isConstraint(error)) return fenced(only.session)
    throw error
  }
}

/** Adds the facts, wire rows and files of one append to `tx`; the session's row is the caller's. */
export function writeAppend(tx: WriteTx, append: { plan: AppendPlan; commit: Commit; stored: Set<BlobHash> }, keep: Keep): void {
  const { plan, commit, stored } = append
  const session = plan.record.id
  for (const event of plan.events) keep(tx.objectStore('events').add(event))
  for (const row of plan.wire) keep(tx.objectStore('wire').add(row))
  for (const n of commit.taken ?? []) keep(tx.objectStore('inbox').delete([session, n]))
  for (const change of commit.files ?? []) {
    const entry = entryAfter(change)
    if (!change.after || !entry) {
      keep(tx.objectStore('files').delete([session, change.path]))
      continue
    }
    keep(tx.objectStore('files').put({ session, ...entry }))
    keep(tx.objectStore('refs').put({ hash: entry.hash, session }))
    if (stored.has(entry.hash)) continue
    keep(tx.objectStore('blobs').put({ hash: entry.hash, bytes: change.after.bytes }))
    stored.add(entry.hash)
  }
}

/** The contents among those that `commits` bring which are stored already. */
export async function storedBlobs(tx: WriteTx, commits: readonly Commit[]): Promise<Set<BlobHash>> {
  const hashes = new Set(commits.flatMap((commit) => (commit.files ?? []).flatMap(({ after }) => (after ? [after.hash] : []))))
  const keys = await Promise.all([...hashes].map((hash) => tx.objectStore('blobs').getKey(hash)))
  return new Set(keys.filter((key) => key !== undefined))
}

interface Before {
  readonly records: ReadonlyMap<SessionId, SessionRecord>
  readonly blobs: Set<BlobHash>
  /** Inbox rows that the batch takes and that are still there, by {@link inboxKey}. */
  readonly inbox: ReadonlySet<string>
}

async function readBefore(tx: WriteTx, batch: Batch): Promise<Before> {
  const commits = batch.entries.map((entry) => entry.commit)
  const sessions = [...new Set(batch.entries.map((entry) => entry.session))]
  const taken = batch.entries.flatMap(({ session, commit }) => (commit.taken ?? []).map((n): [SessionId, number] => [session, n]))
  const [records, blobs, inbox] = await Promise.all([
    Promise.all(sessions.map((session) => tx.objectStore('sessions').get(session))),
    commits.some((commit) => commit.files?.length) ? storedBlobs(tx, commits) : new Set<BlobHash>(),
    Promise.all(taken.map((key) => tx.objectStore('inbox').getKey(key))),
  ])
  return {
    records: new Map(records.flatMap((record) => (record ? [[record.id, record]] : []))),
    blobs,
    inbox: new Set(inbox.flatMap((key) => (key ? [inboxKey(key[0], key[1])] : []))),
  }
}

interface PlannedBatch {
  readonly accepted: readonly { readonly plan: AppendPlan; readonly commit: Commit }[]
  readonly records: ReadonlyMap<SessionId, SessionRecord>
  readonly results: readonly Written[]
}

function planBatch(batch: Batch, before: Before): PlannedBatch {
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
  const stores: StoreNames<Schema>[] = ['sessions', 'events']
  if (commits.some((commit) => commit.wire?.length)) stores.push('wire')
  if (commits.some((commit) => commit.taken?.length)) stores.push('inbox')
  if (commits.some((commit) => commit.files?.length)) stores.push('files', 'blobs', 'refs')
  return stores
}

/** Sessions of one transaction are written together or not at all, so the first one tells of all. */
function wentThrough(tried: readonly SessionRecord[], found: ReadonlyMap<SessionId, SessionRecord>): boolean {
  const [first] = tried
  const now = first && found.get(first.id)
  return now !== undefined && now.epoch === first?.epoch && now.writes === first.writes
}

function inboxKey(session: SessionId, n: number): string {
  return `${n} ${session}`
}
