import { randomUUID } from 'node:crypto'
import { isJsonObject, type Json } from '@tabwright/protocol'
import { isFunctionName } from '@tabwright/protocol/relay'
import { EngineError, type BuiltIn, type CallContext } from '../../engine/built-in'
import { fieldsOf, type Fields } from '../../engine/fields'
import type { Accepted, Lane, NewItem, QueueStats } from '../../stores/queue-store'
import { checkMayCall, checkName, checkSize, durable, listOfNames, originOf, PAGING, type ServiceParts } from '../parts'
import { groupFor, LANE_RULES } from './lane-rules'
import { OWN_QUEUES } from './subscriptions'

/** What callers may say about an item beside what it is. */
interface Wishes {
  readonly key?: string
  readonly group?: string
  readonly priority?: number
  readonly due?: number
}

const WISHES = {
  key: { type: 'string' },
  group: { type: 'string' },
  priority: { type: 'integer' },
  delay_ms: { type: 'integer', minimum: 0, maximum: 604_800_000 },
} as const

const LONGEST_DELAY_MS = 7 * 24 * 60 * 60_000

/** @throws EngineError `deserialization_error` */
export function wishesOf(fields: Fields, { limits, now }: ServiceParts): Wishes {
  const [key, group] = ['key', 'group'].map((name) => {
    const value = fields.maybeText(name)
    return value === undefined ? undefined : checkName(name, value, limits)
  })
  const priority = fields.maybeNumber('priority')
  const delay = fields.maybeNumber('delay_ms') ?? 0
  if (priority !== undefined && (!Number.isInteger(priority) || Math.abs(priority) > 1_000_000))
    throw new EngineError('deserialization_error', '"priority" is a whole number of at most 1,000,000.')
  if (!(delay >= 0 && delay <= LONGEST_DELAY_MS))
    throw new EngineError('deserialization_error', '"delay_ms" is a number from 0 to seven days.')
  return {
    ...(key !== undefined && { key }),
    ...(group !== undefined && { group: `of ${group}` }),
    ...(priority !== undefined && { priority: Math.min(priority, LANE_RULES.maxPriority) }),
    ...(delay > 0 && { due: now() + Math.ceil(delay) }),
  }
}

/** The SDKs' `enqueue` action has no place for wishes but the metadata of the call, under `enqueue`. */
function wishesIn(id: string, metadata: Json | undefined): Fields {
  return fieldsOf(id, isJsonObject(metadata) ? metadata['enqueue'] : undefined)
}

/** @throws EngineError `CONFLICT` where the key stands for another payload */
export function receiptOf(accepted: Accepted, key: string | undefined): Json {
  if (accepted.type === 'conflict')
    throw new EngineError('CONFLICT', `The key ${JSON.stringify(key ?? accepted.id)} stands for another payload; nothing was kept.`)
  return { messageReceiptId: accepted.id }
}

/** @throws EngineError where it is none that callers may name */
export function queueName(fields: Fields, names: readonly string[], { limits }: ServiceParts): string {
  const given = names.map((name) => fields.maybeText(name)).find((one) => one !== undefined)
  const queue = checkName(names[0] ?? 'queue', given ?? '', limits)
  if (queue.startsWith(OWN_QUEUES)) throw new EngineError('FORBIDDEN', `Queues under ${OWN_QUEUES} are the relay's own.`)
  return queue
}

