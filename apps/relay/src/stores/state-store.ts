import type { Json } from '@tabwright/protocol'
import type { NewItem } from './queue-store'
import type { OpProblem, StateOp } from './state-ops'

/** A value as it is kept. Versions only grow, also over a deletion, so an old one never fits by chance. */
export interface StateEntry {
  readonly scope: string
  readonly key: string
  readonly value: Json
  readonly version: number
}

/** One change of one value. */
export interface StateWrite {
  readonly scope: string
  readonly key: string
  readonly change: { type: 'set'; value: Json } | { type: 'update'; ops: readonly StateOp[] } | { type: 'delete' }
  /** Only if this is the version now; 0: only if there is nothing. */
  readonly expected?: number | undefined
}

/** What a change did. */
export interface StateChanged {
  readonly type: 'changed'
  readonly before: StateEntry | undefined
  /** Undefined: it is gone, or never was. The same as `before`: nothing was written. */
  readonly after: StateEntry | undefined
  /** Operations that did not fit the value; the others count. */
  readonly problems: readonly OpProblem[]
}

/** Another version is there (0: none), so nothing was written. */
export interface StateConflict {
  readonly type: 'conflict'
  readonly version: number
}

/** One page of a scope, in key order. */
export interface StatePage {
  readonly limit: number
  /** Only keys behind this one. */
  readonly after?: string | undefined
}

/**
 * Values by scope and key. What a call has returned from is on the disk.
 * @throws StoreFull from whatever writes, when neither disk nor limit has room; nothing of that write is kept
 */
export interface StateStore {
  get(scope: string, key: string): Promise<StateEntry | undefined>
  list(scope: string, page: StatePage): Promise<readonly StateEntry[]>
  groups(): Promise<readonly string[]>
  /**
   * @param announce items for the queue that this very change causes: kept together with it or not at all. It may be asked more than once
   *   for one change, and must only compute.
   */
  write(write: StateWrite, announce: (changed: StateChanged) => readonly NewItem[]): Promise<StateChanged | StateConflict>
}
