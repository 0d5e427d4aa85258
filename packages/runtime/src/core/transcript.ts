import {
  functionCallOf,
  type Approval,
  type CallContent,
  type CallId,
  type CallRow,
  type Cleared,
  type Compacting,
  type LimitReached,
  type Mode,
  type OpenQuestion,
  type Row,
  type Rule,
  type SessionCost,
  type SessionEvent,
  type SessionScreen,
  type SessionStatus,
  type SessionTaint,
  type TurnStop,
  type UnknownCall,
  type Usage,
  type Verdict,
  EMBEDDED,
  NO_TAINT,
  UNNAMED_MODE,
  type UserRow,
} from '@tabwright/protocol'
import { toldBy } from './agents/told'
import { addToTasks, taskOf, type Tasks } from './agents/task-view'
import { isAttached, ownWords } from './attached'
import { withMovedBases } from './moved-bases'
import { foldCost, NO_COST, pricedAs } from './bills'
import { LEAST_CLEARED } from './compaction/clearing'
import { addSummary, noteRoom } from './compaction/rows'
import { FETCH_TOOL } from './gate/egress'
import { clearedNotice, noticeOf, statusAfter } from './notices'
import { foldRules } from './session-rules'
import { foldTaint } from './taint'
import { foldTodos } from './todos'
import { sumOfUsage, tokensIn } from './window'

/** What a person sees, folded from facts and live updates. Rows are replaced, never mutated, so that memoised components hold. */
export interface Transcript extends Pick<SessionScreen, 'hands' | 'handsBy'> {
  readonly rows: readonly Row[]
  readonly pending: readonly Approval[]
  readonly unknowns: readonly UnknownCall[]
  readonly questions: readonly OpenQuestion[]
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
  readonly mode: Mode
  /** The limit that stopped the session, until somebody goes on. */
  readonly reached: LimitReached | undefined
  readonly taint: SessionTaint
  readonly rules: readonly Rule[]
  /** Rows of the request that is streaming; void once its fact arrives. */
  readonly live: readonly Row[]
  readonly attempt: number
  /** A summary is being made. */
  readonly compacting: Compacting | undefined
  /** A summary was made: the next answer tells how much room that gave. */
  readonly isRoomOwed: boolean
  /** What was judged of calls that have not ended. */
  readonly judged: ReadonlyMap<CallId, Judged>
  readonly tasks: Tasks
  readonly todos: SessionScreen['todos']
}

type Judged = Pick<UnknownCall, 'bytes' | 'digest'>

export const EMPTY_TRANSCRIPT: Transcript = {
  rows: [],
  pending: [],
  unknowns: [],
  questions: [],
  held: 0,
  usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  contextUsed: 0,
  cleared: undefined,
  clearedTold: 0,
  cost: NO_COST,
  status: { type: 'idle' },
  lastStop: undefined,
  mode: UNNAMED_MODE,
  hands: EMBEDDED,
  handsBy: 'app',
  reached: undefined,
  taint: NO_TAINT,
  rules: [],
  live: [],
  attempt: 0,
  compacting: undefined,
  isRoomOwed: false,
  judged: new Map(),
  tasks: new Map(),
  todos: [],
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
      screen.rows.push(rowOf(event))
      break
    case 'session.opened':
      screen.mode = event.data.mode ?? UNNAMED_MODE
      break
    case 'mode.chosen':
    case 'hands.chosen':
      if (event.type === 'mode.chosen') screen.mode = event.data.mode
      else Object.assign(screen, { hands: event.data.hands, handsBy: event.data.by })
      // Judged anew: what waits now comes back as it stands then.
      screen.pending = screen.pending.filter(({ within }) => within !== undefined)
      break
    case 'budget.reached':
      screen.reached = event.data
      break
    case 'budget.raised':
      screen.reached = undefined
      break
    case 'turn.started':
      screen.lastStop = undefined
      screen.reached = undefined
      screen.held = 0
      break
    case 'turn.ended':
      endTurn(screen, event)
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
  addForAll(screen, event)
}

/** What a fact is for, whoever it happened to. */
function addForAll(screen: Growing, event: SessionEvent): void {
  addToTasks(screen, event, { empty: EMPTY_TRANSCRIPT, fold: foldTranscript })
  screen.cost = foldCost(screen.cost, event)
  screen.taint = foldTaint(screen.taint, toldBy(event))
  screen.rules = foldRules(screen.rules, toldBy(event))
  screen.todos = foldTodos(screen.todos, event, screen.rows)
  screen.status = statusAfter(screen, event)
}

/** Nothing of it waits any more; a command of the person's own does. */
function endTurn(screen: Growing, { data: { stop, held = 0 } }: SessionEvent<'turn.ended'>): void {
  const pending = screen.pending.filter(({ within }) => within === 'terminal')
  Object.assign(screen, { lastStop: stop, held, live: [], pending, unknowns: [], questions: [], judged: new Map() })
}

