import type { WireRow } from '@tabwright/protocol'

/** The beta of the provider's own editing of what the model sees. What is stored and sent is not changed by it. */
export const CLEARING_BETA = 'context-management-2025-06-27'
/** The one edit that is asked for, and the name under which it is reported. */
export const CLEAR_TOOL_USES = 'clear_tool_uses_20250919'

/** So many of the newest results are always seen. Source: harness.md F19. */
export const KEPT_RESULTS = 3
/** Leaving out less than this, in tokens, is not worth a broken cache. Source: harness.md F19. */
export const LEAST_CLEARED = 20_000

/** The member of a request that asks for it from so many tokens on. */
export function clearingMember(clearAt: number): string {
  const edit = {
    type: CLEAR_TOOL_USES,
    trigger: { type: 'input_tokens', value: clearAt },
    keep: { type: 'tool_uses', value: KEPT_RESULTS },
    clear_at_least: { type: 'input_tokens', value: LEAST_CLEARED },
  }
  return `"context_management":${JSON.stringify({ edits: [edit] })}`
}

/** Tool results in stored messages. A quote inside of a text is escaped, so no text is taken for one. */
export function resultsIn(rows: readonly WireRow[]): number {
  return rows.reduce((sum, { role, text }) => (role === 'user' ? sum + text.split('{"type":"tool_result"').length - 1 : sum), 0)
}
