/** Guards that are switched together: on what goes to the model, on what it wants to do, on what it says, and another look of a model at that. */
export type GuardSet = (typeof GUARD_SETS)[number]

/** In the order in which they are offered. */
export const GUARD_SETS = ['input', 'tool', 'output', 'check'] as const

/** `warn`: it passes and is shown. `block`: it does not pass as it is. */
export type GuardLevel = (typeof GUARD_LEVELS)[number]

/** In the order in which they are offered. */
export const GUARD_LEVELS = ['off', 'warn', 'block'] as const

/** How strict each set is. */
export type GuardLevels = Readonly<Record<GuardSet, GuardLevel>>

/** What holds until a person chooses otherwise. */
export const DEFAULT_GUARDS: GuardLevels = { input: 'warn', tool: 'warn', output: 'off', check: 'off' }

/**
 * Where guards and hooks look: when a session begins or goes on, at what a person wrote, at a call before it is judged, at its result before it
 * is kept, before a summary is made, at an answer that ends a turn, in front of that end, and after the session was left.
 */
export type GuardPoint = (typeof GUARD_POINTS)[number]

/** In the order of a session. */
export const GUARD_POINTS = ['session-start', 'prompt', 'pre-tool', 'post-tool', 'pre-compact', 'answer', 'stop', 'session-end'] as const

/** A text that the model sees under another name. */
export interface Placeholder {
  readonly name: string
  readonly text: string
}

/** What a hook of the project said beside its word. Texts are the project's: nothing in them is a person's. */
export interface HookSaid {
  readonly ms: number
  /** Why what it said does not count: it crashed, took too long, or said nothing that can be read. */
  readonly failure?: string
  /** A person is asked about the call, whatever the rules allow. */
  readonly asks?: string
  /** For the model, beside what goes on. */
  readonly context?: string
  /** The turn ends here. */
  readonly stops?: string
}

/** What one guard said. `reason` is a sentence for a person. `hook`: it is one of the project's, and `guard` its file. */
export type GuardAnswer =
  | { readonly type: 'pass'; readonly guard: string; readonly hook?: HookSaid }
  | { readonly type: 'warn'; readonly guard: string; readonly reason: string; readonly hook?: HookSaid }
  | { readonly type: 'block'; readonly guard: string; readonly reason: string; readonly hook?: HookSaid }
  /** `placeholders`: those that are new with it. `bytes`: the whole input of the call, as it is judged from here on. */
  | {
      readonly type: 'modify'
      readonly guard: string
      readonly reason: string
      readonly placeholders: readonly Placeholder[]
      readonly bytes?: string
      readonly hook?: HookSaid
    }
