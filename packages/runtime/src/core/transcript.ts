import {
  callId,
  type Approval,
  type CallId,
  type CallRow,
  type Cleared,
  type Compacting,
  type Row,
  type SessionCost,
  type SessionEvent,
  type SessionStatus,
  type TurnStop,
  type UnknownCall,
  type Usage,
} from '@tabwright/protocol'
import { foldCost, NO_COST } from './bills'
import { LEAST_CLEARED } from './compaction/clearing'
import { addSummary, noteRoom } from './compaction/rows'
import type { LiveUpdate } from './live'
import { clearedNotice, noticeOf, statusAfter } from './notices'
import { tokensIn } from './window'

/** What a person sees, folded from facts and live updates. Rows are replaced, never mutated, so that memoised components hold. */
export interface Transcript {
  readonly rows: readonly Row[]
  readonly pending: readonly Approval[]
  readonly unknowns: readonly UnknownCall[]
  /** Inbox rows up to this number wait until a person acts; 0 when nothing is held. */
  readonly held: number
  readonly usage: Usage
  readonly contextUsed: number
  /** What the provider left out of the newest request. */
  readonly cleared: Cleared | undefined
  /** Of that, how many tokens a row says. */
  readonly clearedTold: number
  readonly cost: SessionCost
  readonly status: SessionStatus
  readonly lastStop: TurnStop | undefined
  /** Rows of the request that is streaming; void once its fact arrives. */
  readonly live: readonly Row[]
  readonly attempt: number
  /** A summary is being made. */
  readonly compacting: Compacting | undefined
  /** A summary was made: the next answer tells how much room that gave. */
  readonly isRoomOwed: boolean
  /** What was judged of calls that have not ended. */
  readonly judged: ReadonlyMap<CallId, Judged>
}

type Judged = Pick<UnknownCall, 'bytes' | 'digest'>

export const EMPTY_TRANSCRIPT: Transcript = {
  rows: [],
  pending: [],
  unknowns: [],
  held: 0,
  usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  contextUsed: 0,
  cleared: undefined,
  clearedTold: 0,
  cost: NO_COST,
  status: { type: 'idle' },
  lastStop: undefined,
  live: [],
  attempt: 0,
  compacting: undefined,
  isRoomOwed: false,
  judged: new Map(),
}

/** A transcript under construction: its list of rows is its own, the rows themselves are shared. */
type Growing = { -readonly [K in keyof Transcript]: Transcript[K] } & { rows: Row[] }

/** Adds one fact. */
export function foldTranscript(screen: Transcript, event: SessionEvent): Transcript {
  return foldTranscripts(screen, [event])
}

/**
 * Adds facts in order, with one copy of the list of rows for all of them: a long past folded one by one would copy it for each.
 * The facts may be the end of a session whose beginning is not known: what belongs to a call of before is left out.
 */
export function foldTranscripts(screen: Transcript, events: readonly SessionEvent[]): Transcript {
  if (events.length === 0) return screen
  const growing: Growing = { ...screen, rows: [...screen.rows] }
  for (const event of events) addFact(growing, event)
  return growing
}

function addFact(screen: Growing, event: SessionEvent): void {
  const notice = noticeOf(event)
  if (notice) screen.rows.push(notice)
  switch (event.type) {
    case 'message.user':
      screen.rows.push({ type: 'user', key: `e${event.seq}`, text: textOf(event.data.content), at: event.at, from: event.data.from })
      break
    case 'turn.started':
      screen.lastStop = undefined
      screen.held = 0
      break
    case 'turn.ended':
      Object.assign(screen, {
        lastStop: event.data.stop,
        held: event.data.held ?? 0,
        live: [],
        pending: [],
        unknowns: [],
        judged: new Map(),
      })
      break
    case 'model.requested':
      screen.live = []
      screen.attempt = event.data.attempt
      break
    case 'model.failed':
      screen.live = []
      break
    case 'message.assistant':
      addAnswer(screen, event)
      // Looked for only where one is owed: the search goes through every row.
      if (screen.isRoomOwed) noteRoom(screen.rows, event.data.usage)
      screen.isRoomOwed = false
      break
    case 'compaction.started':
    case 'compaction.ended':
      screen.compacting = addSummary(screen, event)
      screen.isRoomOwed = event.type === 'compaction.ended'
      break
    default:
      addToCall(screen, event)
  }
  screen.cost = foldCost(screen.cost, event)
  screen.status = statusAfter(screen, event)
}

