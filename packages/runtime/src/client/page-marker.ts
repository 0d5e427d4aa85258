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
  return {
    saw(sessions) {
      // What is missing is said until there is something again.
      if (sessions > 0 || told === undefined) memory?.setItem(KEY, String(sessions))
      if (sessions > 0) told = undefined
    },
    missing(isNew) {
      const had = Number(memory?.getItem(KEY) ?? 0)
      if (isNew && had > 0) told = sentence(had)
      return told
    },
  }
}

function sentence(had: number): string {
  const sessions = had === 1 ? 'the session' : `the ${had} sessions`
  return `Your browser removed what this site had kept: ${sessions} that were here are gone from it. An export or a mirror brings them back.`
}

/** What the database says, with what only the page can know. */
export function withMarker(state: StorageState, removed: string | undefined): StorageState {
  return state.type === 'kept' && removed !== undefined ? { ...state, removed } : state
}
