import {
  canonicalJson,
  fail,
  LOG_FORMAT,
  parseStoredEvent,
  type Commit,
  type Draft,
  type FileEntry,
  type Hash,
  type Json,
  type JsonObject,
  type PathChange,
  type SessionEvent,
  type SessionId,
  type WireRow,
} from '@tabwright/protocol'
import { recordAfter, type SessionRecord } from './session-record'
import { fenced } from './session-store'

/** A wire row in its place. */
export interface WireRecord extends WireRow {
  readonly session: SessionId
  readonly epoch: number
  readonly i: number
}

/** What one append will write, worked out before anything is. */
export interface AppendPlan {
  readonly record: SessionRecord
  readonly events: readonly SessionEvent[]
  readonly wire: readonly WireRecord[]
}

/** What a plan takes from outside. `at` is the wall clock of the append. */
export interface Stamp {
  readonly epoch: number
  readonly at: number
  readonly hash: Hash
  /** Gets each fact as soon as it has its hash, before it is read back: what is then thrown takes it back. */
  readonly sealed?: (row: JsonObject) => void
}

/** @throws FailureError `fenced` for an older epoch, `bad_input` for a fact that could not be read back */
export function planAppend(before: SessionRecord, commit: Commit, stamp: Stamp): AppendPlan {
  if (before.epoch !== stamp.epoch) fenced(before.id)
  let record: SessionRecord = { ...before, writes: before.writes + 1 }
  const events: SessionEvent[] = []
  for (const draft of commit.drafts) {
    const event = sealed(record, draft, stamp)
    events.push(event)
    record = recordAfter(record, event)
  }
  const wire = wireRecords(record, commit.wire ?? [])
  const last = wire.at(-1)
  return { record: last ? { ...record, wireEpoch: last.epoch, wireCount: last.i + 1 } : record, events, wire }
}

/** What ends something may use the room that was kept for it; what begins something may not (C18). */
export function endsSomething(commit: Commit): boolean {
  return commit.drafts.some(({ type }) => type === 'call.ended' || type === 'turn.ended' || type === 'model.failed')
}

/** The entry of a changed path, null when it is gone. */
export function entryAfter(change: PathChange): FileEntry | null {
  if (!change.after) return null
  const { hash, bytes, mode, mtime, version, permissions } = change.after
  return { path: change.path, hash, size: bytes.byteLength, mode, mtime, version, ...(permissions !== undefined && { permissions }) }
}

function sealed(record: SessionRecord, draft: Draft, stamp: Stamp): SessionEvent {
  const row: Record<string, Json> = {
    v: LOG_FORMAT,
    session: record.id,
    agent: draft.agent,
    seq: record.head + 1,
    epoch: stamp.epoch,
    at: stamp.at,
    trace: draft.trace,
    type: draft.type,
    // Through JSON text, so that exactly what was hashed is what is stored: no undefined, no getter, no class.
    data: JSON.parse(JSON.stringify(draft.data)),
    prev: record.headHash,
  }
  row['hash'] = stamp.hash(canonicalJson(row))
  stamp.sealed?.(row)
  const stored = parseStoredEvent(row)
  if (stored.type === 'event') return stored.event
  const reason = stored.type === 'damaged' ? stored.reason : `format ${stored.v}`
  return fail('bad_input', `A fact (${draft.type}) was not written because it could not be read back: ${reason}.`)
}

function wireRecords(record: SessionRecord, rows: readonly WireRow[]): readonly WireRecord[] {
  let { wireEpoch: epoch, wireCount: i } = record
  return rows.map(({ role, text }) => {
    if (role === 'header') {
      epoch += 1
      i = 0
    } else if (epoch === 0) fail('bad_input', 'The first message of a wire must be its header.')
    return { session: record.id, epoch, i: i++, role, text }
  })
}
