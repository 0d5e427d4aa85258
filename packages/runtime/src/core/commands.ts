import {
  fail,
  FailureError,
  type CallEdit,
  type FileEntry,
  type HandsChoice,
  type LimitRaised,
  type Mode,
  type RefusedName,
  type ResolvedPart,
  type Sending,
  type SessionEventMap,
  type ShownChange,
  type ShownPart,
  type WorkspaceDelta,
} from '@tabwright/protocol'
import { writeFor } from './agents/agent-journal'
import { messageOf, decided, resolved, type Answered, type Decided, type Resolved } from './answers'
import { withoutConflicts } from './landing'
import { editedCall } from './edited-call'
import { postCompaction } from './compaction/ask'
import type { Driver } from './driver'
import type { Journal } from './journal'
import type { Fact } from './fact'
import { chosen } from './modes'
import { handsChosen, placeToChoose, takeIn } from './places'
import { createOwnFiles, type OwnFilesCommands } from './own-files'
import type { Ports } from './ports'
import { answeredQuestion, type Replied } from './questions'
import { review, reviewPart, undoRefusal } from './review/decide'
import { resolvePart } from './review/resolve'
import type { Reviews } from './reviews'
import type { SessionState } from './session-state'

/** What a person can tell a session. Each resolves when it is durable. */
export interface Commands extends OwnFilesCommands {
  /** @param id made by whoever sends it: sent again with the same one, it is the same message */
  send(text: string, id?: string, more?: Sending): Promise<void>
  /** @param taken inbox rows that this answers; gone with it @throws FailureError `stale` when it was answered already or changed */
  decide(answer: Answered, taken?: readonly number[]): Promise<void>
  /** What becomes of a call whose end is unknown. As `decide`. */
  resolve(answer: Resolved, taken?: readonly number[]): Promise<void>
  /** What the person says to a question of the agent's. As `decide`. */
  answer(replied: Replied, taken?: readonly number[]): Promise<void>
  /** What a person makes of a call that they are asked about: that is judged anew, shown and run. As `decide`. */
  edit(edit: CallEdit, taken?: readonly number[]): Promise<void>
  /** @throws FailureError `stale` when a file is not as it was shown; nothing is decided then */
  review(reviews: () => Reviews, shown: readonly ShownChange[], decision: 'accepted' | 'rejected'): Promise<void>
  /** Of one file these parts only. What is refused is undone and the agent is told, with the reason. As `review`. */
  reviewPart(reviews: () => Reviews, part: ShownPart): Promise<void>
  /** What becomes of lines that agent and person both changed. The agent is told how it was settled. As `review`. */
  resolvePart(reviews: () => Reviews, part: ResolvedPart): Promise<void>
  /** Puts what was refused into the file again. @throws FailureError `stale` when the lines around it are not there any more */
  undoRefusal(reviews: () => Reviews, path: string, refused: RefusedName): Promise<void>
  /** How much may be done without asking, from the next call on; what waits for an answer is judged anew. */
  setMode(mode: Mode, taken?: readonly number[]): Promise<void>
  /**
   * Where commands run, from the next one on; what waits for an answer is judged anew. Files of the place come in; a stop ends that, or another choice.
   * @throws FailureError `unavailable` for a place that is not here, or that nobody offers now: it is chosen all the same
   */
  setHands(hands: HandsChoice, taken?: readonly number[], automatic?: string): Promise<void>
  /** Goes on behind the limit that stopped the session. @throws FailureError `stale` when it is not stopped by that limit any more */
  raise(raise: LimitRaised, taken?: readonly number[]): Promise<void>
  /** Closes the way to the network for this session, or opens it again. */
  setNetwork(open: boolean, taken?: readonly number[]): Promise<void>
  /** Takes back what was allowed for this session. @throws FailureError `stale` when it is no rule of it any more */
  revokeRule(rule: string, taken?: readonly number[]): Promise<void>
  save(path: string, text: string, base: number): Promise<FileEntry>
  /**
   * Asks for a summary of the conversation so far; it is made as soon as no call is open.
   * @param instructions what to keep in particular
   * @param posted rows of the inbox that ask for it already
   * @throws FailureError `unavailable` for the demo, `bad_input` when there is nothing to summarise
   */
  compact(instructions?: string, posted?: readonly number[]): Promise<void>
  /** Files that a person brings along, as one change with a checkpoint in front of it. What is there already is replaced. */
  importFiles(files: readonly IncomingFile[], from: string): Promise<ImportCounts>
  /** What is about to be written to a folder of the person's disk. */
  folderStarted(data: SessionEventMap['folder.started']): Promise<void>
  folderEnded(data: SessionEventMap['folder.ended']): Promise<void>
  /** Changes that a person made through the terminal. Returns the paths that were not taken because they moved on. */
  keep(delta: WorkspaceDelta): Promise<readonly string[]>
}

