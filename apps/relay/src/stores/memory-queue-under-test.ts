import { canonicalJson } from '@tabwright/protocol'
import { RETENTION } from './queue-sqlite'
import { UNCLAIMED, type Accepted, type DeadItem, type Failed, type Item, type Lane, type NewItem } from './queue-store'
import type { QueueStats, QueueStore, Reason, Subscription } from './queue-store'

/** An item as memory keeps it. */
interface KeptItem {
  item: Item
  /** Its time had not come when it was last looked at. */
  isLater: boolean
  diedAt: number | undefined
}

/** Of the queue, in the order of acceptance. */
export interface KeptQueue {
  readonly items: KeptItem[]
  readonly keys: Map<string, { readonly id: string; readonly digest: string; readonly at: number }>
  readonly subscriptions: Map<string, Subscription>
}

export const nameOf = (...parts: readonly string[]): string => JSON.stringify(parts)

const isOf =
  ({ queue, functionId }: Lane) =>
  (one: Lane) =>
    one.queue === queue && one.functionId === functionId
const byName = (a: Lane, b: Lane): number => (nameOf(a.queue, a.functionId) < nameOf(b.queue, b.functionId) ? -1 : 1)

/** Like the one in SQLite, with lists that are looked through. `insert` is for what a change of the state causes. */
export function memoryQueue(kept: KeptQueue, now: () => number): { store: QueueStore; insert: (item: NewItem) => void } {
  const memory = new QueueMemory(kept, now)
  const insert = (item: NewItem) => memory.insert(item, false)
  const store: QueueStore = {
    accept: async (item) => memory.known(item) ?? memory.taken(item) ?? memory.accepted(item, [{ ...item, isPublished: false }]),
    publish: async (item, itemFor) => {
      const waiting = { ...item, functionId: UNCLAIMED }
      const all = memory.subscriptions().filter((one) => one.queue === item.queue)
      const items = all.length === 0 ? [waiting] : all.map(itemFor)
      return (
        memory.taken(waiting) ??
        memory.accepted(
          waiting,
          items.map((one) => ({ ...one, isPublished: true })),
        )
      )
    },
    lanes: async () =>
      [...new Map(memory.alive().map(({ item }) => [nameOf(item.queue, item.functionId), item])).values()]
        .map(({ queue, functionId }) => ({ queue, functionId }))
        .toSorted(byName),
    claim: async (lane, limit) => memory.claim(lane, limit),
    nextDue: async (lane) => {
      const due = memory.waiting(lane).map(({ item }) => item.due)
      return due.length === 0 ? undefined : Math.min(...due)
    },
    isPending: async (lane, group) => memory.alive().some(({ item }) => isOf(lane)(item) && item.group === group),
    done: async (id) => memory.settle(id, (one) => void kept.items.splice(kept.items.indexOf(one), 1)),
    failed: async (id, failed) => memory.settle(id, (one) => memory.fail(one, failed)),
    release: (id) => void memory.held.delete(id),
    stats: async (queue) => memory.stats(queue),
    queues: async () => [...new Set(kept.items.map(({ item }) => item.queue))].toSorted().map((queue) => memory.stats(queue)),
    dead: async (queue, { offset, limit }) => memory.dead(queue).slice(offset, offset + limit),
    redrive: async (queue, id) => memory.redrive(queue, id),
    discard: async (queue, id) => memory.discard(queue, id),
    subscribe: async (subscription) => memory.subscribe(structuredClone(subscription)),
    subscriptions: async () => memory.subscriptions(),
    unsubscribe: async (lane, reason) => {
      kept.subscriptions.delete(nameOf(lane.queue, lane.functionId))
      const published = memory.alive().filter(({ item }) => isOf(lane)(item) && item.isPublished)
      for (const one of published) memory.bury(one, reason)
      return published.length
    },
    sweep: async () => memory.sweep(),
  }
  return { store, insert }
}

class QueueMemory {
  readonly #kept: KeptQueue
  readonly #now: () => number
  /** Delivered by whoever opened these stores, until it ends. */
  readonly held = new Set<string>()

  constructor(kept: KeptQueue, now: () => number) {
    this.#kept = kept
    this.#now = now
  }

  alive(): readonly KeptItem[] {
    return this.#kept.items.filter((one) => one.diedAt === undefined)
  }

