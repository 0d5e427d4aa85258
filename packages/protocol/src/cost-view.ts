import type { Usage } from './content'
import type { LimitScope, LimitUnit } from './limits'
import type { SessionCost } from './screen'

/** What a session cost, by model and by tool, and what the day stands at. */
export interface CostView {
  readonly session: SessionCost
  readonly tokens: Usage
  /** Dearest first. */
  readonly models: readonly ModelCost[]
  /** Those whose results brought most first. */
  readonly tools: readonly ToolCost[]
  /** Of all sessions of this browser; a day begins at midnight UTC. `others`: of it, what other sessions spent. */
  readonly today: { readonly dollars: number; readonly tokens: number; readonly others: number }
  /** Limits that are set, and where each stands. */
  readonly budget: readonly BudgetLine[]
}

/** What one model was billed. */
export interface ModelCost {
  readonly model: string
  readonly bills: number
  readonly usage: Usage
  /** US dollars; absent where the model has no price here. */
  readonly dollars?: number
  /** Part of it was counted from what streamed, because an answer was cut. */
  readonly isEstimated: boolean
}

/**
 * What calls of one tool brought into the window: of the tokens by which the next request grew, as the provider counted them, the share that
 * follows from the length of their results. What is read of them again later, from the cache, is not in it.
 */
export interface ToolCost {
  readonly name: string
  readonly calls: number
  readonly tokens: number
  /** US dollars of those tokens where they were read first; absent where a model has no price here. */
  readonly dollars?: number
  /** US dollars that calls were billed themselves: sub-agents, searches that a model made. */
  readonly own: number
}

export interface BudgetLine {
  readonly scope: LimitScope
  readonly unit: LimitUnit
  readonly used: number
  readonly allowed: number
}
