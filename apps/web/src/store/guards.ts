import { DEFAULT_GUARDS, GUARD_LEVELS, GUARD_SETS, type GuardLevel, type GuardLevels, type GuardSet } from '@tabwright/protocol'

/** Where the levels are kept. */
export const GUARDS_KEY = 'tabwright.guards'

/** As they are kept: a word for each set. */
export const guardsText = (guards: GuardLevels): string => GUARD_SETS.map((set) => guards[set]).join(' ')

/** The default for each set that nothing, or nothing known, is kept of. */
export function guardsOf(text: string | null): GuardLevels {
  const words = (text ?? '').split(' ')
  const levelOf = (set: GuardSet): GuardLevel =>
    GUARD_LEVELS.find((level) => level === words[GUARD_SETS.indexOf(set)]) ?? DEFAULT_GUARDS[set]
  return { input: levelOf('input'), tool: levelOf('tool'), output: levelOf('output'), check: levelOf('check') }
}
