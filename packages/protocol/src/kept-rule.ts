import type { Rule } from './permission'
import { KEPT_RULE_SCHEMA } from './session-schema'

/** A rule that outlives its session. It stands in this browser's own rows: nothing of a repository or an import ever becomes one. */
export interface KeptRule extends Rule {
  readonly scope: 'project' | 'user'
  /** Wall clock. */
  readonly createdAt: number
  readonly lastUsed?: number
  /** Where it holds; missing where it holds everywhere. */
  readonly project?: { readonly id: string; readonly name: string }
}

/** A rule as it was kept; undefined for what this build cannot read. */
export function parseKeptRule(value: unknown): KeptRule | undefined {
  const read = KEPT_RULE_SCHEMA.safeParse(value)
  return read.success && (read.data.scope === 'project') === (read.data.project !== undefined) ? read.data : undefined
}
