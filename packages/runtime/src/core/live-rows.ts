import { callId, type Row } from '@tabwright/protocol'
import type { LiveUpdate } from './live'
import type { Transcript } from './transcript'

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
