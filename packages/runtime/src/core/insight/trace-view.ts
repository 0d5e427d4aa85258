import {
  functionCallOf,
  type CallId,
  type Content,
  type SessionEvent,
  type TraceKind,
  type TraceStep,
  type TraceTurn,
  type TraceView,
  type Usage,
} from '@tabwright/protocol'
import { toldBy } from '../agents/told'
import { firstLine } from '../progress/progress-words'

/** Follows a log and tells its turns as times. What a rewind took back took its time all the same. */
export interface TraceFold {
  /** Number of the newest fact that was taken; 0 before the first. */
  head(): number
  add(event: SessionEvent): void
  /** @param opened turns whose steps are wanted */
  result(opened: readonly number[] | 'newest'): TraceView
}

/** Begins with nothing. One pass: each fact costs the same, however long the log is. */
export function foldTrace(): TraceFold {
  const state: State = { head: 0, turns: new Map(), current: undefined, asked: '', open: new Map(), names: new Map() }
  return {
    head: () => state.head,
    add: (event) => {
      state.head = event.seq
      take(state, event)
    },
    result: (opened) => {
      const turns = [...state.turns.values()]
      const wanted = opened === 'newest' ? turns.slice(-1) : turns.filter(({ seq }) => opened.includes(seq))
      return { turns: turns.map(shownTurn), steps: new Map(wanted.map(({ seq, steps }) => [seq, [...steps]])) }
    },
  }
}

type Growing = { -readonly [K in keyof TraceStep]: TraceStep[K] }

interface Turn {
  readonly seq: number
  readonly title: string
  readonly start: number
  end: number
  isOpen: boolean
  error: string | undefined
  readonly steps: Growing[]
}

interface State {
  head: number
  readonly turns: Map<number, Turn>
  current: Turn | undefined
  /** First words of what the next turn is asked with. */
  asked: string
  /** By what is under way: steps that have no end yet. */
  readonly open: Map<string, Growing>
  readonly names: Map<CallId, string>
}

function take(state: State, event: SessionEvent): void {
  const within = event.type === 'agent.noted' ? event.data.call : undefined
  const told = toldBy(event)
  if (state.current) state.current.end = Math.max(state.current.end, event.at)
  if (within === undefined && takeTurn(state, told)) return
  takeStep({ state, event: told, within })
}

/** @returns whether the fact was about the session's own turns alone */
function takeTurn(state: State, event: SessionEvent): boolean {
  switch (event.type) {
    case 'message.user':
      if (event.data.from !== 'app' && !state.current) state.asked = firstLine(wordsOf(event.data.content))
      return true
    case 'turn.started':
      if (state.current) endTurn(state, event.at)
      state.current = { seq: event.seq, title: state.asked, start: event.at, end: event.at, isOpen: true, error: undefined, steps: [] }
      state.turns.set(event.seq, state.current)
      return true
    case 'turn.ended': {
      const { stop, failure } = event.data
      if (state.current && stop !== 'end') state.current.error = failure?.message ?? (stop === 'interrupted' ? 'stopped' : stop)
      endTurn(state, event.at)
      return true
    }
    default:
      return false
  }
}

/** What a turn left open ends with it. */
function endTurn(state: State, at: number): void {
  if (state.current) state.current.isOpen = false
  for (const step of state.open.values()) {
    step.end = at
    step.error = 'left open'
  }
  state.open.clear()
  state.names.clear()
  state.asked = ''
  state.current = undefined
}

interface Taken {
  readonly state: State
  readonly event: SessionEvent
  /** The sub-agent that it happened to. */
  readonly within: CallId | undefined
}

function takeStep({ state, event, within }: Taken): void {
  const begin = (key: string, kind: TraceKind, name: string): void => begun({ state, event, within }, { key, kind, name })
  const end = (key: string, came: Came = {}): void => ended({ state, event, within }, key, came)
  const ofModel = `model ${within ?? ''}`
  switch (event.type) {
    case 'turn.started':
      return begin(`agent ${within}`, 'agent', 'Sub-agent')
    case 'turn.ended':
      return end(`agent ${within}`, event.data.stop === 'end' ? {} : { error: event.data.failure?.message ?? event.data.stop })
    case 'model.requested':
      return begin(ofModel, 'model', event.data.attempt > 1 ? `Request, attempt ${event.data.attempt}` : 'Request')
    case 'model.failed':
      return end(ofModel, { error: event.data.failure.message })
    case 'message.assistant':
      noteNames(state, event.data.content)
      return end(ofModel, { name: event.data.model, notes: [tokensText(event.data.usage)] })
    case 'compaction.started':
      return begin(`summary ${within ?? ''}`, 'model', 'Summary')
    case 'compaction.ended': {
      const { result } = event.data
      return end(`summary ${within ?? ''}`, result.type === 'failed' ? { error: result.failure.message } : {})
    }
    case 'call.requested':
    case 'check.started':
      state.names.set(event.data.call, event.data.tool)
      return
    default:
      return takeCall({ state, event, within }, { begin, end })
  }
}

