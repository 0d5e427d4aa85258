import {
  failureOf,
  type Digest,
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
import type { Tool, ToolContext, ToolResult } from './tool'

/** The order of one call does not vary: parse → rules → ask → decide → `call.started` → run with a single-use capability → `call.ended`. */
export interface Calling {
  readonly journal: Journal
  readonly ports: Ports
  readonly registry: Registry
  readonly signal: AbortSignal
}

const ended = (call: CallRecord, outcome: Outcome, ms = 0): Fact => ({ type: 'call.ended', data: { call: call.content.id, outcome, ms } })
const failed = (failure: Failure, text = failure.message): Outcome => ({ type: 'failed', text, failure })

/** Parses strictly, then asks the rules. A call that cannot be read or does not exist ends here, and the model is told why. */
export async function judgeOne({ journal, ports, registry }: Calling, call: CallRecord): Promise<void> {
  const { id, name, input } = call.content
  const tool = registry.get(name)
  if (!tool) {
    const known = registry.specs.map((spec) => spec.name).join(', ')
    return journal.write({ facts: [ended(call, failed({ code: 'not_found', message: `Tool '${name}' not found. There are: ${known}.` }))] })
  }
  let parsed
  try {
    parsed = parseStrict(input === '' ? '{}' : input)
  } catch (error) {
    const failure = failureOf(error)
    const text = `${JSON.stringify({ INVALID_JSON: input.slice(0, 2000) })}\n${failure.message}. The tool was not run; send the call again with valid JSON.`
    return journal.write({ facts: [ended(call, failed(failure, text))] })
  }
  const request = { call: id, tool: name, identity: identityOf(tool.spec), input: parsed }
  await journal.write(async () => {
    const { verdict, digest, bytes } = judgeCall(ports.hash, request, journal.state.rules)
    const judged: Fact = { type: 'call.judged', data: { call: id, verdict, digest, bytes } }
    if (verdict.type === 'ask') return { facts: [judged] }
    const decision =
      verdict.type === 'allow' ? ({ type: 'allow', by: 'rule' } as const) : ({ type: 'deny', by: 'rule', note: verdict.reason } as const)
    return { facts: [judged, { type: 'call.decided', data: { call: id, digest, decision } }] }
  })
}

/** Ends a call that does not run. */
export async function settleOne({ journal }: Calling, call: CallRecord, why: 'denied' | 'not-run' | 'unknown'): Promise<void> {
  await journal.write({ facts: [ended(call, settledOutcome(call, why))] })
}

function settledOutcome(call: CallRecord, why: 'denied' | 'not-run' | 'unknown'): Outcome {
  if (why === 'not-run') return { type: 'skipped', text: 'Not run: the answer that asked for it ended before its tools could be run.' }
  if (why === 'unknown')
    return { type: 'unknown', text: 'Outcome unknown: the app was restarted while this ran. Check the state before repeating it.' }
  const decision = call.decided?.decision
  const note = decision?.type === 'deny' ? decision.note : undefined
  const who = decision?.by === 'rule' ? 'A rule' : 'The person'
  return {
    type: 'denied',
    text: note ? `${who} denied this call: ${note}` : `${who} denied this call.`,
    ...(note !== undefined && { note }),
  }
}

/** Side by side; each result is durable as it lands. Rejects only when the log cannot be written. */
export async function runAll(calling: Calling, calls: readonly CallRecord[]): Promise<void> {
  await Promise.all(calls.map((call) => runOne(calling, call)))
}

async function runOne(calling: Calling, call: CallRecord): Promise<void> {
  const { journal, ports, registry } = calling
  const tool = registry.get(call.content.name)
  if (!tool || !call.judged)
    return journal.write({ facts: [ended(call, failed({ code: 'not_found', message: `Tool '${call.content.name}' is gone.` }))] })
  let capability: Capability
  try {
    const digest = digestCall(
      ports.hash,
      { call: call.content.id, tool: call.content.name, identity: identityOf(tool.spec) },
      call.judged.bytes,
    )
    capability = admit({ digest, bytes: call.judged.bytes }, call.decided)
  } catch (error) {
    return journal.write({ facts: [ended(call, failed(failureOf(error)))] })
  }
  if (!call.started) await journal.write({ facts: [startedFact(ports, call, { effect: tool.spec.effect, digest: capability.digest })] })
  const startedAt = ports.clock.mono()
  const files = ports.workspace.draft()
  const result = await runTool(calling, tool, { call, capability, files })
  await journal.write(() => endEntry(calling, { call, result, files, ms: Math.round(ports.clock.mono() - startedAt) }))
}

function startedFact(ports: Ports, call: CallRecord, admitted: { effect: EffectClass; digest: Digest }): Fact {
  return {
    type: 'call.started',
    data: { call: call.content.id, ...admitted, key: `${ports.session}:${call.content.id}` },
  }
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
async function endEntry({ ports, signal }: Calling, landed: Landed): Promise<Entry> {
  const { call, result, files, ms } = landed
  if (signal.aborted)
    return { facts: [ended(call, { type: 'interrupted', text: 'Interrupted by the person; its changes were not kept.' }, ms)] }
  if (result.type === 'threw') return { facts: [ended(call, failed(result.failure), ms)] }
  const { kept, dropped } = withoutConflicts(ports, files.delta())
  const note =
    dropped.length > 0
      ? `\n[${dropped.join(', ')} changed meanwhile by someone else; that version was kept and this call's version of it dropped]`
      : ''
  const short = shorten({ ...result.result, text: result.result.text + note }, { call: call.content.id, files, codec: ports.text })
  const delta = short.detail?.full === undefined ? kept : [...kept, ...files.delta().filter((change) => change.path === short.detail?.full)]
  const changes = await ports.describe(kept.filter(isReviewed))
  const detail: OutcomeDetail = {
    ...short.detail,
    ...(changes.length > 0 && { files: changes.map(({ path, added, removed }) => ({ path, added, removed })) }),
  }
  const { failure } = result.result
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
