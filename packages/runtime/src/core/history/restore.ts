import { fail, type FileChange, type RestoreOptions, type Restored, type WorkspaceDelta } from '@tabwright/protocol'
import type { Entry, Journal } from '../journal'
import type { Fact } from '../fact'
import { placeOf, placeOfNow } from '../places'
import type { Ports } from '../ports'
import type { SessionState } from '../session-state'
import { newestWaiting } from '../steering'
import { branchState } from './branch-state'
import { foreignAfter } from './foreign'
import { countsBack, promptAt, targetsAt, type History } from './history'
import { isBorder, type Past } from './places'
import { deltaTo, endsOf, isSameSide, type Side } from './side'
import { toldOfFiles } from './told'

/** What a person does with the past. */
export interface Restorer {
  /** A place to come back to. */
  checkpoint(name: string): Promise<void>
  /**
   * Brings back files, conversation or both, as one entry or not at all.
   * @throws FailureError `not_permitted` while a turn is open or where the place is inside of one, `stale` when somebody changed a file
   * after the plan was shown, `not_found` naming files whose content is gone. Nothing was changed then
   */
  restore(options: RestoreOptions): Promise<Restored>
}

export interface Restoring {
  readonly ports: Ports
  readonly journal: Journal
  readonly history: History
}

const MAX_NAME = 120

export function createRestorer(restoring: Restoring): Restorer {
  const { journal } = restoring
  return {
    checkpoint: async (name) => {
      const line = name.replaceAll(/\s+/g, ' ').trim()
      if (line === '') fail('bad_input', 'A checkpoint needs a name. None was made.')
      if (line.length > MAX_NAME)
        fail('bad_input', `The name has ${line.length} characters; ${MAX_NAME} is the limit. No checkpoint was made.`)
      await journal.write({ facts: [{ type: 'checkpoint.made', data: { name: line } }] })
    },
    restore: async (options) => {
      let restored: Restored | undefined
      await journal.write(async () => {
        const built = await restoreEntry(restoring, options)
        restored = built.restored
        return built.entry
      })
      return restored ?? fail('unexpected', 'The restore was written and says nothing of itself.')
    },
  }
}

interface Built {
  readonly entry: Entry
  readonly restored: Restored
}

async function restoreEntry(restoring: Restoring, options: RestoreOptions): Promise<Built> {
  const { ports, journal, history } = restoring
  if (isAtWork(journal.state)) {
    fail('not_permitted', 'The agent is at work. Stop it first, then go back; nothing was changed.')
  }
  const past = await history.past()
  const files = options.scope === 'conversation' ? NO_FILES : await filesEntry(restoring, past, options)
  const rewind = options.scope === 'code' ? undefined : await rewindEntry(restoring, past, options.to)
  const stayed = options.scope === 'code' ? [] : await differing(ports, past, { to: options.to, except: files.paths })
  const prompt = rewind && promptAt(past, options.to)
  const told = options.scope === 'code' ? files.paths : stayed
  const facts: Fact[] = [...(rewind?.facts ?? []), ...files.facts]
  if (told.length > 0) facts.push(toldOfFiles(told, options.scope === 'code' ? { type: 'back', kept: files.kept } : { type: 'stayed' }))
  return {
    entry: { ...rewind, ...(files.delta && { files: files.delta }), facts },
    restored: {
      undo: past.head,
      asOf: past.head + facts.length,
      prompt: prompt?.text,
      ...(prompt && { promptSeq: prompt.seq }),
      paths: files.paths,
      kept: files.kept,
    },
  }
}

/** A turn is open, or is about to begin with what was delivered. */
function isAtWork({ turn, unsent }: SessionState): boolean {
  return turn !== undefined || unsent.some((item) => item.type === 'message' && item.wakes)
}

interface Files {
  readonly facts: readonly Fact[]
  readonly delta?: NonNullable<Entry['files']>
  readonly paths: readonly string[]
  readonly kept: readonly string[]
}

const NO_FILES: Files = { facts: [], paths: [], kept: [] }

