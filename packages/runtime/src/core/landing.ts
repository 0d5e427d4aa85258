import {
  failureOf,
  functionCallOf,
  isJsonObject,
  type EffectClass,
  type Failure,
  type ImageContent,
  type OutcomeDetail,
  type PathChange,
  type PersonQuestion,
  type WorkspaceDelta,
  type WorkspaceDraft,
  type Outcome,
} from '@tabwright/protocol'
import { guardText } from './guards/stages'
import { isNews } from './history/side'
import type { HookReply } from './hooks/hook-answer'
import type { Hooks } from './hooks/hooks'
import type { Entry, Journal } from './journal'
import type { Fact } from './fact'
import { OUTPUT_FOLDER, shorten } from './offload'
import { ended, failed, mayHaveActed, stoppedOutcome, thrownOutcome } from './outcomes'
import { parseStrict } from './parse-strict'
import type { Place } from './places'
import type { Ports } from './ports'
import type { Ran } from './run-tool'
import type { SecretShelf } from './secret-shelf'
import type { CallRecord } from './records'
import { readOfImport } from './taint'
import type { ToolResult } from './tool'

/** Where results land. */
export interface Landing {
  readonly journal: Journal
  readonly ports: Ports
  readonly secrets: SecretShelf
  readonly hooks: Hooks
  /** The person stops the turn. */
  readonly signal: AbortSignal
}

/** Writes the result of a call that ran. */
export async function land(calling: Landing, landed: Landed): Promise<void> {
  const replies = await hookReplies(calling, landed)
  try {
    await calling.journal.write(() => endEntry(calling, landed, replies))
  } catch (error) {
    const failure = failureOf(error)
    // What the log cannot hold ends this call, not the session.
    if (failure.code !== 'bad_input') throw error
    await calling.journal.write({ facts: [ended(landed.call, failed(failure), landed.ms)] })
  }
}

/** What a call that ran brought. */
export interface Landed {
  readonly call: CallRecord
  readonly result: Ran
  readonly files: WorkspaceDraft
  readonly effect: EffectClass
  readonly ms: number
  /** Where it ran, where that is not the sandbox of the tab. */
  readonly place?: Place | undefined
}

/** Before the entry: whoever waits for a hook keeps nobody from writing. */
async function hookReplies(calling: Landing, { call, result, ms }: Landed): Promise<readonly HookReply[]> {
  const { signal, hooks, secrets } = calling
  // A question has no result yet; its answer passes here.
  if (result.type === 'threw' || result.result.question || signal.aborted || call.judged === undefined) return []
  const input = parseStrict(call.judged.bytes)
  if (!isJsonObject(input)) return []
  const text = (await secrets.detector()).redact(result.result.text)
  return hooks.onResult({
    call: call.content.id,
    tool: functionCallOf(call.content)?.function ?? call.content.name,
    input,
    text,
    failed: result.result.failure !== undefined,
    ms,
  })
}

/** Result and file changes are one entry: either both are there after a crash or neither is. */
async function endEntry(calling: Landing, landed: Landed, replies: readonly HookReply[]): Promise<Entry> {
  const { result, ms, effect } = landed
  // As it is now: what it reached meanwhile is part of it.
  const call = calling.journal.state.calls.find(({ content }) => content.id === landed.call.content.id) ?? landed.call
  // A person who stops wants nothing of what came; what was done outside is still told.
  if (calling.signal.aborted && (result.type === 'threw' || !mayHaveActed(effect))) {
    return { facts: [ended(call, stoppedOutcome(effect), ms)] }
  }
  const detector = await calling.secrets.detector()
  const redact = (text: string): string => detector.redact(text)
  // What a tool says of its failure may quote a file.
  const read = readOfImport(calling.journal.state.taint, call.content.name)
  const thrown = (failure: Failure): Entry => ({ facts: [...read, ended(call, thrownOutcome(cleaned(failure, redact)), ms)] })
  if (result.type === 'threw') return thrown(result.failure)
  try {
    return await resultEntry(calling, { ...landed, call }, { result: result.result, redact, replies })
  } catch (error) {
    // Whatever cannot be put into the log ends this call, not the session.
    return thrown(failureOf(error))
  }
}

/** An error may echo what a command was given. */
function cleaned(failure: Failure, redact: (text: string) => string): Failure {
  return { ...failure, message: redact(failure.message) }
}

