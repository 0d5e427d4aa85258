import {
  fail,
  MAIN_AGENT,
  traceId,
  ulid,
  type Commit,
  type Draft,
  type SessionEvent,
  type SessionEventMap,
  type SessionEventType,
  type WireRow,
  type WorkspaceDelta,
} from '@tabwright/protocol'
import type { Ports } from './ports'
import { EMPTY_STATE, fold, type SessionState } from './session-state'

/** A fact as the loop drafts it: the journal adds agent and trace. */
export type Fact = { [K in SessionEventType]: { readonly type: K; readonly data: SessionEventMap[K] } }[SessionEventType]

export interface Entry {
  readonly facts: readonly Fact[]
  readonly wire?: readonly WireRow[]
  readonly files?: WorkspaceDelta
  readonly taken?: readonly number[]
  /** `relaxed` only where losing the entry to a power cut changes nothing that a person saw. */
  readonly durability?: Commit['durability']
}

/**
 * The session as its one writer holds it: the folded log and the wire, in step with the disk. Entries are written one
 * after another; what an entry is made of may depend on everything before it.
 */
export interface Journal {
  readonly state: SessionState
  readonly wire: readonly WireRow[]
  /** Epoch of `wire`; 0 before its header is written. */
  readonly wireEpoch: number
  /** Builds an entry when its turn comes and writes it, all or nothing. @throws FailureError `fenced`, `storage_full`, `storage_off` */
  write(build: Entry | (() => Promise<Entry>)): Promise<void>
  /** Writes nothing more: from now on every entry is refused as `fenced`. What was asked for before may still land. */
  close(): void
  /** Called after each entry is durable, in order. */
  watch(listener: (events: readonly SessionEvent[]) => void): () => void
}

/** Becomes the session's writer and reads it whole; `seen` gets every fact that is already there. */
export async function openJournal(ports: Ports, seen: (event: SessionEvent) => void): Promise<Journal> {
  const { epoch, wire: claimedWire } = await ports.log.claim(ports.session)
  let wireEpoch = claimedWire
  let state: SessionState = EMPTY_STATE
  for await (const event of ports.log.read(ports.session)) {
    state = fold(state, event)
    seen(event)
  }
  const wire = [...(await ports.log.readWire(ports.session))]
  const listeners = new Set<(events: readonly SessionEvent[]) => void>()
  let last: Promise<unknown> = Promise.resolve()
  let closed = false

  const writeNow = async (build: Entry | (() => Promise<Entry>)): Promise<void> => {
    const entry = typeof build === 'function' ? await build() : build
    if (closed) fail('fenced', 'This tab no longer writes the session.')
    const { facts, durability = 'strict', ...rest } = entry
    if (facts.length === 0) return
    const events = await ports.log.append(ports.session, epoch, { ...rest, durability, drafts: drafts(ports, state, facts) })
    for (const row of entry.wire ?? []) {
      if (row.role === 'header') {
        wireEpoch += 1
        wire.length = 0
      }
      wire.push(row)
    }
    if (entry.files) ports.workspace.adopt(entry.files)
    for (const event of events) state = fold(state, event)
    for (const listener of listeners) listener(events)
  }

  return {
    get state() {
      return state
    },
    wire,
    get wireEpoch() {
      return wireEpoch
    },
    write: (build) => {
      const mine = last.then(() => writeNow(build))
      last = mine.catch(() => undefined)
      return mine
    },
    close: () => {
      closed = true
    },
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** One trace for each turn: the fact that opens a turn opens its trace. */
function drafts(ports: Ports, state: SessionState, facts: readonly Fact[]): Draft[] {
  let trace = state.turn?.trace
  return facts.map((fact) => {
    if (fact.type === 'turn.started' || trace === undefined) trace = traceId(ulid(ports.clock.now(), ports.random))
    return { ...fact, agent: MAIN_AGENT, trace }
  })
}
