import {
  type CallContent,
  type CallId,
  type Content,
  type Progress,
  type ProgressItem,
  type ProgressLine,
  type ProgressStep,
  type SessionEvent,
} from '@tabwright/protocol'
import { folderEndedText } from '../folder-words'
import { hiddenRanges, isHidden } from '../history/branch'
import { isNews } from '../history/side'
import { addToReviews, isUndecided, type PendingChange } from '../reviews'
import { commandOf, firstLine } from './progress-words'
import { countMetrics } from './metrics'
import { countTotals } from './progress-totals'
import { testFigures } from './test-figures'
import { nameOfBlock, ownWords } from '../attached'

/** What a page can show of each list: the newest. What was left out is counted. */
const MOST = { goal: 100, done: 500, left: 200 }

/** What is not a fact yet. */
export interface Besides {
  /** Messages that wait for the loop. */
  readonly queue: readonly { readonly n: number; readonly at: number; readonly text: string }[]
  /** Dollars that a turn may cost, where the person said so. */
  readonly costLimit?: number | undefined
}

/**
 * What a session was asked for, did, does and has left.
 * @param events all of its facts, in order; one pass, and what it keeps does not grow with their number
 * @param besides what waits in the inbox, left out where only facts count
 */
export function progressOf(events: readonly SessionEvent[], besides: Besides = { queue: [] }): Progress {
  const hidden = hiddenRanges(events)
  const totals = countTotals()
  const metrics = countMetrics()
  const state = newState()
  for (const event of events) {
    totals.add(event)
    metrics.add(event)
    addToReviews(state.reviews, event)
    if (!isHidden(hidden, event.seq)) note(state, event)
    else if (event.type === 'workspace.changed') noteFiles(state, event)
  }
  return { ...shown(state, { totals: totals.result(), besides }), metrics: metrics.result(besides.costLimit) }
}

interface State {
  readonly goal: Newest<ProgressLine>
  readonly done: Newest<ProgressStep>
  /** Steps of files by turn and path, so that ten edits of one file in one turn are one line. */
  files: Map<string, ProgressStep>
  /** Calls that have no end yet. */
  readonly calls: Map<CallId, CallState>
  /** What failed and did not succeed since, by its words. */
  readonly failed: Map<string, ProgressItem>
  request: ProgressItem | undefined
  stopped: ProgressItem | undefined
  readonly reviews: Map<string, PendingChange>
  unreviewed: Map<string, ProgressLine>
}

interface CallState {
  readonly content: CallContent
  readonly item?: ProgressItem
  readonly isPure?: boolean
}

function newState(): State {
  return {
    goal: newest(MOST.goal),
    done: newest(MOST.done),
    files: new Map(),
    calls: new Map(),
    failed: new Map(),
    request: undefined,
    stopped: undefined,
    reviews: new Map(),
    unreviewed: new Map(),
  }
}

/** A list that forgets its oldest lines and counts them. */
interface Newest<T> {
  items: T[]
  omitted: number
  readonly most: number
}

function newest<T>(most: number): Newest<T> {
  return { items: [], omitted: 0, most }
}

function push<T>(list: Newest<T>, item: T): void {
  list.items.push(item)
  // Cut seldom: taking one away at a time from the front would cost the whole list each time.
  if (list.items.length < 2 * list.most) return
  list.omitted += list.items.length - list.most
  list.items = list.items.slice(-list.most)
}

function taken<T>(list: Newest<T>): { readonly items: readonly T[]; readonly omitted: number } {
  const over = Math.max(0, list.items.length - list.most)
  return { items: list.items.slice(over), omitted: list.omitted + over }
}

