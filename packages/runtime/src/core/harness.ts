/** What runs a session, for those who put it together outside of a tab: the test kit and the simulator. */
export { createCommands, type Answered, type Commands } from './commands'
export { createDriver, type Driver } from './driver'
export { openJournal, type Journal } from './journal'
export type { LiveUpdate } from './live'
export type { ModelChoice, Ports } from './ports'
export { createRegistry } from './registry'
export { foldReviews, type Reviews } from './reviews'
export type { Tool } from './tool'
