import type { Mode } from '@tabwright/protocol'
import type { Fact } from './fact'
import type { Turn } from './records'

/** Modes that end with the worker they were chosen in: nobody who opens a session again expects everything, or nothing, to pass. */
const ENDS: ReadonlySet<Mode> = new Set(['plan', 'bypass'])

/** What the model is told; undefined where it would not do anything otherwise. */
export function modeNote(mode: Mode, before: Mode): string | undefined {
  if (mode === before) return undefined
  if (mode === 'plan')
    return 'The person switched to plan mode: look as much as you like, but change nothing; every call that would is denied. When you know enough, say what you would do, step by step, and end your turn.'
  return before === 'plan' ? 'The person ended plan mode: you may act now, as far as they allow it.' : undefined
}

/** The facts of a person's choice. */
export function chosen(mode: Mode, before: Mode): readonly Fact[] {
  if (mode === before) return []
  const note = modeNote(mode, before)
  const told: Fact[] = note === undefined ? [] : [{ type: 'message.user', data: { content: [{ type: 'text', text: note }], from: 'app' } }]
  return [{ type: 'mode.chosen', data: { mode, by: 'user' } }, ...told]
}

/** The facts of opening a session again. */
export function reopened(mode: Mode): readonly Fact[] {
  if (!ENDS.has(mode)) return []
  const [, ...told] = chosen('ask', mode)
  return [{ type: 'mode.chosen', data: { mode: 'ask', by: 'app' } }, ...told]
}

/** From the mode in which least passes to that in which most does. */
const BY_BREADTH: readonly Mode[] = ['plan', 'ask', 'accept-edits', 'auto', 'bypass']

/** What may be done unasked where less than in the session's mode is wished: a sub-agent does not get more than its session. */
export function narrowerMode(session: Mode, wished: Mode | undefined): Mode {
  return wished !== undefined && BY_BREADTH.indexOf(wished) < BY_BREADTH.indexOf(session) ? wished : session
}

/** The mode as calls are judged in it: where nobody is there, none lets anything pass that no rule allows. */
export function modeNow({ mode, turn }: { readonly mode: Mode; readonly turn: Turn | undefined }): Mode {
  return turn?.isUnattended ? narrowerMode(mode, 'ask') : mode
}