  /** Behind an earlier one of its group, or behind a later one that is under way already. */
  #isBlocked(one: KeptItem): boolean {
    if (one.item.group === undefined) return false
    const group = this.alive().filter(({ item }) => isOf(one.item)(item) && item.group === one.item.group)
    return group[0] !== one || group.some((other) => other !== one && this.held.has(other.item.id))
  }

  waiting(lane: Lane): readonly KeptItem[] {
    return this.alive().filter((one) => isOf(lane)(one.item) && one.isLater && !this.#isBlocked(one))
  }

  insert(item: NewItem, isPublished: boolean): void {
    const { priority = 0, due = 0 } = item
    const [at, isLater] = [this.#now(), due > this.#now()]
    const whole = { ...structuredClone(item), isPublished, priority, due, at, attempts: 0, reasons: [] }
    this.#kept.items.push({ item: whole, isLater, diedAt: undefined })
  }

  accepted({ id }: NewItem, items: readonly (NewItem & { readonly isPublished: boolean })[]): Accepted {
    for (const { isPublished, ...item } of items) this.insert(item, isPublished)
    return { type: 'accepted', id }
  }

  known({ id, functionId, payload }: NewItem): Accepted | undefined {
    const there = this.#kept.items.find(({ item }) => item.id === id)?.item
    if (there === undefined) return undefined
    return { type: there.functionId === functionId && canonicalJson(there.payload) === canonicalJson(payload) ? 'known' : 'conflict', id }
  }

  taken({ id, queue, functionId, key, payload }: NewItem): Accepted | undefined {
    if (key === undefined) return undefined
    const digest = canonicalJson([functionId, payload])
    const there = this.#kept.keys.get(nameOf(queue, key))
    if (there !== undefined && there.at > this.#now() - RETENTION.keyMs)
      return { type: there.digest === digest ? 'known' : 'conflict', id: there.id }
    this.#kept.keys.set(nameOf(queue, key), { id, digest, at: this.#now() })
    return undefined
  }

  claim(lane: Lane, limit: number): readonly Item[] {
    for (const one of this.alive()) if (isOf(lane)(one.item) && one.item.due <= this.#now()) one.isLater = false
    const claimed: Item[] = []
    const ready = this.alive().toSorted((a, b) => b.item.priority - a.item.priority)
    for (const one of ready) {
      if (claimed.length === limit) break
      if (!isOf(lane)(one.item) || one.isLater || this.held.has(one.item.id) || this.#isBlocked(one)) continue
      this.held.add(one.item.id)
      claimed.push(structuredClone(one.item))
    }
    return claimed
  }

  settle(id: string, work: (one: KeptItem) => void): void {
    const one = this.#kept.items.find(({ item }) => item.id === id)
    if (this.held.delete(id) && one !== undefined) work(one)
  }

  fail(one: KeptItem, { reason, next, counts }: Failed): void {
    if (one.diedAt !== undefined) return
    const attempts = one.item.attempts + (counts ? 1 : 0)
    if (next === 'never') {
      one.item = { ...one.item, attempts }
      this.bury(one, reason)
      return
    }
    const reasons = counts ? this.#with(one, reason) : one.item.reasons
    one.item = { ...one.item, attempts, due: next, reasons }
    one.isLater = next > this.#now()
  }

  bury(one: KeptItem, reason: string): void {
    one.item = { ...one.item, reasons: this.#with(one, reason) }
    one.diedAt = this.#now()
  }

  #with({ item }: KeptItem, message: string): readonly Reason[] {
    return [...item.reasons, { at: this.#now(), message }].slice(-10)
  }

  stats(queue: string): QueueStats {
    const alive = this.alive().filter(({ item }) => item.queue === queue)
    return {
      queue,
      depth: alive.length,
      waiting: alive.filter((one) => one.isLater || this.#isBlocked(one)).length,
      dead: this.dead(queue).length,
      oldest: alive.length === 0 ? undefined : Math.min(...alive.map(({ item }) => item.at)),
    }
  }

  dead(queue: string): readonly DeadItem[] {
    return this.#kept.items
      .flatMap(({ item, diedAt }) => (diedAt === undefined || item.queue !== queue ? [] : [{ ...structuredClone(item), diedAt }]))
      .toSorted((a, b) => a.diedAt - b.diedAt)
  }

  #dying(queue: string, id: string | undefined): readonly KeptItem[] {
    return this.#kept.items.filter(
      ({ item, diedAt }) => diedAt !== undefined && item.queue === queue && (id === undefined || item.id === id),
    )
  }

  redrive(queue: string, id: string | undefined): number {
    const dead = this.#dying(queue, id)
    for (const one of dead) {
      one.item = { ...one.item, due: 0, at: this.#now(), attempts: 0, reasons: [] }
      Object.assign(one, { isLater: false, diedAt: undefined })
    }
    return dead.length
  }

  discard(queue: string, id: string | undefined): number {
    return this.#drop(this.#dying(queue, id))
  }

  #drop(these: readonly KeptItem[]): number {
    for (const one of these) this.#kept.items.splice(this.#kept.items.indexOf(one), 1)
    return these.length
  }

  subscriptions(): readonly Subscription[] {
    return structuredClone([...this.#kept.subscriptions.values()]).toSorted(byName)
  }

  subscribe(subscription: Subscription): void {
    const { queue, functionId } = subscription
    const isFirst = !this.subscriptions().some((one) => one.queue === queue)
    this.#kept.subscriptions.set(nameOf(queue, functionId), subscription)
    if (!isFirst) return
    for (const one of this.#kept.items) if (isOf({ queue, functionId: UNCLAIMED })(one.item)) one.item = { ...one.item, functionId }
  }

  sweep(): number {
    const before = this.#now() - RETENTION.itemMs
    const old = this.alive().filter(({ item }) => item.at < before && !this.held.has(item.id))
    for (const one of old) this.bury(one, 'It was not delivered in time.')
    this.#drop(this.#kept.items.filter(({ diedAt }) => diedAt !== undefined && diedAt < before))
    for (const [name, { at }] of this.#kept.keys) if (at < this.#now() - RETENTION.keyMs) this.#kept.keys.delete(name)
    return old.length
  }
}
