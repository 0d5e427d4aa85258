import type { Json } from '@tabwright/protocol'

/** On whose account an item is delivered. */
export interface Origin {
  /** Subject of the identity that caused it. */
  readonly as: string
  readonly traceparent?: string | undefined
  readonly baggage?: string | undefined
  /** How many triggers led here. */
  readonly depth: number
}

/** What a queue is asked to keep. */
export interface NewItem {
  /** Given by the one who asks, so that a repeated request is told the same. */
  readonly id: string
  readonly queue: string
  readonly functionId: string
  readonly payload: Json
  readonly origin: Origin
  /** Items of one group in one lane are delivered one after the other, in the order in which they came. */
  readonly group?: string | undefined
  /** One item for one key in one queue, for as long as `keyMs` of the store. */
  readonly key?: string | undefined
  /** Higher goes first among items that do not wait for their group. */
  readonly priority?: number | undefined
  /** Wall clock, milliseconds: not before this. */
  readonly due?: number | undefined
  /** For whoever delivers it, carried as it is. */
  readonly note?: Json | undefined
}

/** An item as it is delivered. */
export interface Item extends NewItem {
  /** It came by the topic that its function is subscribed to; false: it was meant for the function itself. */
  readonly isPublished: boolean
  readonly priority: number
  readonly due: number
  readonly at: number
  /** Deliveries that failed, this life; redriving begins a new one. */
  readonly attempts: number
  readonly reasons: readonly Reason[]
}

/** Why a delivery failed. */
export interface Reason {
  readonly at: number
  readonly message: string
}

/** An item that is delivered no more until a person says so. */
export interface DeadItem extends Item {
  readonly diedAt: number
}

/** What was published while nobody had subscribed: no function has this name. */
export const UNCLAIMED = ''

/** `accepted`: it is kept under `id`. `known`: its key already was, for the same payload. `conflict`: for another payload; nothing was written. */
export type Accepted = { readonly type: 'accepted' | 'known' | 'conflict'; readonly id: string }

/** Items of one queue that one function takes. */
export interface Lane {
  readonly queue: string
  readonly functionId: string
}

/** A function that gets what is published to a queue, also while nobody offers it. */
export interface Subscription extends Lane {
  readonly config: Json
  /** Subject of the identity whose rights count. */
  readonly binder: string
  /** When it was last bound. */
  readonly at: number
}

/** How much lies in one queue. */
export interface QueueStats {
  readonly queue: string
  /** Still to be delivered, those that wait for their time or group included. */
  readonly depth: number
  readonly waiting: number
  readonly dead: number
  /** When the oldest of `depth` was accepted. */
  readonly oldest: number | undefined
}

/** What failed and what comes of it. */
export interface Failed {
  readonly reason: string
  /** Wall clock of the next try; `never`: it goes to the dead letters. */
  readonly next: number | 'never'
  /** False: this was no try, nobody was there to take it. */
  readonly counts: boolean
}

/**
 * Items that wait for a function. What a call has returned from is on the disk.
 * @throws StoreFull from whatever writes, when neither disk nor limit has room; nothing of that write is kept
 */
export interface QueueStore {
  accept(item: NewItem): Promise<Accepted>
  /**
   * One item for each subscription of the queue, or, while there is none, one for the first that will come. Its key is that of all.
   * @param itemFor only computes
   */
  publish(item: Omit<NewItem, 'functionId'>, itemFor: (subscription: Subscription) => NewItem): Promise<Accepted>
  /** Lanes with anything to deliver, now or later. */
  lanes(): Promise<readonly Lane[]>
  /** The next items whose time has come. They are held for the caller until `done` or `failed`, or until the process ends. */
  claim(lane: Lane, limit: number): Promise<readonly Item[]>
  /** When the next item of the lane is due that is not yet; undefined: none. */
  nextDue(lane: Lane): Promise<number | undefined>
  /** Whether a group of the lane has anything that is still to be delivered. */
  isPending(lane: Lane, group: string): Promise<boolean>
  /** Delivered: it is gone. */
  done(id: string): Promise<void>
  failed(id: string, failed: Failed): Promise<void>
  /** A claimed item is as if it had not been claimed; nothing is written. */
  release(id: string): void
  stats(queue: string): Promise<QueueStats>
  queues(): Promise<readonly QueueStats[]>
  dead(queue: string, page: { readonly offset: number; readonly limit: number }): Promise<readonly DeadItem[]>
  /** Dead items, or the one, begin again; how many. */
  redrive(queue: string, id?: string): Promise<number>
  /** Dead items, or the one, are deleted; how many. */
  discard(queue: string, id?: string): Promise<number>
  /** Again replaces it. The first of a queue gets what was published before. */
  subscribe(subscription: Subscription): Promise<void>
  subscriptions(): Promise<readonly Subscription[]>
  /**
   * Ends a subscription. What was published to it and waits is a dead letter from now on, with the reason; how many those were.
   * What was accepted for the function itself stays.
   */
  unsubscribe(lane: Lane, reason: string): Promise<number>
  /** What is older than the retention dies, what died that long ago is deleted, keys are forgotten. How many items died. */
  sweep(): Promise<number>
}
