import type { Call } from '../command'
import type { OutputBuffer } from '../../streams/buffered'
import type { Look } from '../files/look'
import type { Moment } from '../dates/strftime'
import type { Zone } from '../dates/zones'

/** One thing that a walk came to. */
export interface Item {
  readonly path: string
  /** The starting point that it was found from, as typed. */
  readonly start: string
  readonly depth: number
  readonly look: Look
}

/** What a test or an action says; only those that run others have to wait. */
export type Verdict = boolean | Promise<boolean>
export type Test = (item: Item) => Verdict

/** One run of `find`, as its tests and actions see it. */
export interface FindRun {
  readonly call: Call
  readonly out: OutputBuffer
  readonly now: Moment
  readonly zone: Zone
  /** Links are followed: always, on the command line, never. */
  follows: 'all' | 'operands' | 'none'
  maxDepth: number
  minDepth: number
  isDepthFirst: boolean
  isDayStart: boolean
  regexType: string
  isWarning: boolean
  /** Set by -prune for the item at hand. */
  isPruned: boolean
  hasQuit: boolean
  code: number
  /** Done at the end: commands that gather arguments, files that were written. */
  readonly endings: (() => Promise<void>)[]
  complain(message: string): Promise<void>
}
