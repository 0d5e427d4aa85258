import {
  canonicalJson,
  EMBEDDED,
  fail,
  FailureError,
  isSameHands,
  LOG_FORMAT,
  MAIN_AGENT,
  sessionId,
  traceId,
  ulid,
  type BlobHash,
  type Decision,
  type FileEntry,
  type JsonObject,
  type Mode,
  type Random,
  type Rewind,
  type SessionEvent,
  type SessionId,
} from '@tabwright/protocol'
import { contentsNamed } from '../core/attached'
import type { Fact } from '../core/fact'
import { hiddenBy, isOnBranch } from '../core/history/branch'
import { addFact as addToBranch, EMPTY_BRANCH, type BranchState } from '../core/history/branch-state'
import { targetsAt } from '../core/history/history'
import { addFact, emptyPast, isBorder, type Past } from '../core/history/places'
import { isSameSide } from '../core/history/side'
import { placeOfNow } from '../core/places'
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
 * an imported session needs. Where the past is damaged it is forked as far as it can be read, an imported one also without the contents that
 * its archive did not have; the fork says so.
 * @param at where no turn is open; omitted: the newest such place
 * @throws FailureError `not_permitted` for a place inside a turn, `not_found` when the content of a file is gone. Nothing was made then
 */
export async function forkSession(source: SessionId, at: number | undefined, ports: ForkPorts): Promise<SessionId> {
  const start = await ports.images.begin(source)
  const { events, past, damage } = await readPast(source, start.record, ports)
  const place = at ?? newestBorder(past)
  if (!isBorder(past, place)) fail('not_permitted', 'A fork can begin only where no turn is open. Choose another place; nothing was made.')
  const id = sessionId(ulid(ports.clock.now(), ports.random))
  const kept = events.slice(0, place)
  const targets = filesAt(start.files, past, place)
  const wanted = named(kept, targets)
  const sizes = await ports.images.sizes(source, wanted)
  const gone = targets.filter(({ hash }) => !sizes.has(hash))
  if (!start.record.imported) for (const { path } of gone) missingContent(path)
  const files = targets.flatMap((entry) => withSize(entry, sizes))
  const facts = sealed([...kept, ...factsOfFork({ damage, gone }, kept, ports)], { id, parent: { session: source, seq: place } }, ports)
  const wire = wireAt(start.wire, branchAt(facts, past.rewinds))
  const record = recordOf({ id, facts, wire }, start, ports)
  await ports.images.put({ record, facts, files, wire, contents: new Map(), shares: { from: source, named: wanted } })
  return id
}

interface ReadPast {
  readonly events: readonly SessionEvent[]
  readonly past: Past
  /** Number of the newest fact that can be read, where one behind it cannot, here or where the session was imported from. */
  readonly damage: number | undefined
}

async function readPast(source: SessionId, record: SessionRecord, { images, hash }: ForkPorts): Promise<ReadPast> {
  const chain = chainReader(1, hash)
  const events: SessionEvent[] = []
  const past = emptyPast()
  try {
    for await (const raw of images.facts(source, record.head)) {
      const event = chain.next(raw)
      events.push(event)
      addFact(past, event, () => false)
    }
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== 'damaged') throw error
    return { events, past, damage: events.length }
  }
  return { events, past, damage: record.imported?.damaged?.after }
}

interface Loss {
  readonly damage: number | undefined
  /** Files whose content is not there. */
  readonly gone: readonly Target[]
}

/** What a fork says of itself behind the past that it was given. */
function factsOfFork(loss: Loss, kept: readonly SessionEvent[], { clock, random }: ForkPorts): readonly SessionEvent[] {
  const last = kept.at(-1)
  if (!last) return []
  const besides: Pick<SessionEvent, 'v' | 'session' | 'agent' | 'epoch' | 'at' | 'prev' | 'hash' | 'trace'> = {
    v: LOG_FORMAT,
    session: last.session,
    agent: MAIN_AGENT,
    epoch: last.epoch,
    at: clock.now(),
    prev: '',
    hash: last.hash,
    trace: traceId(ulid(clock.now(), random)),
  }
  return [...factsAboutLoss(loss), ...factsAboutPlace(kept)].map((fact, n): SessionEvent => ({
    ...besides,
    seq: last.seq + 1 + n,
    ...fact,
  }))
}

