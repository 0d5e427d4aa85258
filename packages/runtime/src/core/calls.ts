import {
  CALL_TOOL,
  canonicalJson,
  FailureError,
  failureOf,
  type CallId,
  type Decision,
  type Failure,
  type Json,
  type Outcome,
  type Verdict,
} from '@tabwright/protocol'
import type { AgentDesk } from './agents/desk'
import { pastOf } from './compaction/past'
import type { Egress } from './egress'
import { baseOf, boundTo } from './edit-base'
import { admit, digestCall, judgeCall, spend, type Capability, type GateRequest, type Judgement } from './gate/gate'
import { calleeOf, ownerJudged } from './functions/owner'
import { guardInput } from './guards/stages'
import { SHOWN_BODY } from './gate/egress'
import { landOrHold, type Holding } from './held-runs'
import { traceparentOf } from './trace'
import { gitHookFiles } from './gate/git-hooks'
import { gitProgramsOf } from './gate/git-programs'
import { linkFollower } from './gate/links'
import type { Leaving } from './gate/leaving'
import { LEAK_RULES } from './gate/secrets'
import type { Eyes } from './gate/subject'
import { placeReason, takeIn } from './places'
import type { Fact } from './fact'
import {
  ended,
  failed,
  hasActed,
  interruptedOutcome,
  mayHaveActed,
  settledOutcome,
  stoppedOutcome,
  UNKNOWN,
  type SettleReason,
} from './outcomes'
import { parseStrict } from './parse-strict'
import type { Ports } from './ports'
import { identityOf, type GatedTool, type Registry } from './registry'
import { refusedOutside } from './requested'
import { standingNow } from './rule-book'
import { startTool, type Ran, type Started } from './run-tool'
import { asksOfWrites, type CallRecord } from './records'

/** The order of one call does not vary: parse → rules → ask → decide → `call.started` → run with a single-use capability → `call.ended`. */
export interface Calling extends Holding {
  readonly registry: Registry
  /** The road of commands to the network. */
  readonly egress: Egress
  readonly agents: AgentDesk
  /** Version of each file as the model last saw it; a worker starts with none. */
  readonly seen: Map<string, number>
  /** Something that outlived its call could not be written. */
  readonly failed: (error: unknown) => void
}

/** Parses strictly, then asks the rules. A call that cannot be read or does not exist ends here, and the model is told why. */
export async function judgeOne(calling: Calling, call: CallRecord): Promise<void> {
  const { journal, ports, registry } = calling
  const { name, input: asked, tool, gone } = registry.of(call.content)
  const input = call.edited?.bytes ?? asked
  const refused = call.by === undefined ? undefined : refusedOutside(name)
  if (refused || !tool) return journal.write({ facts: [ended(call, failed(refused ?? gone ?? noTool(registry, name)))] })
  try {
    // A function is named within its own input: that has one meaning, or the call has none.
    if (input !== call.content.input && !call.edited) parseStrict(call.content.input)
    const parsed = parseStrict(input === '' ? '{}' : input)
    const prepare = (given: Json): Json => (tool.prepare ? tool.prepare(given, { cwd: ports.shell.cwd() }) : given)
    const named = { ...call, content: { ...call.content, name } }
    const guarded = await guardInput(named, prepare(parsed), { ports, state: journal.state, hooks: calling.hooks, prepare })
    // Whatever hooks said when the person stopped was not said to its end.
    if (calling.signal.aborted) return
    if (guarded.isEnded) return await journal.write({ facts: guarded.facts })
    await judgeInput(calling, { call, tool, input: guarded.input, asks: guarded.asks }, guarded.facts)
  } catch (error) {
    const failure = failureOf(error)
    if (failure.code !== 'bad_input') throw error
    const text = `${JSON.stringify({ INVALID_JSON: input.slice(0, 2000) })}\n${failure.message}. The tool was not run; send the call again with valid JSON.`
    await journal.write({ facts: [ended(call, failed(failure, text))] })
  }
}

function noTool({ specs }: Registry, name: string): Failure {
  if (name === CALL_TOOL)
    return { code: 'bad_input', message: 'Name the function in "function", and what it takes in "input". Nothing was called.' }
  const found = name.includes('::')
    ? 'No program on the relay offers it now; search_tools tells what there is.'
    : `There are: ${specs.map((spec) => spec.name).join(', ')}.`
  return { code: 'not_found', message: `Tool '${name}' not found. ${found}` }
}

