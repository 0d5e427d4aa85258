/**
 * How much a session may do without being asked. `ask`: look; `accept-edits`: change files of the workspace; `plan`: look, and nothing else;
 * `auto`: work in the tab's own sandbox; `bypass`: everything in that sandbox, what is protected too. The network asks in all of them.
 */
export type Mode = (typeof MODES)[number]

/** In the order in which they are offered. */
export const MODES = ['ask', 'accept-edits', 'plan', 'auto', 'bypass'] as const

/** What a mode is called. */
export const MODE_NAMES: Readonly<Record<Mode, string>> = {
  ask: 'Ask',
  'accept-edits': 'Accept edits',
  plan: 'Plan',
  auto: 'Auto',
  bypass: 'Bypass',
}

/** Of a session whose opening names none: before there were modes, edits were made unasked. */
export const UNNAMED_MODE: Mode = 'accept-edits'

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
  /** Each of these commands by its exact words, alone or together with the others in one line. */
  | { readonly type: 'commands'; readonly tool: string; readonly commands: readonly (readonly string[])[]; readonly cwd?: string }
  | { readonly type: 'bytes'; readonly tool: string; readonly bytes: string }
  /**
   * Requests to one origin, such as `https://example.org`. A rule that allows speaks only of those that read (`GET`, `HEAD`) without body and
   * credentials; one that asks or denies speaks of all.
   */
  | { readonly type: 'host'; readonly tool: string; readonly host: string }
  /** A file tool on the paths that fit: segments of the workspace with `*`, `?` and `**`; from the root of the sandbox with a slash in front. */
  | { readonly type: 'path'; readonly tool: string; readonly path: string }
  /** Whatever a tool does beside reading. Only for rules that ask or deny. */
  | { readonly type: 'acts'; readonly tool: string }

/** How far a rule reaches: `session`, all sessions of a `project`, or all of this browser's (`user`). */
export type RuleScope = 'built-in' | 'session' | 'project' | 'user'

export interface Rule {
  readonly id: string
  readonly effect: RuleEffect
  readonly pattern: RulePattern
  readonly scope: RuleScope
  /** One short clause: why this rule is there. */
  readonly why: string
  /** Of the tool as it was when a person allowed it on a card: another tool by that name it does not speak of. */
  readonly identity?: string
}

/** A rule that decided something, as the log keeps it: rules outside of the log may be gone when somebody asks. */
export interface RuleRef {
  readonly id: string
  readonly scope: RuleScope
  readonly text: string
}

/**
 * What the rules say of one call. `by`: the rules that it follows from, where it follows from rules. `offer` is the narrowest rule that would let
 * it pass next time, `broader` the same without the last words of a command. `names`: protected paths that it was said to write. `writes`: it ran
 * and was not kept, because it changed these protected paths; allowed, it runs again and may.
 */
export type Verdict =
  | { readonly type: 'allow'; readonly rule: string; readonly shown: string; readonly by?: readonly RuleRef[] }
  | { readonly type: 'deny'; readonly rule: string; readonly reason: string; readonly by?: readonly RuleRef[] }
  | {
      readonly type: 'ask'
      readonly reason: string
      readonly by?: readonly RuleRef[]
      readonly offer?: Rule
      readonly broader?: Rule
      readonly names?: readonly string[]
      readonly writes?: readonly string[]
    }

export type Decision =
  | { readonly type: 'allow'; readonly by: 'rule' | 'user'; readonly remember?: Rule }
  | { readonly type: 'deny'; readonly by: 'rule' | 'user'; readonly note?: string }
