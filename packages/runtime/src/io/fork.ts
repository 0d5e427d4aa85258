import {
  blobHash,
  canonicalJson,
  fail,
  sessionId,
  ulid,
  type BlobHash,
  type FileEntry,
  type JsonObject,
  type Random,
  type Rewind,
  type SessionEvent,
  type SessionId,
} from '@tabwright/protocol'
import { hiddenBy, isOnBranch } from '../core/history/branch'
import { addFact as addToBranch, EMPTY_BRANCH, type BranchState } from '../core/history/branch-state'
import { targetsAt } from '../core/history/history'
import { addFact, emptyPast, isBorder, type Past } from '../core/history/places'
import type { ImageStart, ImageStore, WireEpoch } from './image-store'
import { emptyRecord, recordAfter, type SessionRecord } from './session-record'
import type { LogPorts } from './session-store'
import { chainReader } from './stored-chain'

/** What forking takes from outside. */
export interface ForkPorts extends LogPorts {
  readonly images: ImageStore
  readonly random: Random
}

/**
 * Makes a session that goes on from a place of another one, which stays as it is. It has the facts up to there under the same numbers,
 * sealed anew, the same bytes of the wire, so that the provider's cache and the model's thinking hold, and the files of that place. It has
 * no queue and no terminal. What was allowed "for this session" was allowed for the other one: no rule is carried over, which is also what
 * an imported session needs.
 * @param at where no turn is open; omitted: the newest such place
 * @throws FailureError `not_permitted` for a place inside a turn, `not_found` when the content of a file is gone. Nothing was made then
 */
export async function forkSession(source: SessionId, at: number | undefined, ports: ForkPorts): Promise<SessionId> {
  const start = await ports.images.begin(source)
  const { events, past } = await readPast(source, start.record, ports)
  const place = at ?? newestBorder(past)
  if (!isBorder(past, place)) fail('not_permitted', 'A fork can begin only where no turn is open. Choose another place; nothing was made.')
  const id = sessionId(ulid(ports.clock.now(), ports.random))
  const facts = sealed(events.slice(0, place), { id, parent: { session: source, seq: place } }, ports)
  const targets = filesAt(start.files, past, place)
  const contents = await contentsOf(ports.images, named(facts, targets))
  const files = targets.map((entry) => withSize(entry, contents))
  const wire = wireAt(start.wire, branchAt(facts, past.rewinds))
  await ports.images.put({ record: recordOf({ id, facts, wire }, start, ports), facts, files, wire, contents })
  return id
}

async function readPast(
  source: SessionId,
  record: SessionRecord,
  { images, hash }: ForkPorts,
): Promise<{ events: SessionEvent[]; past: Past }> {
  const chain = chainReader(1, hash)
  const events: SessionEvent[] = []
  const past = emptyPast()
  for await (const raw of images.facts(source, record.head)) {
    const event = chain.next(raw)
    events.push(event)
    addFact(past, event, () => false)
  }
  return { events, past }
}

function newestBorder(past: Past): number {
  for (let seq = past.head; seq >= 1; seq--) if (isBorder(past, seq)) return seq
  return fail('not_permitted', 'This session has no place to fork from yet. Nothing was made.')
}

interface Origin {
  readonly id: SessionId
  readonly parent: { readonly session: SessionId; readonly seq: number }
}

/** The same facts in the same places, as the chain of another session. */
function sealed(events: readonly SessionEvent[], { id, parent }: Origin, { hash }: ForkPorts): readonly SessionEvent[] {
  let prev = ''
  return events.map((event) => {
    const moved = { ...withoutRule(withParent(event, parent)), session: id, prev }
    const { hash: _, ...body } = moved
    const plain: JsonObject = JSON.parse(JSON.stringify(body))
    prev = hash(canonicalJson(plain))
    return { ...moved, hash: prev }
  })
}

function withParent(event: SessionEvent, parent: Origin['parent']): SessionEvent {
  return event.type === 'session.opened' ? { ...event, data: { ...event.data, title: forkTitle(event.data.title), parent } } : event
}

