import { createHash } from 'node:crypto'
import { canonicalJson } from '@tabwright/protocol'
import { deadItemOf, itemOf, withReason, type Phase } from './queue-rows'
import {
  UNCLAIMED,
  type Accepted,
  type Failed,
  type Item,
  type Lane,
  type NewItem,
  type QueueStats,
  type QueueStore,
  type Subscription,
} from './queue-store'
import { rowOf } from './rows'
import type { RowInsert, StoreDatabase } from './store-database'

/** How long things are kept, in milliseconds. */
export interface QueueRetention {
  /** An item that nobody took dies after this, and a dead one is deleted after this. */
  readonly itemMs: number
  /** A key stands for its item for this long. */
  readonly keyMs: number
}

const DAY = 24 * 60 * 60_000
export const RETENTION: QueueRetention = { itemMs: 7 * DAY, keyMs: DAY }
/** Of one sweep; what is left is for the next. */
const SWEPT = 1000

/** What a queue store is made of. */
export interface QueueParts {
  readonly db: StoreDatabase
  readonly now?: (() => number) | undefined
  readonly retention?: QueueRetention | undefined
}

/** The queue in SQLite. Who has claimed what is in memory: there is one process, and when it ends everything can be claimed again. */
export function createQueueStore({ db, now = Date.now, retention = RETENTION }: QueueParts): QueueStore {
  const held = new Map<string, Item>()

  async function settle(id: string, work: (item: Item) => void): Promise<void> {
    const item = held.get(id)
    if (item === undefined) return
    try {
      await db.commit(() => work(item))
    } finally {
      held.delete(id)
    }
  }

  return {
    accept: (item) => accept(db, item, { at: now(), keyMs: retention.keyMs }),
    publish: (item, itemFor) =>
      db.commit(() => publish(db, { ...item, functionId: UNCLAIMED }, { at: now(), keyMs: retention.keyMs, itemFor })),
    lanes: () =>
      Promise.resolve(
        db
          .all("SELECT DISTINCT queue, function_id FROM items WHERE phase <> 'dead'")
          .map(rowOf)
          .map((row) => ({ queue: row.text('queue'), functionId: row.text('function_id') })),
      ),
    claim: (lane, limit) => claim(db, { lane, limit, held, now }),
    nextDue: ({ queue, functionId }) => {
      const row = db.get(`SELECT due FROM items WHERE ${LANE} AND phase = 'later' ORDER BY due LIMIT 1`, queue, functionId)
      return Promise.resolve(row === undefined ? undefined : rowOf(row).number('due'))
    },
    isPending: ({ queue, functionId }, group) =>
      Promise.resolve(db.get(`SELECT 1 AS one FROM items WHERE ${GROUP} LIMIT 1`, queue, functionId, group) !== undefined),
    done: (id) =>
      settle(id, (item) => {
        db.run('DELETE FROM items WHERE id = ?', id)
        unblock(db, item, now())
      }),
    failed: (id, failed) => settle(id, (item) => fail(db, { item, failed, at: now() })),
    release: (id) => void held.delete(id),
    ...overview(db),
    redrive: (queue, id) => db.commit(() => redrive(db, { queue, id, at: now() })),
    discard: (queue, id) =>
      db.commit(() => {
        const all = "DELETE FROM items WHERE queue = ? AND phase = 'dead'"
        return id === undefined ? db.run(all, queue) : db.run(`${all} AND id = ?`, queue, id)
      }),
    ...subscriptions(db, now),
    sweep: () => db.commit(() => sweep(db, { at: now(), retention, held })),
  }
}

const LANE = 'queue = ? AND function_id = ?'

interface Claiming {
  readonly lane: Lane
  readonly limit: number
  readonly held: Map<string, Item>
  readonly now: () => number
}

