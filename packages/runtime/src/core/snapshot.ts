import {
  canonicalJson,
  isJsonObject,
  type EventLog,
  type Hash,
  type Rewind,
  type SessionEvent,
  type SessionId,
  type Snapshot,
  type SnapshotStore,
} from '@tabwright/protocol'
import { hiddenBy, isHidden, isOnBranch } from './history/branch'
import { packState, unpackState } from './snapshot-text'

/** So many facts at most are folded anew when a session opens. Source: security.md 4.1. */
export const SNAPSHOT_EVERY = 500

/** A fold over the conversation whose state is kept beside the log. */
export interface SavedFold<S> {
  readonly name: string
  /** Raised whenever the fold or the shape of its state changes: a snapshot of another version is not read. */
  readonly version: number
  readonly empty: S
  readonly fold: (state: S, event: SessionEvent) => S
  /** The same for many facts in order, where one by one would copy the state for each. */
  readonly foldMany?: (state: S, events: readonly SessionEvent[]) => S
  /** What a fact changes that the conversation went back behind. Default: nothing. */
  readonly foldHidden?: (state: S, event: SessionEvent) => S
  readonly is: (value: unknown) => value is S
}

/** What snapshots need. Without a place to keep them every fold starts at the first fact. */
export interface SnapshotPorts {
  readonly session: SessionId
  readonly log: Pick<EventLog, 'read'>
  readonly hash: Hash
  readonly snapshots?: SnapshotStore | undefined
  /** Facts between two of them. Default {@link SNAPSHOT_EVERY}. */
  readonly snapshotEvery?: number
}

/** A fold after fact `head`. */
export interface Folded<S> {
  readonly state: S
  readonly head: number
  /** Number of the last fact that the snapshot held; 0 where everything was folded anew. */
  readonly from: number
  /** The newest fact, where it is not in the snapshot. */
  readonly last: SessionEvent | undefined
}

/** The past of a session, as its claim tells it. */
export interface Past {
  /** Of the whole session, in order. */
  readonly rewinds: readonly Rewind[]
  /** Called with every fact, on the path or not; no snapshot is used then. */
  readonly seen?: ((event: SessionEvent) => void) | undefined
}

/**
 * The fold over everything that is on the conversation's path, from the newest snapshot that can be trusted, else from the first fact.
 * @throws FailureError `damaged` or `newer` where the log cannot be read
 */
export async function foldSession<S>(ports: SnapshotPorts, saved: SavedFold<S>, { rewinds, seen }: Past): Promise<Folded<S>> {
  const start = seen ? { state: saved.empty, head: 0 } : await trusted(ports, saved, rewinds)
  const hidden = hiddenBy(rewinds)
  let { state, head } = start
  let last: SessionEvent | undefined
  const part: SessionEvent[] = []
  for await (const event of ports.log.read(ports.session, head + 1)) {
    head = event.seq
    last = event
    if (isOnBranch(hidden, event)) part.push(event)
    else if (saved.foldHidden) state = saved.foldHidden(foldPart(saved, state, part.splice(0)), event)
    if (part.length === FOLDED_AT_ONCE) state = foldPart(saved, state, part.splice(0))
    seen?.(event)
  }
  return { state: foldPart(saved, state, part), head, from: start.head, last }
}

/** Facts of a long past that are in memory together. */
const FOLDED_AT_ONCE = 1000

function foldPart<S>(saved: SavedFold<S>, state: S, events: readonly SessionEvent[]): S {
  return saved.foldMany ? saved.foldMany(state, events) : events.reduce((before, event) => saved.fold(before, event), state)
}

async function trusted<S>(ports: SnapshotPorts, saved: SavedFold<S>, rewinds: readonly Rewind[]): Promise<{ state: S; head: number }> {
  const none = { state: saved.empty, head: 0 }
  const snapshot = await load(ports, saved.name)
  if (!snapshot || isHidden(hiddenBy(rewinds), snapshot.seq)) return none
  const state = stateIn(snapshot, saved, ports.hash)
  if (!state || !(await isAnchored(ports, snapshot))) return none
  return { state: state.value, head: snapshot.seq }
}

async function load(ports: SnapshotPorts, name: string): Promise<Snapshot | undefined> {
  try {
    return await ports.snapshots?.load(ports.session, name)
  } catch {
    // A cache that cannot be read is one that is not there: the log is.
    return undefined
  }
}

function stateIn<S>({ data }: Snapshot, saved: SavedFold<S>, hash: Hash): { readonly value: S } | undefined {
  if (!isJsonObject(data) || data['version'] !== saved.version) return undefined
  const { state, digest } = data
  if (state === undefined || hash(canonicalJson(state)) !== digest) return undefined
  const value = unpackState(state)
  return saved.is(value) ? { value } : undefined
}

/** The fact that it was taken after is there and is the same: the log went the same way. */
async function isAnchored({ log, session }: SnapshotPorts, { seq, hash }: Snapshot): Promise<boolean> {
  for await (const event of log.read(session, seq, seq)) return event.hash === hash
  return false
}

/** Saves the folds of a session's writer from time to time. */
export interface Snapshotter<S> {
  /** The state after `event`, the newest fact. Returns at once; what cannot be saved is folded anew next time. */
  reached(state: S, event: SessionEvent): void
}

/** @param from number of the newest fact in the snapshot that is stored */
export function createSnapshotter<S>(ports: SnapshotPorts, saved: SavedFold<S>, from: number): Snapshotter<S> {
  const { snapshots, session, hash, snapshotEvery = SNAPSHOT_EVERY } = ports
  let last = from
  return {
    reached(state, event) {
      if (!snapshots || event.seq - last < snapshotEvery) return
      // Before it is durable: one that fails is tried again after as many facts, not at each of them.
      last = event.seq
      const packed = packState(state)
      const data = { version: saved.version, digest: hash(canonicalJson(packed)), state: packed }
      snapshots.save(session, saved.name, { seq: event.seq, hash: event.hash, data }).catch(() => {
        last = event.seq - snapshotEvery / 2
      })
    },
  }
}

/** Whether a value has the members of this state, no more and no fewer. */
export function hasMembersOf(empty: object, value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return JSON.stringify(Object.keys(value).toSorted()) === JSON.stringify(Object.keys(empty).toSorted())
}
