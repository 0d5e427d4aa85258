import { fail, type Rule } from '@tabwright/protocol'
import type { Standing } from './gate/rules'
import { modeNow } from './modes'
import type { SessionState } from './session-state'

/** Rules that outlive a session, as one session sees them: those of its project and those of this browser. Never of its files. */
export interface RuleBook {
  /** As they are at this moment, whichever tab changed them. @throws FailureError where they cannot be read: without them nothing is judged */
  read(): Promise<readonly Rule[]>
  /** Durable when it resolves; the same rule twice is one. @param rule of scope `project` */
  keep(rule: Rule): Promise<void>
  /** These decided something just now. For people who look at the list; may be lost. */
  used(ids: readonly string[]): void
  /** Called when the rules may be others than before. */
  watch(listener: () => void): () => void
}

/** Where nothing outlives the tab, no rule does. */
export function noRuleBook(): RuleBook {
  return {
    read: async () => [],
    keep: async () => fail('storage_off', 'This browser keeps no data, so no rule outlives this page; allow it for the session instead.'),
    used: () => undefined,
    watch: () => () => undefined,
  }
}

/** What a verdict depends on at this moment. */
export async function standingNow(ports: { readonly rules: RuleBook }, state: SessionState): Promise<Standing> {
  return { rules: [...(await ports.rules.read()), ...state.rules], mode: modeNow(state) }
}
