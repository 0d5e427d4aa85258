import type { Approval, CallId, Row, SessionEvent, TaskName, TaskView, UnknownCall } from '@tabwright/protocol'
import type { Transcript } from '../transcript'
import { toldBy } from './told'

/** What a person sees of sub-agents that work, by the call that asked for each. */
export type Tasks = ReadonlyMap<CallId, Task>

interface Task {
  readonly title: string
  readonly transcript: Transcript
}

type Screen = { -readonly [K in 'tasks' | 'pending' | 'unknowns']: Transcript[K] } & { readonly rows: Row[] }

/** How a transcript grows; handed over, since a task's grows as its session's does. */
export interface Folding {
  readonly empty: Transcript
  readonly fold: (transcript: Transcript, event: SessionEvent) => Transcript
}

/** A sub-agent's conversation stands in the card of its call. What it asks, the person is asked beside all else. */
export function addToTasks(screen: Screen, event: SessionEvent, { empty, fold }: Folding): void {
  switch (event.type) {
    case 'agent.started': {
      const { call, title } = event.data
      return show(screen, call, { title, transcript: empty })
    }
    case 'agent.noted': {
      const { call, fact } = event.data
      const task = screen.tasks.get(call)
      if (!task) return undefined
      // A request to the network that its command made goes with it.
      if (fact.type === 'call.ended') screen.pending = screen.pending.filter(({ within }) => within !== fact.data.call)
      return show(screen, call, { ...task, transcript: fold(task.transcript, toldBy(event)) })
    }
    case 'mode.chosen':
    case 'hands.chosen':
      // Judged anew: what waits now comes back as it stands then.
      for (const [call, task] of screen.tasks) show(screen, call, { ...task, transcript: { ...task.transcript, pending: [] } })
      return undefined
    case 'workspace.changed':
      for (const [call, task] of screen.tasks) show(screen, call, { ...task, transcript: fold(task.transcript, event) })
      return undefined
    case 'call.ended':
      return forget(screen, event.data.call)
    case 'turn.ended':
      for (const call of screen.tasks.keys()) forget(screen, call)
      return undefined
    default:
      return undefined
  }
}

/** The sub-agent that made this call. */
export function taskOf(tasks: Tasks, call: CallId | undefined): { readonly task: TaskName } | undefined {
  for (const [id, { title, transcript }] of tasks)
    if (transcript.rows.some((row) => row.type === 'call' && row.call === call)) return { task: { call: id, title } }
  return undefined
}

function show(screen: Screen, call: CallId, task: Task): void {
  const before = screen.tasks.get(call)?.transcript
  const { pending, unknowns, rows } = task.transcript
  screen.tasks = new Map([...screen.tasks, [call, task]])
  screen.pending = replaced<Approval>(screen.pending, before?.pending, named(pending, { call, title: task.title }))
  screen.unknowns = replaced<UnknownCall>(screen.unknowns, before?.unknowns, named(unknowns, { call, title: task.title }))
  const at = rowAt(screen.rows, call)
  const row = screen.rows[at]
  if (row?.type === 'call') screen.rows[at] = { ...row, task: viewOf(task, rows) }
}

/** Its rows stay in the card. */
function forget(screen: Screen, call: CallId): void {
  const task = screen.tasks.get(call)
  if (!task) return
  const { pending, unknowns } = task.transcript
  screen.tasks = new Map([...screen.tasks].filter(([other]) => other !== call))
  screen.pending = replaced<Approval>(screen.pending, pending, [])
  screen.unknowns = replaced<UnknownCall>(screen.unknowns, unknowns, [])
}

function viewOf({ title, transcript: { usage } }: Task, rows: readonly Row[]): TaskView {
  // As budgets count: what was read from the cache was paid before.
  return { title, rows, tools: rows.filter(({ type }) => type === 'call').length, tokens: usage.input + usage.cacheWrite + usage.output }
}

const named = <T>(items: readonly T[], task: TaskName): readonly (T & { readonly task: TaskName })[] =>
  items.map((item) => ({ ...item, task }))

/** Those of before by those of now, each in its place: what a person is looking at does not move. */
function replaced<T extends { readonly call: CallId }>(all: readonly T[], before: readonly T[] = [], now: readonly T[]): readonly T[] {
  if (before.length + now.length === 0) return all
  const old = new Set(before.map(({ call }) => call))
  const kept = all.flatMap((item) => (old.has(item.call) ? now.filter(({ call }) => call === item.call) : [item]))
  return [...kept, ...now.filter(({ call }) => !kept.some((item) => item.call === call))]
}

function rowAt(rows: readonly Row[], call: CallId): number {
  return rows.findLastIndex((row) => row.type === 'call' && row.call === call)
}
