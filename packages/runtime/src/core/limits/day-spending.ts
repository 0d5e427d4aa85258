import type { SessionId } from '@tabwright/protocol'
import { NO_OTHERS, type DayAmounts } from './budget'
import { sum } from './spending'

/**
 * What each session of this browser spent on a day, beside the logs. A row says the whole of its session's day, as a fold over its log, so
 * that writing it twice changes nothing.
 */
export interface DaySpending {
  note(day: number, session: SessionId, amounts: DayAmounts): Promise<void>
  /** Everything but this session. */
  others(day: number, session: SessionId): Promise<DayAmounts>
}

/** Both together. */
export function sumOf(all: Iterable<DayAmounts>): DayAmounts {
  let total = NO_OTHERS
  for (const one of all) total = { spent: sum(total.spent, one.spent), raised: sum(total.raised, one.raised) }
  return total
}

/** Days of one worker; gone with it. */
export function daySpendingInMemory(): DaySpending {
  const days = new Map<string, DayAmounts>()
  return {
    note: async (day, session, amounts) => void days.set(`${day} ${session}`, amounts),
    others: async (day, session) =>
      sumOf([...days].flatMap(([key, amounts]) => (key.startsWith(`${day} `) && key !== `${day} ${session}` ? [amounts] : []))),
  }
}
