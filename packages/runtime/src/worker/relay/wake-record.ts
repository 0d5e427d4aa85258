import { isJsonObject, sessionId, type Json, type Wake, type WakeTrigger } from '@tabwright/protocol'
import type { Settings } from './membership-record'

const SETTING = 'relay.wakes'

/** As it is kept in this browser. */
export interface WakeRecord extends Omit<Wake, 'isBound' | 'until'> {
  /** The relay's own id of it; undefined: it was not bound there, or that relay is not the one we have now. */
  readonly binding?: string
  /** Removed by a person; the relay is still to be told. */
  readonly isGone?: true
}

/** An agent's waking lasts so long. */
const AGENTS_MS = 7 * 24 * 3_600_000

/** When it ends by itself; undefined: a person wanted it, who also ends it. */
export function untilOf({ by, at }: Pick<WakeRecord, 'by' | 'at'>): number | undefined {
  return by === 'agent' ? at + AGENTS_MS : undefined
}

/** Oldest first. What cannot be read counts as not there. */
export async function readWakes(settings: Pick<Settings, 'readSetting'>): Promise<readonly WakeRecord[]> {
  const kept = await settings.readSetting(SETTING)
  return Array.isArray(kept) ? kept.flatMap((one: Json) => parseWake(one)) : []
}

export async function saveWakes(settings: Pick<Settings, 'saveSetting'>, records: readonly WakeRecord[]): Promise<void> {
  await settings.saveSetting(
    SETTING,
    records.map(({ trigger, ...one }) => ({ ...one, trigger: { ...trigger } })),
  )
}

function parseWake(value: Json): readonly WakeRecord[] {
  if (!isJsonObject(value)) return []
  const { id, session, text, by, at, binding, isGone } = value
  const trigger = parseWakeTrigger(value['trigger'])
  if (typeof id !== 'string' || typeof session !== 'string' || typeof text !== 'string' || typeof at !== 'number') return []
  if ((by !== 'person' && by !== 'agent') || trigger === undefined) return []
  const more = { ...(typeof binding === 'string' && { binding }), ...(isGone === true && { isGone }) }
  return [{ id, session: sessionId(session), trigger, text, by, at, ...more }]
}

/** Undefined: it is none. */
export function parseWakeTrigger(value: Json | undefined): WakeTrigger | undefined {
  if (!isJsonObject(value)) return undefined
  const { type, scope, key, condition, topic, expression, timezone } = value
  if (type === 'queue') return typeof topic === 'string' ? { type, topic } : undefined
  if (type === 'cron')
    return typeof expression === 'string' ? { type, expression, ...(typeof timezone === 'string' && { timezone }) } : undefined
  if (type !== 'state' || typeof scope !== 'string') return undefined
  return { type, scope, ...(typeof key === 'string' && { key }), ...(typeof condition === 'string' && { condition }) }
}
