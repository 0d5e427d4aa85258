import {
  DEMO_MODEL_ID,
  FailureError,
  failureOf,
  isJsonObject,
  type Answer,
  type Bill,
  type Failure,
  type ModelInfo,
  type SessionEventMap,
  type Usage,
  type WireRow,
} from '@tabwright/protocol'
import { lengthSaid, picturesOf } from './attached'
import { heldBack, proofOf } from './breaker'
import { isSummary } from './compaction/cut'
import { clearingOf, COMPACTION_BETA } from './compaction/policy'
import type { Entry, Journal } from './journal'
import type { Fact } from './fact'
import { holdsSearch, searchedTools, toldBySearch, withoutSearch } from './functions/deferred'
import { toldBySpecs } from './functions/hot-set'
import { searchesTools, takesSystemRole, type ModelMemory, type Trait } from './model-traits'
import { correctionWords, guardFinal, guardUnsent, type Correction } from './guards/stages'
import { loopWords, type Loop } from './limits/loop-guard'
import type { ModelChoice, Ports } from './ports'
import type { Registry } from './registry'
import { retryAt } from './retry'
import { maySend } from './session-state'
import { waitingMessages, whileMoving } from './steering'
import { isOurs, OURS } from './own-failure'
import type { Nudge } from './stop-reasons'
import { asUserRow, betasOf, headerRow, maxOutput, requestBody, thinks, userRows, type Asking as WireAsking } from './wire'
import { holdsText, reasonOf } from './wire-state'

export interface Asking {
  readonly journal: Journal
  readonly ports: Ports
  readonly registry: Registry
  readonly choice: ModelChoice
  /** Begins a wire; frozen from then on. */
  readonly system: string
  readonly attempt: number
  readonly signal: AbortSignal
  /** Why the signal came, where it was not the person who stopped. */
  readonly cutBy: () => Failure | undefined
  /** What people wrote meanwhile goes with this request; asking again sends the same bytes. */
  readonly steers: boolean
  /** The harness asks the model to go on. */
  readonly nudge?: Nudge | Loop | Correction | undefined
}

/** One request: its bytes are stored, then sent; its end is one fact, `message.assistant` or `model.failed`. */
export async function askModel(asking: Asking): Promise<void> {
  const { journal, ports, signal } = asking
  await whileMoving(() => journal.write(async () => requestEntry(asking)))
  const request = journal.state.request?.seq ?? 0
  ports.live({ type: 'request' })
  const startedAt = ports.clock.mono()
  const streamed: Streamed = { text: '', chars: 0, started: undefined }
  try {
    const { answer, wire } = await streamAnswer(asking, streamed, (text) => ports.preview.save(request, text))
    const failure = failureOfAnswer(asking, answer)
    if (failure) await noteFailure(asking, failure, { ...streamed, bills: answer.bills ?? [{ model: answer.model, usage: answer.usage }] })
    else await journal.write(() => answerEntry(asking, { answer, wire, ms: Math.round(ports.clock.mono() - startedAt) }))
  } catch (error) {
    const failure: Failure = signal.aborted ? (asking.cutBy() ?? { code: 'aborted', message: 'Stopped by you.' }) : failureOf(error)
    if (failure.code === 'fenced' || failure.code === 'storage_full' || failure.code === 'storage_off') throw error
    await noteFailure(asking, failure, streamed)
  }
  // Once its end is a fact. Where that could not be written, the next writer shows what had streamed.
  ports.preview.save(request, '')
}

/** What has arrived of an answer. */
interface Streamed {
  text: string
  /** Of text, thinking and inputs together. */
  chars: number
  started: { readonly model: string; readonly usage: Usage } | undefined
  /** What the provider counted, where the answer came to its end. */
  readonly bills?: readonly Bill[]
}

/** The model and its limits as this turn uses them. Of another model than the one that is chosen no limits are known. */
function infoOf({ journal, choice }: Pick<Asking, 'journal' | 'choice'>): ModelInfo {
  const { model } = journal.state
  return model === undefined || model === choice.info.id ? choice.info : { id: model, label: model }
}

/** What a turn is asked with: from its first request to its last the same, whatever is chosen meanwhile. */
export function turnSettings({ info, effort, whenLong }: ModelChoice): SessionEventMap['turn.started'] {
  const knows = effort !== undefined && info.efforts?.includes(effort)
  return { model: info.id, thinking: info.adaptiveThinking === true, ...(knows && { effort }), ...clearingOf(info, whenLong) }
}

