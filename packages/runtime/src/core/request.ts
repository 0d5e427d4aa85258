import { failureOf, isJsonObject, type Answer, type Failure, type WireRow } from '@tabwright/protocol'
import type { Entry, Journal } from './journal'
import type { ModelChoice, Ports } from './ports'
import { systemPrompt } from './prompt'
import type { Registry } from './registry'
import { retryAt } from './retry'
import { headerRow, requestBody, userRow } from './wire'

export interface Asking {
  readonly journal: Journal
  readonly ports: Ports
  readonly registry: Registry
  readonly choice: ModelChoice
  readonly attempt: number
  readonly signal: AbortSignal
}

/** One request: its bytes are stored, then sent; its end is one fact, `message.assistant` or `model.failed`. */
export async function askModel(asking: Asking): Promise<void> {
  const { journal, ports, signal } = asking
  await journal.write(async () => requestEntry(asking))
  const request = journal.state.request?.seq ?? 0
  ports.live({ type: 'request' })
  const startedAt = ports.clock.mono()
  const streamed = { text: '' }
  try {
    const { answer, wire } = await streamAnswer(asking, (text) => {
      streamed.text += text
      ports.preview.save(request, streamed.text)
    })
    if (answer.stopReason === 'refusal') await noteFailure(asking, REFUSED, '')
    else {
      const data = { ...answer, ms: Math.round(ports.clock.mono() - startedAt) }
      const rows: WireRow[] = answer.content.length > 0 ? [{ role: 'assistant', text: wire }] : []
      await journal.write({ facts: [{ type: 'message.assistant', data }], wire: rows })
    }
  } catch (error) {
    const failure: Failure = signal.aborted ? { code: 'aborted', message: 'Stopped by you.' } : failureOf(error)
    if (failure.code === 'fenced' || failure.code === 'storage_full' || failure.code === 'storage_off') throw error
    await noteFailure(asking, failure, streamed.text)
  } finally {
    ports.preview.save(request, '')
  }
}

const REFUSED: Failure = {
  code: 'not_permitted',
  message: 'The model declined to answer this. Nothing of its answer is kept; rephrase, or choose another model.',
}

async function requestEntry({ journal, ports, registry, attempt }: Asking): Promise<Entry> {
  const { state, wire } = journal
  const rows: WireRow[] = wire.length === 0 ? [headerRow(systemPrompt(ports.hands.caps), registry.specs)] : []
  if (state.unsent.length > 0)
    rows.push(
      userRow(
        state.unsent,
        state.calls.map((call) => call.content.id),
      ),
    )
  const messages = wire.length + rows.length - 1
  const epoch = rows[0]?.role === 'header' ? journal.wireEpoch + 1 : journal.wireEpoch
  return { facts: [{ type: 'model.requested', data: { attempt, messages, wire: epoch } }], wire: rows, durability: 'relaxed' }
}

async function streamAnswer(
  { journal, ports, choice, signal }: Asking,
  onText: (text: string) => void,
): Promise<{ answer: Answer; wire: string }> {
  for await (const event of choice.model.stream(requestBody(journal.wire, choice.info), signal)) {
    if (event.type === 'complete') return { answer: event.answer, wire: event.wire }
    if (event.type === 'started') continue
    ports.live(event)
    if (event.type === 'delta' && event.kind === 'text') onText(event.text)
  }
  // Ended without `complete` and without an error: an abort, or a model that breaks its contract. Neither is an answer.
  throw new Error('the stream ended before the answer was complete')
}

async function noteFailure({ journal, ports }: Asking, failure: Failure, streamed: string): Promise<void> {
  await journal.write(async () => {
    const { request } = journal.state
    const at = request && retryAt(failure, request, { now: ports.clock.now(), random: ports.random })
    const partial = streamed || partialOf(failure)
    return { facts: [{ type: 'model.failed', data: { failure, ...(at !== undefined && { retryAt: at }), ...(partial && { partial }) } }] }
  })
}

function partialOf(failure: Failure): string {
  const partial = isJsonObject(failure.detail) ? failure.detail['partial'] : undefined
  return typeof partial === 'string' ? partial : ''
}

/** A request without an end: its worker died, or its answer could not be stored. What was streamed is kept for the eye, and the same bytes are asked again at once. */
export async function noteLostRequest(journal: Journal, ports: Ports): Promise<void> {
  const partial = await ports.preview.take(journal.state.request?.seq ?? 0)
  const failure: Failure = {
    code: 'cut',
    message: 'The answer was on its way when this session was interrupted. It is asked for again; nothing was run twice.',
  }
  await journal.write({ facts: [{ type: 'model.failed', data: { failure, retryAt: ports.clock.now(), ...(partial && { partial }) } }] })
}
