import {
  assertNever,
  FailureError,
  isJsonObject,
  type BlobHash,
  type Commit,
  type InboxMessage,
  type Json,
  type JsonObject,
  type SessionEvent,
  type SessionId,
  type WireRow,
} from '@tabwright/protocol'
import { memoryStore, type MemorySession, type MemoryStore, type SessionStore } from '@tabwright/runtime/memory-store'
import { fakeHash } from '../fake-hash'
import type { Damage } from './fault'
import type { Life, Schedule } from './schedule'

/** What an append was, told to whoever checks it. `number`s are those of its facts. */
export interface Appended {
  readonly life: string
  readonly epoch: number
  readonly events: readonly SessionEvent[]
}

/** A session that is there before the first tab opens. */
export interface Start {
  readonly session: SessionId
  readonly rows: MemorySession
  readonly blobs: ReadonlyMap<BlobHash, Uint8Array>
}

/** How a call gets its turn. */
type Turn = <T>(name: string, work: () => T | Promise<T>) => Promise<T>

interface DiskOptions {
  readonly session: SessionId
  readonly start: Start | undefined
  readonly reached: (state: string) => void
}

/**
 * The disk of the simulated machine: outlives every tab. What was written `relaxed` is gone after a power cut unless
 * something strict came after it.
 */
export class Disk {
  readonly store: MemoryStore
  readonly session: SessionId
  readonly #schedule: Schedule
  #safe: MemorySession | undefined
  #isFull = false
  #changes = 0
  #safeSince = 0
  #build = 1
  #hasGap = false
  /** What is left where the browser removed everything. */
  #nothing: MemorySession | undefined
  /** Rows that were read and found to be what was written. */
  readonly #known = new WeakSet<SessionEvent>()
  /** Who was given which epoch. */
  readonly claims = new Map<number, string>()
  readonly appended: Appended[] = []

  /** Told of states that a campaign must have been in. */
  readonly reached: (state: string) => void

  constructor(schedule: Schedule, { session, start, reached }: DiskOptions) {
    this.#schedule = schedule
    this.session = session
    this.reached = reached
    this.store = memoryStore({ hash: fakeHash, clock: { now: () => schedule.now() }, whenMissing: 'create' })
    if (start) this.#fillWith(start)
  }

  /** Everything that is stored, for another machine. */
  copy(): Start {
    return { session: this.session, rows: copied(this.rows), blobs: new Map(this.store.blobs) }
  }

