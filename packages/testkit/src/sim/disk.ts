import {
  FailureError,
  type BlobHash,
  type Commit,
  type InboxMessage,
  type SessionEvent,
  type SessionId,
  type WireRow,
} from '@tabwright/protocol'
import { memoryStore, type MemorySession, type MemoryStore, type SessionStore } from '@tabwright/runtime/memory-store'
import { fakeHash } from '../fake-hash'
import type { Life, Schedule } from './schedule'

/** What an append was, told to whoever checks it. `number`s are those of its facts. */
export interface Appended {
  readonly life: string
  readonly epoch: number
  readonly events: readonly SessionEvent[]
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
  /** Who was given which epoch. */
  readonly claims = new Map<number, string>()
  readonly appended: Appended[] = []

  /** Told of states that a campaign must have been in. */
  readonly reached: (state: string) => void

  constructor(schedule: Schedule, session: SessionId, reached: (state: string) => void) {
    this.#schedule = schedule
    this.session = session
    this.reached = reached
    this.store = memoryStore({ hash: fakeHash, clock: { now: () => schedule.now() }, whenMissing: 'create' })
  }

  get rows(): MemorySession {
    const found = this.store.sessions.get(this.session)
    if (!found) throw new Error('the session was not made')
    return found
  }

  get events(): readonly SessionEvent[] {
    return this.rows.events
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

  get full(): boolean {
    return this.#isFull
  }

  fill(isFull: boolean): void {
    this.#isFull = isFull
  }

  flush(): void {
    this.#safe = copied(this.rows)
  }

  powerCut(): void {
    if (this.#safe) this.store.sessions.set(this.session, copied(this.#safe))
  }

  /** The store as one life of a tab has it: every call is a point. */
  port(life: Life): SessionStore {
    const { store } = this
    const turn = <T>(name: string, work: () => T | Promise<T>): Promise<T> => this.#schedule.turn(life, `log.${name}`, work)
    const strict = async <T>(work: Promise<T>): Promise<T> => {
      const value = await work
      this.flush()
      return value
    }
    return {
      claim: (session) =>
        turn('claim', async () => {
          const claim = await strict(store.claim(session))
          this.claims.set(claim.epoch, life.name)
          return claim
        }),
      append: (session, epoch, commit) => turn(`append ${names(commit)}`, () => this.#append(life, session, { epoch, commit })),
      read: (session, from, to) => this.#read(turn, { session, from, to }),
      readWire: (session, epoch) => turn('readWire', () => store.readWire(session, epoch)),
      post: (session, message) => turn(`post ${message.type}`, () => this.#post(strict, session, message)),
      readInbox: (session) => turn('readInbox', () => store.readInbox(session)),
      withdraw: (session, n) => turn('withdraw', () => strict(store.withdraw(session, n))),
      amend: (session, n, text) => turn('amend', () => strict(store.amend(session, n, text))),
      reorder: (session, order) => turn('reorder', () => strict(store.reorder(session, order))),
      files: (session) => turn('files', () => store.files(session)),
      loadBlob: (hash: BlobHash) => turn('loadBlob', () => store.loadBlob(hash)),
      snapshots: {
        load: (session, name) => turn('snapshots.load', () => store.snapshots.load(session, name)),
        save: (session, name, snapshot) => turn('snapshots.save', () => store.snapshots.save(session, name, snapshot)),
      },
      check: (session) => turn('check', () => store.check(session)),
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
    return events
  }

  #post(strict: (work: Promise<number>) => Promise<number>, session: SessionId, message: InboxMessage): Promise<number> {
    if (this.#isFull) throw noRoom()
    return strict(this.store.post(session, message))
  }

  async *#read(
    turn: <T>(name: string, work: () => Promise<T>) => Promise<T>,
    { session, from, to }: { session: SessionId; from: number | undefined; to: number | undefined },
  ): AsyncIterable<SessionEvent> {
    yield* await turn('read', async () => {
      const events: SessionEvent[] = []
      for await (const event of this.store.read(session, from, to)) events.push(event)
      return events
    })
  }
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