/** What the fork does not have of the session that it comes from: read in its conversation, and counted by its history. */
function factsAboutLoss({ damage, gone }: Loss): readonly Fact[] {
  if (damage === undefined && gone.length === 0) return []
  const changes = gone.map(({ path, hash }) => ({ path, before: hash, after: null, added: 0, removed: 0 }))
  const lost: readonly Fact[] = changes.length > 0 ? [{ type: 'workspace.changed', data: { by: 'import', changes } }] : []
  return [...lost, { type: 'checkpoint.made', data: { name: lossText({ damage, gone }) } }]
}

/** The conversation speaks of a place that is the other session's: the agent is told where its commands run now. */
function factsAboutPlace(kept: readonly SessionEvent[]): readonly Fact[] {
  const chosen = kept.findLast((event) => event.type === 'hands.chosen')
  return chosen === undefined || isSameHands(chosen.data.hands, EMBEDDED) ? [] : [placeOfNow(undefined)]
}

const MOST_NAMED = 3

function lossText({ damage, gone }: Loss): string {
  const paths = gone.map(({ path }) => path)
  const more = paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : ''
  const facts = `what followed fact ${damage} was damaged and is not in it, but its files are those of the end`
  const files = `the content of ${paths.slice(0, MOST_NAMED).join(', ')}${more} was not there`
  return `forked from what could be read: ${[...(damage === undefined ? [] : [facts]), ...(paths.length > 0 ? [files] : [])].join('; ')}`
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
    const moved = { ...withoutHands(withoutRule(withoutMode(withParent(event, parent)))), session: id, prev }
    const { hash: _, ...body } = moved
    const plain: JsonObject = JSON.parse(JSON.stringify(body))
    prev = hash(canonicalJson(plain))
    return { ...moved, hash: prev }
  })
}

function withParent(event: SessionEvent, parent: Origin['parent']): SessionEvent {
  return event.type === 'session.opened' ? { ...event, data: { ...event.data, title: forkTitle(event.data.title), parent } } : event
}

/** What another session was allowed unasked this one is not: it asks. A plan stays a plan until it is opened. */
function withoutMode(event: SessionEvent): SessionEvent {
  if (event.type === 'mode.chosen') return { ...event, data: { ...event.data, mode: narrower(event.data.mode) } }
  if (event.type !== 'session.opened' || event.data.mode === undefined) return event
  return { ...event, data: { ...event.data, mode: narrower(event.data.mode) } }
}

const narrower = (mode: Mode): Mode => (mode === 'auto' || mode === 'bypass' ? 'ask' : mode)

/** Two sessions at one directory would write over each other, and an archive names places that are somebody else's. */
function withoutHands(event: SessionEvent): SessionEvent {
  return event.type === 'hands.chosen' ? { ...event, data: { hands: EMBEDDED, by: 'app' } } : event
}

function withoutRule(event: SessionEvent): SessionEvent {
  switch (event.type) {
    case 'call.decided':
      return { ...event, data: { ...event.data, decision: forgetful(event.data.decision) } }
    case 'fetch.decided':
      return { ...event, data: { ...event.data, decision: forgetful(event.data.decision) } }
    case 'agent.noted': {
      const { fact } = event.data
      if (fact.type !== 'call.decided') return event
      const data = { ...fact.data, decision: forgetful(fact.data.decision) }
      return { ...event, data: { ...event.data, fact: { type: fact.type, data } } }
    }
    default:
      return event
  }
}

function forgetful(decision: Decision): Decision {
  if (decision.type !== 'allow') return decision
  const { remember: _, ...rest } = decision
  return rest
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
    else if (!entry || !isSameSide(entry, side)) {
      files.set(path, { path, ...side, mtime: entry?.mtime ?? 0, version: (entry?.version ?? 0) + 1 })
    }
  }
  return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function withSize(entry: Target, sizes: ReadonlyMap<BlobHash, number>): readonly FileEntry[] {
  const size = sizes.get(entry.hash)
  return size === undefined ? [] : [{ ...entry, size }]
}

function missingContent(path: string): never {
  return fail('not_found', `The stored content of ${path} is not in this browser any more, so no fork was made.`)
}

/** Contents of now and then: a fork can go back as far as the session that it comes from. */
function named(facts: readonly SessionEvent[], files: readonly Target[]): ReadonlySet<BlobHash> {
  return new Set([...files.map((entry) => entry.hash), ...facts.flatMap(namedBy)])
}

function namedBy(event: SessionEvent): readonly BlobHash[] {
  if (event.type !== 'workspace.changed') return contentsNamed(event)
  return event.data.changes.flatMap(({ before, after }) => [before, after].filter((side) => side !== null))
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
