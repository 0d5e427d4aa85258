import { isJsonObject, type Json } from '@tabwright/protocol'
import { EngineError } from '../../engine/built-in'

/** How the items of a lane are delivered. */
export interface LaneRules {
  /** At the same time. */
  readonly concurrency: number
  /** An item that was not answered within this is delivered again. */
  readonly visibilityMs: number
  /** Then it is a dead letter. */
  readonly deliveries: number
  readonly backoff: 'fixed' | 'exponential'
  readonly backoffMs: number
  readonly delayMs: number
  readonly maxPriority: number
  /** One group for the whole lane, or one for each value of this field of the payload. */
  readonly order: { readonly type: 'none' } | { readonly type: 'all' } | { readonly type: 'by'; readonly field: string }
}

export const LANE_RULES: LaneRules = {
  concurrency: 10,
  visibilityMs: 30_000,
  deliveries: 5,
  backoff: 'exponential',
  backoffMs: 1000,
  delayMs: 0,
  maxPriority: 100,
  order: { type: 'none' },
}

const LONGEST_BACKOFF_MS = 10 * 60_000

/** Of `queue_config` as the SDKs write it; seconds where the name says nothing else. */
export const LANE_CONFIG_SCHEMA = {
  type: 'object',
  properties: {
    type: { enum: ['standard', 'concurrent', 'fifo'] },
    messageGroupField: { type: 'string' },
    maxRetries: { type: 'integer', minimum: 1, maximum: 100 },
    concurrency: { type: 'integer', minimum: 1, maximum: 1000 },
    visibilityTimeout: { type: 'number', minimum: 1, maximum: 120 },
    delaySeconds: { type: 'number', minimum: 0, maximum: 604_800 },
    backoffType: { enum: ['fixed', 'exponential'] },
    backoffDelayMs: { type: 'integer', minimum: 0, maximum: LONGEST_BACKOFF_MS },
    maxPriority: { type: 'integer', minimum: 0, maximum: 1_000_000 },
  },
} as const

/** @throws EngineError `trigger_registration_failed`, naming the field */
export function laneRules(config: Json | undefined): LaneRules {
  if (config === undefined || config === null) return LANE_RULES
  if (!isJsonObject(config)) return bad('queue_config is an object')
  const number = (name: string, from: number, to: number): number | undefined => {
    const value = config[name]
    if (value === undefined || value === null) return undefined
    return typeof value === 'number' && value >= from && value <= to ? value : bad(`queue_config.${name} is a number from ${from} to ${to}`)
  }
  const backoff = config['backoffType'] ?? LANE_RULES.backoff
  if (backoff !== 'fixed' && backoff !== 'exponential') return bad('queue_config.backoffType is "fixed" or "exponential"')
  return {
    concurrency: Math.floor(number('concurrency', 1, 1000) ?? LANE_RULES.concurrency),
    visibilityMs: 1000 * (number('visibilityTimeout', 1, 120) ?? LANE_RULES.visibilityMs / 1000),
    deliveries: Math.floor(number('maxRetries', 1, 100) ?? LANE_RULES.deliveries),
    backoff,
    backoffMs: number('backoffDelayMs', 0, LONGEST_BACKOFF_MS) ?? LANE_RULES.backoffMs,
    delayMs: 1000 * (number('delaySeconds', 0, 604_800) ?? 0),
    maxPriority: number('maxPriority', 0, 1_000_000) ?? LANE_RULES.maxPriority,
    order: orderOf(config['type'] ?? 'standard', config['messageGroupField'] ?? undefined),
  }
}

function orderOf(type: Json, field: Json | undefined): LaneRules['order'] {
  if (type !== 'standard' && type !== 'concurrent' && type !== 'fifo') return bad('queue_config.type is "standard", "concurrent" or "fifo"')
  if (field !== undefined) return typeof field === 'string' ? { type: 'by', field } : bad('queue_config.messageGroupField is a text')
  return { type: type === 'fifo' ? 'all' : 'none' }
}

function bad(what: string): never {
  throw new EngineError('trigger_registration_failed', `The trigger was not bound: ${what}.`)
}

/** The group that an item of this payload belongs to, where its sender named none. */
export function groupFor({ order }: LaneRules, payload: Json): string | undefined {
  if (order.type === 'none') return undefined
  if (order.type === 'all') return 'all'
  const value = isJsonObject(payload) && Object.hasOwn(payload, order.field) ? payload[order.field] : undefined
  return value === undefined ? undefined : `by ${JSON.stringify(value).slice(0, 512)}`
}

/** How long after this many failed deliveries the next one waits. Some chance in it, so that what failed together does not return together. */
export function backoffMs({ backoff, backoffMs: base }: LaneRules, attempts: number, random: () => number): number {
  const wait = backoff === 'fixed' ? base : base * 2 ** Math.min(attempts - 1, 20)
  return Math.round(Math.min(wait, LONGEST_BACKOFF_MS) * (1 + random() / 5))
}
