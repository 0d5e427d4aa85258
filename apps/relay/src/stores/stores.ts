import type { CronStore } from './cron-store'
import { createCronStore } from './cron-sqlite'
import type { QueueStore } from './queue-store'
import { createQueueStore, type QueueRetention } from './queue-sqlite'
import type { StateStore } from './state-store'
import { createStateStore } from './state-sqlite'
import { openStoreDatabase } from './store-database'
import type { TriggerStore } from '../engine/built-in'
import { createTriggerStore } from './trigger-sqlite'

/** Everything durable that services stand on. Another technology provides the same four. */
export interface Stores {
  readonly state: StateStore
  readonly queue: QueueStore
  readonly triggers: TriggerStore
  readonly cron: CronStore
  /** What was asked before is kept; nothing may be asked after. */
  close(): void
}

/** What the stores are opened with. */
export interface StoreOptions {
  readonly data: string
  /** Bytes that the file may take. */
  readonly limit: number
  readonly now?: (() => number) | undefined
  readonly retention?: QueueRetention | undefined
}

/** @throws StoreTooNew */
export function openStores({ data, limit, now, retention }: StoreOptions): Stores {
  const db = openStoreDatabase(data, limit)
  return {
    state: createStateStore(db, now),
    queue: createQueueStore({ db, now, retention }),
    triggers: createTriggerStore(db),
    cron: createCronStore(db),
    close: db.close,
  }
}
