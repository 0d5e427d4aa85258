import type { Decision, Rule, SessionEvent } from '@tabwright/protocol'

/** What a person allowed for this session alone, and did not take back. */
export function foldRules(rules: readonly Rule[], event: SessionEvent): readonly Rule[] {
  switch (event.type) {
    case 'call.decided':
    case 'fetch.decided': {
      const rule = ruleOf(event.data.decision)
      return rule ? [...rules.filter(({ id }) => id !== rule.id), rule] : rules
    }
    case 'rule.revoked':
      return rules.filter(({ id }) => id !== event.data.rule)
    default:
      return rules
  }
}

/** A rule of the session that comes with a decision. One that reaches further stands outside of the log, where it can be taken back. */
function ruleOf(decision: Decision): Rule | undefined {
  return decision.type === 'allow' && decision.remember?.scope === 'session' ? decision.remember : undefined
}
