import { costOf, type LimitReached, type LimitScope, type LimitUnit, type SessionEvent } from '@tabwright/protocol'
import { toldBy } from '../agents/told'
import { billsOf } from '../bills'
import { isOurs } from '../own-failure'

/** So much of each unit. */
export type Spent = Readonly<Record<LimitUnit, number>>

/** What a session spent, also on what was rewound later. Raised limits stand beside it, by unit. */
export interface Spending {
  readonly turn: Spent
  readonly session: Spent
  readonly day: Spent
  readonly raised: Readonly<Record<LimitScope, Spent>>
  /** Days since 1970, UTC, that `day` is about. */
  readonly today: number
  /** The newest stop at a limit, until somebody goes on. */
  readonly reached: LimitReached | undefined
  readonly clock: WorkClock
}

/** What is needed to count the time of work alone. */
interface WorkClock {
  readonly isOpen: boolean
  /** Wall clock and fence of the newest fact. */
  readonly at: number
  readonly epoch: number
  /** Calls and requests that wait for a person. */
  readonly awaited: readonly string[]
  /** Up to this fact it is the past of the session that this one was forked from. */
  readonly inherited: number
}

const NOTHING: Spent = { tokens: 0, dollars: 0, steps: 0, minutes: 0 }

/** Nothing was done yet. */
export const NO_SPENDING: Spending = {
  turn: NOTHING,
  session: NOTHING,
  day: NOTHING,
  raised: { turn: NOTHING, session: NOTHING, day: NOTHING },
  today: 0,
  reached: undefined,
  clock: { isOpen: false, at: 0, epoch: 0, awaited: [], inherited: 0 },
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** The day of a moment. @param at wall clock, milliseconds */
export const dayOf = (at: number): number => Math.floor(at / DAY_MS)

/** Adds one fact, of the conversation's path or not: what was taken back was paid all the same. */
export function foldSpending(before: Spending, event: SessionEvent): Spending {
  const clock = clockAfter(before.clock, event)
  if (event.seq <= clock.inherited) return { ...before, clock }
  const state = begun({ ...before, clock }, event)
  const more = spentBy(before.clock, event)
  if (more === undefined) return state
  return { ...state, turn: sum(state.turn, more), session: sum(state.session, more), day: sum(state.day, more) }
}

/** Turns and days begin at nothing. */
function begun(state: Spending, event: SessionEvent): Spending {
  const { raised } = state
  const today = dayOf(event.at)
  const dated = today === state.today ? state : { ...state, today, day: NOTHING, raised: { ...raised, day: NOTHING } }
  switch (event.type) {
    case 'turn.started':
      return { ...dated, turn: NOTHING, raised: { ...dated.raised, turn: NOTHING }, reached: undefined }
    case 'budget.reached':
      return { ...dated, reached: event.data }
    case 'budget.raised': {
      const { scope, unit, by } = event.data
      const one = dated.raised[scope]
      return { ...dated, reached: undefined, raised: { ...dated.raised, [scope]: { ...one, [unit]: one[unit] + by } } }
    }
    default:
      return dated
  }
}

function spentBy(clock: WorkClock, event: SessionEvent): Spent | undefined {
  const bills = billsOf(event)
  const minutes = workedUntil(clock, event)
  const steps = toldBy(event).type === 'message.assistant' ? 1 : 0
  if (bills.length === 0 && minutes === 0 && steps === 0) return undefined
  const tokens = bills.reduce((all, { usage }) => all + usage.input + usage.cacheWrite + usage.output, 0)
  const dollars = bills.reduce((all, bill) => all + (costOf(bill, event.at) ?? 0), 0)
  return { tokens, dollars, steps, minutes }
}

/** Between two facts of one worker in an open turn, while nobody was waited for and the computer did not sleep. */
function workedUntil({ isOpen, at, epoch, awaited }: WorkClock, event: SessionEvent): number {
  const told = toldBy(event)
  const slept = told.type === 'model.failed' && isOurs(told.data.failure)
  return isOpen && awaited.length === 0 && event.epoch === epoch && !slept ? Math.max(0, event.at - at) / MINUTE_MS : 0
}

function clockAfter(clock: WorkClock, event: SessionEvent): WorkClock {
  const { at, epoch } = event
  const inherited = event.type === 'session.opened' ? (event.data.parent?.seq ?? 0) : clock.inherited
  const isOpen = event.type === 'turn.started' || (clock.isOpen && event.type !== 'turn.ended')
  return { isOpen, at, epoch, inherited, awaited: awaitedAfter(clock.awaited, isTurnOfAgent(event) ? event : toldBy(event)) }
}

/** A sub-agent that begins or ends says nothing of what others wait for. */
function isTurnOfAgent(event: SessionEvent): boolean {
  return event.type === 'agent.noted' && (event.data.fact.type === 'turn.started' || event.data.fact.type === 'turn.ended')
}

function awaitedAfter(awaited: readonly string[], event: SessionEvent): readonly string[] {
  switch (event.type) {
    case 'call.judged':
      return event.data.verdict.type === 'ask' ? withId(awaited, event.data.call) : awaited
    case 'fetch.judged':
      return event.data.verdict.type === 'ask' && event.data.call !== undefined ? withId(awaited, event.data.fetch) : awaited
    case 'call.lost':
    case 'question.asked':
      return withId(awaited, event.data.call)
    case 'question.answered':
    case 'call.decided':
    case 'call.resolved':
    case 'call.ended':
      return without(awaited, event.data.call)
    case 'fetch.decided':
    case 'fetch.ended':
      return without(awaited, event.data.fetch)
    // What waited is judged anew by the new mode.
    case 'mode.chosen':
    case 'hands.chosen':
    case 'turn.started':
    case 'turn.ended':
      return awaited.length === 0 ? awaited : []
    default:
      return awaited
  }
}

const withId = (list: readonly string[], id: string): readonly string[] => (list.includes(id) ? list : [...list, id])
const without = (list: readonly string[], id: string): readonly string[] => (list.includes(id) ? list.filter((one) => one !== id) : list)

/** Both together. */
export function sum(a: Spent, b: Spent): Spent {
  return { tokens: a.tokens + b.tokens, dollars: a.dollars + b.dollars, steps: a.steps + b.steps, minutes: a.minutes + b.minutes }
}
