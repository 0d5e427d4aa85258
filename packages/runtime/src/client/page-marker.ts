import type { StorageState } from './api'

const KEY = 'tabwright.sessions'

/** Where a page remembers that there were sessions, and in which database: beside it, so that it may go without this. */
export interface PageMarker {
  /** The list of a database as it is now. */
  saw(database: string, sessions: number): void
  /** What to tell when this is another database than the one that held sessions; undefined when nothing is missing. */
  missing(database: string | undefined): string | undefined
}

/** The part of `localStorage` that it takes. */
export interface PageMemory {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** @param memory the page's `localStorage`; a browser that refuses it has nothing to remember with */
export function createPageMarker(memory: PageMemory | undefined): PageMarker {
  /** How many sessions another database than this one held. */
  const elsewhere = (database: string): number => {
    const [sessions, held] = (memory?.getItem(KEY) ?? '').split(' ')
    return held === undefined || held === database ? 0 : Number(sessions)
  }
  return {
    saw(database, sessions) {
      // What is missing is said until there is something again.
      if (sessions > 0 || elsewhere(database) === 0) memory?.setItem(KEY, `${sessions} ${database}`)
    },
    missing(database) {
      const had = database === undefined ? 0 : elsewhere(database)
      return had > 0 ? sentence(had) : undefined
    },
  }
}

function sentence(had: number): string {
  if (had === 1) return 'Your browser removed what this site had kept: one session is gone from it. An export or a mirror brings it back.'
  return `Your browser removed what this site had kept: ${had} sessions are gone from it. An export or a mirror brings them back.`
}

/** What the database says, with what only the page can know. */
export function withMarker(state: StorageState, removed: string | undefined): StorageState {
  return state.type === 'kept' && removed !== undefined ? { ...state, removed } : state
}
