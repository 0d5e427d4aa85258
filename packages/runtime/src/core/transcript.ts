import {
  callId,
  type Approval,
  type CallId,
  type CallRow,
  type Row,
  type SessionCost,
  type SessionEvent,
  type SessionStatus,
  type TurnStop,
  type Usage,
} from '@tabwright/protocol'
import { foldCost, NO_COST } from './bills'
import type { LiveUpdate } from './live'
import { noticeOf, statusAfter } from './notices'
import { tokensIn } from './window'

/** What a person sees, folded from facts and live updates. Rows are replaced, never mutated, so that memoised components hold. */
export interface Transcript {
  readonly rows: readonly Row[]
  readonly pending: readonly Approval[]
  readonly usage: Usage
  readonly contextUsed: number
  readonly cost: SessionCost
  readonly status: SessionStatus
  readonly lastStop: TurnStop | undefined
  /** Rows of the request that is streaming; void once its fact arrives. */
  readonly live: readonly Row[]
  readonly attempt: number
}

export const EMPTY_TRANSCRIPT: Transcript = {
  rows: [],
  pending: [],
  usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  contextUsed: 0,
  cost: NO_COST,
  status: { type: 'idle' },
  lastStop: undefined,
  live: [],
  attempt: 0,
}

export function foldTranscript(screen: Transcript, event: SessionEvent): Transcript {
  const next = { ...screen, ...changeOf(screen, event), cost: foldCost(screen.cost, event) }
  return { ...next, status: statusAfter(next, event) }
}

function changeOf(screen: Transcript, event: SessionEvent): Partial<Transcript> {
  const notice = noticeOf(event)
  const rows = notice ? [...screen.rows, notice] : screen.rows
  switch (event.type) {
    case 'message.user':
      return {
        rows: [...rows, { type: 'user', key: `e${event.seq}`, text: textOf(event.data.content), at: event.at, from: event.data.from }],
      }
    case 'turn.started':
      return { lastStop: undefined }
    case 'turn.ended':
      return { rows, lastStop: event.data.stop, live: [], pending: [] }
    case 'model.requested':
      return { live: [], attempt: event.data.attempt }
    case 'model.failed':
      return { rows, live: [] }
    case 'message.assistant':
      return answered(screen, event)
    default:
      return callChange({ ...screen, rows }, event)
  }
}

function textOf(content: readonly { type: string; text?: string }[]): string {
  return content.map((block) => block.text ?? `[${block.type}]`).join('\n\n')
}

function answered(screen: Transcript, event: SessionEvent<'message.assistant'>): Partial<Transcript> {
  const { content, usage, ms, model } = event.data
  const blocks = content.flatMap((block) =>
    block.type === 'text' || block.type === 'thinking' ? [{ type: block.type, text: block.text }] : [],
  )
  const shown = blocks.filter((block) => block.text !== '')
  const calls = content.flatMap((block): CallRow[] =>
    block.type === 'call' ? [{ type: 'call', key: block.id, call: block.id, name: block.name, input: block.input, state: 'queued' }] : [],
  )
  const said: Row[] =
    shown.length > 0
      ? [{ type: 'agent', key: `e${event.seq}`, blocks: shown, live: false, at: event.at, footer: { ms, usage, model } }]
      : []
  return {
    rows: [...screen.rows, ...said, ...calls],
    live: [],
    usage: sum(screen.usage, usage),
    contextUsed: tokensIn(usage),
  }
}

function sum(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  }
}

function callChange(screen: Transcript, event: SessionEvent): Partial<Transcript> {
  switch (event.type) {
    case 'call.judged': {
      const { call, verdict, digest, bytes } = event.data
      const rows = withCall(screen.rows, call, { verdict, state: verdict.type === 'ask' ? 'needs approval' : 'queued' })
      if (verdict.type !== 'ask') return { rows }
      const { reason, offer } = verdict
      const approval: Approval = { call, tool: nameOf(screen.rows, call), bytes, digest, reason, ...(offer && { offer }) }
      return { rows, pending: [...screen.pending, approval] }
    }
    case 'call.decided':
      return {
        rows: withCall(screen.rows, event.data.call, { state: 'queued' }),
        pending: screen.pending.filter((item) => item.call !== event.data.call),
      }
    case 'call.started':
      return { rows: withCall(screen.rows, event.data.call, { state: 'running', startedAt: event.at }) }
    case 'call.ended':
      return {
        rows: withCall(screen.rows, event.data.call, {
          state: event.data.outcome.type,
          // The outcome holds the text; 64 KB for each call of a long session would add up.
          live: '',
          outcome: event.data.outcome,
          ms: event.data.ms,
        }),
        pending: screen.pending.filter((item) => item.call !== event.data.call),
      }
    default:
      return { rows: screen.rows }
  }
}

function nameOf(rows: readonly Row[], call: CallId): string {
  const row = rows.findLast((candidate) => candidate.type === 'call' && candidate.call === call)
  return row?.type === 'call' ? row.name : ''
}

/** From the end: calls that change are the newest. */
function withCall(rows: readonly Row[], call: CallId, change: Partial<CallRow>): readonly Row[] {
  const at = rows.findLastIndex((row) => row.type === 'call' && row.call === call)
  const row = rows[at]
  return row?.type === 'call' ? rows.with(at, { ...row, ...change }) : rows
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
      const row = screen.rows.findLast((candidate) => candidate.type === 'call' && candidate.call === update.call)
      const live = `${row?.type === 'call' ? (row.live ?? '') : ''}${update.text}`.slice(-LIVE_OUTPUT)
      return { ...screen, rows: withCall(screen.rows, update.call, { live }) }
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
