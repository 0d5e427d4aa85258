import {
  failureOf,
  type EffectClass,
  type OutcomeDetail,
  type PathChange,
  type WorkspaceDelta,
  type WorkspaceDraft,
  type Outcome,
} from '@tabwright/protocol'
import type { Entry, Fact, Journal } from './journal'
import { OUTPUT_FOLDER, shorten } from './offload'
import { ended, failed, mayHaveActed, stoppedOutcome, thrownOutcome } from './outcomes'
import type { Ports } from './ports'
import type { Ran } from './run-tool'
import type { CallRecord } from './session-state'
import type { ToolResult } from './tool'

/** Where results land. */
export interface Landing {
  readonly journal: Journal
  readonly ports: Ports
  /** The person stops the turn. */
  readonly signal: AbortSignal
}

/** Writes the result of a call that ran. */
export async function land(calling: Landing, landed: Landed): Promise<void> {
  try {
    await calling.journal.write(() => endEntry(calling, landed))
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
}

/** Result and file changes are one entry: either both are there after a crash or neither is. */
async function endEntry(calling: Landing, landed: Landed): Promise<Entry> {
  const { call, result, ms, effect } = landed
  // A person who stops wants nothing of what came; what was done outside is still told.
  if (calling.signal.aborted && (result.type === 'threw' || !mayHaveActed(effect))) {
    return { facts: [ended(call, stoppedOutcome(effect), ms)] }
  }
  if (result.type === 'threw') return { facts: [ended(call, thrownOutcome(result.failure), ms)] }
  try {
    return await resultEntry(calling, landed, result.result)
  } catch (error) {
    // Whatever cannot be put into the log ends this call, not the session.
    return { facts: [ended(call, failed(failureOf(error)), ms)] }
  }
}

async function resultEntry({ ports }: Landing, { call, files, ms }: Landed, result: ToolResult): Promise<Entry> {
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
    const now = workspace.stat(change.path)
    // As it was: the change is made. As it will be, kind included: it was made already, by whomever. Anything else is somebody's work.
    if ((now?.hash ?? null) === change.before) kept.push(change)
    else if ((now?.hash ?? null) !== (change.after?.hash ?? null) || now?.mode !== change.after?.mode) dropped.push(change.path)
  }
  return { kept, dropped }
}
