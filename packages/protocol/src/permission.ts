export type RuleEffect = 'deny' | 'ask' | 'allow'

/** What a rule matches. `argv` matches a fully parsed simple shell command by its leading words, or whole when `exact`. */
export type RulePattern =
  | { readonly type: 'tool'; readonly tool: string }
  | {
      readonly type: 'argv'
      readonly tool: string
      readonly argv: readonly string[]
      readonly exact: boolean
      /** Only in this folder; any folder when absent. */
      readonly cwd?: string
    }
  | { readonly type: 'bytes'; readonly tool: string; readonly bytes: string }

export interface Rule {
  readonly id: string
  readonly effect: RuleEffect
  readonly pattern: RulePattern
  readonly scope: 'built-in' | 'session'
  /** One short clause: why this rule is there. */
  readonly why: string
}

/** What the rules say of one call. `offer` is the narrowest rule that "Allow for this session" would add. */
export type Verdict =
  | { readonly type: 'allow'; readonly rule: string; readonly shown: string }
  | { readonly type: 'deny'; readonly rule: string; readonly reason: string }
  | { readonly type: 'ask'; readonly reason: string; readonly offer?: Rule }

export type Decision =
  | { readonly type: 'allow'; readonly by: 'rule' | 'user'; readonly remember?: Rule }
  | { readonly type: 'deny'; readonly by: 'rule' | 'user'; readonly note?: string }

/** A rule as a person reads it, such as `shell(node --test)`. */
export function ruleText(rule: Pick<Rule, 'pattern'>): string {
  const { pattern } = rule
  if (pattern.type === 'tool') return pattern.tool
  if (pattern.type === 'bytes') return `${pattern.tool}(this exact call)`
  const where = pattern.cwd === undefined || pattern.cwd === '/workspace' ? '' : ` in ${pattern.cwd}`
  return `${pattern.tool}(${pattern.argv.join(' ')}${pattern.exact ? '' : ' …'})${where}`
}
