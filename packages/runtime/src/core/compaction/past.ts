import type { Journal } from '../journal'
import type { Ports } from '../ports'
import type { SessionReader } from '../tool'

/** The log of the session that the journal writes, as its tools may read it. */
export function pastOf({ log, session }: Pick<Ports, 'log' | 'session'>, { state }: Journal): SessionReader {
  return { head: state.head, summarised: state.compaction.since, read: (from, to) => log.read(session, from, to) }
}
