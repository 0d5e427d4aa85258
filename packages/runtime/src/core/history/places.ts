import {
  isJsonObject,
  type CallId,
  type ChangedBy,
  type FileChange,
  type HistoryPoint,
  type Json,
  type Rewind,
  type SessionEvent,
} from '@tabwright/protocol'
import { nameOfBlock, ownWords } from '../attached'

/** Everything about places, changes and turns that the past of a session says. A fold that is added to as facts come. */
export interface Past {
  head: number
  readonly moves: Move[]
  readonly marks: Mark[]
  readonly rewinds: Rewind[]
  readonly messages: Message[]
  /** Facts between which something waits or runs: first and last after which no border is. */
  readonly busy: { from: number; to: number }[]
  /** From fact `seq` on, this many turns have begun. */
  readonly turns: { readonly seq: number; readonly count: number }[]
  /** Calls of tools that run commands and were not started yet. */
  readonly commands: Map<CallId, string>
  /** What the newest facts were, as far as the next one must know. */
  readonly recent: { changedBy: ChangedBy | undefined; rewound: number; asked: Pick<Mark, 'seq' | 'at' | 'label'> | undefined }
}

/** One move of the files. */
export interface Move {
  readonly seq: number
  readonly at: number
  readonly by: ChangedBy
  readonly changes: readonly FileChange[]
}

export type Mark = Pick<HistoryPoint, 'seq' | 'at' | 'cause' | 'label' | 'turn'>

/** What a person wrote. */
export interface Message {
  readonly seq: number
  readonly text: string
}

/** Whether a tool of this name runs commands: before each of them is a place to come back to. */
export type RunsCommands = (tool: string) => boolean

export function emptyPast(): Past {
  return {
    head: 0,
    moves: [],
    marks: [],
    rewinds: [],
    messages: [],
    busy: [],
    turns: [{ seq: 0, count: 0 }],
    commands: new Map(),
    recent: { changedBy: undefined, rewound: 0, asked: undefined },
  }
}

/** Adds one fact. */
export function addFact(past: Past, event: SessionEvent, runsCommands: RunsCommands): void {
  switch (event.type) {
    case 'workspace.changed':
      past.moves.push({ seq: event.seq, at: event.at, by: event.data.by, changes: event.data.changes })
      break
    case 'checkpoint.made':
      mark(past, event, { seq: event.seq, cause: 'named', label: event.data.name })
      break
    case 'history.rewound':
      addRewind(past, event)
      break
    case 'history.restored':
      addRestore(past, event)
      break
    case 'message.user':
    case 'turn.started':
    case 'turn.ended':
      addTurn(past, event)
      break
    default:
      addCommand(past, event, runsCommands)
  }
  past.recent.changedBy = event.type === 'workspace.changed' ? event.data.by : undefined
  past.head = event.seq
}

/** Turns that have begun up to this place, on the path that leads to it. */
function turnsUpTo({ turns }: Past, seq: number): number {
  return turns.findLast((entry) => entry.seq <= seq)?.count ?? 0
}

/** Whether no turn is open there and none is about to begin. */
export function isBorder({ busy, head }: Past, seq: number): boolean {
  return seq >= 1 && seq <= head && !busy.some(({ from, to }) => seq >= from && seq <= to)
}

/** First line, as long as a list can show. */
export function labelOf(text: string): string {
  const line = text.trim().split('\n', 1)[0]?.trim() ?? ''
  return line.length > MAX_LABEL ? `${line.slice(0, MAX_LABEL).replace(/\p{Surrogate}$/u, '')}…` : line
}

const MAX_LABEL = 160
const OPEN_END = Number.MAX_SAFE_INTEGER

function mark(past: Past, event: SessionEvent, place: Pick<Mark, 'seq' | 'cause' | 'label'>): void {
  past.marks.push({ ...place, at: event.at, turn: Math.max(1, turnsUpTo(past, past.head)) })
}

function addTurn(past: Past, event: SessionEvent<'message.user' | 'turn.started' | 'turn.ended'>): void {
  const open = past.busy.at(-1)
  const isBusy = open?.to === OPEN_END
  if (event.type === 'turn.ended') {
    if (isBusy) open.to = event.seq - 1
    past.recent.asked = undefined
    return
  }
  if (event.type === 'message.user') {
    if (event.data.from !== 'user' && event.data.from !== 'worker') return
    const text = ownWords(event.data.content)
    past.messages.push({ seq: event.seq, text })
    if (isBusy) return
    past.busy.push({ from: event.seq, to: OPEN_END })
    past.recent.asked = { seq: event.seq - 1, at: event.at, label: labelOf(text || event.data.content.map(nameOfBlock).join(' ')) }
    return
  }
  const count = turnsUpTo(past, past.head) + 1
  const { seq, at, label } = past.recent.asked ?? { seq: event.seq - 1, at: event.at, label: 'Tried again' }
  past.marks.push({ seq, at, cause: 'turn', label, turn: count })
  past.turns.push({ seq: event.seq, count })
  past.recent.asked = undefined
  if (!isBusy) past.busy.push({ from: event.seq, to: OPEN_END })
}

function addRewind(past: Past, event: SessionEvent<'history.rewound'>): void {
  mark(past, event, { seq: event.seq - 1, cause: 'restore', label: restoreLabel(past, event.data.to) })
  past.rewinds.push({ seq: event.seq, to: event.data.to })
  past.turns.push({ seq: event.seq, count: turnsUpTo(past, event.data.to) })
  past.recent.rewound = event.seq
}

/** One entry may hold a rewind, the change of files and this fact: it is one place, before all of them. */
function addRestore(past: Past, event: SessionEvent<'history.restored'>): void {
  const first = past.recent.changedBy === 'restore' ? event.seq - 1 : event.seq
  if (past.recent.rewound === first - 1) return
  mark(past, event, { seq: first - 1, cause: 'restore', label: restoreLabel(past, event.data.to) })
}

function restoreLabel({ marks }: Past, to: number): string {
  const target = marks.findLast((candidate) => candidate.seq === to && candidate.cause !== 'restore')
  return target ? `Before going back to: ${target.label}` : 'Before going back'
}

function addCommand(past: Past, event: SessionEvent, runsCommands: RunsCommands): void {
  const { commands } = past
  if (event.type === 'message.assistant') {
    commands.clear()
    for (const block of event.data.content) if (block.type === 'call' && runsCommands(block.name)) commands.set(block.id, block.name)
  } else if (event.type === 'call.judged' && commands.has(event.data.call)) {
    // What was judged is the input after it was parsed strictly.
    const input: Json = JSON.parse(event.data.bytes)
    const command = isJsonObject(input) ? input['command'] : undefined
    if (typeof command === 'string') commands.set(event.data.call, command)
  } else if (event.type === 'call.started') {
    const command = commands.get(event.data.call)
    if (command !== undefined) mark(past, event, { seq: event.seq, cause: 'shell', label: labelOf(command) })
  }
}
