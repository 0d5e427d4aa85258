import { canonicalJson, isJsonObject, type Json, type JsonObject } from './json'
import type { Hash } from './ports'
import type { SessionEvent, SessionEventType } from './session-event'
import { DATA_SCHEMAS, ENVELOPE_SCHEMA } from './session-schema'
import { LOG_FORMAT } from './version'

/** What a stored record turned out to be. */
export type StoredEvent =
  | { readonly type: 'event'; readonly event: SessionEvent }
  /** Written by a newer build: the log is shown up to here and not written. */
  | { readonly type: 'newer'; readonly v: number }
  /** Not an event of any format we know. */
  | { readonly type: 'damaged'; readonly reason: string }

/** Lifts an event of one format to the next. Its hash stays that of the stored text, which is checked before. */
type Step = (event: JsonObject) => JsonObject

// The step at key n turns format n into n + 1.
const STEPS: { readonly [from: number]: Step } = { 1: fromFirst, 2: fromSecond, 3: fromThird, 4: fromFourth }

/** Format 1 knew one wire only. */
function fromFirst(event: JsonObject): JsonObject {
  const { data } = event
  const named = event['type'] === 'model.requested' && isRecord(data) ? { ...data, wire: 1 } : data
  return { ...event, v: 2, ...(named !== undefined && { data: named }) }
}

/** Format 2 knew no rules for several commands; what it knew is the same in the third. */
function fromSecond(event: JsonObject): JsonObject {
  return { ...event, v: 3 }
}

/** Format 3 knew one place for commands; what it knew is the same in the fourth. */
function fromThird(event: JsonObject): JsonObject {
  return { ...event, v: 4 }
}

/** Format 4 knew nothing that a person attached, and no pictures in results; what it knew is the same in the fifth. */
function fromFourth(event: JsonObject): JsonObject {
  return { ...event, v: 5 }
}

/**
 * Parses what a store holds: an event of this format, an older one lifted to it, or the reason why neither. Never throws.
 * @param hash given: the stored hash must be that of the stored text
 */
export function parseStoredEvent(raw: unknown, hash?: Hash): StoredEvent {
  if (!isRecord(raw)) return { type: 'damaged', reason: 'the record is not an object' }
  const { v } = raw
  if (typeof v !== 'number' || !Number.isInteger(v) || v < 1) return { type: 'damaged', reason: 'the record names no format' }
  if (v > LOG_FORMAT) return { type: 'newer', v }
  if (hash && !isSealed(raw, hash)) return { type: 'damaged', reason: 'its hash does not fit' }
  let current = raw
  for (let format = v; format < LOG_FORMAT; format++) {
    const step = STEPS[format]
    if (!step) return { type: 'damaged', reason: `there is no way from format ${format} to ${format + 1}` }
    current = step(current)
  }
  return parseCurrent(current)
}

/**
 * The text of a list of facts for a sealed chunk. A fact whose `prev` is the hash of the one before it does not say so again: half of what
 * is random in it, and so cannot be made small, would be there twice. Its place is kept: a field that is added to a parsed object costs
 * more than parsing it.
 */
export function sealedText(facts: readonly unknown[]): string {
  let prev: unknown
  const short = facts.map((fact) => {
    if (!isRecord(fact)) return fact
    const follows = prev !== undefined && fact['prev'] === prev
    prev = fact['hash']
    return follows ? { ...fact, prev: '' } : fact
  })
  return JSON.stringify(short)
}

/**
 * The facts in a text that {@link sealedText} made, as they were stored before.
 * @throws SyntaxError when it is no JSON
 */
export function unsealedFacts(text: string): readonly unknown[] {
  const list: unknown = JSON.parse(text)
  if (!Array.isArray(list)) return []
  let prev: unknown
  for (const fact of list) {
    if (!isRecord(fact)) continue
    // Left out altogether in what was sealed by the first builds that did not repeat it.
    if (!fact['prev'] && typeof prev === 'string') (fact as Record<string, unknown>)['prev'] = prev
    prev = fact['hash']
  }
  return list
}

/**
 * The facts in the text of a sealed chunk whose digest fits. Each was parsed and its hash checked when it was sealed, so only facts of an
 * older format are looked at again.
 * @throws SyntaxError when it is no JSON
 */
export function parseSealedEvents(text: string): readonly StoredEvent[] {
  return unsealedFacts(text).map(parseSealed)
}

function parseSealed(raw: unknown): StoredEvent {
  return isRecord(raw) && raw['v'] === LOG_FORMAT
    ? { type: 'event', event: raw as unknown as SessionEvent<SessionEventType> }
    : parseStoredEvent(raw)
}

function parseCurrent(raw: JsonObject): StoredEvent {
  const envelope = ENVELOPE_SCHEMA.safeParse(raw)
  if (!envelope.success) return { type: 'damaged', reason: reasonOf(envelope.error.issues) }
  const data = DATA_SCHEMAS[envelope.data.type].safeParse(envelope.data.data)
  if (!data.success) return { type: 'damaged', reason: `data of ${envelope.data.type}: ${reasonOf(data.error.issues)}` }
  // The schemas only look: what was stored is what is returned, so that its hash still fits.
  return { type: 'event', event: raw as unknown as SessionEvent<SessionEventType> }
}

function isSealed(raw: JsonObject, hash: Hash): boolean {
  const { hash: sealed, ...body } = raw
  return hash(canonicalJson(body)) === sealed
}

function reasonOf(issues: readonly { readonly path: readonly PropertyKey[]; readonly code?: string | undefined }[]): string {
  const [first] = issues
  return first ? `${first.path.map(String).join('.') || 'record'}: ${first.code ?? 'invalid'}` : 'invalid'
}

function isRecord(raw: unknown): raw is JsonObject {
  return isJsonObject(raw as Json)
}