/** `engine::queue::enqueue`: what the SDKs' `enqueue` action calls. */
export function enqueue(parts: ServiceParts, wake: (lane: Lane) => void): BuiltIn {
  const id = 'engine::queue::enqueue'
  const { stores, limits } = parts

  async function run(data: Json | undefined, call: CallContext): Promise<Json> {
    const fields = fieldsOf(id, data)
    const queue = queueName(fields, ['queue'], parts)
    const functionId = fields.text('function_id')
    if (!isFunctionName(functionId)) throw new EngineError('invalid_name', `${JSON.stringify(functionId)} is not the name of a function.`)
    checkMayCall(call.as, functionId)
    const payload = fields.json('data') ?? null
    checkSize('The payload of an item', payload, limits.item)
    const wishes = { ...wishesOf(wishesIn(id, call.metadata), parts), ...wishesOf(fields, parts) }
    const group = wishes.group ?? groupFor(LANE_RULES, payload)
    const item: NewItem = {
      ...wishes,
      ...(group !== undefined && { group }),
      id: receipt(fields),
      queue,
      functionId,
      payload,
      origin: originOf(call, call.depth),
    }
    const accepted = await durable(stores.queue.accept(item))
    wake({ queue, functionId })
    return receiptOf(accepted, wishes.key)
  }

  return {
    id,
    description: 'Keeps a call in a queue and makes it later, at least once. Accepted is on the disk.',
    request: {
      type: 'object',
      properties: { queue: { type: 'string' }, function_id: { type: 'string' }, data: {}, messageReceiptId: { type: 'string' }, ...WISHES },
      required: ['queue', 'function_id'],
    },
    response: { type: 'object', properties: { messageReceiptId: { type: 'string' } } },
    run,
  }
}

/** The receipt that the caller already told its own caller, if it is one. */
function receipt(fields: Fields): string {
  const given = fields.maybeText('messageReceiptId')
  return given !== undefined && /^[0-9a-f-]{36}$/i.test(given) ? given : randomUUID()
}

/** What looking into queues needs of the service. */
export interface Overview {
  readonly consumers: (queue: string) => number
  readonly counts: (queue: string) => { readonly delivered: number; readonly failed: number; readonly busy: number }
  readonly config: (queue: string) => Json | undefined
}

/** `engine::queue::…`: what lies in queues. */
export function looking(parts: ServiceParts, of: Overview): readonly BuiltIn[] {
  const { queue } = parts.stores
  const { limits } = parts
  const [stats, topics, dead] = ['engine::queue::topic_stats', 'engine::queue::list_topics', 'engine::queue::dlq_topics']
  const isOpen = (one: QueueStats) => !one.queue.startsWith(OWN_QUEUES)
  return [
    {
      id: topics,
      description: 'Queues and topics that hold anything or have subscribers, in the order of their names.',
      request: { type: 'object', properties: PAGING },
      run: async (data) => {
        const subscribed = (await queue.subscriptions()).map((one) => one.queue)
        const names = new Set([...(await queue.queues()).filter(isOpen).map((one) => one.queue), ...subscribed])
        const rowOf = (name: string) => ({ name, broker_type: 'builtin', subscriber_count: of.consumers(name) })
        return listOfNames(fieldsOf(topics, data), names, { limits, rowOf })
      },
    },
    {
      id: stats,
      description: 'How much lies in one queue and what has become of its items since the relay started.',
      request: { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] },
      run: async (data) => {
        const name = queueName(fieldsOf(stats, data), ['topic', 'queue'], parts)
        const { depth, waiting, dead, oldest } = await queue.stats(name)
        const { delivered, failed, busy } = of.counts(name)
        const config = of.config(name) ?? null
        const since = oldest === undefined ? {} : { oldest_ms: Math.max(0, parts.now() - oldest) }
        return { depth, waiting, in_flight: busy, dlq_depth: dead, consumer_count: of.consumers(name), delivered, failed, config, ...since }
      },
    },
    {
      id: dead,
      description: 'Queues with dead letters, in the order of their names.',
      request: { type: 'object', properties: PAGING },
      run: async (data) => {
        const counts = new Map((await queue.queues()).flatMap((one) => (one.dead > 0 ? [[one.queue, one.dead] as const] : [])))
        const rowOf = (topic: string) => ({ topic, broker_type: 'builtin', message_count: counts.get(topic) ?? 0 })
        return listOfNames(fieldsOf(dead, data), counts.keys(), { limits, rowOf })
      },
    },
  ]
}