/** How the turn asks, whatever was chosen since it began. */
export function wireAsking(journal: Journal): WireAsking {
  const { thinking, effort, raised, dropsThinking, clearAt, previousTail, slow } = journal.state.wire
  return { thinking, effort, raised, dropsThinking, clearAt, previousTail, hour: slow }
}

/** A complete answer that is none for the conversation: nothing of it is kept in the wire, and no tool of it runs. */
function failureOfAnswer(asking: Asking, { stopReason, content }: Answer): Failure | undefined {
  if (stopReason === 'refusal') return REFUSED
  if (stopReason === 'model_context_window_exceeded') return WINDOW_FULL
  const info = infoOf(asking)
  const { raised } = asking.journal.state.wire
  const isCutCall = stopReason === 'max_tokens' && content.some((block) => block.type === 'call')
  return isCutCall && maxOutput(info, raised + 1) > maxOutput(info, raised) ? CUT_CALL : undefined
}

const REFUSED: Failure = {
  code: 'not_permitted',
  message: 'The model declined to answer this. Nothing of its answer was run or goes back to it; rephrase, or choose another model.',
}
const WINDOW_FULL: Failure = {
  code: 'too_large',
  message: 'The conversation filled the model’s window in the middle of an answer. Nothing of that answer was run.',
  detail: { reason: 'window' },
}
const CUT_CALL: Failure = {
  code: 'cut',
  message: 'The answer reached its length limit inside a tool call. Nothing of it was run; it is asked for again with more room.',
  detail: { reason: 'cut_call' },
}

const NUDGES: Readonly<Record<Nudge, string>> = {
  cut: 'Your answer was cut at the length limit. Go on exactly where it ended, without repeating what you said.',
  empty: 'Your answer was empty. If the work is done, say in a sentence what came of it; if not, go on with it.',
}

async function requestEntry({ journal, ports, registry, choice, system, attempt, steers, nudge }: Asking): Promise<Entry> {
  const { state, wire } = journal
  // Behind an answer that is not finished nothing may come; what people wrote waits where they can still change it.
  const steering = steers && !holdsText(state.wire) ? await waitingMessages(ports, state, true) : undefined
  const content = nudge && [{ type: 'text', text: nudgeWords(nudge) } as const]
  const told: Fact[] = typeof nudge === 'object' && nudge.how !== 'corrected' ? [{ type: 'loop.noticed', data: nudge }] : []
  const nudged: Fact[] = content ? [...told, { type: 'message.user', data: { content, from: 'app' } }] : []
  const unsent = [...state.unsent, ...(content ? [{ type: 'message', content, wakes: false } as const] : []), ...(steering?.unsent ?? [])]
  const info = infoOf({ journal, choice })
  const guarded = guardUnsent(
    unsent.filter((item) => maySend(state.wire, item)),
    { ports, state },
  )
  const said = userRows(guarded.unsent, {
    calls: state.calls.map((call) => call.content),
    systemRole: await takesSystemRole(info, ports.models),
    pictures: await picturesOf(guarded.unsent, ports.workspace, steering?.contents),
    ...(info.refuses && { refuses: info.refuses }),
  })
  const header = wire.length === 0 ? await headerOf(system, registry, () => searchesTools(info, ports.models)) : undefined
  const before = header ? [header.row] : await restarted(wire, said, { info, isKnown: info === choice.info, models: ports.models })
  const rows = [...before, ...said]
  const begins = rows[0]?.role === 'header'
  const messages = (begins ? 0 : wire.length) + rows.length - 1
  const epoch = begins ? journal.wireEpoch + 1 : journal.wireEpoch
  const begun = [...nudged, ...(header?.facts ?? [])]
  const requested: Fact = { type: 'model.requested', data: { attempt, messages, wire: epoch } }
  if (!steering || steering.facts.length === 0) return { facts: [...begun, ...guarded.facts, requested], wire: rows, durability: 'relaxed' }
  // One entry with the bytes that carry them: killed before it they still wait, killed after it they are in those bytes.
  const { facts, taken, unchanged, contents } = steering
  return { facts: [...begun, ...facts, ...guarded.facts, requested], wire: rows, taken, unchanged, contents }
}