interface Brought {
  readonly result: ToolResult
  /** Takes secrets out of what the log, the person and the model are told. */
  readonly redact: (text: string) => string
  /** What hooks of the project said of it. */
  readonly replies: readonly HookReply[]
}

async function resultEntry({ ports, journal }: Landing, { call, files, ms }: Landed, brought: Brought): Promise<Entry> {
  const { redact, replies } = brought
  const { question } = brought.result
  if (question) return { facts: [{ type: 'question.asked', data: { call: call.content.id, question: cleanQuestion(question, redact) } }] }
  const output = replies.findLast((reply) => reply.output !== undefined)?.output
  const result = output === undefined ? brought.result : { ...brought.result, text: output }
  await files.settle()
  const { kept, dropped } = withoutConflicts(ports, files.delta())
  const meanwhile = `${dropped.join(', ')} changed meanwhile by someone else; that version was kept and this call's version of it dropped`
  const text = dropped.length > 0 ? `${result.text}\n[${meanwhile}]` : result.text
  const short = shorten({ ...result, text }, { call: call.content.id, files, codec: ports.text, clean: redact })
  const full = short.detail?.full
  const delta = full === undefined ? kept : [...kept, ...files.delta().filter((change) => change.path === full)]
  const changes = await ports.describe(kept.filter(isReviewed))
  const changed = changes.filter(isNews).map(({ path, added, removed }) => ({ path, added, removed }))
  const summary = short.detail?.summary
  const told = { ...short.detail, ...(summary !== undefined && { summary: redact(summary) }) }
  const detail: OutcomeDetail = { ...told, ...(changed.length > 0 && { files: changed }) }
  const failure = result.failure && cleaned(result.failure, redact)
  const images = failure ? [] : imagesOf(result, ports)
  const guarded = guardText(call.content.id, short.text, { ports, state: journal.state, said: replies.map(({ answer }) => answer) })
  const outcome: Outcome = failure
    ? { type: 'failed', text: guarded.text, failure, detail }
    : { type: 'done', text: guarded.text, detail, ...(images.length > 0 && { images: images.map(({ image }) => image) }) }
  const said = result.from ? { ...call, from: [...new Set([...(call.from ?? []), ...result.from])] } : call
  const end = withBills(ended(said, outcome, ms), result)
  const facts: Fact[] = [...guarded.facts, ...readOfImport(journal.state.taint, call.content.name, result.quotes), end]
  if (changes.length > 0) facts.push({ type: 'workspace.changed', data: { by: 'agent', call: call.content.id, changes } })
  return { facts, ...(delta.length > 0 && { files: delta }), ...(images.length > 0 && { contents: images.map(({ content }) => content) }) }
}

/** Pictures as the fact names them, and the bytes that go with it. */
function imagesOf({ images = [] }: ToolResult, { workspace }: Ports) {
  return images.map(({ bytes, ...rest }) => {
    const hash = workspace.addressOf(bytes)
    const image: ImageContent = { type: 'image', blob: hash, ...rest }
    return { image, content: { hash, bytes } }
  })
}

/** A tool that asked a model is paid for with its call. */
function withBills(end: ReturnType<typeof ended>, { bills = [] }: ToolResult): ReturnType<typeof ended> {
  return bills.length > 0 ? { ...end, data: { ...end.data, bills } } : end
}

/** Secrets are in none of its words. */
function cleanQuestion({ text, options, several }: PersonQuestion, redact: (text: string) => string): PersonQuestion {
  const clean = options.map(({ label, about }) => ({ label: redact(label), ...(about !== undefined && { about: redact(about) }) }))
  return { text: redact(text), options: clean, several }
}

const isReviewed = (change: PathChange): boolean => !change.path.startsWith(`${OUTPUT_FOLDER}/`)

/** A path that moved on while the call ran keeps its newer content. */
export function withoutConflicts({ workspace }: Ports, delta: WorkspaceDelta): { kept: WorkspaceDelta; dropped: readonly string[] } {
  const kept: PathChange[] = []
  const dropped: string[] = []
  for (const change of delta) {
    const now = workspace.stat(change.path)
    // As it was: the change is made. As it will be, kind included: it was made already, by whomever. Anything else is somebody's work.
    if ((now?.hash ?? null) === change.before) kept.push(change)
    else if ((now?.hash ?? null) !== (change.after?.hash ?? null) || now?.mode !== change.after?.mode) dropped.push(change.path)
  }
  return { kept, dropped }
}
