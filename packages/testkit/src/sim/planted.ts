import type { Clock, Hash, Model } from '@tabwright/protocol'
import type { Journal, Tool } from '@tabwright/runtime/harness'
import type { SessionStore } from '@tabwright/runtime/memory-store'
import type { Life } from './schedule'
import type { World } from './world'

/**
 * A mistake put in on purpose, through a seam that the product has anyway: a port, the journal that the driver is given, the list of
 * tools. A campaign that does not find it is not worth its time.
 */
export interface Plant {
  readonly name: string
  /** The story whose sweep must find it; when it does not, seeds must. */
  readonly where: string
  readonly store?: (store: SessionStore, world: World, life: Life) => SessionStore
  readonly journal?: (journal: Journal, world: World) => Journal
  readonly model?: (model: Model, world: World) => Model
  readonly clock?: (clock: Clock) => Clock
  readonly hash?: (hash: Hash) => Hash
  readonly tools?: (tools: readonly Tool[]) => readonly Tool[]
}