  #fillWith({ session, rows, blobs }: Start): void {
    this.store.sessions.set(session, copied(rows))
    for (const [hash, bytes] of blobs) this.store.blobs.set(hash, bytes)
    this.flush()
  }

  get rows(): MemorySession {
    const found = this.#nothing ?? this.store.sessions.get(this.session)
    if (!found) throw new Error('the session was not made')
    return found
  }

  get events(): readonly SessionEvent[] {
    return this.#hasGap ? this.rows.events.filter((row) => row !== undefined) : this.rows.events
  }

  /** The newest fact that a power cut leaves. */
  get durable(): number {
    return this.#safe?.record.head ?? 0
  }

  /** Rows of the newest wire epoch. */
  wire(): readonly WireRow[] {
    const { wire, record } = this.rows
    return wire.filter((row) => row.epoch === record.wireEpoch)
  }

  /** How often something was asked of it that changes it. */
  get changes(): number {
    return this.#changes
  }

  /** Whether a power cut takes nothing that a dying tab would leave. */
  get isSafe(): boolean {
    return this.#safeSince === this.#changes
  }

  get full(): boolean {
    return this.#isFull
  }

  fill(isFull: boolean): void {
    this.#isFull = isFull
  }

  /** Tabs that are open now are of an older build: the disk is closed to them. */
  outdate(): void {
    this.#build++
  }

  /** The browser removed everything. */
  clear(): void {
    const { record } = this.rows
    this.#nothing = { record, events: [], wire: [], inbox: new Map(), files: new Map(), snapshots: new Map() }
    this.store.sessions.delete(this.session)
    this.store.blobs.clear()
    this.#safe = undefined
  }

  /** Something in the middle is not what was written. Returns the number of the fact, where it is one; undefined: there was nothing. */
  damage(what: Damage): number | undefined {
    const at = this.#spoil(what)
    // No power cut undoes it.
    this.flush()
    return at
  }

  #spoil(what: Damage): number | undefined {
    const { events, snapshots, files } = this.rows
    const at = Math.ceil(events.length / 2)
    const fact = events[at - 1]
    switch (what) {
      case 'fact':
        if (fact) events[at - 1] = { ...fact, at: fact.at + 1 }
        return at
      case 'gap':
        this.#hasGap = true
        events.splice(at - 1, 1, ...(NOTHING as unknown as SessionEvent[]))
        return at
      case 'snapshot':
        for (const [name, snapshot] of snapshots) snapshots.set(name, { ...snapshot, data: { ...asObject(snapshot.data), digest: '0' } })
        return snapshots.size > 0 ? 0 : undefined
      case 'content': {
        const [entry] = [...files.values()]
        return entry && this.store.blobs.delete(entry.hash) ? 0 : undefined
      }
      default:
        return assertNever(what)
    }
  }

  flush(): void {
    this.#safeSince = this.#changes
    this.#safe = copied(this.rows)
  }

  powerCut(): void {
    if (this.#safe) this.store.sessions.set(this.session, copied(this.#safe))
  }

  /** The store as one life of a tab has it: every call is a point. */
  port(life: Life): SessionStore {
    const build = this.#build
    return this.#portWith(life, (name, work) =>
      this.#schedule.turn(life, `log.${name}`, () => {
        if (build < this.#build) throw new FailureError({ code: 'newer', message: 'The app was updated in another tab.' })
        if (this.#nothing) throw new FailureError({ code: 'not_found', message: 'The session is not in this browser any more.' })
        return work()
      }),
    )
  }

  /** For who only looks when all is over: no call of it is a point. */
  reader(life: Life): SessionStore {
    return this.#portWith(life, async (_name, work) => work())
  }

  #portWith(life: Life, turn: Turn): SessionStore {
    const { store } = this
    const change = <T>(name: string, work: () => Promise<T>): Promise<T> =>
      turn(name, () => {
        this.#changes++
        return work()
      })
    const strict = async <T>(work: Promise<T>): Promise<T> => {
      const value = await work
      this.flush()
      return value
    }
    return {
      claim: (session) =>
        change('claim', async () => {
          const claim = await strict(store.claim(session))
          this.claims.set(claim.epoch, life.name)
          return claim
        }),
      append: (session, epoch, commit) => change(`append ${names(commit)}`, () => this.#append(life, session, { epoch, commit })),
      newest: (session) => turn('newest', () => store.newest(session)),
      read: (session, from, to) => this.#read(turn, { session, from, to }),
      readWire: (session, epoch) => turn('readWire', () => store.readWire(session, epoch)),
      post: (session, message) => change(`post ${message.type}`, () => this.#post(strict, session, message)),
      readInbox: (session) => turn('readInbox', () => store.readInbox(session)),
      withdraw: (session, n) => change('withdraw', () => strict(store.withdraw(session, n))),
      amend: (session, n, wish) => change('amend', () => strict(store.amend(session, n, wish))),
      reorder: (session, order) => change('reorder', () => strict(store.reorder(session, order))),
      files: (session) => turn('files', () => store.files(session)),
      loadBlob: (hash: BlobHash) => turn('loadBlob', () => store.loadBlob(hash)),
      snapshots: {
        load: (session, name) => turn('snapshots.load', () => store.snapshots.load(session, name)),
        save: (session, name, snapshot) => change('snapshots.save', () => store.snapshots.save(session, name, snapshot)),
      },
      check: () => turn('check', () => this.check()),
      watch: (session, listener) =>
        store.watch(session, (hint) => {
          // What a writer hears of its own appends moves nothing.
          if (life.state === 'dead' || hint.type === 'appended') return
          void this.#schedule.turn(life, `hint.${hint.type}`, () => listener(hint))
        }),
      close: () => undefined,
    }
  }

  async #append(life: Life, session: SessionId, { epoch, commit }: { epoch: number; commit: Commit }): Promise<readonly SessionEvent[]> {
    if (this.#isFull && !endsSomething(commit)) throw noRoom()
    if (this.#isFull) this.reached('a result written while the disk was full')
    if (epoch < this.rows.record.epoch && endsSomething(commit)) this.reached('fenced at a result')
    const events = await this.store.append(session, epoch, commit)
    if (commit.durability === 'strict') this.flush()
    this.appended.push({ life: life.name, epoch, events })
    for (const event of events) this.#known.add(event)
    return events
  }

  #post(strict: (work: Promise<number>) => Promise<number>, session: SessionId, message: InboxMessage): Promise<number> {
    if (this.#isFull) throw noRoom()
    return strict(this.store.post(session, message))
  }

  async *#read(
    turn: Turn,
    { session, from, to }: { session: SessionId; from: number | undefined; to: number | undefined },
  ): AsyncIterable<SessionEvent> {
    const { rows, error } = await turn('read', () => this.#readNow(session, from, to))
    yield* rows
    if (error !== undefined) throw error
  }

  /** Rows are never changed in place: one that was looked at once need not be parsed and hashed again in each of thousands of runs. */
  async #readNow(session: SessionId, from = 1, to = Number.MAX_SAFE_INTEGER): Promise<{ rows: readonly SessionEvent[]; error?: unknown }> {
    const { events, record } = this.store.sessions.get(session) ?? {}
    const rows = events?.slice(Math.max(1, from) - 1, Math.min(to, record?.head ?? 0)) ?? []
    if (rows.length > 0 && this.#isWhole(rows, from)) return { rows }
    const read: SessionEvent[] = []
    try {
      for await (const event of this.store.read(session, from, to)) {
        this.#known.add(event)
        read.push(event)
      }
    } catch (error) {
      return { rows: read, error }
    }
    return { rows: read }
  }

  #isWhole(rows: readonly SessionEvent[], from: number): boolean {
    let before: SessionEvent | undefined
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at]
      if (!row || !this.#known.has(row) || row.seq !== Math.max(1, from) + at) return false
      if (before && row.prev !== before.hash) return false
      before = row
    }
    return true
  }

  /** Whether every fact is what was written. @throws FailureError `damaged` */
  async check(): Promise<void> {
    const { events, record } = this.rows
    if (events.length === record.head && this.#isWhole(events, 1)) return
    await this.store.check(this.session)
    for (const event of events) this.#known.add(event)
  }
}

/** What is in the place of a row that is gone. */
const NOTHING = [undefined]

function asObject(data: Json): JsonObject {
  return isJsonObject(data) ? data : {}
}

function noRoom(): FailureError {
  return new FailureError({ code: 'storage_full', message: 'Storage is full. Nothing already written is lost.' })
}

/** The room that is kept for it lets a result be written when nothing else can. */
function endsSomething(commit: Commit): boolean {
  return commit.drafts.some(({ type }) => type === 'call.ended' || type === 'turn.ended' || type === 'model.failed')
}

function names(commit: Commit): string {
  return commit.drafts.map(({ type }) => type).join('+')
}

/** One level deep: rows are never changed in place. */
function copied(rows: MemorySession): MemorySession {
  const entries = Object.entries(rows).map(([key, value]) => [key, shallow(value)])
  return Object.fromEntries(entries) as MemorySession
}

function shallow(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice()
  return value instanceof Map ? new Map(value) : value
}