function note(state: State, event: SessionEvent): void {
  const step = (kind: ProgressStep['kind'], text: string, more: Partial<ProgressStep> = {}): void =>
    push(state.done, { seq: event.seq, at: event.at, kind, text: firstLine(text), result: 'ok', ...more })
  const item = (kind: ProgressItem['kind'], text: string): ProgressItem => ({
    seq: event.seq,
    at: event.at,
    kind,
    text: firstLine(text),
  })
  switch (event.type) {
    case 'message.user': {
      const { from, by = 'a worker' } = event.data
      if (from !== 'user' && from !== 'worker') return
      const said = ownWords(event.data.content).trim() || event.data.content.map(nameOfBlock).join(' ')
      const text = `${from === 'worker' ? `${by}: ` : ''}${said}`
      push(state.goal, { seq: event.seq, at: event.at, text: firstLine(text) })
      return step('asked', text)
    }
    case 'turn.started':
      state.files = new Map()
      state.stopped = undefined
      return
    case 'model.requested':
      state.request = item('answering', 'The model is answering')
      return
    case 'model.failed':
      state.request = event.data.retryAt === undefined ? undefined : item('retrying', event.data.failure.message)
      return
    case 'message.assistant':
      state.request = undefined
      return answered(state, event, step)
    case 'turn.ended': {
      state.request = undefined
      state.calls.clear()
      const { stop, failure } = event.data
      if (stop === 'end') return
      if (stop !== 'interrupted') state.stopped = item('failed', failure?.message ?? `The turn ended: ${stop}`)
      return step('stopped', failure?.message ?? (stop === 'interrupted' ? 'Stopped by the person' : stop), {
        result: stop === 'interrupted' ? 'ok' : 'failed',
      })
    }
    case 'workspace.changed':
      return noteFiles(state, event)
    case 'checkpoint.made':
      return step('checkpoint', event.data.name)
    case 'history.restored':
      return step('restored', `${event.data.paths.length} files as they were after step ${event.data.to}`)
    case 'history.rewound':
      return step('rewound', `The conversation goes on after step ${event.data.to}`)
    case 'folder.ended':
      return step('folder', folderEndedText(event.data), event.data.failed.length > 0 ? { result: 'failed' } : {})
    case 'compaction.ended':
      if (event.data.result.type === 'done') step('summarised', `${event.data.result.dropped} messages became a summary`)
      return
    default:
      return noteCall(state, event, { step, item })
  }
}

type StepMaker = (kind: ProgressStep['kind'], text: string, more?: Partial<ProgressStep>) => void
type ItemMaker = (kind: ProgressItem['kind'], text: string) => ProgressItem

function answered(state: State, event: SessionEvent<'message.assistant'>, step: StepMaker): void {
  state.calls.clear()
  for (const content of event.data.content) if (content.type === 'call') state.calls.set(content.id, { content })
  const text = textOf(event.data.content)
  if (state.calls.size === 0 && text !== '') step('answered', text)
}

function noteCall(state: State, event: SessionEvent, make: { step: StepMaker; item: ItemMaker }): void {
  switch (event.type) {
    case 'call.judged':
      return withItem(state, event.data.call, (words) => (event.data.verdict.type === 'ask' ? make.item('approval', words) : undefined))
    case 'call.edited': {
      const call = state.calls.get(event.data.call)
      if (call) state.calls.set(event.data.call, { ...call, content: { ...call.content, input: event.data.bytes } })
      return withItem(state, event.data.call, () => undefined)
    }
    case 'call.decided':
      return withItem(state, event.data.call, () => undefined)
    case 'call.started': {
      withItem(state, event.data.call, (words) => make.item('running', words))
      const call = state.calls.get(event.data.call)
      if (call) state.calls.set(event.data.call, { ...call, isPure: event.data.effect === 'pure' })
      return
    }
    case 'call.lost':
      return withItem(state, event.data.call, (words) => make.item('lost', words))
    case 'question.asked':
      return withItem(state, event.data.call, () => make.item('approval', event.data.question.text))
    case 'question.answered':
    case 'call.resolved':
      return withItem(state, event.data.call, () => undefined)
    case 'call.ended':
      return ended(state, event, make)
    default:
      return
  }
}

function withItem(state: State, id: CallId, next: (words: string) => ProgressItem | undefined): void {
  const call = state.calls.get(id)
  if (!call) return
  const { item: _, ...rest } = call
  const item = next(wordsOf(call.content))
  state.calls.set(id, item ? { ...rest, item } : rest)
}

