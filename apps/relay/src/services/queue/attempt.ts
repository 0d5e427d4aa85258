import type { Json } from '@tabwright/protocol'
import { EngineError, type Engine } from '../../engine/built-in'
import { isStranger, readSubject } from '../../engine/identity'
import type { Item } from '../../stores/queue-store'
import type { LaneRules } from './lane-rules'

/** What one delivery needs to know of its lane, now. */
export interface LaneAccount {
  readonly rules: LaneRules
  /** Subject whose rights count; undefined: that of the item. */
  readonly as?: string | undefined
  /** Asked with the payload first; only exactly `false` ends the item without its function. */
  readonly condition?: string | undefined
}

/** What became of one delivery. `released`: nobody had it in hands, so it was none. */
export type Outcome =
  | { readonly type: 'done' }
  | { readonly type: 'released' }
  | { readonly type: 'failed'; readonly reason: string; readonly forGood: boolean; readonly isStopped?: boolean }

/** Nobody took it, and soon somebody may. */
const NOBODY: ReadonlySet<string> = new Set(['function_not_found', 'busy', 'unavailable'])
/** What another try cannot change. */
const FOR_GOOD: ReadonlySet<string> = new Set(['FORBIDDEN', 'too_deep', 'too_large'])

/** @param stop aborted when the relay ends: what is under way then is delivered again after it */
export async function tryOnce(item: Item, account: LaneAccount, { engine, stop }: { engine: Engine; stop: AbortSignal }): Promise<Outcome> {
  const { as = item.origin.as, rules, condition } = account
  const identity = engine.identity(as)
  const nobody = identity === undefined ? as : isRevoked(item.origin.as, engine) ? item.origin.as : undefined
  if (identity === undefined || nobody !== undefined)
    return { type: 'failed', reason: `"${readSubject(nobody ?? as).id}" may not call anything any more.`, forGood: true }
  const { traceparent, baggage, depth } = item.origin
  const call = {
    as: identity,
    trace: { ...(traceparent !== undefined && { traceparent }), ...(baggage !== undefined && { baggage }) },
    deadlineMs: rules.visibilityMs,
    signal: stop,
    depth,
    metadata: metadataOf(item),
  }
  try {
    const isSkipped = condition !== undefined && (await engine.invoke(condition, item.payload, call)) === false
    if (!isSkipped) await engine.invoke(item.functionId, item.payload, call)
    return { type: 'done' }
  } catch (thrown) {
    if (stop.aborted) return { type: 'released' }
    if (!(thrown instanceof EngineError)) throw thrown
    // The same code of a consumer's own is its failure.
    if (thrown.isNotCalled && NOBODY.has(thrown.code) && engine.presence(condition ?? item.functionId) !== 'unknown')
      return { type: 'released' }
    const { code, message } = thrown
    return { type: 'failed', reason: `${code}: ${message}`, forGood: FOR_GOOD.has(code), isStopped: code === 'invocation_stopped' }
  }
}

/** Nobody acts for a token that was revoked, whoever asked for what it published. A stranger who has left was not revoked. */
function isRevoked(subject: string, engine: Engine): boolean {
  const { id, hasEpoch } = readSubject(subject)
  return hasEpoch && !isStranger(id) && engine.identity(subject) === undefined
}

/** A consumer that keeps `messageReceiptId` with its effect has the effect once. */
function metadataOf({ id, queue, attempts, key }: Item): Json {
  return { messageReceiptId: id, queue, attempt: attempts + 1, ...(key !== undefined && { key }) }
}
