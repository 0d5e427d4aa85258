import type { ModelInfo, SessionEventMap, WhenLong } from '@tabwright/protocol'
import { shownIn, tokensShown } from '../attached'
import type { Unsent } from '../records'

/** The beta of the API's own summaries; every request that makes one or carries one has to name it. */
export const COMPACTION_BETA = 'compact-2026-09-04'

/** Kept free at least, in tokens. Source: harness.md F20. */
const RESERVE = 30_000
/** A window of a million tokens makes every step dear long before it is full. Source: harness.md F20, default. */
const USER_WINDOW = 300_000
/** As in the request body; see `requestBody`. */
const MAX_ANSWER = 32_000
/** The question for the summary itself. */
const SUMMARY_PROMPT = 2000
/**
 * Characters of one token where nothing was counted yet. Low on purpose: printed tool output is the worst case, and an estimate that is
 * too small ends in a refused request (harness.md T11).
 */
export const CHARS_PER_TOKEN = 2.5

/** Where a conversation is summarised, in tokens. */
export interface Limits {
  /** From here on a summary is made beside the work. */
  readonly compactAt: number
  /** A request that would reach this does not leave room for its answer. Absent where the provider names no window: nothing is guessed. */
  readonly full?: number
}

/** The limits of one model, from the provider's list. A window smaller than twice the reserve is split in half. */
export function limitsOf(info: ModelInfo): Limits {
  const window = info.contextWindow
  if (window === undefined) return { compactAt: USER_WINDOW }
  const answer = Math.min(info.maxOutput ?? MAX_ANSWER, MAX_ANSWER)
  const reserve = Math.min(Math.max(RESERVE, answer + SUMMARY_PROMPT), Math.floor(window / 2))
  return {
    compactAt: Math.min(window - reserve, USER_WINDOW),
    full: Math.max(window - answer - SUMMARY_PROMPT, Math.floor(window / 2)),
  }
}

/** What a turn says about old results: nothing, unless the person chose it and the provider's list names it for this model. */
export function clearingOf(info: ModelInfo, whenLong: WhenLong | undefined): Pick<SessionEventMap['turn.started'], 'clearAt'> {
  return whenLong === 'clear' && info.clearsResults === true ? { clearAt: limitsOf(info).compactAt } : {}
}

/** Tokens that the next request adds to what was counted: an upper estimate, because nobody counted them yet. */
export function tokensAhead(unsent: readonly Unsent[]): number {
  const characters = unsent.reduce((sum, item) => sum + lengthOf(item), 0)
  const shown = unsent.flatMap(shownIn).reduce((sum, block) => sum + tokensShown(block), 0)
  return Math.ceil(characters / CHARS_PER_TOKEN) + shown
}

function lengthOf(item: Unsent): number {
  if (item.type === 'result') return item.outcome.text.length
  if (item.type === 'instructions') return item.text?.length ?? 0
  return item.content.reduce((sum, block) => sum + (block.type === 'text' ? block.text.length : 0), 0)
}
