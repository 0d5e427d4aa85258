import { isJsonObject, type Json } from '@tabwright/protocol'
import { EngineError, type Binding } from '../../engine/built-in'
import type { Lane, Subscription } from '../../stores/queue-store'
import { checkMayBind, checkName, durable, type ServiceParts } from '../parts'
import { laneRules, type LaneRules } from './lane-rules'

/** Names that services use among themselves: nobody else sends there. */
export const OWN_QUEUES = 'engine::'

/** A subscription as it is now. */
export interface Known {
  readonly subscription: Subscription
  readonly rules: LaneRules
  readonly condition: string | undefined
  /** Ids of its bindings; none: whoever bound it is away. */
  readonly bindings: Set<string>
}

/** Between the end of a binding and the look at whether its function is still there: whoever leaves takes both. */
const LEAVING_MS = 1000
/** A subscription whose function has been away for this long is over. */
const AWAY_MS = 7 * 24 * 60 * 60_000

/** Who is subscribed to what. A subscription outlives the worker that made it, so that nothing is missed while it restarts. */
export class Subscriptions {
  readonly #parts: ServiceParts
  readonly #known = new Map<string, Known>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #isClosed = false

  constructor(parts: ServiceParts) {
    this.#parts = parts
  }

  /** Those of before. */
  async open(): Promise<void> {
    for (const subscription of await this.#parts.stores.queue.subscriptions()) {
      const { rules, condition } = subscriberConfig(subscription.config, this.#parts)
      this.#known.set(nameOf(subscription), { subscription, rules, condition, bindings: new Set() })
    }
  }

  get(lane: Lane): Known | undefined {
    return this.#known.get(nameOf(lane))
  }

  of(queue: string): readonly Known[] {
    return [...this.#known.values()].filter(({ subscription }) => subscription.queue === queue)
  }

  /** @throws EngineError */
  async bind({ id, functionId, config, binder }: Binding): Promise<Lane> {
    const { topic, rules, condition } = subscriberConfig(config, this.#parts)
    if (condition !== undefined) checkMayBind(binder, condition)
    const { stores, now } = this.#parts
    const subscription = { queue: topic, functionId, config, binder: binder.id, at: now() }
    const bindings = this.get(subscription)?.bindings ?? new Set()
    await durable(stores.queue.subscribe(subscription))
    this.#known.set(nameOf(subscription), { subscription, rules, condition, bindings: bindings.add(id) })
    return subscription
  }

  unbind(id: string): void {
    for (const one of this.#known.values()) {
      if (!one.bindings.delete(id) || one.bindings.size > 0) continue
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        this.#left(one).catch((thrown: unknown) => this.#parts.failed('unsubscribe', thrown))
      }, LEAVING_MS)
      this.#timers.add(timer.unref())
    }
  }

  /** A function that is still there was unsubscribed on purpose. One that is gone comes back to what was published meanwhile. */
  async #left({ subscription, bindings }: Known): Promise<void> {
    const isAway = this.#parts.engine.presence(subscription.functionId) !== 'live'
    if (!this.#isClosed && bindings.size === 0 && !isAway) await this.#end(subscription)
  }

  async #end(subscription: Subscription): Promise<void> {
    this.#known.delete(nameOf(subscription))
    await this.#parts.stores.queue.unsubscribe(subscription)
  }

  /** Ends those that nobody came back to. */
  async sweep(): Promise<void> {
    for (const { subscription, bindings } of this.#known.values())
      if (bindings.size === 0 && this.#parts.now() - subscription.at > AWAY_MS) await this.#end(subscription)
  }

  close(): void {
    this.#isClosed = true
    for (const timer of this.#timers) clearTimeout(timer)
  }
}

function nameOf({ queue, functionId }: Lane): string {
  return JSON.stringify([queue, functionId])
}

/** @throws EngineError `trigger_registration_failed` */
function subscriberConfig(config: Json, parts: ServiceParts): { topic: string; rules: LaneRules; condition: string | undefined } {
  const { topic, condition_function_id: condition = null, queue_config: rules } = isJsonObject(config) ? config : {}
  if (typeof topic !== 'string') throw new EngineError('trigger_registration_failed', 'A durable:subscriber trigger needs a "topic".')
  if (condition !== null && typeof condition !== 'string')
    throw new EngineError('trigger_registration_failed', '"condition_function_id" is the name of a function.')
  if (checkName('topic', topic, parts.limits).startsWith(OWN_QUEUES))
    throw new EngineError('trigger_registration_failed', `Topics under ${OWN_QUEUES} are the relay's own.`)
  return { topic, rules: laneRules(rules), condition: condition ?? undefined }
}
