import {
  failureOf,
  type Decision,
  type Digest,
  type Json,
  type EffectClass,
  type Failure,
  type Outcome,
  type OutcomeDetail,
  type PathChange,
  type WorkspaceDelta,
  type WorkspaceDraft,
} from '@tabwright/protocol'
import { admit, digestCall, judgeCall, spend, type Capability } from './gate/gate'
import type { Entry, Fact, Journal } from './journal'
import { OUTPUT_FOLDER, shorten } from './offload'
import { parseStrict } from './parse-strict'
import type { Ports } from './ports'
import { identityOf, type Registry } from './registry'
import type { CallRecord } from './session-state'
import type { SettleReason } from './step'
import type { Tool, ToolContext, ToolResult } from './tool'

/** The order of one call does not vary: parse → rules → ask → decide → `call.started` → run with a single-use capability → `call.ended`. */
export interface Calling {
  readonly journal: Journal
  readonly ports: Ports
  readonly registry: Registry
  readonly signal: AbortSignal
  /** Version of each file as the model last saw it; a worker starts with none. */
  readonly seen: Map<string, number>
}

const ended = (call: CallRecord, outcome: Outcome, ms = 0): Fact => ({ type: 'call.ended', data: { call: call.content.id, outcome, ms } })
const failed = (failure: Failure, text = failure.message): Outcome => ({ type: 'failed', text, failure })

/** Parses strictly, then asks the rules. A call that cannot be read or does not exist ends here, and the model is told why. */
export async function judgeOne(calling: Calling, call: CallRecord): Promise<void> {
  const { journal, ports, registry } = calling
  const { name, input } = call.content
  const tool = registry.get(name)
  if (!tool) {
    const known = registry.specs.map((spec) => spec.name).join(', ')
    const failure: Failure = { code: 'not_found', message: `Tool '${name}' not found. There are: ${known}.` }
    return journal.write({ facts: [ended(call, failed(failure))] })
  }
  try {
    const parsed = parseStrict(input === '' ? '{}' : input)
    const prepared = tool.prepare ? tool.prepare(parsed, { cwd: ports.shell.cwd() }) : parsed
    await judgeInput(calling, { call, tool, input: prepared })
  } catch (error) {
    const failure = failureOf(error)
    if (failure.code !== 'bad_input') throw error
    const text = `${JSON.stringify({ INVALID_JSON: input.slice(0, 2000) })}\n${failure.message}. The tool was not run; send the call again with valid JSON.`
    await journal.write({ facts: [ended(call, failed(failure, text))] })
  }
}

interface Judging {
  readonly call: CallRecord
  readonly tool: Tool
  readonly input: Json
}

async function judgeInput({ journal, ports }: Calling, { call, tool, input }: Judging): Promise<void> {
  const request = { call: call.content.id, tool: tool.spec.name, identity: identityOf(tool.spec), input }
  await journal.write(async () => {
    const { verdict, digest, bytes } = judgeCall(ports.hash, request, journal.state.rules)
    const judged: Fact = { type: 'call.judged', data: { call: request.call, verdict, digest, bytes } }
    if (verdict.type === 'ask') return { facts: [judged] }
    const decision: Decision = verdict.type === 'allow' ? { type: 'allow', by: 'rule' } : { type: 'deny', by: 'rule', note: verdict.reason }
    return { facts: [judged, { type: 'call.decided', data: { call: request.call, digest, decision } }] }
  })
}

/** Ends a call that does not run. */
export async function settleOne({ journal }: Calling, call: CallRecord, why: SettleReason): Promise<void> {
  await journal.write({ facts: [ended(call, settledOutcome(call, why))] })
}

