import { amountText, LIMIT_SCOPES, LIMIT_UNITS, type Failure, type LimitReached, type Limits, type LimitScope } from '@tabwright/protocol'
import type { Fact } from '../fact'
import { dayOf, sum, type Spending, type Spent } from './spending'

/** What the other sessions of this browser spent on a day, and by how much its limits were raised there. */
export interface DayAmounts {
  readonly spent: Spent
  readonly raised: Spent
}

const NOTHING: Spent = { tokens: 0, dollars: 0, steps: 0, minutes: 0 }

/** No other session did anything. */
export const NO_OTHERS: DayAmounts = { spent: NOTHING, raised: NOTHING }

/** Whether what was spent leaves room for another request: the first limit that does not, undefined where all do. */
export function limitReached(
  spending: Spending,
  limits: Limits,
  { now, others }: { now: number; others: DayAmounts },
): LimitReached | undefined {
  for (const scope of LIMIT_SCOPES) {
    const { spent, raised } = amountsOf(spending, scope, { now, others })
    for (const unit of LIMIT_UNITS) {
      const limit = limits[scope][unit]
      if (limit === undefined) continue
      const used = spent[unit]
      const allowed = limit + raised[unit]
      if (used >= allowed) return { scope, unit, used, allowed, more: scope === 'turn' ? limit : enough(limit, used - allowed) }
    }
  }
  return undefined
}

/** What was spent in a scope, and by how much its limits were raised. */
export function amountsOf(spending: Spending, scope: LimitScope, { now, others }: { now: number; others: DayAmounts }): DayAmounts {
  if (scope !== 'day') return { spent: spending[scope], raised: spending.raised[scope] }
  // Facts of yesterday say nothing about today.
  if (spending.today !== dayOf(now)) return others
  return { spent: sum(spending.day, others.spent), raised: sum(spending.raised.day, others.raised) }
}

/** As often the limit again as it takes to make room. */
function enough(limit: number, over: number): number {
  return limit > 0 ? limit * (Math.floor(over / limit) + 1) : over + 1
}

const OF_SCOPE: Readonly<Record<LimitScope, string>> = { turn: 'a turn', session: 'a session', day: 'a day' }

/** The facts of a stop: which limit, what it stood at, and the end of the turn. */
export function stopAt(reached: LimitReached): readonly Fact[] {
  return [
    { type: 'budget.reached', data: reached },
    { type: 'turn.ended', data: { stop: 'budget', failure: failureAt(reached) } },
  ]
}

/** What a person reads of it. */
export function failureAt({ scope, unit, used, allowed }: LimitReached): Failure {
  const message = `Stopped at your limit of ${amountText(unit, allowed)} ${OF_SCOPE[scope]}: it stands at ${amountText(unit, used)}. Everything that was done is kept; go on with more, or change the limit in Settings.`
  return { code: 'spend_limit', message }
}
