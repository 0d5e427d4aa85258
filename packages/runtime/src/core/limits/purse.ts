import type { LimitReached } from '@tabwright/protocol'
import type { Journal } from '../journal'
import type { Ports } from '../ports'
import { limitReached, NO_OTHERS } from './budget'
import { dayOf } from './spending'

/** What the writer of a session knows of limits. */
export interface Purse {
  /** The limit that leaves no room for another request, as it is now. */
  reached(): Promise<LimitReached | undefined>
}

export interface PurseParts {
  readonly ports: Ports
  readonly journal: Journal
  /** What was spent could not be told to other sessions. */
  readonly failed: (error: unknown) => void
}

/** Tells other sessions what this one spends. What a worker that died had not told yet, the next one does. */
export function createPurse({ ports, journal, failed }: PurseParts): Purse {
  const { session, clock, spent } = ports
  let told = journal.spending
  const tell = (): void => {
    const { today, day, raised } = journal.spending
    if (today !== 0) spent.note(today, session, { spent: day, raised: raised.day }).catch(failed)
  }
  if (told.today === dayOf(clock.now())) tell()
  journal.watch(() => {
    const { spending } = journal
    if (spending.day === told.day && spending.raised === told.raised) return
    told = spending
    tell()
  })
  return {
    reached: async () => {
      const limits = ports.limits()
      const now = clock.now()
      const others = Object.keys(limits.day).length > 0 ? await spent.others(dayOf(now), session) : NO_OTHERS
      return limitReached(journal.spending, limits, { now, others })
    },
  }
}