/** All contents are read before anything is written: a restore is whole or it is not. */
async function filesEntry({ ports }: Restoring, past: Past, options: RestoreOptions): Promise<Files> {
  const { to } = options
  const different = await differing(ports, past, { to, except: [] })
  refuseUnasked(past, options, different)
  const keep = new Set(options.keep)
  const kept = different.filter((path) => keep.has(path))
  const back = new Set(different.filter((path) => !keep.has(path)))
  const targets = new Map([...targetsAt(past, to)].filter(([path]) => back.has(path)))
  const delta = await deltaTo(ports.workspace, targets)
  const changes = await changesBack(ports, delta, { targets, counts: countsBack(past, to) })
  const paths = changes.map(({ path }) => path)
  const restored: Fact = { type: 'history.restored', data: { to, paths, kept } }
  if (changes.length === 0) return { facts: [restored], paths, kept }
  return { facts: [{ type: 'workspace.changed', data: { by: 'restore', changes } }, restored], delta, paths, kept }
}

interface Back {
  readonly targets: ReadonlyMap<string, Side>
  readonly counts: ReturnType<typeof countsBack>
}

async function changesBack(
  { workspace, describe }: Ports,
  delta: WorkspaceDelta,
  { targets, counts }: Back,
): Promise<readonly FileChange[]> {
  const described = await describe(delta.filter(({ path }) => !counts.has(path)))
  const known = delta.flatMap(({ path }): FileChange[] => {
    const count = counts.get(path)
    return count ? [{ path, ...endsOf(workspace.stat(path) ?? null, targets.get(path) ?? null), ...count }] : []
  })
  return [...described, ...known].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** Paths of the session that are not as they were at `to`. */
async function differing(
  { workspace }: Ports,
  past: Past,
  { to, except }: { to: number; except: readonly string[] },
): Promise<readonly string[]> {
  const but = new Set(except)
  return [...targetsAt(past, to)]
    .filter(([path, side]) => !but.has(path) && !isSameSide(side, workspace.stat(path) ?? null))
    .map(([path]) => path)
    .toSorted()
}

/** What the person was not asked about is not theirs to lose. */
function refuseUnasked(past: Past, { to, keep, asOf }: RestoreOptions, different: readonly string[]): void {
  if (asOf === undefined) return
  const hands = foreignAfter(past, to)
  const moved = different.filter((path) => !keep.includes(path) && (hands.get(path)?.seq ?? 0) > asOf)
  if (moved.length > 0) fail('stale', `${moved.join(', ')} changed since it was shown. Nothing was restored; look at it again.`)
}

/** Going back allows no more than before: what was revoked stays revoked, and who named which host is not forgotten. */
function keptTrust(
  then: SessionState,
  { mode, hands, handsBy, taint, hosts, rules }: SessionState,
): Pick<SessionState, 'mode' | 'hands' | 'handsBy' | 'taint' | 'hosts' | 'rules'> {
  return { mode, hands, handsBy, taint, hosts, rules: then.rules.filter(({ id }) => rules.some((rule) => rule.id === id)) }
}

/** The conversation as it was at `to`, and the wire that goes on: the same rows, byte for byte, as an epoch of their own. */
async function rewindEntry({ ports, journal }: Restoring, past: Past, to: number): Promise<Entry> {
  if (!isBorder(past, to)) {
    fail('not_permitted', 'That place is inside a turn: files can go back to it, the conversation cannot. Nothing was changed.')
  }
  const { state, wire } = await branchState(ports.log, ports.session, { rewinds: past.rewinds, to })
  const rows = wire.rows === 0 || wire.epoch === 0 ? [] : (await ports.log.readWire(ports.session, wire.epoch)).slice(0, wire.rows)
  if (rows.length !== (wire.epoch === 0 ? 0 : wire.rows)) {
    fail('damaged', 'What was sent up to that place is not whole any more, so the conversation cannot go back to it. Nothing was changed.')
  }
  const held = await newestWaiting(ports)
  const data = { to, wire: rows.length === 0 ? 0 : journal.wireEpoch + 1, ...(held > 0 && { held }) }
  const told = (await everMoved(ports)) ? [placeOfNow(placeOf(ports, journal.state.hands))] : []
  return {
    facts: [{ type: 'history.rewound', data }, ...told],
    wire: rows,
    onto: { ...state, ...keptTrust(state, journal.state) },
  }
}

/** Whether a place was ever chosen: the choice outlives the conversation, what the agent was told of it may lie behind. A fork's past speaks of the other session's places. */
async function everMoved({ log, session }: Pick<Ports, 'log' | 'session'>): Promise<boolean> {
  for await (const { type } of log.read(session)) if (type === 'hands.chosen') return true
  return false
}
