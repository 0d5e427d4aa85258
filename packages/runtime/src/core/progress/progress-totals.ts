import type { Bill, ProgressTotals, SessionEvent, Usage } from '@tabwright/protocol'
import { billsOf, foldCost, NO_COST, usedBy } from '../bills'
import { isNews } from '../history/side'

/** Adds up what a session took. What was rewound was spent all the same. */
export interface Totals {
  add(event: SessionEvent): void
  result(): ProgressTotals
}

/** Begins at nothing. `files` counts paths that anybody changed. */
export function countTotals(): Totals {
  const calls = { done: 0, failed: 0, denied: 0, unknown: 0 }
  const bills = new Map<string, Bill>()
  const files = new Set<string>()
  const sums = { turns: 0, answers: 0, workedMs: 0, from: 0, to: 0 }
  let openedAt: number | undefined
  let cost = NO_COST
  let tokens = NOTHING
  const take = (event: SessionEvent): void => {
    switch (event.type) {
      case 'turn.started':
        sums.turns += 1
        openedAt = event.at
        return
      case 'turn.ended':
        // A clock that was set back takes nothing away.
        if (openedAt !== undefined) sums.workedMs += Math.max(0, event.at - openedAt)
        openedAt = undefined
        return
      case 'message.assistant':
        sums.answers += 1
        return
      case 'call.ended':
        calls[countedAs(event.data.outcome.type)] += 1
        return
      case 'workspace.changed':
        if (event.data.by !== 'seed') for (const { path } of event.data.changes.filter(isNews)) files.add(path)
        return
      default:
        return
    }
  }
  return {
    add(event) {
      if (event.seq === 1 || sums.from === 0) sums.from = event.at
      sums.to = event.at
      cost = foldCost(cost, event)
      tokens = usedBy(event).reduce(plus, tokens)
      for (const bill of billsOf(event)) bills.set(keyOf(bill), sum(bills.get(keyOf(bill)), bill))
      take(event)
    },
    result: () => ({
      ...sums,
      workedMs: sums.workedMs + (openedAt === undefined ? 0 : Math.max(0, sums.to - openedAt)),
      calls: { ...calls },
      files: files.size,
      tokens,
      bills: [...bills.values()],
      // Nobody was billed: that is a known price.
      ...(cost.unknown.length === 0 && { cost: cost.dollars }),
    }),
  }
}

const NOTHING: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

type Counted = keyof ProgressTotals['calls']

function countedAs(type: SessionEvent<'call.ended'>['data']['outcome']['type']): Counted {
  if (type === 'done' || type === 'failed' || type === 'unknown') return type
  return 'denied'
}

/** Counted and estimated figures stay apart: a sum of both would be neither. */
function keyOf(bill: Bill): string {
  return `${bill.estimated ? 'about' : 'exact'} ${bill.model}`
}

function sum(before: Bill | undefined, bill: Bill): Bill {
  return before ? { ...bill, usage: plus(before.usage, bill.usage) } : bill
}

function plus(a: Usage, b: Usage): Usage {
  const hour = (a.cacheWriteHour ?? 0) + (b.cacheWriteHour ?? 0)
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    ...(hour > 0 && { cacheWriteHour: hour }),
  }
}
