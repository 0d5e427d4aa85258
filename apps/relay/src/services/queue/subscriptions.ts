import { isJsonObject, type Json } from '@tabwright/protocol'
import { EngineError, type Binding, type BindingEnd } from '../../engine/built-in'
import { accountOf, readSubject, subjectOf, type Identity } from '../../engine/identity'
import type { Lane, Subscription } from '../../stores/queue-store'
import { AWAY_MS, checkMayBind, checkName, durable, type ServiceParts } from '../parts'
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

/** Between an unbinding and the look at whether its function is still there: whoever unbinds because it ends takes both. */
const LEAVING_MS = 1000
/** How old the note of when it was last bound may become. */
const NOTED_MS = 60 * 60_000
/** Of items that nobody is going to take. */
const ENDED = 'The subscription was ended before this was delivered.'

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
    const subscription = { queue: topic, functionId, config, binder: subjectOf(binder), at: now() }
    const name = nameOf(subscription)
    const before = this.#known.get(name)
    const isTaken = this.#isTaken(binder, before)
    this.#checkRoom(subscription, before)
    // Known before it is on the disk: another binding of the same may come or go meanwhile.
    const one = { subscription, rules, condition, bindings: ((isTaken ? undefined : before?.bindings) ?? new Set()).add(id) }
    this.#known.set(name, one)
    try {
      await durable(stores.queue.subscribe(subscription))
    } catch (thrown) {
      one.bindings.delete(id)
      if (this.#known.get(name) === one) this.#restore(name, before)
      throw thrown
    }
    return subscription
  }

  /**
   * Whether it is taken over from another identity, by whom the function is of, or where nobody has it any more. Else it stays whose it is: its
   * rules, its condition and whose rights count are not for whoever may call the function too.
   * @throws EngineError `trigger_registration_failed`
   */
  #isTaken(binder: Identity, before: Known | undefined): boolean {
    if (before === undefined) return false
    const { queue, functionId, binder: subject } = before.subscription
    if (accountOf(subject) === accountOf(subjectOf(binder))) return false
    const { engine } = this.#parts
    const owner = engine.owner(functionId)
    if (engine.identity(subject) === undefined || (owner === binder.id && owner !== readSubject(subject).id)) return true
    throw new EngineError(
      'trigger_registration_failed',
      `The durable:subscriber trigger was not bound: another identity has subscribed ${functionId} to ${queue}.`,
    )
  }

  /** What somebody left stays for days, so who comes and goes could leave any number. @throws EngineError `too_many` */
  #checkRoom({ binder }: Subscription, before: Known | undefined): void {
    const who = accountOf(binder)
    if (before !== undefined && accountOf(before.subscription.binder) === who) return
    const most = this.#parts.limits.subscriptionsOfIdentity
    const count = [...this.#known.values()].filter(({ subscription }) => accountOf(subscription.binder) === who).length
    if (count < most) return
    const message = `"${readSubject(binder).id}" has ${count} subscriptions and may have ${most}; this one was not taken. Unregister others first; what a worker left without that is kept for seven days.`
    throw new EngineError('too_many', message)
  }

  /** One that `left` keeps what it has subscribed to. */
  unbind(id: string, how: BindingEnd): void {
    for (const one of this.#known.values()) {
      if (!one.bindings.delete(id) || one.bindings.size > 0 || how === 'left') continue
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        this.#left(one).catch((thrown: unknown) => this.#parts.failed('unsubscribe', thrown))
      }, LEAVING_MS)
      this.#timers.add(timer.unref())
    }
  }

  /** A function that is still there was unsubscribed on purpose. One that is gone comes back to what was published meanwhile. */
  async #left(one: Known): Promise<void> {
    const { subscription } = one
    const isAway = this.#parts.engine.presence(subscription.functionId) !== 'live'
    // Bound again meanwhile, it is another.
    if (!this.#isClosed && this.get(subscription) === one && !isAway) await this.#end(subscription)
  }

  async #end(subscription: Subscription): Promise<void> {
    const { queue, functionId } = subscription
    this.#known.delete(nameOf(subscription))
    const dead = await this.#parts.stores.queue.unsubscribe(subscription, ENDED)
    if (dead > 0)
      this.#parts.report('a subscription was ended, what waited for it became dead letters', { queue, function: functionId, dead })
  }

  #restore(name: string, before: Known | undefined): void {
    if (before === undefined) this.#known.delete(name)
    else this.#known.set(name, before)
  }

  /** Notes who is bound, and ends those that nobody came back to. */
  async sweep(): Promise<void> {
    const at = this.#parts.now()
    for (const one of Array.from(this.#known.values())) {
      const { subscription, bindings } = one
      const age = at - subscription.at
      if (bindings.size === 0 && age > AWAY_MS) await this.#end(subscription)
      else if (bindings.size > 0 && age > NOTED_MS) await this.#note(one, at)
    }
  }

  async #note(one: Known, at: number): Promise<void> {
    const noted = { ...one, subscription: { ...one.subscription, at } }
    this.#known.set(nameOf(one.subscription), noted)
    await this.#parts.stores.queue.subscribe(noted.subscription)
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