async function claim(db: StoreDatabase, { lane: { queue, functionId }, limit, held, now }: Claiming): Promise<readonly Item[]> {
  const at = now()
  if (db.get(`SELECT 1 AS one FROM items WHERE ${LANE} AND phase = 'later' AND due <= ? LIMIT 1`, queue, functionId, at) !== undefined)
    await db.commit(() => db.run(`UPDATE items SET phase = 'ready' WHERE ${LANE} AND phase = 'later' AND due <= ?`, queue, functionId, at))
  const rows = db.all(
    `SELECT * FROM items WHERE ${LANE} AND phase = 'ready' ORDER BY priority DESC, seq LIMIT ?`,
    queue,
    functionId,
    limit + [...held.values()].filter((one) => one.queue === queue && one.functionId === functionId).length,
  )
  const items = rows
    .filter((row) => !held.has(rowOf(row).text('id')))
    .slice(0, limit)
    .map(itemOf)
  for (const item of items) held.set(item.id, item)
  return items
}

const INSERT: RowInsert = {
  into: 'INSERT INTO items (id, queue, function_id, payload, origin, note, grp, key, priority, due, at, phase, attempts, reasons, published)',
  row: "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '[]', ?)",
  otherwise: 'ON CONFLICT (id) DO NOTHING',
}

type InsertedItem = NewItem & { readonly isPublished?: boolean }

function valuesOf(item: InsertedItem, phase: Phase, at: number): readonly unknown[] {
  const { id, queue, functionId, payload, origin, note, group, key, priority = 0, due = 0, isPublished = false } = item
  const texts = [id, queue, functionId, JSON.stringify(payload), JSON.stringify(origin), note === undefined ? null : JSON.stringify(note)]
  return [...texts, group ?? null, key ?? null, priority, due, at, phase, isPublished ? 1 : 0]
}

/** Part of a transaction: an item that something else causes. It has no key, its id is new. */
export function insertItem(db: StoreDatabase, item: InsertedItem, at: number): void {
  const { queue, functionId, group, due = 0 } = item
  db.run(`${INSERT.into} VALUES ${INSERT.row}`, ...valuesOf(item, phaseFor(db, { queue, functionId, group, due }, at), at))
}

interface Place extends Lane {
  readonly group?: string | undefined
  readonly due: number
}

function phaseFor(db: StoreDatabase, { queue, functionId, group, due }: Place, at: number): Phase {
  if (group !== undefined && db.get(`SELECT 1 AS one FROM items WHERE ${GROUP} LIMIT 1`, queue, functionId, group) !== undefined)
    return 'blocked'
  return due > at ? 'later' : 'ready'
}

const GROUP = "queue = ? AND function_id = ? AND grp = ? AND grp IS NOT NULL AND phase <> 'dead'"

/** The group's next one may be delivered. */
function unblock(db: StoreDatabase, { queue, functionId, group }: Omit<Place, 'due'>, at: number): void {
  if (group === undefined) return
  const next = db.get(`SELECT seq, phase, due FROM items WHERE ${GROUP} ORDER BY seq LIMIT 1`, queue, functionId, group)
  if (next === undefined) return
  const row = rowOf(next)
  if (row.text('phase') !== 'blocked') return
  const phase: Phase = row.number('due') > at ? 'later' : 'ready'
  db.run('UPDATE items SET phase = ? WHERE seq = ?', phase, row.number('seq'))
}

interface Accepting {
  readonly at: number
  readonly keyMs: number
}

/** Without key and group nothing has to be looked at but the receipt, and the database does that as it writes. */
async function accept(db: StoreDatabase, item: NewItem, accepting: Accepting): Promise<Accepted> {
  const { id, key, group, due = 0 } = item
  const isPlain = key === undefined && group === undefined
  const isWritten = isPlain && (await db.insert(INSERT, valuesOf(item, due > accepting.at ? 'later' : 'ready', accepting.at)))
  return isWritten ? { type: 'accepted', id } : db.commit(() => acceptItem(db, item, accepting))
}

function acceptItem(db: StoreDatabase, item: NewItem, accepting: Accepting): Accepted {
  const known = knownItem(db, item) ?? takeKey(db, item, accepting)
  if (known === undefined) insertItem(db, item, accepting.at)
  return known ?? { type: 'accepted', id: item.id }
}

