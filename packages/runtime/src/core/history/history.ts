import {
  fail,
  failureOf,
  type EventLog,
  type FileChange,
  type HistoryPoint,
  type PathChange,
  type PointChange,
  type RestorePlan,
  type SessionId,
  type Workspace,
} from '@tabwright/protocol'
import type { Ports } from '../ports'
import { hiddenBy, isHidden } from './branch'
import { foreignAfter } from './foreign'
import { addFact, emptyPast, isBorder, type Past, type RunsCommands } from './places'
import { endsOf, isSameSide, sideAfter, sideBefore, type Side } from './side'

/** What history reads. Nothing of it is written here, so a follower has it too. */
export interface HistoryPorts {
  readonly session: SessionId
  readonly log: Pick<EventLog, 'read'>
  /** The files as they are now. */
  readonly workspace: () => Pick<Workspace, 'blob' | 'stat'>
  readonly describe: Ports['describe']
  readonly runsCommands: RunsCommands
}

/** The past of a session: places, what lies between them, and what going back would mean. */
export interface History {
  /** Everything that is durable by now. */
  past(): Promise<Past>
  /** In order. */
  points(): Promise<readonly HistoryPoint[]>
  /** What became of each file between two places, by path. @throws FailureError `bad_input` for what is no place */
  compare(from: number, to: number | 'now'): Promise<readonly PointChange[]>
  /** Content of a file at a place, `null` when it was not there. */
  read(path: string, at: number | 'now'): Promise<Uint8Array | null>
  plan(to: number): Promise<RestorePlan>
}

export function createHistory(ports: HistoryPorts): History {
  const past = emptyPast()
  let reading: Promise<unknown> = Promise.resolve()
  const catchUp = async (): Promise<Past> => {
    for await (const event of ports.log.read(ports.session, past.head + 1)) addFact(past, event, ports.runsCommands)
    return past
  }
  const current = (): Promise<Past> => {
    const mine = reading.then(catchUp)
    reading = mine.catch(() => undefined)
    return mine
  }
  return {
    past: current,
    points: async () => pointsOf(await current()),
    compare: async (from, to) => {
      const { head, moves } = await current()
      const ends = [placeIn(head, from), to === 'now' ? head : placeIn(head, to)] as const
      const [low, high] = [Math.min(...ends), Math.max(...ends)]
      const net = netOf(moves.filter(({ seq }) => seq > low && seq <= high).flatMap(({ changes }) => changes))
      const steps = [...net].map(([path, { before, after }]) =>
        ends[0] <= ends[1] ? { path, before, after } : { path, before: after, after: before },
      )
      return (await describeSteps(ports, steps)).changes
    },
    read: async (path, at) => {
      const side = at === 'now' ? sideNow(ports, path) : sideThen(ports, await current(), { path, at })
      return side && ports.workspace().blob(side.hash)
    },
    plan: async (to) => planOf(ports, await current(), to),
  }
}

/** What every changed path must hold to be as it was at `to`. */
export function targetsAt({ moves, head }: Past, to: number): ReadonlyMap<string, Side> {
  const after = moves.filter(({ seq }) => seq > placeIn(head, to))
  return new Map(
    [
      ...netOf(
        after.flatMap(({ changes }) => changes),
        'all',
      ),
    ].map(([path, { before }]) => [path, before]),
  )
}

/**
 * Line counts of going back over files that changed once since `to`: those of that change, the other way round. Nothing has to be
 * compared again.
 */
export function countsBack({ moves }: Past, to: number): ReadonlyMap<string, { readonly added: number; readonly removed: number }> {
  const counts = new Map<string, { added: number; removed: number } | undefined>()
  for (const { seq, changes } of moves) {
    if (seq <= to) continue
    for (const { path, added, removed } of changes) counts.set(path, counts.has(path) ? undefined : { added: removed, removed: added })
  }
  return new Map([...counts].flatMap(([path, count]) => (count ? [[path, count]] : [])))
}

/** The message with which the conversation went on from there. */
export function promptAt({ messages, marks }: Past, to: number): Past['messages'][number] | undefined {
  if (!marks.some(({ seq, cause }) => seq === to && cause === 'turn')) return undefined
  return messages.find(({ seq }) => seq > to)
}

function placeIn(head: number, seq: number): number {
  if (Number.isInteger(seq) && seq >= 0 && seq <= head) return seq
  return fail('bad_input', `There is no place ${seq} in this session; its newest is ${head}.`)
}

interface Step {
  readonly path: string
  readonly before: Side
  readonly after: Side
}