function textOf(content: readonly { type: string; text?: string }[]): string {
  return content.map((block) => block.text ?? `[${block.type}]`).join('\n\n')
}

function addAnswer(screen: Growing, event: SessionEvent<'message.assistant'>): void {
  const { content, usage, ms, model } = event.data
  const blocks = content.flatMap((block) =>
    block.type === 'text' || block.type === 'thinking' ? [{ type: block.type, text: block.text }] : [],
  )
  const shown = blocks.filter((block) => block.text !== '')
  if (shown.length > 0)
    screen.rows.push({ type: 'agent', key: `e${event.seq}`, blocks: shown, live: false, at: event.at, footer: { ms, usage, model } })
  for (const block of content)
    if (block.type === 'call')
      screen.rows.push({ type: 'call', key: block.id, call: block.id, name: block.name, input: block.input, state: 'queued' })
  screen.live = []
  screen.usage = sum(screen.usage, usage)
  // What a rewind took back is billed and no longer in the window.
  if (content.length > 0) screen.contextUsed = tokensIn(usage)
  if (content.length > 0) addCleared(screen, event)
}

/** Every request leaves out a little more: a row is for the first time, and for as much again as is worth breaking the cache. */
function addCleared(screen: Growing, event: SessionEvent<'message.assistant'>): void {
  const { cleared } = event.data
  screen.cleared = cleared
  const told = cleared ? screen.clearedTold : 0
  const isNews = cleared !== undefined && (told === 0 || cleared.tokens >= told + LEAST_CLEARED)
  if (isNews) screen.rows.push(clearedNotice(event.seq, cleared))
  screen.clearedTold = isNews ? Math.max(1, cleared.tokens) : told
}

function sum(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  }
}

function addToCall(screen: Growing, event: SessionEvent): void {
  switch (event.type) {
    case 'call.judged':
      return addVerdict(screen, event.data)
    case 'call.decided':
      screen.pending = without(screen.pending, event.data.call)
      return changeCall(screen.rows, event.data.call, { state: 'queued' })
    case 'call.started':
      screen.unknowns = without(screen.unknowns, event.data.call)
      return changeCall(screen.rows, event.data.call, { state: 'running', startedAt: event.at })
    case 'call.lost':
      screen.unknowns = withUnknown(screen, event)
      return changeCall(screen.rows, event.data.call, { state: 'unknown' })
    case 'call.resolved':
      screen.unknowns = without(screen.unknowns, event.data.call)
      return event.data.choice === 'again' ? changeCall(screen.rows, event.data.call, { state: 'queued' }) : undefined
    case 'call.ended': {
      const { call, outcome, ms } = event.data
      screen.pending = without(screen.pending, call)
      screen.unknowns = without(screen.unknowns, call)
      if (screen.judged.has(call)) screen.judged = new Map([...screen.judged].filter(([other]) => other !== call))
      // The outcome holds the text; 64 KB of output for each call of a long session would add up.
      return changeCall(screen.rows, call, { state: outcome.type, live: '', outcome, ms })
    }
    default:
      return undefined
  }
}

