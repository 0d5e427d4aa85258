import type { ModelInfo } from './ports'

/** What finished work is held against before a turn ends. A command is judged by the gate and run by the hands like the agent's own. */
export type QualityCheck =
  | { readonly type: 'none' }
  /** Where the turn changed files. */
  | { readonly type: 'command'; readonly command: string }
  /** The JSON that a final answer ends with, or is, held against a JSON Schema. */
  | { readonly type: 'schema'; readonly schema: string }
  /** Every final answer; one more request to a model, which says yes or no. */
  | { readonly type: 'question'; readonly question: string }

/** What a person wants done about work that does not succeed. */
export interface QualityWish {
  readonly check: QualityCheck
  /** Asked when another approach did not help either, from the next turn on. */
  readonly stronger?: ModelInfo
}

/** Nothing is held against anything. */
export const NO_QUALITY: QualityWish = { check: { type: 'none' } }

/** Steps up when work does not succeed, in their order. Source: harness.md F69, C13. */
export type Rung = (typeof RUNGS)[number]

/** In the order in which they are taken. */
export const RUNGS = ['retry', 'approach', 'model', 'human'] as const
