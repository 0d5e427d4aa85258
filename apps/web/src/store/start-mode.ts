import type { Mode } from '@tabwright/protocol'

/** Where the choice is kept. */
export const START_MODE_KEY = 'tabwright.mode'

/** Those in which a session may begin and the next one as well: nobody finds that everything, or nothing, passes. */
export const START_MODES: readonly Mode[] = ['ask', 'accept-edits', 'auto']

/** Anything that is not a known choice asks. */
export function startModeChoice(text: string | null): Mode {
  return START_MODES.find((mode) => mode === text) ?? 'ask'
}
