import type { StorageState } from './api'

const KEY = 'tabwright.sessions'

/** Where a page remembers that there were sessions: beside the database, which may go without it. */
export interface PageMarker {
  /** The list as it is now. */
  saw(sessions: number): void
  /** What to tell when the database is new although there were sessions; undefined when nothing is missing. */
  missing(isNew: boolean): string | undefined
}

/** The part of `localStorage` that it takes. */
export interface PageMemory {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** @param memory the page's `localStorage`; a browser that refuses it has nothing to remember with */
export function createPageMarker(memory: PageMemory | undefined): PageMarker {
  let told: string | undefined
  let wasAsked = false
  return {
    saw(sessions) {
      // What is missing is said until there is something again.
      if (sessions > 0 || told === undefined) memory?.setItem(KEY, String(sessions))
      if (sessions > 0) told = undefined
    },
    missing(isNew) {
      // Only what was there before this page counts: later on the memory knows the sessions that began in the new database.
      const had = wasAsked ? 0 : Number(memory?.getItem(KEY) ?? 0)
      wasAsked = true
      if (isNew && had > 0) told = sentence(had)
      return told
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