/** A wire begins: what the model is told of its tools, and whose words that holds. What it did not look for yet it was not told. */
async function headerOf(system: string, { specs, deferred }: Registry, searches: () => Promise<boolean>) {
  const more = deferred.length > 0 && (await searches()) ? searchedTools(deferred) : []
  return { row: headerRow(system, specs, more), facts: toldBySpecs(specs) }
}

function nudgeWords(nudge: Nudge | Loop | Correction): string {
  if (typeof nudge === 'string') return NUDGES[nudge]
  return nudge.how === 'corrected' ? correctionWords(nudge) : loopWords(nudge)
}

/**
 * A message of the harness must be followed by an answer. When none came, the person's next message goes behind the same words as the
 * user's, in a new epoch: nothing that the model thought is bound to them yet. To a model that refuses such messages all of them are said
 * as the user's, and to one that knows no search of the provider's none of that is sent.
 */
async function restarted(wire: readonly WireRow[], said: readonly WireRow[], { info, isKnown, models }: Answering) {
  const lost = holdsSearch(wire) && (isKnown ? !(await searchesTools(info, models)) : await models.refuses(info.id, 'toolSearch'))
  const taken = lost ? withoutSearch(wire) : wire
  if (taken.some(({ role }) => role === 'system') && (await models.refuses(info.id, 'system'))) return taken.map(asUserRow)
  const last = taken.at(-1)
  if (last?.role === 'system' && said.length > 0) return [...taken.slice(0, -1), asUserRow(last)]
  return taken === wire ? [] : taken
}

interface Answering {
  readonly info: ModelInfo
  /** Of a turn's model that is no longer chosen nothing but its name is known. */
  readonly isKnown: boolean
  readonly models: ModelMemory
}

interface Answered {
  readonly answer: Answer
  readonly wire: string
  readonly ms: number
}

async function answerEntry({ journal, ports, registry }: Asking, { answer, wire, ms }: Answered): Promise<Entry> {
  const { mismatched = 0, ...data } = answer
  const facts: Fact[] = [{ type: 'message.assistant', data: { ...data, ms } }]
  if (mayEnd(answer)) facts.push(...guardFinal(answer.content, (path) => isThere(ports, path), { ports, state: journal.state }))
  facts.push(...toldBySearch(answer.content, journal.wire[0], (name) => registry.get(name)?.owner?.worker))
  // The same blocks are dropped from every later request: one alarm for each change.
  if (mismatched !== journal.state.wire.dropped) facts.push({ type: 'wire.mismatched', data: { how: 'dropped', blocks: mismatched } })
  return { facts, wire: answer.content.length > 0 ? [{ role: 'assistant', text: wire }] : [] }
}

/** Where a turn may end: what was cut is no answer yet. */
const mayEnd = ({ stopReason: why }: Answer): boolean => why === 'end_turn' || why === 'stop_sequence'

/** A file, or a folder that files are in. */
function isThere({ workspace }: Ports, path: string): boolean {
  const plain = path.replace(/\/$/, '')
  return workspace.stat(plain) !== undefined || workspace.list().some((entry) => entry.path.startsWith(`${plain}/`))
}

async function streamAnswer(asking: Asking, streamed: Streamed, onText: (text: string) => void): Promise<{ answer: Answer; wire: string }> {
  const { ports, choice, signal } = asking
  const { endpoint } = choice.model
  if (endpoint === undefined) return readAnswer(asking, streamed, onText)
  const admission = await ports.breaker.admit(endpoint)
  if (admission.type === 'wait') throw new FailureError(heldBack(endpoint, admission, ports.clock.now()))
  try {
    const answered = await readAnswer(asking, streamed, onText)
    await ports.breaker.report(endpoint, admission.id, 'alive')
    return answered
  } catch (error) {
    await ports.breaker.report(endpoint, admission.id, signal.aborted ? 'none' : proofOf(failureOf(error)))
    throw error
  }
}

