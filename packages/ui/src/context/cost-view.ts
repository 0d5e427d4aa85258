import type { BudgetLine, CostView, ModelCost, ToolCost } from '@tabwright/protocol'
import { locale, plural, t, type Phrase } from '../language'
import { costText } from '../chat/context-figures'
import { amount, count, dollars } from '../layout/figures'

const SCOPES: Readonly<Record<BudgetLine['scope'], Phrase>> = { turn: 'This turn', session: 'This session', day: 'Today' }

/** `Today: 1,200,000 of 20,000,000 tokens`. */
export function budgetText({ scope, unit, used, allowed }: BudgetLine): string {
  const shown =
    unit === 'dollars' ? amount(unit, used) : (unit === 'minutes' ? Math.round(used * 10) / 10 : Math.round(used)).toLocaleString(locale())
  return t('{scope}: {used} of {allowed}', { scope: t(SCOPES[scope]), used: shown, allowed: amount(unit, allowed) })
}

/** The figures at the head: the session, and the day of all sessions. */
export function costFigures({ session, today }: CostView): readonly (readonly [name: string, value: string, about: string])[] {
  const others = today.others > 0 ? t('{others} of it in other sessions', { others: dollars(today.others) }) : t('in this session alone')
  return [
    [t('This session'), costText(session), session.bills === 0 ? t('nobody was billed yet') : plural(session.bills, 'bill')],
    [t('Today, all sessions'), dayText(today.dollars, session.unknown.length > 0), t('{others}; a day begins at midnight UTC', { others })],
  ]
}

/** Never a part of the day as if it were all of it. */
function dayText(spent: number, isPart: boolean): string {
  if (!isPart) return dollars(spent)
  return spent > 0 ? t('at least {spent}', { spent: dollars(spent) }) : t('unknown price')
}

/** Cells of a model's line: read, of that from the cache, written, cost. */
export function modelCells({ usage, dollars: price, isEstimated }: ModelCost): readonly string[] {
  const read = usage.input + usage.cacheRead + usage.cacheWrite
  const cost = price === undefined ? t('unknown price') : isEstimated ? t('about {cost}', { cost: dollars(price) }) : dollars(price)
  return [count(read), count(usage.cacheRead), count(usage.output), cost]
}

/** Cells of a tool's line: calls, tokens that its results brought, their cost, what its calls were billed themselves. */
export function toolCells({ calls, tokens, dollars: price, own }: ToolCost): readonly string[] {
  return [String(calls), count(Math.round(tokens)), price === undefined ? '–' : dollars(price), own > 0 ? dollars(own) : '–']
}