/** A file on its way into the workspace. */
export interface IncomingFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly mode: 'file' | 'executable'
  /** When it was written; undefined: now. */
  readonly mtime: number | undefined
}

/** What an import did. */
export interface ImportCounts {
  readonly added: number
  readonly changed: number
  /** Those that were there already, as they are. */
  readonly same: number
}

export function createCommands({ ports, journal, driver }: { ports: Ports; journal: Journal; driver: Driver }): Commands {
  return {
    send: async (text, id, more) => {
      await ports.log.post(ports.session, messageOf(text, more), id)
      driver.wake()
    },
    ...answering(ports, journal, driver),
    review: (reviews, shown, decision) => review(ports, journal, { shown, reviews, decision }),
    reviewPart: (reviews, part) => reviewPart(ports, journal, { part, reviews }),
    resolvePart: (reviews, part) => resolvePart(ports, journal, { part, reviews }),
    undoRefusal: (reviews, path, name) => undoRefusal(ports, journal, { path, name, reviews }),
    setMode: async (mode, taken = []) => {
      await journal.write(async () => ({ facts: chosen(mode, journal.state.mode), taken }))
      driver.wake()
    },
    setHands: choosing(ports, journal, driver),
    raise: (raise, taken = []) => driver.retry(taken, () => [raised(journal, raise)]),
    setNetwork: (open, taken = []) => journal.write(async () => ({ facts: networkFacts(journal.state, open), taken })),
    revokeRule: (rule, taken = []) => journal.write(async () => ({ facts: [revoked(journal.state, rule)], taken })),
    compact: async (instructions, posted = []) => {
      if (posted.length === 0) await postCompaction(ports, journal, instructions)
      driver.wake()
    },
    save: async (path, text, base) => {
      await journal.write(async () => {
        const draft = ports.workspace.draft()
        draft.write(path, ports.text.encode(text), { base })
        return changeEntry(ports, draft.delta(), 'user')
      })
      return ports.workspace.stat(path) ?? fail('unexpected', `${path} was saved but cannot be found.`)
    },
    ...createOwnFiles(ports, journal),
    importFiles: (files, from) => importFiles(ports, journal, { files, from }),
    folderStarted: (data) => journal.write({ facts: [{ type: 'folder.started', data }] }),
    folderEnded: (data) => journal.write({ facts: [{ type: 'folder.ended', data }] }),
    keep: async (delta) => {
      let lost: readonly string[] = []
      await journal.write(async () => {
        const { kept, dropped } = withoutConflicts(ports, delta)
        lost = dropped
        return changeEntry(ports, kept, 'terminal')
      })
      return lost
    },
  }
}

/** Of a place files come in until another one is chosen. */
function choosing(ports: Ports, journal: Journal, driver: Driver): Commands['setHands'] {
  let overtaken = new AbortController()
  return async (hands, taken = [], automatic) => {
    const place = placeToChoose(ports, hands)
    await journal.write(async () => ({ facts: handsChosen({ hands, automatic }, journal, place), taken }))
    driver.wake()
    overtaken.abort()
    if (place === undefined) return
    const mine = (overtaken = new AbortController())
    driver.stopped.addEventListener('abort', () => mine.abort(), { once: true })
    const coming = takeIn(place, { ports, journal, signal: mine.signal, checkpoint: checkpointName(place.name) })
    // Who posted it does not wait here to be told, and a stop that was posted behind it is heard: the next command tells of what failed.
    if (taken.length > 0) return void coming.catch(driver.failed)
    const failure = await coming
    // The choice stands; whoever ended the wait knows of it.
    if (failure && failure.code !== 'aborted') throw new FailureError(failure)
  }
}

function raised(journal: Journal, { scope, unit, by }: LimitRaised): Fact {
  const { reached } = journal.spending
  if (reached?.scope !== scope || reached.unit !== unit) return fail('stale', 'The session is not stopped at this limit any more.')
  return { type: 'budget.raised', data: { scope, unit, by } }
}

