import {
  costOf,
  LIMIT_SCOPES,
  LIMIT_UNITS,
  type Bill,
  type BudgetLine,
  type CostView,
  type Limits,
  type ModelCost,
  type SessionCost,
  type SessionEvent,
  type Usage,
} from '@tabwright/protocol'
import { billsOf, foldCost, NO_COST, usedBy } from '../bills'
import { amountsOf, type DayAmounts } from '../limits/budget'
import { dayOf, foldSpending, NO_SPENDING, type Spending } from '../limits/spending'
import { sumOfUsage } from '../window'
import { countTools } from './tool-costs'

/** Follows a log and adds up what it cost. */
export interface CostFold {
  add(event: SessionEvent): void
  /** @param today what the other sessions of this browser spent on the day of `now` */
  result(today: { readonly now: number; readonly limits: Limits; readonly others: DayAmounts }): CostView
}

const NOTHING: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

/** Begins at nothing. What a rewind took back was paid all the same. */
export function foldCosts(): CostFold {
  const models = new Map<string, ModelCost>()
  const tools = countTools()
  let session: SessionCost = NO_COST
  let tokens = NOTHING
  let spending: Spending = NO_SPENDING
  return {
    add: (event) => {
      session = foldCost(session, event)
      spending = foldSpending(spending, event)
      tokens = usedBy(event).reduce(sumOfUsage, tokens)
      for (const bill of billsOf(event)) models.set(bill.model, withBill(models.get(bill.model), bill, event.at))
      tools.add(event)
    },
    result: ({ now, limits, others }) => {
      const mine = spending.today === dayOf(now) ? spending.day : NO_SPENDING.day
      return {
        session,
        tokens,
        models: [...models.values()].toSorted((a, b) => (b.dollars ?? 0) - (a.dollars ?? 0)),
        tools: tools.result(),
        today: { dollars: mine.dollars + others.spent.dollars, tokens: mine.tokens + others.spent.tokens, others: others.spent.dollars },
        budget: budgetOf(spending, limits, { now, others }),
      }
    },
  }
}

function withBill(before: ModelCost | undefined, bill: Bill, at: number): ModelCost {
  const dollars = costOf(bill, at)
  const { model, usage, estimated = false } = bill
  return {
    model,
    bills: 1 + (before?.bills ?? 0),
    usage: sumOfUsage(before?.usage ?? NOTHING, usage),
    isEstimated: estimated || before?.isEstimated === true,
    ...(dollars !== undefined && { dollars: dollars + (before?.dollars ?? 0) }),
  }
}

function budgetOf(spending: Spending, limits: Limits, day: { readonly now: number; readonly others: DayAmounts }): readonly BudgetLine[] {
  return LIMIT_SCOPES.flatMap((scope) => {
    const { spent, raised } = amountsOf(spending, scope, day)
    return LIMIT_UNITS.flatMap((unit): readonly BudgetLine[] => {
      const limit = limits[scope][unit]
      return limit === undefined ? [] : [{ scope, unit, used: spent[unit], allowed: limit + raised[unit] }]
    })
  })
}