interface Judging {
  readonly call: CallRecord
  readonly tool: GatedTool
  readonly input: Json
  /** A hook of the project wants a person to be asked. */
  readonly asks?: string | undefined
}

/** By the rules and the files of this moment. What they deny or ask about stays so; what they allow a hook may still ask about. */
async function judgedNow({ journal, ports, secrets }: Calling, judging: Judging): Promise<Judgement> {
  const eyes = {
    readCommand: ports.readCommand,
    followLinks: await linkFollower(ports.workspace, ports.text),
    ...(await startedByGit(ports, judging.tool)),
  }
  const leaving = await leavingBy({ journal, secrets }, judging)
  const request = { ...requestOf(judging), ...(leaving && { leaving }) }
  const standing = await standingNow(ports, journal.state)
  const gate = { hash: ports.hash, eyes }
  const own = { judged: judgeCall(gate, request, standing), input: judging.input }
  const judged = ownerJudged(judging.tool, own, (other) => judgeCall(gate, { ...request, ...other }, standing))
  const verdict = judging.asks === undefined || judged.verdict.type !== 'allow' ? atPlace(judging, judged.verdict) : hookAsks(judging.asks)
  return { ...judged, verdict: verdictFor(judging.call, verdict) }
}

/** What git would start by itself where the call runs: at a place, what is known of the repository there. */
async function startedByGit({ workspace, text }: Ports, { place }: GatedTool): Promise<Pick<Eyes, 'gitHooks' | 'gitPrograms'>> {
  if (place && !place.hasSandboxGit) return { gitHooks: place.gitHooks?.() ?? [] }
  return { gitHooks: gitHookFiles(workspace), gitPrograms: await gitProgramsOf(workspace, text) }
}

/** Where it would run stands on the card. */
function atPlace({ tool: { place }, input }: Judging, verdict: Verdict): Verdict {
  return place && verdict.type === 'ask' ? { ...verdict, reason: `${placeReason(place, canonicalJson(input))} ${verdict.reason}` } : verdict
}

const hookAsks = (why: string): Verdict => ({ type: 'ask', reason: `A hook of the project asks: ${why}` })

/** Whoever answers is told that it is not the agent who wants it; no rule comes of such an answer. */
function verdictFor({ by, asks }: CallRecord, verdict: Verdict): Verdict {
  if (by === undefined || verdict.type === 'deny' || (verdict.type === 'allow' && !asks)) return verdict
  const wants = `The program ${by} on the relay wants this, and not the agent.`
  if (verdict.type === 'allow') return { type: 'ask', reason: wants }
  const { offer: _narrow, broader: _broad, ...question } = verdict
  return { ...question, reason: `${wants} ${verdict.reason}` }
}

function requestOf({ call, tool, input }: Judging): GateRequest {
  return { call: call.content.id, tool: tool.spec.name, identity: identityOf(tool), input, effect: tool.spec.effect }
}

/** What a function of another worker is given leaves the tab, as a request to the network does. */
async function leavingBy(
  { journal, secrets }: Pick<Calling, 'journal' | 'secrets'>,
  { tool, input }: Judging,
): Promise<Leaving | undefined> {
  // From a place that its system keeps off the network nothing goes further than to where the person has the commands run.
  if (!tool.owner || tool.place?.isConfined) return undefined
  const bytes = canonicalJson(input)
  const { taint, hosts } = journal.state
  const findings = (await secrets.detector()).find(bytes)
  const { identity } = tool.owner
  return {
    taint,
    hosts,
    host: tool.owner.function ?? tool.spec.name,
    ...(identity && { identity }),
    findings,
    isShown: bytes.length <= SHOWN_BODY,
    isPersons: false,
  }
}

/** @param said by guards, in front of it */
async function judgeInput(calling: Calling, judging: Judging, said: readonly Fact[] = []): Promise<void> {
  await calling.journal.write(async () => ({ facts: [...said, ...judgedFacts(calling, judging, await judgedNow(calling, judging))] }))
}

function judgedFacts(
  calling: Calling,
  judging: Pick<Judging, 'call' | 'tool' | 'input'>,
  { verdict, digest, bytes }: Judgement,
): readonly Fact[] {
  const { ports } = calling
  const call = judging.call.content.id
  ports.rules.used(verdict.by?.map(({ id }) => id) ?? [])
  const judged: Fact = {
    type: 'call.judged',
    data: { call, verdict, digest, bytes, ...(verdict.type === 'ask' && baseOf(calling, judging)) },
  }
  if (verdict.type === 'ask') return [judged]
  const decision: Decision = verdict.type === 'allow' ? { type: 'allow', by: 'rule' } : { type: 'deny', by: 'rule', note: verdict.reason }
  const isDecoy = verdict.type === 'deny' && verdict.rule === LEAK_RULES.canary
  const leak: Fact = { type: 'leak.stopped', data: { call, host: judging.tool.spec.name } }
  return [judged, { type: 'call.decided', data: { call, digest, decision } }, ...(isDecoy ? [leak] : [])]
}