function addVerdict(screen: Growing, { call, verdict, digest, bytes }: SessionEvent<'call.judged'>['data']): void {
  screen.judged = new Map([...screen.judged, [call, { bytes, digest }]])
  changeCall(screen.rows, call, { verdict, state: verdict.type === 'ask' ? 'needs approval' : 'queued' })
  if (verdict.type !== 'ask') return
  const { reason, offer } = verdict
  const approval: Approval = { call, tool: nameOf(screen.rows, call), bytes, digest, reason, ...(offer && { offer }) }
  // Judged anew: the card of before no longer counts.
  screen.pending = [...without(screen.pending, call), approval]
}

function withUnknown({ unknowns, judged, rows }: Growing, { data, at }: SessionEvent<'call.lost'>): readonly UnknownCall[] {
  const known = judged.get(data.call)
  const row = rows.findLast((candidate) => candidate.type === 'call' && candidate.call === data.call)
  if (!known || row?.type !== 'call') return unknowns
  return [...without(unknowns, data.call), { call: data.call, tool: row.name, ...known, startedAt: row.startedAt ?? at }]
}

function without<T extends { readonly call: CallId }>(items: readonly T[], call: CallId): readonly T[] {
  return items.some((item) => item.call === call) ? items.filter((item) => item.call !== call) : items
}

function nameOf(rows: readonly Row[], call: CallId): string {
  const row = rows.findLast((candidate) => candidate.type === 'call' && candidate.call === call)
  return row?.type === 'call' ? row.name : ''
}

/** From the end: calls that change are the newest. */
function changeCall(rows: Row[], call: CallId, change: Partial<CallRow>): void {
  const at = rows.findLastIndex((row) => row.type === 'call' && row.call === call)
  const row = rows[at]
  if (row?.type === 'call') rows[at] = { ...row, ...change }
}

const LIVE_OUTPUT = 64_000

/** Between two facts. A restart of the page loses nothing but this. */
export function foldLive(screen: Transcript, update: LiveUpdate, now: number): Transcript {
  switch (update.type) {
    case 'request':
      return { ...screen, live: [] }
    case 'silent':
      return screen.status.type === 'running'
        ? { ...screen, status: { ...screen.status, what: `No answer for ${Math.round(update.ms / 1000)} s, still waiting` } }
        : screen
    case 'output': {
      const at = screen.rows.findLastIndex((candidate) => candidate.type === 'call' && candidate.call === update.call)
      const row = screen.rows[at]
      // After its end the outcome holds the text: what comes late would stand beside it.
      if (row?.type !== 'call' || row.outcome) return screen
      const live = `${row.live ?? ''}${update.text}`.slice(-LIVE_OUTPUT)
      return { ...screen, rows: screen.rows.with(at, { ...row, live }) }
    }
    default:
      return screen.status.type === 'idle' ? screen : { ...screen, live: withDelta(screen.live, update, now) }
  }
}

function withDelta(live: readonly Row[], delta: Extract<LiveUpdate, { type: 'delta' }>, now: number): readonly Row[] {
  if (delta.kind === 'input') return withInput(live, delta)
  const at = live.findIndex((row) => row.type === 'agent')
  const row = live[at]
  if (row?.type !== 'agent')
    return [{ type: 'agent', key: 'live', blocks: [{ type: delta.kind, text: delta.text }], live: true, at: now }, ...live]
  const last = row.blocks.at(-1)
  const blocks =
    last?.type === delta.kind
      ? row.blocks.with(-1, { type: delta.kind, text: last.text + delta.text })
      : [...row.blocks, { type: delta.kind, text: delta.text }]
  return live.with(at, { ...row, blocks })
}

function withInput(live: readonly Row[], delta: Extract<LiveUpdate, { type: 'delta' }>): readonly Row[] {
  const key = `live${delta.index}`
  const at = live.findIndex((row) => row.key === key)
  const row = live[at]
  if (row?.type === 'call') return live.with(at, { ...row, input: row.input + delta.text })
  if (delta.id === undefined || delta.name === undefined) return live
  return [...live, { type: 'call', key, call: callId(delta.id), name: delta.name, input: delta.text, state: 'writing' }]
}