/** First side and last side of each path; paths that end as they began only when `all` are asked for. */
function netOf(changes: readonly FileChange[], which: 'all' | 'changed' = 'changed'): ReadonlyMap<string, { before: Side; after: Side }> {
  const net = new Map<string, { before: Side; after: Side }>()
  for (const change of changes) {
    const known = net.get(change.path)
    if (known) known.after = sideAfter(change)
    else net.set(change.path, { before: sideBefore(change), after: sideAfter(change) })
  }
  if (which === 'changed') for (const [path, { before, after }] of net) if (isSameSide(before, after)) net.delete(path)
  return net
}

function sideNow({ workspace }: HistoryPorts, path: string): Side {
  const entry = workspace().stat(path)
  if (entry === undefined) return null
  const { hash, mode, permissions } = entry
  return { hash, mode, ...(permissions !== undefined && { permissions }) }
}

function sideThen(ports: HistoryPorts, { moves, head }: Past, place: { path: string; at: number }): Side {
  const at = placeIn(head, place.at)
  for (const { seq, changes } of moves) {
    const change = seq > at && changes.find(({ path }) => path === place.path)
    if (change) return sideBefore(change)
  }
  return sideNow(ports, place.path)
}

/** Walks back from now: what is different then is counted as it goes. */
function pointsOf(past: Past): readonly HistoryPoint[] {
  const hidden = hiddenBy(past.rewinds)
  const now = new Map<string, Side>()
  const different = new Set<string>()
  let next = past.moves.length
  const points = past.marks.toReversed().map((mark): HistoryPoint => {
    for (let move = past.moves[next - 1]; move && move.seq > mark.seq; move = past.moves[--next - 1]) {
      for (const change of move.changes) {
        const then = sideBefore(change)
        const end = now.get(change.path) ?? (now.has(change.path) ? null : sideAfter(change))
        now.set(change.path, end)
        if (isSameSide(then, end)) different.delete(change.path)
        else different.add(change.path)
      }
    }
    return { ...mark, filesChangedSince: different.size, isBorder: isBorder(past, mark.seq), isHidden: isHidden(hidden, mark.seq) }
  })
  return points.reverse()
}

async function planOf(ports: HistoryPorts, past: Past, to: number): Promise<RestorePlan> {
  const foreign = foreignAfter(past, to)
  const steps = [...targetsAt(past, to)]
    .map(([path, after]): Step => ({ path, before: sideNow(ports, path), after }))
    .filter(({ before, after }) => !isSameSide(before, after))
  const { changes, missing } = await describeSteps(ports, steps, countsBack(past, to))
  return {
    to,
    asOf: past.head,
    changes,
    asks: changes.flatMap(({ path }) => {
      const hand = foreign.get(path)
      return hand ? [{ path, by: hand.by, at: hand.at }] : []
    }),
    missing,
    isBorder: isBorder(past, to),
    prompt: promptAt(past, to)?.text,
  }
}

/** Line counts of steps whose contents are there; `missing`: paths whose content to come is not. */
async function describeSteps(
  ports: HistoryPorts,
  steps: readonly Step[],
  known: ReturnType<typeof countsBack> = new Map(),
): Promise<{ readonly changes: readonly PointChange[]; readonly missing: readonly string[] }> {
  const changes: PointChange[] = []
  const missing: string[] = []
  const ordered = steps.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const afters = await Promise.all(ordered.map(({ after }) => contentOf(ports, after)))
  for (const [index, step] of ordered.entries()) {
    const after = afters[index]
    if (after === 'missing') missing.push(step.path)
    const { added, removed } = known.get(step.path) ?? (await countStep(ports, step, after))
    const status = step.before === null ? 'added' : step.after === null ? 'deleted' : 'modified'
    changes.push({ path: step.path, ...endsOf(step.before, step.after), added, removed, status })
  }
  return { changes, missing }
}

async function countStep(
  ports: HistoryPorts,
  step: Step,
  after: Uint8Array | undefined | 'missing',
): Promise<{ readonly added: number; readonly removed: number }> {
  const before = await contentOf(ports, step.before)
  const [counted] = before === 'missing' || after === 'missing' ? [] : await ports.describe([deltaOf(step, after)])
  return counted ?? { added: 0, removed: 0 }
}

async function contentOf({ workspace }: HistoryPorts, side: Side): Promise<Uint8Array | undefined | 'missing'> {
  if (side === null) return undefined
  try {
    return await workspace().blob(side.hash)
  } catch (error) {
    if (failureOf(error).code === 'not_found') return 'missing'
    throw error
  }
}

function deltaOf({ path, before, after }: Step, bytes: Uint8Array | undefined): PathChange {
  return {
    path,
    before: before?.hash ?? null,
    after: after && bytes ? { ...after, bytes, mtime: 0, version: 0 } : null,
  }
}