function settledOutcome(call: CallRecord, why: SettleReason): Outcome {
  if (why === 'not-run') return { type: 'skipped', text: 'Not run: the answer that asked for it ended before its tools could be run.' }
  if (why === 'stopped-by-denial') return { type: 'skipped', text: 'Not run: the person denied an earlier call of the same answer.' }
  if (why === 'unknown') return UNKNOWN
  const decision = call.decided?.decision
  const note = decision?.type === 'deny' ? decision.note : undefined
  const who = decision?.by === 'rule' ? 'A rule' : 'The person'
  return {
    type: 'denied',
    text: note ? `${who} denied this call: ${note}` : `${who} denied this call.`,
    ...(note !== undefined && { note }),
  }
}

const UNKNOWN: Outcome = {
  type: 'unknown',
  text: 'Outcome unknown: the app was restarted while this ran. Check the state before repeating it.',
}

/** What a call that is open gets when the person stops the turn. */
export function interruptedOutcome(call: CallRecord): Outcome {
  if (call.started?.effect === 'ask') return UNKNOWN
  const text = call.started
    ? 'Interrupted by the person while it ran; its changes were not kept.'
    : 'Interrupted by the person before it ran.'
  return { type: 'interrupted', text }
}

/** Side by side; each result is durable as it lands. Rejects only when the log cannot be written, and then after all have ended. */
export async function runAll(calling: Calling, calls: readonly CallRecord[]): Promise<void> {
  const results = await Promise.allSettled(calls.map((call) => runOne(calling, call)))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

async function runOne(calling: Calling, call: CallRecord): Promise<void> {
  const { journal, ports, registry, signal } = calling
  const tool = registry.get(call.content.name)
  const { judged, decided } = call
  if (!tool || !judged) {
    return journal.write({ facts: [ended(call, failed({ code: 'not_found', message: `Tool '${call.content.name}' is gone.` }))] })
  }
  // A rule speaks for the moment at which the call starts: one that was added or became stricter meanwhile counts.
  const input = parseStrict(judged.bytes)
  if (!call.started && decided?.decision.by === 'rule' && !stillAllowed(calling, { call, tool, input })) {
    return judgeInput(calling, { call, tool, input })
  }
  let capability: Capability
  try {
    const digest = digestCall(ports.hash, { call: call.content.id, tool: tool.spec.name, identity: identityOf(tool.spec) }, judged.bytes)
    capability = admit({ digest, bytes: judged.bytes }, decided)
  } catch (error) {
    return journal.write({ facts: [ended(call, failed(failureOf(error)))] })
  }
  const run = (): Promise<void> => startAndEnd(calling, tool, { call, capability })
  return tool.usesShell ? ports.shell.turn(signal, run).catch((error: unknown) => endAborted(calling, call, error)) : run()
}

function stillAllowed({ journal, ports }: Calling, { call, tool, input }: Judging): boolean {
  const request = { call: call.content.id, tool: tool.spec.name, identity: identityOf(tool.spec), input }
  const { verdict, digest } = judgeCall(ports.hash, request, journal.state.rules)
  return verdict.type === 'allow' && digest === call.judged?.digest
}

/** Stopped while it waited for the shell. */
async function endAborted({ journal, signal }: Calling, call: CallRecord, error: unknown): Promise<void> {
  if (!signal.aborted || failureOf(error).code !== 'aborted') throw error
  await journal.write({ facts: [ended(call, interruptedOutcome(call))] })
}

async function startAndEnd(
  calling: Calling,
  tool: Tool,
  { call, capability }: { call: CallRecord; capability: Capability },
): Promise<void> {
  const { journal, ports } = calling
  if (!call.started) await journal.write({ facts: [startedFact(ports, call, { effect: tool.spec.effect, digest: capability.digest })] })
  const startedAt = ports.clock.mono()
  const files = ports.workspace.draft()
  const result = await runTool(calling, tool, { call, capability, files })
  await journal.write(() => endEntry(calling, { call, result, files, ms: Math.round(ports.clock.mono() - startedAt) }))
}

function startedFact(ports: Ports, call: CallRecord, admitted: { effect: EffectClass; digest: Digest }): Fact {
  return { type: 'call.started', data: { call: call.content.id, ...admitted, key: `${ports.session}:${call.content.id}` } }
}

type Ran = { readonly type: 'result'; readonly result: ToolResult } | { readonly type: 'threw'; readonly failure: Failure }

/** Whatever a tool throws stays in here. */
async function runTool(
  calling: Calling,
  tool: Tool,
  run: { call: CallRecord; capability: Capability; files: WorkspaceDraft },
): Promise<Ran> {
  const { ports, signal } = calling
  const context: ToolContext = {
    files: run.files,
    hands: ports.hands,
    lease: () => ports.hands.provision(ports.session, signal),
    signal,
    text: ports.text,
    expression: ports.expression,
    seen: calling.seen,
    output: (text) => ports.live({ type: 'output', call: run.call.content.id, text }),
  }
  try {
    const result = await tool.run(parseStrict(spend(run.capability)), context)
    return typeof result.text === 'string'
      ? { type: 'result', result }
      : { type: 'threw', failure: { code: 'unexpected', message: `${tool.spec.name} gave no text` } }
  } catch (error) {
    return { type: 'threw', failure: failureOf(error) }
  }
}

interface Landed {
  readonly call: CallRecord
  readonly result: Ran
  readonly files: WorkspaceDraft
  readonly ms: number
}

/** Result and file changes are one entry: either both are there after a crash or neither is. */
async function endEntry(calling: Calling, landed: Landed): Promise<Entry> {
  const { call, result, ms } = landed
  if (calling.signal.aborted) {
    return { facts: [ended(call, { type: 'interrupted', text: 'Interrupted by the person while it ran; its changes were not kept.' }, ms)] }
  }
  if (result.type === 'threw') return { facts: [ended(call, failed(result.failure), ms)] }
  try {
    return await resultEntry(calling, landed, result.result)
  } catch (error) {
    // Whatever cannot be put into the log ends this call, not the session.
    return { facts: [ended(call, failed(failureOf(error)), ms)] }
  }
}

async function resultEntry({ ports }: Calling, { call, files, ms }: Landed, result: ToolResult): Promise<Entry> {
  const { kept, dropped } = withoutConflicts(ports, files.delta())
  const meanwhile = `${dropped.join(', ')} changed meanwhile by someone else; that version was kept and this call's version of it dropped`
  const text = dropped.length > 0 ? `${result.text}\n[${meanwhile}]` : result.text
  const short = shorten({ ...result, text }, { call: call.content.id, files, codec: ports.text })
  const full = short.detail?.full
  const delta = full === undefined ? kept : [...kept, ...files.delta().filter((change) => change.path === full)]
  const changes = await ports.describe(kept.filter(isReviewed))
  const changed = changes.map(({ path, added, removed }) => ({ path, added, removed }))
  const detail: OutcomeDetail = { ...short.detail, ...(changed.length > 0 && { files: changed }) }
  const { failure } = result
  const outcome: Outcome = failure ? { type: 'failed', text: short.text, failure, detail } : { type: 'done', text: short.text, detail }
  const facts: Fact[] = [ended(call, outcome, ms)]
  if (changes.length > 0) facts.push({ type: 'workspace.changed', data: { by: 'agent', call: call.content.id, changes } })
  return delta.length > 0 ? { facts, files: delta } : { facts }
}

const isReviewed = (change: PathChange): boolean => !change.path.startsWith(`${OUTPUT_FOLDER}/`)

/** A path that moved on while the call ran keeps its newer content. */
export function withoutConflicts({ workspace }: Ports, delta: WorkspaceDelta): { kept: WorkspaceDelta; dropped: readonly string[] } {
  const kept: PathChange[] = []
  const dropped: string[] = []
  for (const change of delta) {
    if ((workspace.stat(change.path)?.hash ?? null) === change.before) kept.push(change)
    else dropped.push(change.path)
  }
  return { kept, dropped }
}