function ended(state: State, event: SessionEvent<'call.ended'>, { step, item }: { step: StepMaker; item: ItemMaker }): void {
  const { call: id, outcome } = event.data
  const call = state.calls.get(id)
  if (!call) return
  state.calls.delete(id)
  const words = wordsOf(call.content)
  const result = resultOf(outcome.type)
  const detail = outcome.type === 'done' || outcome.type === 'failed' ? outcome.detail : undefined
  const command = commandOf(call.content)
  if (result === 'ok') state.failed.delete(words)
  else if (result === 'failed' && command !== undefined) state.failed.set(words, item('failed', words))
  else if (result === 'unknown') state.failed.set(words, item('lost', words))
  if (command === undefined) {
    // What only looked, or what shows as the files it changed, is no line of its own.
    const isSeen = result === 'ok' && (call.isPure === true || (detail?.files?.length ?? 0) > 0)
    if (!isSeen) step('tool', words, { result })
    return
  }
  const tests = testFigures(outcome.text)
  step('command', command, { result, ...(detail?.exitCode !== undefined && { exitCode: detail.exitCode }), ...(tests && { tests }) })
}

function resultOf(type: SessionEvent<'call.ended'>['data']['outcome']['type']): ProgressStep['result'] {
  if (type === 'done') return 'ok'
  if (type === 'failed' || type === 'unknown') return type
  return 'denied'
}

function noteFiles(state: State, event: SessionEvent<'workspace.changed'>): void {
  const { by, changes } = event.data
  for (const { path, added, removed } of changes.filter(isNews)) {
    if (state.reviews.has(path)) state.unreviewed.set(path, { seq: event.seq, at: event.at, text: firstLine(path) })
    if (by === 'seed' || by === 'restore') continue
    const key = `${by} ${path}`
    const before = state.files.get(key)
    const lines = { added: added + (before?.lines?.added ?? 0), removed: removed + (before?.lines?.removed ?? 0) }
    const text = by === 'agent' ? firstLine(path) : firstLine(`${path} (${WHO[by]})`)
    const step: ProgressStep = { seq: event.seq, at: event.at, kind: 'file', text, result: 'ok', lines }
    const at = before ? state.done.items.lastIndexOf(before) : -1
    if (at >= 0) state.done.items[at] = { ...step, seq: before?.seq ?? step.seq }
    else push(state.done, step)
    state.files.set(key, state.done.items.at(at) ?? step)
  }
}

const WHO = { user: 'by the person', terminal: 'in the terminal', review: 'taken back', import: 'imported' } as const

function wordsOf(content: CallContent): string {
  return commandOf(content) ?? content.name
}

function textOf(content: readonly Content[]): string {
  return content
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n')
    .trim()
}

function shown(state: State, more: Pick<Progress, 'totals'> & { readonly besides: Besides }): Omit<Progress, 'metrics'> {
  const goal = taken(state.goal)
  const done = taken(state.done)
  const open = [...state.calls.values()].flatMap(({ item }) => (item ? [item] : []))
  const queued = more.besides.queue.map(({ n, at, text }): ProgressItem => ({ seq: n, at, kind: 'queued', text: firstLine(text) }))
  const undecided = [...state.reviews].flatMap(([path, change]) => (isUndecided(change) ? [path] : []))
  const unreviewed = undecided.map((path): ProgressItem => {
    const line = state.unreviewed.get(path)
    return { seq: line?.seq ?? 0, at: line?.at ?? 0, kind: 'unreviewed', text: firstLine(path) }
  })
  const left = [...(state.stopped ? [state.stopped] : []), ...queued, ...state.failed.values(), ...unreviewed]
  return {
    goal: goal.items,
    done: done.items,
    inHand: [...open, ...(state.request ? [state.request] : [])],
    left: left.slice(0, MOST.left),
    omitted: { goal: goal.omitted, done: done.omitted, left: Math.max(0, left.length - MOST.left) },
    totals: more.totals,
  }
}
