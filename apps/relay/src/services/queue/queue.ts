import { randomUUID } from 'node:crypto'
import { isJsonObject } from '@tabwright/protocol'
import type { BuiltIn, BuiltInTrigger, Service } from '../../engine/built-in'
import { fieldsOf } from '../../engine/fields'
import { UNCLAIMED, type Item, type Lane, type NewItem, type Subscription } from '../../stores/queue-store'
import { checkSize, deeper, durable, originOf, type ServiceParts } from '../parts'
import type { LaneAccount } from './attempt'
import { deadLetters } from './dead-letters'
import { Delivery } from './delivery'
import { groupFor, LANE_CONFIG_SCHEMA, LANE_RULES } from './lane-rules'
import { enqueue, looking, queueName, receiptOf, wishesOf } from './queue-functions'
import { Subscriptions } from './subscriptions'

/** The queue as a service, and the road to functions for what other services keep in it. */
export interface QueueService extends Service {
  /** Begins to deliver what is there from before. Call it once, when the engine can be asked. */
  open(): Promise<void>
  wake(lane: Lane): void
  /** Begins no further delivery; what ends without an answer from now on was no try. */
  pause(): void
}

const SWEEP_MS = 10 * 60_000

export function createQueueService(parts: ServiceParts): QueueService {
  const { stores, failed } = parts
  const subscriptions = new Subscriptions(parts)
  const delivery = new Delivery({ ...parts, store: stores.queue, accountOf: (lane, item) => accountOf(subscriptions, lane, item) })
  const wake = (lane: Lane) => delivery.wake(lane)
  const sweep = async () => {
    await stores.queue.sweep()
    await subscriptions.sweep()
  }
  const sweeping = setInterval(() => void sweep().catch((thrown: unknown) => failed('sweep', thrown)), SWEEP_MS).unref()

  return {
    functions: [
      enqueue(parts, wake),
      publisher(parts, { subscriptions, wake }),
      ...looking(parts, {
        consumers: (queue) => subscriptions.of(queue).filter(({ bindings }) => bindings.size > 0).length,
        counts: (queue) => delivery.counts(queue),
        config: (queue) => subscriptions.of(queue)[0]?.subscription.config,
      }),
      ...deadLetters(parts, wake),
    ],
    triggerTypes: [subscriberTrigger(subscriptions, wake)],
    open: async () => {
      await subscriptions.open()
      // Not those that nobody came back to: who was bound when the relay ended has had no time to.
      await stores.queue.sweep()
      for (const lane of await stores.queue.lanes()) if (lane.functionId !== UNCLAIMED) wake(lane)
    },
    wake,
    pause: () => delivery.pause(),
    close: async () => {
      clearInterval(sweeping)
      subscriptions.close()
      await delivery.close()
    },
  }
}

/**
 * What was published to a subscription is its binder's, who asked for it. What somebody sent to the function itself is theirs, though a
 * subscription has the same lane: by its rules, but never with its rights, and its condition is about the topic.
 */
function accountOf(subscriptions: Subscriptions, lane: Lane, item: Item | undefined): LaneAccount {
  const one = subscriptions.get(lane)
  const rules = one?.rules ?? LANE_RULES
  if (one !== undefined && item?.isPublished === true) return { rules, as: one.subscription.binder, condition: one.condition }
  const condition = isJsonObject(item?.note) ? item.note['condition'] : undefined
  return { rules, ...(typeof condition === 'string' && { condition }) }
}

function subscriberTrigger(subscriptions: Subscriptions, wake: (lane: Lane) => void): BuiltInTrigger {
  return {
    type: 'durable:subscriber',
    description: 'Calls the function with what is published to a topic, at least once, also what is published while it is away.',
    configSchema: {
      type: 'object',
      properties: { topic: { type: 'string' }, condition_function_id: { type: 'string' }, queue_config: LANE_CONFIG_SCHEMA },
      required: ['topic'],
    },
    bind: async (binding) => wake(await subscriptions.bind(binding)),
    unbind: (id, how) => Promise.resolve(subscriptions.unbind(id, how)),
  }
}

/** `iii::durable::publish`. */
function publisher(parts: ServiceParts, { subscriptions, wake }: { subscriptions: Subscriptions; wake: (lane: Lane) => void }): BuiltIn {
  const id = 'iii::durable::publish'
  const { stores, limits, now } = parts
  return {
    id,
    description: 'Gives the data to every function that is subscribed to the topic, at least once. Accepted is on the disk.',
    request: {
      type: 'object',
      properties: { topic: { type: 'string' }, data: {}, key: { type: 'string' }, group: { type: 'string' } },
      required: ['topic'],
    },
    run: async (data, call) => {
      const fields = fieldsOf(id, data)
      const topic = queueName(fields, ['topic', 'queue'], parts)
      const payload = fields.json('data') ?? null
      checkSize('The payload of an item', payload, limits.item)
      const wishes = wishesOf(fields, parts)
      const item = { ...wishes, id: randomUUID(), queue: topic, payload, origin: originOf(call, deeper(call.depth)) }
      const itemFor = (subscription: Subscription): NewItem => {
        const { rules } = subscriptions.get(subscription) ?? { rules: LANE_RULES }
        const group = wishes.group ?? groupFor(rules, payload)
        const due = wishes.due ?? (rules.delayMs > 0 ? now() + rules.delayMs : undefined)
        return {
          ...item,
          id: randomUUID(),
          functionId: subscription.functionId,
          ...(group !== undefined && { group }),
          ...(due !== undefined && { due }),
          ...(wishes.priority !== undefined && { priority: Math.min(wishes.priority, rules.maxPriority) }),
        }
      }
      const accepted = await durable(stores.queue.publish(item, itemFor))
      for (const { subscription } of subscriptions.of(topic)) wake(subscription)
      return receiptOf(accepted, wishes.key)
    },
  }
}
