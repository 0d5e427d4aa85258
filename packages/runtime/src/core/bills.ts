import { costOf, DEMO_MODEL_ID, type Bill, type SessionCost, type SessionEvent, type Usage } from '@tabwright/protocol'
import { toldBy } from './agents/told'

/** Nothing was asked yet. */
export const NO_COST: SessionCost = { dollars: 0, unknown: [], estimated: false, bills: 0 }

/** Everything that a fact was billed for: complete answers, answers that were cut, summaries. The scripted model bills nobody. */
export function billsOf(event: SessionEvent): readonly Bill[] {
  return linesOf(event).filter((bill) => bill.model !== DEMO_MODEL_ID)
}

/** What a fact took, whether anybody was billed for it or not. */
export function usedBy(event: SessionEvent): readonly Usage[] {
  return linesOf(event).map((bill) => bill.usage)
}

function linesOf(event: SessionEvent): readonly Bill[] {
  switch (event.type) {
    case 'message.assistant':
      return event.data.bills ?? [{ model: event.data.model, usage: event.data.usage }]
    case 'model.failed':
      return event.data.bills ?? []
    case 'compaction.ended':
      return event.data.bills
    case 'call.ended':
    case 'guard.answered':
    case 'quality.checked':
      return event.data.bills ?? []
    case 'agent.noted':
      return linesOf(toldBy(event))
    default:
      return []
  }
}

/** What one fact cost, where all of it has a price. */
export function pricedAs(event: SessionEvent): { readonly dollars?: number } {
  const { dollars, unknown, bills } = foldCost(NO_COST, event)
  return bills === 0 || unknown.length > 0 ? {} : { dollars }
}

/** What the session cost up to and with this fact. */
export function foldCost(cost: SessionCost, event: SessionEvent): SessionCost {
  return billsOf(event).reduce((sum, bill) => withBill(sum, bill, event.at), cost)
}

function withBill(sum: SessionCost, bill: Bill, at: number): SessionCost {
  const dollars = costOf(bill, at)
  return {
    dollars: sum.dollars + (dollars ?? 0),
    unknown: dollars === undefined && !sum.unknown.includes(bill.model) ? [...sum.unknown, bill.model] : sum.unknown,
    estimated: sum.estimated || bill.estimated === true,
    bills: sum.bills + 1,
  }
}
