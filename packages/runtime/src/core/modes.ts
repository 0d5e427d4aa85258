import type { Mode } from '@tabwright/protocol'
import type { Fact } from './fact'

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
