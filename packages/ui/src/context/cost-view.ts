import { amountText, type BudgetLine, type CostView, type ModelCost, type ToolCost } from '@tabwright/protocol'
import { costText } from '../chat/context-figures'
import { count, dollars } from '../layout/figures'

const SCOPES: Readonly<Record<BudgetLine['scope'], string>> = { turn: 'This turn', session: 'This session', day: 'Today' }

/** `Today: 1,200,000 of 20,000,000 tokens`. */
export function budgetText({ scope, unit, used, allowed }: BudgetLine): string {
  const shown =
    unit === 'dollars' ? amountText(unit, used) : (unit === 'minutes' ? Math.round(used * 10) / 10 : Math.round(used)).toLocaleString('en')
  return `${SCOPES[scope]}: ${shown} of ${amountText(unit, allowed)}`
}

/** The figures at the head: the session, and the day of all sessions. */
export function costFigures({ session, today }: CostView): readonly (readonly [name: string, value: string, about: string])[] {
  const others = today.others > 0 ? `${dollars(today.others)} of it in other sessions` : 'in this session alone'
  return [
    [
      'This session',
      costText(session),
      session.bills === 0 ? 'nobody was billed yet' : `${session.bills} ${session.bills === 1 ? 'bill' : 'bills'}`,
    ],
    ['Today, all sessions', dayText(today.dollars, session.unknown.length > 0), `${others}; a day begins at midnight UTC`],
  ]
}

/** Never a part of the day as if it were all of it. */
function dayText(spent: number, isPart: boolean): string {
  if (!isPart) return dollars(spent)
  return spent > 0 ? `at least ${dollars(spent)}` : 'unknown price'
}

/** Cells of a model's line: read, of that from the cache, written, cost. */
export function modelCells({ usage, dollars: price, isEstimated }: ModelCost): readonly string[] {
  const read = usage.input + usage.cacheRead + usage.cacheWrite
  const cost = price === undefined ? 'unknown price' : `${isEstimated ? 'about ' : ''}${dollars(price)}`
  return [count(read), count(usage.cacheRead), count(usage.output), cost]
}

/** Cells of a tool's line: calls, tokens that its results brought, their cost, what its calls were billed themselves. */
export function toolCells({ calls, tokens, dollars: price, own }: ToolCost): readonly string[] {
  return [String(calls), count(Math.round(tokens)), price === undefined ? '–' : dollars(price), own > 0 ? dollars(own) : '–']
}