function publish(
  db: StoreDatabase,
  item: NewItem,
  { itemFor, ...accepting }: Accepting & { readonly itemFor: (subscription: Subscription) => NewItem },
): Accepted {
  const known = takeKey(db, item, accepting)
  if (known !== undefined) return known
  const all = subscriptionsOf(db, item.queue)
  for (const one of all.length === 0 ? [item] : all.map(itemFor)) insertItem(db, { ...one, isPublished: true }, accepting.at)
  return { type: 'accepted', id: item.id }
}

/** The same receipt again, while the item is there. */
function knownItem(db: StoreDatabase, { id, functionId, payload }: NewItem): Accepted | undefined {
  const there = db.get('SELECT function_id, payload FROM items WHERE id = ?', id)
  if (there === undefined) return undefined
  const row = rowOf(there)
  return { type: row.text('function_id') === functionId && row.text('payload') === JSON.stringify(payload) ? 'known' : 'conflict', id }
}

/** Undefined: the key is free, and from now on the item's. */
function takeKey(db: StoreDatabase, { id, queue, functionId, key, payload }: NewItem, { at, keyMs }: Accepting): Accepted | undefined {
  if (key === undefined) return undefined
  const digest = createHash('sha256')
    .update(canonicalJson([functionId, payload]))
    .digest('hex')
  const known = db.get('SELECT id, digest FROM keys WHERE queue = ? AND key = ? AND at > ?', queue, key, at - keyMs)
  if (known === undefined) {
    db.run('INSERT OR REPLACE INTO keys (queue, key, id, digest, at) VALUES (?, ?, ?, ?, ?)', queue, key, id, digest, at)
    return undefined
  }
  const row = rowOf(known)
  return { type: row.text('digest') === digest ? 'known' : 'conflict', id: row.text('id') }
}

function fail(db: StoreDatabase, { item, failed, at }: { item: Item; failed: Failed; at: number }): void {
  const { reason, next, counts } = failed
  const attempts = item.attempts + (counts ? 1 : 0)
  const reasons = counts || next === 'never' ? withReason(item.reasons, { at, message: reason }) : JSON.stringify(item.reasons)
  if (next === 'never') {
    bury(db, { id: item.id, attempts, reasons, at })
    unblock(db, item, at)
    return
  }
  const phase: Phase = next > at ? 'later' : 'ready'
  // Dead already where its subscription was ended while it was being delivered.
  const update = "UPDATE items SET phase = ?, due = ?, attempts = ?, reasons = ? WHERE id = ? AND phase <> 'dead'"
  db.run(update, phase, next, attempts, reasons, item.id)
}

function bury(db: StoreDatabase, dead: { id: string; attempts: number; reasons: string; at: number }): void {
  db.run(
    "UPDATE items SET phase = 'dead', died_at = ?, attempts = ?, reasons = ? WHERE id = ?",
    dead.at,
    dead.attempts,
    dead.reasons,
    dead.id,
  )
}

function redrive(db: StoreDatabase, { queue, id, at }: { queue: string; id: string | undefined; at: number }): number {
  const one = id === undefined ? '' : ' AND id = ?'
  const rows = db.all(`SELECT * FROM items WHERE queue = ? AND phase = 'dead'${one} ORDER BY seq`, queue, ...(id === undefined ? [] : [id]))
  for (const item of rows.map(itemOf)) {
    const phase = phaseFor(db, { ...item, due: 0 }, at)
    db.run("UPDATE items SET phase = ?, due = 0, at = ?, attempts = 0, reasons = '[]', died_at = NULL WHERE id = ?", phase, at, item.id)
  }
  return rows.length
}

interface Sweep {
  readonly at: number
  readonly retention: QueueRetention
  readonly held: ReadonlyMap<string, Item>
}

function sweep(db: StoreDatabase, { at, retention, held }: Sweep): number {
  const before = at - retention.itemMs
  const days = Math.round(retention.itemMs / DAY)
  const old = db
    .all("SELECT * FROM items WHERE phase <> 'dead' AND at < ? ORDER BY seq LIMIT ?", before, SWEPT)
    .map(itemOf)
    .filter(({ id }) => !held.has(id))
  for (const item of old) {
    const reasons = withReason(item.reasons, { at, message: `It was not delivered within ${days} days.` })
    bury(db, { id: item.id, attempts: item.attempts, reasons, at })
    unblock(db, item, at)
  }
  db.run("DELETE FROM items WHERE seq IN (SELECT seq FROM items WHERE phase = 'dead' AND died_at < ? LIMIT ?)", before, SWEPT)
  db.run('DELETE FROM keys WHERE at < ?', at - retention.keyMs)
  return old.length
}

