import {
  agentId,
  fail,
  failureOf,
  MAIN_AGENT,
  traceId,
  ulid,
  type Claim,
  type Commit,
  type Draft,
  type Rewind,
  type SessionEvent,
  type TraceId,
  type WireRow,
  type WorkspaceDelta,
} from '@tabwright/protocol'
import type { Agents } from './agents/agents'
import type { Fact } from './fact'
import { rewindsOf } from './history/branch'
import type { Spending } from './limits/spending'
import type { Ports } from './ports'
import { LOOP_FOLD, type LoopState } from './saved-folds'
import type { SessionState } from './session-state'
import { createSnapshotter, foldSession, type Folded, type Past, type Snapshotter } from './snapshot'

export interface Entry {
  readonly facts: readonly Fact[]
  readonly wire?: readonly WireRow[]
  readonly files?: WorkspaceDelta
  readonly contents?: NonNullable<Commit['contents']>
  readonly taken?: readonly number[]
  readonly unchanged?: NonNullable<Commit['unchanged']>
  /** The conversation goes back to this state before the facts are added, and its wire to nothing before the rows are. */
  readonly onto?: SessionState
  /** A turn that begins with this entry goes on with this trace. Default: it begins one. */
  readonly trace?: TraceId
  /** `relaxed` only where losing the entry to a power cut changes nothing that a person saw. */
  readonly durability?: Commit['durability']
}

/**
 * The session as its one writer holds it: the folded log and the wire, in step with the disk. Entries are written one
 * after another; what an entry is made of may depend on everything before it.
 */
export interface Journal {
  readonly state: SessionState
  /** What it took so far. */
  readonly spending: Spending
  /** Every time that the conversation went back, in order. */
  readonly rewinds: readonly Rewind[]
  /** Sub-agents whose calls have not ended. */
  readonly agents: Agents
  /** The fence that this writer writes under. */
  readonly epoch: number
  readonly wire: readonly WireRow[]
  /** Epoch of `wire`; 0 before its header is written. */
  readonly wireEpoch: number
  /** Builds an entry when its turn comes and writes it, all or nothing. @throws FailureError `fenced`, `storage_full`, `storage_off` */
  write(build: Entry | (() => Promise<Entry>)): Promise<void>
  /** Settles whether an entry whose connection died is in the log. Before that, `state` may be behind it. @throws FailureError `storage_off` */
  sure(): Promise<void>
  /** Writes nothing more: from now on every entry is refused as `fenced`. What was asked for before may still land. */
  close(): void
  /** Called after each entry is durable, in order. */
  watch(listener: (events: readonly SessionEvent[]) => void): () => void
}

/**
 * Becomes the session's writer. What the newest snapshot holds is not read again, unless `seen` is there: it gets every fact that is already
 * there.
 * @param claim made by the caller in front of what it has read since; omitted: made here
 */
export async function openJournal(ports: Ports, seen?: (event: SessionEvent) => void, claim?: Claim): Promise<Journal> {
  const { epoch, wire: wireEpoch, ...claimed } = claim ?? (await ports.log.claim(ports.session))
  let { rewinds } = claimed
  const { past, snapshots } = await foldPast(ports, { rewinds, seen })
  // The newest epoch may be of a conversation that went back to before it had sent anything.
  const held = new Held(past.state, past.state.isVoid ? [] : await ports.log.readWire(ports.session), wireEpoch)
  const listeners = new Set<(events: readonly SessionEvent[]) => void>()
  const inTurn = oneAfterAnother()
  let closed = false
  let doubted: Entry | undefined

  const landed = (entry: Entry, events: readonly SessionEvent[]): void => {
    held.add(entry, events)
    if (entry.files) ports.workspace.adopt(entry.files)
    rewinds = [...rewinds, ...rewindsOf(events)]
    const newest = events.at(-1)
    if (!newest) return
    snapshots.reached(held.folded, newest)
    listeners.forEach((listener) => listener(events))
  }
  const sure = async (): Promise<boolean> => {
    const entry = doubted
    if (!entry) return false
    const events = await writtenAfter(ports, epoch, held.folded.state.head)
    doubted = undefined
    if (events.length > 0) landed(entry, events)
    return events.length > 0
  }
  const writeNow = async (build: Entry | (() => Promise<Entry>)): Promise<void> => {
    await sure()
    const entry = typeof build === 'function' ? await build() : build
    if (closed) fail('fenced', 'This tab no longer writes the session.')
    // Without a fact: rows of the inbox that nobody waits for any more go, if this is still the writer.
    if (entry.facts.length === 0 && !entry.taken?.length) return
    try {
      landed(entry, await ports.log.append(ports.session, epoch, commitOf(ports, held.folded.state, entry)))
    } catch (error) {
      // The connection died: whether the disk has the entry is read, now or before anything else is decided.
      if (failureOf(error).code !== 'storage_off' || entry.facts.length === 0) throw error
      doubted = entry
      if (!(await sure())) throw error
    }
  }
  return journalOver(held, {
    rewinds: () => rewinds,
    epoch,
    write: (build) => inTurn(() => writeNow(build)),
    sure: () => (doubted ? inTurn(sure) : Promise.resolve()),
    close: () => void (closed = true),
    watch: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
  })
}