function addAnswer(screen: Growing, event: SessionEvent<'message.assistant'>): void {
  const { content, usage, ms, model } = event.data
  const blocks = content.flatMap((block) =>
    block.type === 'text' || block.type === 'thinking' ? [{ type: block.type, text: block.text }] : [],
  )
  const shown = blocks.filter((block) => block.text !== '')
  if (shown.length > 0)
    screen.rows.push({
      type: 'agent',
      key: `e${event.seq}`,
      blocks: shown,
      live: false,
      at: event.at,
      footer: { ms, usage, model, ...pricedAs(event) },
    })
  for (const block of content)
    if (block.type === 'call') screen.rows.push({ type: 'call', key: block.id, call: block.id, ...shownCall(block), state: 'queued' })
  screen.live = []
  screen.usage = sumOfUsage(screen.usage, usage)
  // What a rewind took back is billed and no longer in the window.
  if (content.length > 0) screen.contextUsed = tokensIn(usage)
  if (content.length > 0) addCleared(screen, event)
}

/** A function of another worker under its own name, however the model called it. */
function shownCall(call: CallContent): Pick<CallRow, 'name' | 'input'> {
  const called = functionCallOf(call)
  return called ? { name: called.function, input: called.input } : { name: call.name, input: call.input }
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

function addToCall(screen: Growing, event: SessionEvent): void {
  switch (event.type) {
    case 'check.started':
    case 'call.requested': {
      const { call, tool: name, input } = event.data
      screen.rows.push({ type: 'call', key: call, call, name, input, state: 'queued' })
      return undefined
    }
    case 'call.judged':
      return addVerdict(screen, event.data)
    case 'call.edited':
      screen.pending = without(screen.pending, event.data.call)
      return changeCall(screen.rows, event.data.call, { input: event.data.bytes, isEdited: true, state: 'queued' })
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
      const { call, outcome, ms, from } = event.data
      screen.pending = without(screen.pending, call).filter(({ within }) => within !== call)
      screen.unknowns = without(screen.unknowns, call)
      screen.questions = without(screen.questions, call)
      if (screen.judged.has(call)) screen.judged = new Map([...screen.judged].filter(([other]) => other !== call))
      // The outcome holds the text; 64 KB of output for each call of a long session would add up.
      return changeCall(screen.rows, call, { state: outcome.type, live: '', outcome, ms, ...(from && { from }) })
    }
    case 'question.asked':
      screen.questions = [...without(screen.questions, event.data.call), event.data]
      return changeCall(screen.rows, event.data.call, { state: 'needs answer' })
    case 'question.answered':
      screen.questions = without(screen.questions, event.data.call)
      return changeCall(screen.rows, event.data.call, { state: 'running' })
    case 'workspace.changed':
      screen.pending = withMovedBases(screen.pending, event.data)
      return
    case 'fetch.judged':
      return addFetch(screen, event.data)
    case 'fetch.decided':
    case 'fetch.ended':
      screen.pending = without(screen.pending, event.data.fetch)
      return
    default:
      return undefined
  }
}

function addVerdict(screen: Growing, { call, verdict, digest, bytes, base }: SessionEvent<'call.judged'>['data']): void {
  screen.judged = new Map([...screen.judged, [call, { bytes, digest }]])
  changeCall(screen.rows, call, { verdict, state: verdict.type === 'ask' ? 'needs approval' : 'queued' })
  if (verdict.type !== 'ask') return
  const { reason } = verdict
  const row = callRow(screen.rows, call)
  const edited = row?.isEdited ? ({ isEdited: true } as const) : {}
  const approval: Approval = {
    call,
    tool: row?.name ?? '',
    bytes,
    digest,
    reason,
    ...offersOf(verdict),
    ...edited,
    ...(base && { base }),
    ...(verdict.writes && { hasRun: true }),
  }
  // Judged anew: the card of before no longer counts.
  screen.pending = [...without(screen.pending, call), approval]
}

function offersOf({ offer, broader }: Extract<Verdict, { type: 'ask' }>): Pick<Approval, 'offer' | 'broader'> {
  return { ...(offer && { offer }), ...(broader && { broader }) }
}

function addFetch(screen: Growing, { fetch, call, verdict, digest, bytes }: SessionEvent<'fetch.judged'>['data']): void {
  if (verdict.type !== 'ask') return
  const { reason } = verdict
  const within = call ?? 'terminal'
  screen.pending = [
    ...without(screen.pending, fetch),
    { call: fetch, tool: FETCH_TOOL, bytes, digest, reason, within, ...offersOf(verdict), ...taskOf(screen.tasks, call) },
  ]
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

function callRow(rows: readonly Row[], call: CallId): CallRow | undefined {
  const row = rows.findLast((candidate) => candidate.type === 'call' && candidate.call === call)
  return row?.type === 'call' ? row : undefined
}

/** From the end: calls that change are the newest. */
function changeCall(rows: Row[], call: CallId, change: Partial<CallRow>): void {
  const at = rows.findLastIndex((row) => row.type === 'call' && row.call === call)
  const row = rows[at]
  if (row?.type === 'call') rows[at] = { ...row, ...change }
}

function rowOf({ seq, at, data: { content, from, by } }: SessionEvent<'message.user'>): UserRow {
  const attached = content.filter(isAttached)
  const row: UserRow = { type: 'user', key: `e${seq}`, text: ownWords(content), at, from }
  return { ...row, ...(attached.length > 0 && { attached }), ...(by !== undefined && { by }) }
}