interface Marks {
  readonly begin: (key: string, kind: TraceKind, name: string) => void
  readonly end: (key: string, came?: Came) => void
}

function takeCall({ state, event }: Taken, { begin, end }: Marks): void {
  const nameOf = (call: CallId): string => state.names.get(call) ?? 'A call'
  switch (event.type) {
    case 'call.judged': {
      const { call, verdict } = event.data
      if (verdict.type === 'ask') begin(`gate ${call}`, 'gate', `Approval: ${nameOf(call)}`)
      else state.open.delete(`gate ${call}`)
      return
    }
    case 'call.decided':
      return end(`gate ${event.data.call}`, { notes: [event.data.decision.type === 'deny' ? 'denied' : 'allowed'] })
    case 'question.asked':
      return begin(`question ${event.data.call}`, 'gate', 'Question to you')
    case 'question.answered':
      return end(`question ${event.data.call}`, { notes: [event.data.answer.type] })
    case 'call.started': {
      const { call, remote } = event.data
      if (remote) return begin(`call ${call}`, 'relay', `${remote.worker} › ${remote.function}`)
      return begin(`call ${call}`, 'tool', nameOf(call))
    }
    case 'call.lost':
      return end(`call ${event.data.call}`, { error: 'the worker that ran it is gone' })
    case 'call.ended': {
      const { call, outcome } = event.data
      end(`gate ${call}`, { notes: [outcome.type] })
      end(`question ${call}`, { notes: [outcome.type] })
      return end(
        `call ${call}`,
        outcome.type === 'done' ? {} : { error: outcome.type === 'failed' ? outcome.failure.message : outcome.type },
      )
    }
    case 'fetch.judged':
      if (event.data.verdict.type === 'ask') begin(`gate ${event.data.fetch}`, 'gate', 'Approval: network')
      return
    case 'fetch.decided':
      return end(`gate ${event.data.fetch}`, { notes: [event.data.decision.type === 'deny' ? 'denied' : 'allowed'] })
    case 'fetch.started':
      return begin(`fetch ${event.data.fetch}`, 'network', event.data.host ?? 'A request')
    case 'fetch.ended': {
      const { fetch, result } = event.data
      if (result.type === 'failed') return end(`fetch ${fetch}`, { error: result.failure.message })
      return end(`fetch ${fetch}`, { notes: [`status ${result.status}`] })
    }
    default:
      return undefined
  }
}

function begun({ state, event, within }: Taken, { key, kind, name }: { key: string; kind: TraceKind; name: string }): void {
  // Judged or started again, it is the same piece of work; and what happens between turns is in none.
  if (state.open.has(key) || !state.current) return
  const step: Growing = { from: event.seq, kind, name, start: event.at, notes: [], ...(within !== undefined && { within }) }
  state.open.set(key, step)
  state.current.steps.push(step)
}

interface Came {
  /** Another name than it began with. */
  readonly name?: string
  readonly error?: string
  readonly notes?: readonly string[]
}

function ended({ state, event }: Taken, key: string, { name, error, notes = [] }: Came): void {
  const step = state.open.get(key)
  if (!step) return
  state.open.delete(key)
  step.to = event.seq
  // A clock that was set back gives no time back.
  step.end = Math.max(step.start, event.at)
  step.notes = notes
  if (name !== undefined) step.name = name
  if (error !== undefined) step.error = firstLine(error)
}

function noteNames(state: State, content: readonly Content[]): void {
  for (const block of content) if (block.type === 'call') state.names.set(block.id, functionCallOf(block)?.function ?? block.name)
}

function tokensText({ input, cacheRead, cacheWrite, output }: Usage): string {
  const short = (n: number): string => (n < 1000 ? String(n) : `${(n / 1000).toFixed(1)}k`)
  const cached = cacheRead > 0 ? ` (${short(cacheRead)} cached)` : ''
  return `${short(input + cacheRead + cacheWrite)} in${cached}, ${short(output)} out`
}

function wordsOf(content: readonly Content[]): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ')
}

function shownTurn({ steps, error, ...turn }: Turn): TraceTurn {
  const took: Record<TraceKind, number> = { model: 0, gate: 0, tool: 0, relay: 0, network: 0, agent: 0 }
  for (const { kind, start, end = turn.end } of steps) took[kind] += Math.max(0, end - start)
  return { ...turn, steps: steps.length, took, ...(error !== undefined && { error: firstLine(error) }) }
}
