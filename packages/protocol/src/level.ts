import { assertNever } from './never'
import type { Mode, RulePattern } from './permission'

/** How far an agent may go by itself, in five steps. */
export type Level = (typeof LEVELS)[number]

/** In the order in which they are offered. */
export const LEVELS = ['read-only', 'workspace-write', 'danger-full-access', 'prompt', 'allow'] as const

/** A level as modes and rules say it. */
export interface Preset {
  readonly mode: Mode
  readonly denies: readonly RulePattern[]
}

/**
 * What needs no more than the level passes, what needs one step more asks, what needs more is denied; the steps are reading, changing files, and
 * everything else. `prompt` asks for all that is not reading, `allow` for nothing in the sandbox. The network asks in all of them but the first.
 */
export function presetOf(level: Level): Preset {
  switch (level) {
    case 'read-only':
      return {
        mode: 'ask',
        denies: [
          { type: 'acts', tool: 'shell' },
          { type: 'tool', tool: 'fetch' },
        ],
      }
    case 'workspace-write':
      return { mode: 'accept-edits', denies: [] }
    case 'danger-full-access':
      return { mode: 'auto', denies: [] }
    case 'prompt':
      return { mode: 'ask', denies: [] }
    case 'allow':
      return { mode: 'bypass', denies: [] }
    default:
      return assertNever(level)
  }
}