/** A rule from a card is for the tool that the card was about. */
function bound(facts: readonly Decided[], driver: Pick<Driver, 'toolIdentity'>): readonly Decided[] {
  return facts.map((fact): Decided => {
    const { decision } = fact.data
    const rule = decision.type === 'allow' ? decision.remember : undefined
    const identity = rule && driver.toolIdentity(rule.pattern.tool)
    if (decision.type === 'deny' || rule === undefined || identity === undefined) return fact
    const remember = { ...rule, identity }
    return fact.type === 'call.decided'
      ? { ...fact, data: { ...fact.data, decision: { ...decision, remember } } }
      : { ...fact, data: { ...fact.data, decision: { ...decision, remember } } }
  })
}

/** A rule is kept before what follows from it: whoever dies in between leaves one by which the call is judged anew. */
async function kept({ rules }: Ports, facts: readonly Decided[]): Promise<readonly Decided[]> {
  for (const { data } of facts) {
    if (data.decision.type === 'allow' && data.decision.remember?.scope === 'project') await rules.keep(data.decision.remember)
  }
  return facts
}

interface Import {
  readonly files: readonly IncomingFile[]
  readonly from: string
}

async function importFiles(ports: Ports, journal: Journal, { files, from }: Import): Promise<ImportCounts> {
  let counts: ImportCounts = { added: 0, changed: 0, same: files.length }
  await journal.write(async () => {
    const delta = await incoming(ports, files)
    const added = delta.filter(({ before }) => before === null).length
    counts = { added, changed: delta.length - added, same: files.length - delta.length }
    const entry = await changeEntry(ports, delta, 'import')
    const before: Fact = { type: 'checkpoint.made', data: { name: checkpointName(from) } }
    return entry.facts.length > 0 ? { ...entry, facts: [before, ...entry.facts] } : entry
  })
  return counts
}

function revoked({ rules }: SessionState, rule: string): Fact {
  if (rules.some(({ id }) => id === rule)) return { type: 'rule.revoked', data: { rule } }
  return fail('stale', 'This session has no such rule any more. Nothing was changed.')
}

/** What waits for a word on the network is denied with it. */
function networkFacts({ taint, fetches }: SessionState, open: boolean): readonly Fact[] {
  if (taint.isClosed === !open) return []
  const waiting = open ? [] : fetches.filter(({ decided: said }) => said === undefined)
  const decision = { type: 'deny', by: 'user', note: 'the network was closed for this session' } as const
  return [
    { type: 'network.chosen', data: { open } },
    ...waiting.map(({ id, judged }): Fact => ({ type: 'fetch.decided', data: { fetch: id, digest: judged.digest, decision } })),
  ]
}

/** What a person says to what they are asked, by the session's agent or by a sub-agent. */
function answering(ports: Ports, journal: Journal, driver: Driver): Pick<Commands, 'decide' | 'edit' | 'resolve' | 'answer'> {
  return {
    decide: async (answer, taken = []) => {
      await writeFor(journal, answer.call, async (state) => ({ facts: await kept(ports, bound(decided(state, answer), driver)), taken }))
      driver.wake()
    },
    edit: async (edit, taken = []) => {
      await writeFor(journal, edit.call, async (state) => ({ facts: [await editedCall(ports, state, edit)], taken }))
      driver.wake()
    },
    answer: async (replied, taken = []) => {
      await journal.write(async () => ({ facts: [answeredQuestion(journal.state, replied)], taken }))
      driver.wake()
    },
    resolve: async (answer, taken = []) => {
      await writeFor(journal, answer.call, async (state) => ({ facts: [resolved(state, answer)], taken }))
      driver.wake()
    },
  }
}

async function incoming(ports: Ports, files: readonly IncomingFile[]): Promise<WorkspaceDelta> {
  const draft = ports.workspace.draft()
  for (const { path, bytes, mode, mtime } of files) {
    // What was made to be run here stays so: not every archive can say it.
    const isRun = ports.workspace.stat(path)?.mode === 'executable'
    draft.write(path, bytes, { mode: isRun ? 'executable' : mode, ...(mtime !== undefined && { mtime }) })
  }
  await draft.settle()
  return draft.delta()
}

const MAX_FROM = 80

/** The name of where it came from is a stranger's: one line, and not too long. */
function checkpointName(from: string): string {
  const line = from.replaceAll(/\s+/g, ' ').trim()
  return `Before importing ${line.length > MAX_FROM ? `${line.slice(0, MAX_FROM)}…` : line}`
}

async function changeEntry(
  ports: Ports,
  delta: WorkspaceDelta,
  by: 'user' | 'terminal' | 'import',
): Promise<{ facts: Fact[]; files: WorkspaceDelta }> {
  const changes = await ports.describe(delta)
  return { facts: changes.length > 0 ? [{ type: 'workspace.changed', data: { by, changes } }] : [], files: delta }
}