async function readAnswer(
  { journal, ports, choice, signal }: Asking,
  streamed: Streamed,
  onText: (text: string) => void,
): Promise<{ answer: Answer; wire: string }> {
  const info = infoOf({ journal, choice })
  const asking = wireAsking(journal)
  const body = requestBody(journal.wire, info, asking)
  for await (const event of choice.model.stream(body, signal, [...betasOf(info, asking), ...summaryBetas(journal.wire)])) {
    if (event.type === 'complete') return { answer: event.answer, wire: event.wire }
    if (event.type === 'started') {
      if (event.usage) streamed.started = { model: event.model || info.id, usage: event.usage }
      continue
    }
    ports.live(event)
    if (event.type !== 'delta') continue
    streamed.chars += event.text.length
    if (event.kind !== 'text') continue
    streamed.text += event.text
    onText(streamed.text)
  }
  // Ended without `complete` and without an error: an abort, or a model that breaks its contract. Neither is an answer.
  throw new Error('the stream ended before the answer was complete')
}

/** A wire that begins with the API's own summary names that feature in every request. */
function summaryBetas(rows: readonly WireRow[]): readonly string[] {
  return rows[1] && isSummary(rows[1]) ? [COMPACTION_BETA] : []
}

async function noteFailure(asking: Asking, failure: Failure, streamed: Streamed): Promise<void> {
  const { journal, ports } = asking
  const refused = refusedTrait(failure, journal.wire)
  // Known before the fact that it is asked again: whoever asks says it in another way.
  if (refused) await ports.models.noteRefused(infoOf(asking).id, refused)
  await journal.write(async () => {
    const { request, wire } = journal.state
    const now = ports.clock.now()
    // Not passing, and once the provider may leave such thinking out it is no reason any more: asked again once, in another way.
    const isMismatch = reasonOf(failure) === 'prefix_mismatch' && !wire.dropsThinking && thinks(infoOf(asking), wireAsking(journal))
    // What ended here and not there is asked again at once.
    const at =
      isMismatch || refused !== undefined || isOurs(failure) ? now : request && retryAt(failure, request, { now, random: ports.random })
    const partial = streamed.text || partialOf(failure)
    const bills = streamed.bills ?? billOfCut(streamed)
    const failed: Fact = {
      type: 'model.failed',
      data: { failure, ...(at !== undefined && { retryAt: at }), ...(partial && { partial }), ...(bills.length > 0 && { bills }) },
    }
    return { facts: isMismatch ? [failed, { type: 'wire.mismatched', data: { how: 'refused', blocks: 0 } }] : [failed] }
  })
}

/** What of this wire the model takes from nobody. */
function refusedTrait(failure: Failure, wire: readonly WireRow[]): Trait | undefined {
  const reason = reasonOf(failure)
  if (reason === 'system_role' && wire.some(({ role }) => role === 'system')) return 'system'
  return reason === 'tool_search' && holdsSearch(wire) ? 'toolSearch' : undefined
}

/** Characters of one token, for answers that nobody counted to their end. */
const CHARS_PER_TOKEN = 4
const tokensOf = (chars: number): number => Math.ceil(chars / CHARS_PER_TOKEN)

/** An answer that was cut is paid for: what the provider read, and what it wrote until then. */
function billOfCut({ started, chars }: Streamed): readonly Bill[] {
  if (!started) return []
  const { model, usage } = started
  return [{ model, usage: { ...usage, output: Math.max(usage.output, tokensOf(chars)) }, estimated: true }]
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
    detail: OURS,
  }
  const bills = billOfLost(journal, partial)
  await journal.write({
    facts: [
      {
        type: 'model.failed',
        data: { failure, retryAt: ports.clock.now(), ...(partial && { partial }), ...(bills.length > 0 && { bills }) },
      },
    ],
  })
}

/** Nobody heard what it cost: what the window held before, and the message that was new. */
function billOfLost({ state, wire }: Journal, partial: string): readonly Bill[] {
  if (state.model === undefined || state.model === DEMO_MODEL_ID) return []
  const usage: Usage = {
    input: 0,
    output: tokensOf(partial.length),
    cacheRead: state.wire.used,
    cacheWrite: tokensOf(lengthSaid(wire.at(-1)?.text ?? '', CHARS_PER_TOKEN)),
  }
  return [{ model: state.model, usage, estimated: true }]
}

/** A turn that began with the stronger model goes on with it in another worker. */
export function modelOfTurn(ports: Ports, model: string | undefined): ModelChoice {
  const stronger = ports.stronger?.()
  return stronger && stronger.info.id === model ? stronger : ports.model()
}
