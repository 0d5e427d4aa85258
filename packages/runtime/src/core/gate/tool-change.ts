import { ruleText, type Rule, type Verdict } from '@tabwright/protocol'

/** Rules, by whether they speak of the tool as it is. */
export interface RulesOfNow {
  readonly rules: readonly Rule[]
  /** Allowed for a tool of this name that was another one. */
  readonly voided: readonly Rule[]
}

/** What a person allowed a tool it was allowed as it was: a change of its name, description, input or effect voids that. Rules that ask or deny stay. */
export function rulesOfNow(all: readonly Rule[], { tool, identity }: { readonly tool: string; readonly identity: string }): RulesOfNow {
  const isVoid = (rule: Rule): boolean =>
    rule.effect === 'allow' && rule.pattern.tool === tool && rule.identity !== undefined && rule.identity !== identity
  return { rules: all.filter((rule) => !isVoid(rule)), voided: all.filter(isVoid) }
}

/** The same question, with what changed of the tool since it was allowed. */
export function askedForChange(verdict: Extract<Verdict, { type: 'ask' }>, rule: Rule, identity: string): Verdict {
  const changes = changesOf(rule.identity ?? '', identity)
  const reason = `You allowed ${ruleText(rule)}, and the tool is another one since. ${changes} ${verdict.reason}`
  return { ...verdict, reason }
}

const FIELDS = ['name', 'description', 'input', 'effect', 'worker', 'version', 'identity'] as const

/** Each part that differs, before and after, to its last character. */
function changesOf(before: string, after: string): string {
  const [was, is] = [partsOf(before), partsOf(after)]
  const changed = FIELDS.flatMap((field, i) =>
    was[i] === is[i] ? [] : [`Its ${field} was ${was[i] ?? 'not there'} and is ${is[i] ?? 'not there'}.`],
  )
  return changed.length > 0 ? changed.join(' ') : `It was ${before} and is ${after}.`
}

function partsOf(identity: string): readonly string[] {
  if (!identity.startsWith('[')) return []
  const parts: unknown = JSON.parse(identity)
  return Array.isArray(parts) ? parts.map((part) => JSON.stringify(part)) : []
}