type Writing = Pick<Journal, 'epoch' | 'write' | 'sure' | 'close' | 'watch'> & { readonly rewinds: () => Journal['rewinds'] }

/** As it stands at each look. */
function journalOver(held: Held, { rewinds, ...writing }: Writing): Journal {
  return {
    get state() {
      return held.folded.state
    },
    get spending() {
      return held.folded.spending
    },
    get agents() {
      return held.folded.agents
    },
    get rewinds() {
      return rewinds()
    },
    wire: held.wire,
    get wireEpoch() {
      return held.wireEpoch
    },
    ...writing,
  }
}

/** The loop's own fold over everything that is there, and what keeps it for the next writer. */
async function foldPast(ports: Ports, known: Past): Promise<{ past: Folded<LoopState>; snapshots: Snapshotter<LoopState> }> {
  const past = await foldSession(ports, LOOP_FOLD, known)
  const snapshots = createSnapshotter(ports, LOOP_FOLD, past.from)
  if (past.last) snapshots.reached(past.state, past.last)
  return { past, snapshots }
}

/** Log and wire as far as the disk is known to have them. */
class Held {
  folded: LoopState
  readonly wire: WireRow[]
  wireEpoch: number

  constructor(folded: LoopState, wire: readonly WireRow[], wireEpoch: number) {
    this.folded = folded
    this.wire = [...wire]
    this.wireEpoch = wireEpoch
  }

  add(entry: Entry, events: readonly SessionEvent[]): void {
    if (entry.onto) {
      this.folded = { ...this.folded, state: entry.onto }
      this.wire.length = 0
    }
    for (const row of entry.wire ?? []) {
      if (row.role === 'header') {
        this.wireEpoch += 1
        this.wire.length = 0
      }
      this.wire.push(row)
    }
    for (const event of events) this.folded = LOOP_FOLD.fold(this.folded, event)
  }
}

function commitOf(ports: Ports, state: SessionState, entry: Entry): Commit {
  const { facts, onto: _state, trace, durability = 'strict', ...rest } = entry
  return { ...rest, durability, drafts: drafts(ports, state, { facts, trace }) }
}

function oneAfterAnother(): (work: () => Promise<unknown>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work).then(() => undefined)
    last = mine.catch(() => undefined)
    return mine
  }
}

/** What this writer has in the log behind a fact that it knows of. */
async function writtenAfter({ log, session }: Ports, epoch: number, head: number): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = []
  for await (const event of log.read(session, head + 1)) if (event.epoch === epoch) events.push(event)
  return events
}

/** One trace for each turn: the fact that opens a turn opens its trace, or goes on with that of whoever asked for it. */
function drafts(
  { clock, random }: Ports,
  state: SessionState,
  { facts, trace: caller }: { facts: readonly Fact[]; trace: TraceId | undefined },
): Draft[] {
  let trace = state.turn?.trace
  return facts.map((fact) => {
    if (fact.type === 'turn.started' || trace === undefined) trace = caller ?? traceId(ulid(clock.now(), random))
    return { ...fact, agent: isOfAgent(fact) ? agentId(fact.data.call) : MAIN_AGENT, trace }
  })
}

function isOfAgent(fact: Fact): fact is Extract<Fact, { type: 'agent.started' | 'agent.noted' }> {
  return fact.type === 'agent.started' || fact.type === 'agent.noted'
}