/** Ends a call that does not run. */
export async function settleOne({ journal, held }: Calling, call: CallRecord, why: SettleReason): Promise<void> {
  held.delete(call.content.id)
  await journal.write({ facts: [ended(call, settledOutcome(call, why))] })
}

/** Says that nobody knows what became of a call. */
export async function noteLostCall({ journal }: Calling, call: CallRecord): Promise<void> {
  await journal.write({ facts: [{ type: 'call.lost', data: { call: call.content.id } }] })
}

/** Side by side; each result is durable as it lands. Rejects only when the log cannot be written, and then after all have ended. */
export async function runAll(calling: Calling, calls: readonly CallRecord[]): Promise<void> {
  const run = (call: CallRecord): Promise<void> =>
    runOne(calling, call).catch((error: unknown) => {
      calling.agents.halt(failureOf(error))
      throw error
    })
  calling.agents.open()
  const results = await Promise.allSettled(calls.map(run))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

async function runOne(calling: Calling, call: CallRecord): Promise<void> {
  const { journal, ports, registry } = calling
  const { name, tool } = registry.of(call.content)
  const { judged, decided } = call
  if (!tool || !judged) {
    const gone: Failure = { code: 'not_found', message: `Tool '${name}' is gone. It was not called.` }
    return journal.write({ facts: [ended(call, call.started ? interruptedOutcome(call) : failed(gone))] })
  }
  // Rules speak for the moment at which the call starts: one that was added or became stricter meanwhile counts, a changed tool too.
  const judging = { call, tool, input: parseStrict(judged.bytes), asks: call.guarded?.asks }
  const standing = await standingOf(calling, judging)
  const held = calling.held.get(call.content.id)
  if (standing === 'changed' && !call.started) return judgeInput(calling, judging)
  if (standing === 'denied') {
    const refused: Outcome = { type: 'denied', text: 'Not run again: a rule that came meanwhile denies it.' }
    if (!call.started || held) return judgeInput(calling, judging)
    return journal.write({ facts: [ended(call, hasActed(call) ? UNKNOWN : refused)] })
  }
  let capability: Capability
  try {
    const now = digestCall(ports.hash, { call: call.content.id, tool: tool.spec.name, identity: identityOf(tool) }, judged.bytes)
    // What ran at a place is kept or not whatever place was chosen since.
    const digest = held && call.started ? held.digest : now
    capability = admit({ digest, bytes: judged.bytes }, decided)
  } catch (error) {
    return journal.write({ facts: [ended(call, failed(failureOf(error)))] })
  }
  if (held?.digest === capability.digest) {
    calling.held.delete(call.content.id)
    spend(capability)
    return landOrHold(calling, { ...held.landed, call })
  }
  // It ran where that is not undone, and what it brought is gone with the worker that it ran for.
  if (hasActed(call) && asksOfWrites(call) && !call.lost) return noteLostCall(calling, call)
  return tool.usesShell ? runInShell(calling, tool, { call, capability }) : void (await startAndEnd(calling, tool, { call, capability }))
}

/** What the rules of this moment say of a call that was allowed earlier. */
async function standingOf(calling: Calling, judging: Judging): Promise<'holds' | 'changed' | 'denied'> {
  const { call } = judging
  const { verdict, digest } = await judgedNow(calling, judging)
  if (verdict.type === 'deny') return 'denied'
  if (digest !== call.judged?.digest) return 'changed'
  return verdict.type === 'allow' || call.decided?.decision.by === 'user' ? 'holds' : 'changed'
}

/** Rules changed: what waits for an answer is judged anew. A card that says the same stays as it is. */
export async function judgeAskedAnew(calling: Calling): Promise<void> {
  const { journal, registry } = calling
  for (const { content } of journal.state.calls) {
    const { tool } = registry.of(content)
    if (tool) await journal.write(async () => ({ facts: await changedVerdict(calling, content.id, tool) }))
  }
}

/** Looked at when its turn to write has come: what a person answered meanwhile stays answered. */
async function changedVerdict(calling: Calling, id: CallId, tool: Judging['tool']): Promise<readonly Fact[]> {
  const call = calling.journal.state.calls.find(({ content }) => content.id === id)
  if (call?.judged?.verdict.type !== 'ask' || call.decided || call.ended) return []
  const { verdict } = call.judged
  const judging = { call, tool, input: parseStrict(call.judged.bytes), asks: call.guarded?.asks }
  const now = await judgedNow(calling, judging)
  // What ran and was not kept waits for a word on what it did; only a rule that denies it says more than that.
  const isOther = verdict.writes ? now.verdict.type === 'deny' : !isSameCard(now.verdict, verdict)
  return isOther ? judgedFacts(calling, judging, now) : []
}

function isSameCard(one: Verdict, other: Verdict): boolean {
  return one.type === 'ask' && other.type === 'ask' && one.reason === other.reason
}

interface Admitted {
  readonly call: CallRecord
  readonly capability: Capability
}

/** Ends with its call. The shell stays taken until nothing of the command runs any more. */
function runInShell(calling: Calling, tool: GatedTool, admitted: Admitted): Promise<void> {
  const { ports, signal } = calling
  return new Promise((resolve, reject) => {
    const turn = ports.shell.turn(signal, async () => {
      await othersWork(calling, tool)
      const { gone } = await startAndEnd(calling, tool, admitted)
      resolve()
      await gone
    })
    turn.catch((error: unknown) => endAborted(calling, admitted.call, error).then(resolve, reject))
  })
}

/** Whatever the place fails with, the command itself tells of it. One that is stopped by then does not begin. */
async function othersWork({ ports, journal, signal }: Calling, { place }: GatedTool): Promise<void> {
  if (!place) return
  await takeIn(place, { ports, journal, signal })
  if (signal.aborted) throw new FailureError({ code: 'aborted', message: 'The command was not started.' })
}

/** Stopped while it waited for the shell. */
async function endAborted({ journal, signal }: Calling, call: CallRecord, error: unknown): Promise<void> {
  if (!signal.aborted || failureOf(error).code !== 'aborted') throw error
  await journal.write({ facts: [ended(call, interruptedOutcome(call))] })
}

async function startAndEnd(calling: Calling, tool: GatedTool, { call, capability }: Admitted): Promise<Pick<Started, 'gone'>> {
  const { journal, ports, signal, seen } = calling
  const key = call.started?.key ?? `${ports.session}:${journal.epoch}:${call.content.id}`
  // What acts outside is written down at each start: the append also finds out whether another tab has taken over.
  if (!call.started || hasActed(call) || mayHaveActed(tool.spec.effect)) {
    const started: Fact = {
      type: 'call.started',
      data: {
        call: call.content.id,
        digest: capability.digest,
        effect: tool.spec.effect,
        key,
        ...(tool.owner && { remote: calleeOf(tool.spec.name, tool.owner) }),
      },
    }
    await journal.write({ facts: [started] })
  }
  const startedAt = ports.clock.mono()
  const files = ports.workspace.draft()
  boundTo(calling, call)
  const session = pastOf(ports, journal)
  const fetch = calling.egress.of(call.content.id)
  const named = { session: ports.session, call: call.content.id }
  const origin = { ...named, traceparent: traceparentOf({ ...named, trace: journal.state.turn?.trace ?? key }, ports.hash) }
  const run = startTool(ports, tool, { call, capability, files, key, seen, signal, session, fetch, origin, agents: calling.agents })
  const result = await run.ended
  const broken = calling.agents.broken(call.content.id)
  if (broken) throw new FailureError(broken)
  const ms = (): number => Math.round(ports.clock.mono() - startedAt)
  // A command that reached the network may have done something there.
  const effect = journal.state.calls.some((one) => one.content.id === call.content.id && one.reached) ? 'ask' : tool.spec.effect
  if (result === 'ignores-stop') {
    run.late
      .then((ran) => journal.write({ facts: [lateFact(call, ran, ms())] }))
      .catch((error: unknown) => failureOf(error).code !== 'fenced' && calling.failed(error))
    await journal.write({ facts: [ended(call, stoppedOutcome(effect), ms())] })
  } else await landOrHold(calling, { call, result, files, effect, ms: ms(), place: tool.place })
  return { gone: run.gone.catch(calling.failed) }
}

/** It came to an end after its call had. */
function lateFact(call: CallRecord, ran: Ran, ms: number): Fact {
  return { type: 'call.late', data: { call: call.content.id, how: ran.type === 'result' && !ran.result.failure ? 'done' : 'failed', ms } }
}
