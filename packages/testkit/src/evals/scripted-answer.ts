import { answer, text, tool, type Reply, type ScriptBlock } from '../model-server/reply'
import type { Script } from '../model-server/server'
import type { RanCall } from './drive'

/** One step of a scripted answer: a request is answered with the one call that it stands for. */
export type ScriptedStep =
  | { readonly read: string }
  | { readonly search: string }
  | { readonly edit: string; readonly old: string; readonly new: string }
  | { readonly write: string; readonly text: string }
  | { readonly run: string }
  /** A command that changes nothing: whoever has no time can do without. `fails`: it is expected to, as tests do that show a bug. */
  | { readonly try: string; readonly fails?: true }
  | { readonly diagnose: string }

function callOf(step: ScriptedStep): ScriptBlock {
  if ('read' in step) return tool('read_file', { path: step.read })
  if ('search' in step) return tool('grep', { pattern: step.search })
  if ('edit' in step) return tool('edit_file', { path: step.edit, old_text: step.old, new_text: step.new })
  if ('write' in step) return tool('write_file', { path: step.write, content: step.text })
  if ('run' in step) return tool('shell', { command: step.run, purpose: 'change several files at once' })
  if ('try' in step) return tool('shell', { command: step.try, purpose: 'see whether it works' })
  return tool('diagnostics', { path: step.diagnose })
}

/** A model that takes these steps one after the other and then says that it is done. */
export function scriptOf(steps: readonly ScriptedStep[]): Script {
  return (_request, n): Reply => {
    const step = steps[n]
    return answer(step === undefined ? [text('Done.')] : [callOf(step)])
  }
}

/** What of a script did not go as it was written: such an answer proves nothing. */
export function troubleIn(steps: readonly ScriptedStep[], ran: readonly RanCall[]): readonly string[] {
  const short = steps.length === ran.length ? [] : [`${steps.length} steps were scripted and ${ran.length} calls ran`]
  const wrong = ran.flatMap(({ tool: name, isDone, text: said }, at) => {
    const step = steps[at]
    const isExpected = isDone === !(step !== undefined && 'try' in step && step.fails === true)
    return isExpected ? [] : [`step ${at + 1} (${name}): ${said.slice(0, 1500)}`]
  })
  return [...short, ...wrong]
}
