import type { Row, SessionEvent } from '@tabwright/protocol'
import { EMPTY_TRANSCRIPT, foldTranscripts, type Transcript } from '../core/facts'
import type { Batch } from './worker-api'

/** The facts of a session whose end came before its beginning. */
export interface PastFacts {
  /** Notes what a batch brings; the transcript of the whole session once its beginning is there too. */
  take(batch: Pick<Batch, 'past' | 'events' | 'reset'>, shown: Transcript): Transcript | undefined
}

export function createPastFacts(): PastFacts {
  let waiting: { readonly earlier: SessionEvent[]; readonly newer: SessionEvent[] } | undefined
  return {
    take({ past, events, reset }, shown) {
      if (reset) waiting = undefined
      if (past) waiting ??= { earlier: [], newer: [] }
      if (!waiting) return undefined
      const { earlier, newer } = waiting
      for (const event of past?.events ?? []) earlier.push(event)
      for (const event of events) newer.push(event)
      if (!past?.isWhole) return undefined
      waiting = undefined
      return whole([earlier, newer], shown)
    },
  }
}

/** What streams is not among the facts: it is taken over from the end that was shown so far. */
function whole(facts: readonly (readonly SessionEvent[])[], shown: Transcript): Transcript {
  let transcript = EMPTY_TRANSCRIPT
  for (const list of facts) transcript = foldTranscripts(transcript, list)
  const streamed = new Map(shown.rows.flatMap((row) => (row.type === 'call' && row.live ? [[row.key, row.live]] : [])))
  const withLive = (row: Row): Row => {
    const live = row.type === 'call' ? streamed.get(row.key) : undefined
    return row.type === 'call' && live !== undefined ? { ...row, live } : row
  }
  const rows = streamed.size > 0 ? transcript.rows.map(withLive) : transcript.rows
  return { ...transcript, rows, live: shown.live }
}
