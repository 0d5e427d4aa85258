import { openCoreTab } from './core-tab'
import type { Tab } from './desk'
import { openWorkerTab } from './worker-tab'
import type { World } from './world'

/** Opens a tab on the session: as its writer when the lock is free or stolen, as a follower otherwise. */
export function openTab(world: World, name: string, steal = false): Tab {
  return world.bare ? openCoreTab(world, name, steal) : openWorkerTab(world, name, steal)
}
