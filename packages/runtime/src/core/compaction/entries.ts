import { failureOf, type Bill, type Failure, type SessionEvent } from '@tabwright/protocol'
import { heldBack, proofOf } from '../breaker'
import { hiddenRanges, isOnBranch } from '../history/branch'
import type { Entry, Journal } from '../journal'
import type { Fact } from '../fact'
import type { ModelChoice, Ports } from '../ports'
import type { Unsent } from '../records'
import { wireAsking } from '../request'
import { betasOf, requestBody, userRows } from '../wire'
import { blockBody, summaryPrompt } from './body'
import { isSummary } from './cut'
import { COMPACTION_BETA } from './policy'
import type { OpenCompaction } from './state'
import { askSummary, type Summarised, type SummaryRequest } from './summary'
import { placeOf } from '../places'
import { swapEntry } from './swap'

/** The exact request for a summary of the first messages of this wire, asked as the turn asks. */
export function summaryRequest(journal: Journal, { info }: ModelChoice, asked: Omit<OpenCompaction, 'seq' | 'trigger'>): SummaryRequest {
  const rows = journal.wire.slice(0, asked.messages + 1)
  const { previousTail: _tail, raised: _raised, clearAt: _clearAt, ...asking } = wireAsking(journal)
  const isBlock = asked.way === 'block'
  const betas = [...betasOf(info, asking), ...(isBlock || rows.some(isSummary) ? [COMPACTION_BETA] : [])]
  if (isBlock) return { way: asked.way, body: blockBody(requestBody(rows, info, asking), asked), betas }
  const question: Unsent = { type: 'message', content: [{ type: 'text', text: summaryPrompt(asked) }], wakes: false }
  return { way: asked.way, body: requestBody([...rows, ...userRows([question], { calls: [] })], info, asking), betas }
}

/** Through the breaker like every request to that address. Never throws. */
export async function askForSummary(
  ports: Ports,
  { model }: ModelChoice,
  asked: SummaryRequest & { readonly signal: AbortSignal },
): Promise<Summarised> {
  const { endpoint } = model
  const { signal } = asked
  if (endpoint === undefined) return askSummary(model, asked, signal)
  try {
    const admission = await ports.breaker.admit(endpoint)
    if (admission.type === 'wait') return { type: 'failed', failure: heldBack(endpoint, admission, ports.clock.now()), bills: [] }
    const result = await askSummary(model, asked, signal)
    const proof = result.type === 'done' ? 'alive' : signal.aborted ? 'none' : proofOf(result.failure)
    await ports.breaker.report(endpoint, admission.id, proof)
    return result
  } catch (error) {
    return { type: 'failed', failure: failureOf(error), bills: [] }
  }
}

/** What became of the compaction that began with fact `seq`. */
export async function endEntry({ ports, journal }: { ports: Ports; journal: Journal }, seq: number, result: Summarised): Promise<Entry> {
  const { state, wire: rows } = journal
  const { open } = state.compaction
  // The conversation went back behind its beginning: what it stands for is no longer there.
  if (open?.seq !== seq) return { facts: [] }
  if (result.type === 'failed') return { facts: [failedFact(result.failure, result.bills)] }
  const summary = { way: open.way, messages: open.messages, text: result.summary, wire: result.wire, bills: result.bills }
  return swapEntry(summary, { state, rows, events: await readConversation(ports), place: placeOf(ports, state.hands) })
}

async function readConversation(ports: Ports): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = []
  for await (const event of ports.log.read(ports.session)) events.push(event)
  const hidden = hiddenRanges(events)
  return events.filter((event) => isOnBranch(hidden, event))
}

function failedFact(failure: Failure, bills: readonly Bill[]): Fact {
  return { type: 'compaction.ended', data: { result: { type: 'failed', failure }, bills } }
}

/** Asked for and not begun: the person reads why. */
export function refusedEntry(failure: Failure): Entry {
  return {
    facts: [{ type: 'compaction.started', data: { trigger: 'manual', way: 'block', messages: 0 } }, failedFact(failure, [])],
  }
}

/** A hook of the project does not let it begin. One that nobody asked for counts as a try: it is not asked about at every step. */
export function blockedEntry({ trigger, way }: Pick<OpenCompaction, 'trigger' | 'way'>, reason: string, said: readonly Fact[]): Entry {
  const message = `A hook of the project does not let the conversation be summarised: ${reason} The conversation is as it was.`
  const started: Fact = { type: 'compaction.started', data: { trigger, way, messages: 0 } }
  return { facts: [...said, started, failedFact({ code: 'denied', message }, [])] }
}

/** Begun by a worker that is gone. */
export const LOST_ENTRY: Entry = {
  facts: [
    failedFact(
      { code: 'cut', message: 'The summary was on its way when this session was interrupted. The conversation is as it was.' },
      [],
    ),
  ],
}
