import type { Json } from '@tabwright/protocol'
import { WIRE_LIMITS } from '@tabwright/protocol/relay'
import { EngineError, type CallContext, type Engine } from '../engine/built-in'
import { isGranted, isOwnName, subjectOf, type Identity } from '../engine/identity'
import { StoreFull } from '../stores/store-database'
import type { Fields } from '../engine/fields'
import type { Stores } from '../stores/stores'
import type { ServiceLimits } from './bounds'

/** What every service is made of. */
export interface ServiceParts {
  readonly engine: Engine
  readonly stores: Stores
  readonly limits: ServiceLimits
  readonly now: () => number
  readonly random: () => number
  /** A fault of ours or of the disk, for the log. Never with what people wrote. */
  readonly failed: (what: string, thrown: unknown) => void
  /** Something that a person may want to know, for the log. Names and numbers only. */
  readonly report: (what: string, about: Readonly<Record<string, string | number>>) => void
}

/** Whoever left without unbinding has this long to come back to what it had bound: what is published and what is due waits for it. */
export const AWAY_MS = 7 * 24 * 60 * 60_000

/** @throws EngineError `store_full` in the place of a disk or limit without room */
export async function durable<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing
  } catch (thrown) {
    if (thrown instanceof StoreFull) throw new EngineError('store_full', 'The relay has no room left; nothing of this call was kept.')
    throw thrown
  }
}

/** @throws EngineError `deserialization_error` where a name is empty or too long */
export function checkName(what: string, text: string, limits: ServiceLimits): string {
  if (text === '' || text.length > limits.name)
    throw new EngineError('deserialization_error', `"${what}" has 1 to ${limits.name} characters, not ${text.length}.`)
  return text
}

/** @throws EngineError `too_large` */
export function checkSize(what: string, value: Json, most: number): void {
  const bytes = Buffer.byteLength(JSON.stringify(value))
  if (bytes > most) throw new EngineError('too_large', `${what} has ${bytes} bytes and may have ${most}; nothing was kept.`)
}

/** The depth of what a trigger calls. @throws EngineError `too_deep` where it would be one trigger too many */
export function deeper(depth: number): number {
  if (depth >= WIRE_LIMITS.triggerDepth)
    throw new EngineError(
      'too_deep',
      `Triggers led to triggers ${depth} times; this one was not fired, so that it does not go on for ever.`,
    )
  return depth + 1
}

/** @throws EngineError `FORBIDDEN` */
export function checkMayCall(identity: Identity, functionId: string): void {
  if (!isGranted(identity, 'call', functionId)) throw new EngineError('FORBIDDEN', `"${identity.id}" may not call ${functionId}.`)
}

/** Of a function that stands beside one in a binding, such as its condition. @throws EngineError `FORBIDDEN` */
export function checkMayBind(identity: Identity, functionId: string): void {
  if (!isOwnName(identity, functionId)) checkMayCall(identity, functionId)
}

/** How a list of names is asked for in pages. */
export const PAGING = { limit: { type: 'integer' }, after: { type: 'string' } } as const

/**
 * Names in their order with what is told of each: behind `after` and `limit` at most, where that is asked for.
 * @throws EngineError `too_large` where it is not, and one answer does not hold them: one who makes names hides those of nobody
 */
export function listOfNames<T extends Json>(
  fields: Pick<Fields, 'maybeText' | 'maybeNumber'>,
  names: Iterable<string>,
  { limits, rowOf }: { readonly limits: Pick<ServiceLimits, 'listBytes'>; readonly rowOf: (name: string) => T },
): readonly T[] {
  const after = fields.maybeText('after')
  const asked = fields.maybeNumber('limit')
  const rest = [...names].filter((name) => after === undefined || name > after).toSorted((a, b) => (a < b ? -1 : 1))
  const rows = rest.slice(0, asked === undefined ? rest.length : Math.max(1, Math.floor(asked))).map(rowOf)
  if (Buffer.byteLength(JSON.stringify(rows)) <= limits.listBytes) return rows
  throw new EngineError('too_large', `${rows.length} are too many for one answer: ask for pages, with "limit" and "after".`)
}

/** What a call leaves behind for what it causes later. */
export function originOf(
  call: Pick<CallContext, 'as' | 'trace'>,
  depth: number,
): { as: string; traceparent?: string; baggage?: string; depth: number } {
  return { as: subjectOf(call.as), ...call.trace, depth }
}
