/** Events that a project's own handlers may answer to. Source: harness.md 1.9. */
export type HookEvent = (typeof HOOK_EVENTS)[number]

/** In the order of a session. */
export const HOOK_EVENTS = ['SessionStart', 'PreToolUse', 'PostToolUse', 'PreCompact', 'Stop', 'SessionEnd'] as const

/** Where a project says which handlers it has; their scripts are in the folder beside it. */
export const HOOKS_FILE = '.tabwright/hooks.json'
/** Nothing outside of this folder is run or can be read by a handler: who trusts it has seen all of it. */
export const HOOKS_FOLDER = '.tabwright/hooks/'

/** One handler of a project. */
export interface HookHandler {
  readonly event: HookEvent
  /** Tools, or ways to begin, that it is for; missing: all. Names with `|` between them, else a regular expression for the whole name. */
  readonly matcher?: string
  /** Path of its script, in {@link HOOKS_FOLDER}. */
  readonly script: string
  readonly timeoutMs: number
  /** Of a call: where it crashes or takes too long the call is denied, not passed. */
  readonly isPolicy: boolean
}

/** How a handler's newest run went. */
export interface HookRun {
  /** Wall clock. */
  readonly at: number
  readonly event: HookEvent
  readonly ms: number
  readonly said: 'pass' | 'warn' | 'block' | 'modify'
  /** What it said, or why that does not count. */
  readonly words?: string
  readonly failed: boolean
}

/** A project's hooks as a person looks at them. */
export type HooksView =
  | { readonly type: 'none' }
  /** They are there and cannot be read: nothing of them runs. */
  | { readonly type: 'broken'; readonly reason: string }
  | {
      readonly type: 'found'
      /** Of every byte that would run; trust is bound to it. */
      readonly digest: string
      readonly isTrusted: boolean
      /** Others by that project were trusted before: these are not those. */
      readonly isChanged: boolean
      readonly handlers: readonly (HookHandler & { readonly last?: HookRun })[]
      /** Everything that would run, to be read first. */
      readonly files: readonly { readonly path: string; readonly text: string }[]
    }
