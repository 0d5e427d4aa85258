import { failureOf, type Decision, type Failure, type Json, type Outcome } from '@tabwright/protocol'
import { pastOf } from './compaction/past'
import { admit, digestCall, judgeCall, type Capability } from './gate/gate'
import type { Fact } from './journal'
import { land, type Landing } from './landing'
import { ended, failed, interruptedOutcome, mayHaveActed, settledOutcome, stoppedOutcome, UNKNOWN } from './outcomes'
import { parseStrict } from './parse-strict'
import { identityOf, type Registry } from './registry'
import { startTool, type Ran, type Started } from './run-tool'
import type { CallRecord } from './session-state'
import type { SettleReason } from './step'
import type { Tool } from './tool'

/** The order of one call does not vary: parse → rules → ask → decide → `call.started` → run with a single-use capability → `call.ended`. */
export interface Calling extends Landing {
  readonly registry: Registry
  /** Version of each file as the model last saw it; a worker starts with none. */
  readonly seen: Map<string, number>
  /** Something that outlived its call could not be written. */
  readonly failed: (error: unknown) => void
}

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

/** Says that nobody knows what became of a call. */
export async function noteLostCall({ journal }: Calling, call: CallRecord): Promise<void> {
  await journal.write({ facts: [{ type: 'call.lost', data: { call: call.content.id } }] })
}

/** Side by side; each result is durable as it lands. Rejects only when the log cannot be written, and then after all have ended. */
export async function runAll(calling: Calling, calls: readonly CallRecord[]): Promise<void> {
  const results = await Promise.allSettled(calls.map((call) => runOne(calling, call)))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

async function runOne(calling: Calling, call: CallRecord): Promise<void> {
  const { journal, ports, registry } = calling
  const tool = registry.get(call.content.name)
  const { judged, decided } = call
  if (!tool || !judged) {
    const gone: Failure = { code: 'not_found', message: `Tool '${call.content.name}' is gone.` }
    return journal.write({ facts: [ended(call, call.started ? interruptedOutcome(call) : failed(gone))] })
  }
  // Rules speak for the moment at which the call starts: one that was added or became stricter meanwhile counts, a changed tool too.
  const judging = { call, tool, input: parseStrict(judged.bytes) }
  const standing = standingOf(calling, judging)
  if (standing === 'changed' && !call.started) return judgeInput(calling, judging)
  if (standing === 'denied') {
    const refused: Outcome = { type: 'denied', text: 'Not run again: a rule that came meanwhile denies it.' }
    return call.started
      ? journal.write({ facts: [ended(call, mayHaveActed(call.started.effect) ? UNKNOWN : refused)] })
      : judgeInput(calling, judging)
  }
  let capability: Capability
  try {
    const digest = digestCall(ports.hash, { call: call.content.id, tool: tool.spec.name, identity: identityOf(tool.spec) }, judged.bytes)
    capability = admit({ digest, bytes: judged.bytes }, decided)
  } catch (error) {
    return journal.write({ facts: [ended(call, failed(failureOf(error)))] })
  }
  return tool.usesShell ? runInShell(calling, tool, { call, capability }) : void (await startAndEnd(calling, tool, { call, capability }))
}

/** What the rules of this moment say of a call that was allowed earlier. */
function standingOf({ journal, ports }: Calling, { call, tool, input }: Judging): 'holds' | 'changed' | 'denied' {
  const request = { call: call.content.id, tool: tool.spec.name, identity: identityOf(tool.spec), input }
  const { verdict, digest } = judgeCall(ports.hash, request, journal.state.rules)
  if (verdict.type === 'deny') return 'denied'
  if (digest !== call.judged?.digest) return 'changed'
  return verdict.type === 'allow' || call.decided?.decision.by === 'user' ? 'holds' : 'changed'
}

interface Admitted {
  readonly call: CallRecord
  readonly capability: Capability
}

/** Ends with its call. The shell stays taken until nothing of the command runs any more. */
function runInShell(calling: Calling, tool: Tool, admitted: Admitted): Promise<void> {
  const { ports, signal } = calling
  return new Promise((resolve, reject) => {
    const turn = ports.shell.turn(signal, async () => {
      const { gone } = await startAndEnd(calling, tool, admitted)
      resolve()
      await gone
    })
    turn.catch((error: unknown) => endAborted(calling, admitted.call, error).then(resolve, reject))
  })
}

/** Stopped while it waited for the shell. */
async function endAborted({ journal, signal }: Calling, call: CallRecord, error: unknown): Promise<void> {
  if (!signal.aborted || failureOf(error).code !== 'aborted') throw error
  await journal.write({ facts: [ended(call, interruptedOutcome(call))] })
}

async function startAndEnd(calling: Calling, tool: Tool, { call, capability }: Admitted): Promise<Pick<Started, 'gone'>> {
  const { journal, ports, signal, seen } = calling
  const key = call.started?.key ?? `${ports.session}:${journal.epoch}:${call.content.id}`
  // What acts outside is written down at each start: the append also finds out whether another tab has taken over.
  if (!call.started || mayHaveActed(tool.spec.effect)) {
    const started: Fact = {
      type: 'call.started',
      data: { call: call.content.id, digest: capability.digest, effect: tool.spec.effect, key },
    }
    await journal.write({ facts: [started] })
  }
  const startedAt = ports.clock.mono()
  const files = ports.workspace.draft()
  const session = pastOf(ports, journal)
  const run = startTool(ports, tool, { call, capability, files, key, seen, signal, session })
  const result = await run.ended
  const ms = (): number => Math.round(ports.clock.mono() - startedAt)
  const effect = tool.spec.effect
  if (result === 'ignores-stop') {
    run.late
      .then((ran) => journal.write({ facts: [lateFact(call, ran, ms())] }))
      .catch((error: unknown) => failureOf(error).code !== 'fenced' && calling.failed(error))
    await journal.write({ facts: [ended(call, stoppedOutcome(effect), ms())] })
  } else await land(calling, { call, result, files, effect, ms: ms() })
  return { gone: run.gone.catch(calling.failed) }
}

/** It came to an end after its call had. */
function lateFact(call: CallRecord, ran: Ran, ms: number): Fact {
  return { type: 'call.late', data: { call: call.content.id, how: ran.type === 'result' && !ran.result.failure ? 'done' : 'failed', ms } }
}
