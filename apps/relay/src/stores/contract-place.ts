import type { Stores } from './stores'

/** For contract suites: stores that can be closed and opened again over the same data, with a clock of the test's own. */
export interface StorePlace {
  readonly stores: Stores
  /** Wall clock of the stores, milliseconds. */
  readonly clock: { now: number }
  /** Closes and opens again what is on the disk. */
  reopen(): Promise<Stores>
  remove(): Promise<void>
}

/** Opens an empty place. */
export type OpenPlace = () => Promise<StorePlace>
