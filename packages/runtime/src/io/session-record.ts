import { toldBy } from '../core/agents/told'
import {
  assertNever,
  type CallId,
  type Rewind,
  type SessionEvent,
  type SessionId,
  type SessionRow,
  type SessionShelf,
} from '@tabwright/protocol'

/** A session's row: what the list shows, and what an append needs to read. Written in the transaction of the facts it sums up. */
export interface SessionRecord extends SessionRow {
  /** The fence. Only the writer that raised it last may append. */
  readonly epoch: number
  /** Number of the last event, 0 when empty, and its hash. */
  readonly head: number
  readonly headHash: string
  /** Appends so far: tells a writer whose connection died whether its last one went through. */
  readonly writes: number
  /** Newest epoch of the wire, 0 before the first request, and its rows so far. */
  readonly wireEpoch: number
  readonly wireCount: number
  /** Number of the last inbox row; never given twice. */
  readonly inboxLast: number
  /** What was posted last with an id of its own, delivered or not, newest last: said again, it is known. */
  readonly posted?: readonly Posted[]
  /** Calls that wait for a person: to be allowed, or to be told what became of them. */
  readonly asking: readonly CallId[]
  /** Every time the conversation went back, so that who reads only the end knows what is no longer part of it. */
  readonly rewinds?: readonly Rewind[]
  /** Model of the newest turn. */
  readonly model?: string
  /** Hidden since then, to be purged. */
  readonly deletedAt?: number
  /** Where the person put it in the list; absent: by its time. */
  readonly shelf?: SessionShelf
  /** Came from an archive: it can be read and forked, nobody writes it and nothing it grants is in force. */
  readonly imported?: Imported
}

/** A message that whoever said it can name. */
export interface Posted {
  readonly id: string
  readonly n: number
}

/** A message is said again within seconds, by the page whose worker died. */
const POSTED_KEPT = 32

/** The row once a message has number `n`. */
export function recordPosted(record: SessionRecord, n: number, id: string | undefined): SessionRecord {
  if (id === undefined) return { ...record, inboxLast: n }
  return { ...record, inboxLast: n, posted: [...(record.posted ?? []), { id, n }].slice(-POSTED_KEPT) }
}

/** The number that a message with this id has already. */
export function postedAs(record: SessionRecord, id: string | undefined): number | undefined {
  return record.posted?.find((one) => one.id === id)?.n
}

/** Where an imported session comes from. */
export interface Imported {
  /** The id that its facts bear. */
  readonly session: SessionId
  /** It was damaged where it came from: what followed fact `after` is not in it. */
  readonly damaged?: { readonly after: number; readonly reason: string }
}

/** A session before its first fact. */
export function emptyRecord(row: Pick<SessionRow, 'title' | 'project'> & { readonly id: SessionId; readonly at: number }): SessionRecord {
  return {
    id: row.id,
    title: row.title,
    project: row.project,
    createdAt: row.at,
    updatedAt: row.at,
    state: 'idle',
    epoch: 0,
    head: 0,
    headHash: '',
    writes: 0,
    wireEpoch: 0,
    wireCount: 0,
    inboxLast: 0,
    asking: [],
  }
}

/** The row as the list shows it. */
export function rowOf(record: SessionRecord): SessionRow {
  const { id, title, createdAt, updatedAt, state, project, imported, shelf } = record
  return {
    id,
    title,
    createdAt,
    updatedAt,
    state,
    project,
    ...(imported && { isImported: true }),
    ...(shelf === 'pinned' && { isPinned: true }),
    ...(shelf === 'archived' && { isArchived: true }),
  }
}

/** A record that was hidden, shown again. */
export function unhidden(record: SessionRecord): SessionRecord {
  const { deletedAt: _, ...kept } = record
  return kept
}

/** The record on another shelf; undefined: on none. */
export function onShelf(record: SessionRecord, shelf: SessionShelf | undefined): SessionRecord {
  const { shelf: _, ...rest } = record
  return shelf === undefined ? rest : { ...rest, shelf }
}

/** The row after one more fact. */
export function recordAfter(record: SessionRecord, event: SessionEvent): SessionRecord {
  const moved = { ...record, head: event.seq, headHash: event.hash, updatedAt: event.at }
  // Sub-agents begin and end within the session's turn; what they ask, the person is asked.
  const told = toldBy(event)
  if (told !== event && !told.type.startsWith('call.')) return moved
  return withTold(moved, told)
}

function withTold(moved: SessionRecord, event: SessionEvent): SessionRecord {
  switch (event.type) {
    case 'turn.started':
      return { ...moved, state: 'running', model: event.data.model, asking: [] }
    case 'turn.ended':
      return { ...moved, state: endState(event.data.stop), asking: [] }
    case 'call.judged':
      return event.data.verdict.type === 'ask' ? asking(moved, [...moved.asking, event.data.call]) : moved
    case 'fetch.judged':
      return event.data.verdict.type === 'ask' && event.data.call !== undefined ? asking(moved, [...moved.asking, event.data.fetch]) : moved
    case 'fetch.decided':
    case 'fetch.ended':
      return withoutCall(moved, event.data.fetch)
    case 'history.rewound':
      return { ...moved, rewinds: [...(moved.rewinds ?? []), { seq: event.seq, to: event.data.to }] }
    // A call whose end is unknown waits for a person as well, and so does a question.
    case 'call.lost':
    case 'question.asked':
      return asking(moved, [...moved.asking, event.data.call])
    case 'question.answered':
    case 'call.decided':
    case 'call.resolved':
    case 'call.ended':
      return withoutCall(moved, event.data.call)
    default:
      return moved
  }
}

function endState(stop: SessionEvent<'turn.ended'>['data']['stop']): SessionRow['state'] {
  switch (stop) {
    case 'failed':
      return 'failed'
    case 'requires-action':
    case 'budget':
      return 'waiting'
    case 'end':
    case 'refusal':
    case 'interrupted':
      return 'idle'
    default:
      return assertNever(stop)
  }
}

function withoutCall(record: SessionRecord, call: CallId): SessionRecord {
  return record.asking.includes(call)
    ? asking(
        record,
        record.asking.filter((other) => other !== call),
      )
    : record
}

function asking(record: SessionRecord, calls: readonly CallId[]): SessionRecord {
  return { ...record, asking: calls, state: calls.length > 0 ? 'waiting' : 'running' }
}