function subscriptions(db: StoreDatabase, now: () => number): Pick<QueueStore, 'subscribe' | 'subscriptions' | 'unsubscribe'> {
  return {
    subscribe: ({ queue, functionId, config, binder, at }) =>
      db.commit(() => {
        const isFirst = subscriptionsOf(db, queue).length === 0
        db.run('INSERT OR REPLACE INTO subscriptions VALUES (?, ?, ?, ?, ?)', queue, functionId, JSON.stringify(config), binder, at)
        if (isFirst) db.run(`UPDATE items SET function_id = ? WHERE ${LANE}`, functionId, queue, UNCLAIMED)
      }),
    subscriptions: () => Promise.resolve(db.all('SELECT * FROM subscriptions ORDER BY queue, function_id').map(subscriptionOf)),
    unsubscribe: (lane, reason) =>
      db.commit(() => {
        db.run(`DELETE FROM subscriptions WHERE ${LANE}`, lane.queue, lane.functionId)
        return buryPublished(db, { ...lane, reason, at: now() })
      }),
  }
}

/** In one statement, because it may be any number of them; the groups that they stood in the way of go on. */
function buryPublished(db: StoreDatabase, { queue, functionId, reason, at }: Lane & { reason: string; at: number }): number {
  const dead = db.run(
    `UPDATE items SET phase = 'dead', died_at = ?, reasons = json_insert(reasons, '$[#]', json(?))
     WHERE ${LANE} AND published = 1 AND phase <> 'dead'`,
    at,
    JSON.stringify({ at, message: reason }),
    queue,
    functionId,
  )
  const groups = db.all(`SELECT DISTINCT grp FROM items WHERE ${LANE} AND phase = 'blocked'`, queue, functionId)
  for (const row of groups) unblock(db, { queue, functionId, group: rowOf(row).text('grp') }, at)
  return dead
}

function subscriptionsOf(db: StoreDatabase, queue: string): readonly Subscription[] {
  return db.all('SELECT * FROM subscriptions WHERE queue = ? ORDER BY function_id', queue).map(subscriptionOf)
}

function subscriptionOf(given: unknown): Subscription {
  const row = rowOf(given)
  return {
    queue: row.text('queue'),
    functionId: row.text('function_id'),
    config: row.json('config'),
    binder: row.text('binder'),
    at: row.number('at'),
  }
}

/** What is only read. */
function overview(db: StoreDatabase): Pick<QueueStore, 'stats' | 'queues' | 'dead'> {
  const stats = (queue: string): QueueStats => {
    const rows = db.all('SELECT phase, count(*) AS items, min(at) AS oldest FROM items WHERE queue = ? GROUP BY phase', queue).map(rowOf)
    const sum = (...phases: readonly Phase[]) =>
      rows.filter((row) => phases.some((phase) => phase === row.text('phase'))).reduce((total, row) => total + row.number('items'), 0)
    const alive = rows.filter((row) => row.text('phase') !== 'dead').map((row) => row.number('oldest'))
    return {
      queue,
      depth: sum('ready', 'later', 'blocked'),
      waiting: sum('later', 'blocked'),
      dead: sum('dead'),
      oldest: alive.length === 0 ? undefined : Math.min(...alive),
    }
  }
  return {
    stats: (queue) => Promise.resolve(stats(queue)),
    queues: () => Promise.resolve(db.all('SELECT DISTINCT queue FROM items ORDER BY queue').map((row) => stats(rowOf(row).text('queue')))),
    dead: (queue, { offset, limit }) =>
      Promise.resolve(
        db
          .all("SELECT * FROM items WHERE queue = ? AND phase = 'dead' ORDER BY died_at, seq LIMIT ? OFFSET ?", queue, limit, offset)
          .map(deadItemOf),
      ),
  }
}