function withoutRule(event: SessionEvent): SessionEvent {
  if (event.type !== 'call.decided' || event.data.decision.type !== 'allow') return event
  const { remember: _, ...decision } = event.data.decision
  return { ...event, data: { ...event.data, decision } }
}

const SUFFIX = ' (fork)'
const MAX_TITLE = 200

function forkTitle(title: string): string {
  return title.endsWith(SUFFIX) ? title : `${title.slice(0, MAX_TITLE - SUFFIX.length)}${SUFFIX}`
}

type Target = Omit<FileEntry, 'size'> & { readonly size?: number }

function filesAt(now: readonly FileEntry[], past: Past, place: number): readonly Target[] {
  const files = new Map<string, Target>(now.map((entry) => [entry.path, entry]))
  for (const [path, side] of targetsAt(past, place)) {
    const entry = files.get(path)
    if (side === null) files.delete(path)
    else if (entry?.hash !== side.hash || entry.mode !== side.mode) {
      files.set(path, { path, ...side, mtime: entry?.mtime ?? 0, version: (entry?.version ?? 0) + 1 })
    }
  }
  return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function withSize(entry: Target, contents: ReadonlyMap<BlobHash, Uint8Array>): FileEntry {
  const bytes = contents.get(entry.hash)
  if (bytes) return { ...entry, size: bytes.byteLength }
  return fail('not_found', `The stored content of ${entry.path} is not in this browser any more, so no fork was made.`)
}

/** Contents of now and then: a fork can go back as far as the session that it comes from. */
function named(facts: readonly SessionEvent[], files: readonly Target[]): ReadonlySet<BlobHash> {
  return new Set([...files.map((entry) => entry.hash), ...facts.flatMap(namedBy)])
}

function namedBy(event: SessionEvent): readonly BlobHash[] {
  switch (event.type) {
    case 'workspace.changed':
      return event.data.changes.flatMap(({ before, after }) => [before, after].filter((side) => side !== null))
    case 'message.user':
    case 'message.assistant':
      return event.data.content.flatMap((block) => (block.type === 'image' ? [blobHash(block.blob)] : []))
    default:
      return []
  }
}

async function contentsOf(images: ImageStore, hashes: ReadonlySet<BlobHash>): Promise<ReadonlyMap<BlobHash, Uint8Array>> {
  const contents = new Map<BlobHash, Uint8Array>()
  for (const hash of hashes) {
    const bytes = await images.content(hash)
    if (bytes) contents.set(hash, bytes)
  }
  return contents
}

function branchAt(facts: readonly SessionEvent[], rewinds: readonly Rewind[]): BranchState {
  const hidden = hiddenBy(rewinds, facts.length)
  return facts.reduce((branch, event) => addToBranch(branch, event, isOnBranch(hidden, event)), EMPTY_BRANCH)
}

/** Epochs that had begun by then. Only the one in force can have grown since. */
function wireAt(wire: readonly WireEpoch[], { wire: place, newest }: BranchState): readonly WireEpoch[] {
  return wire
    .filter(({ epoch }) => epoch <= newest)
    .map(({ epoch, rows }) => ({ epoch, rows: epoch === place.epoch ? rows.slice(0, place.rows) : rows }))
}

interface Forked {
  readonly id: SessionId
  readonly facts: readonly SessionEvent[]
  readonly wire: readonly WireEpoch[]
}

function recordOf({ id, facts, wire }: Forked, { record: source }: ImageStart, { clock }: ForkPorts): SessionRecord {
  const at = clock.now()
  const title = forkTitle(source.title)
  const record = facts.reduce(recordAfter, emptyRecord({ id, title, project: source.project, at }))
  const last = wire.at(-1)
  const epoch = facts.at(-1)?.epoch ?? 0
  return { ...record, title, updatedAt: at, epoch, wireEpoch: last?.epoch ?? 0, wireCount: last?.rows.length ?? 0 }
}
