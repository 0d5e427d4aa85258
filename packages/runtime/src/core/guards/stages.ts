import {
  failureOf,
  isJsonObject,
  type CallId,
  type Content,
  type GuardAnswer,
  type GuardPoint,
  type Json,
  type Placeholder,
} from '@tabwright/protocol'
import type { HookReply } from '../hooks/hook-answer'
import { hookContext } from '../hooks/hook-context'
import type { Hooks } from '../hooks/hooks'
import type { Fact } from '../fact'
import { ended } from '../outcomes'
import { parseStrict } from '../parse-strict'
import type { Ports } from '../ports'
import type { CallRecord, Unsent } from '../records'
import type { SessionState } from '../session-state'
import { addedBy, blockOf, guardAnswer, guardCall, guardPrompt, guardResult, type Guarded, type GuardView } from './guards'

/** Where guards stand in the loop: each gives what goes on and the facts that go in the entry of what they looked at. */

type Sources = { readonly ports: Pick<Ports, 'guards'>; readonly state: SessionState }

function viewOf({ ports, state }: Sources): GuardView {
  return { levels: ports.guards(), placeholders: state.placeholders, script: state.script }
}

const factOf = (point: GuardPoint, answers: readonly GuardAnswer[], call?: CallId): readonly Fact[] =>
  answers.length === 0 ? [] : [{ type: 'guard.answered', data: { point, ...(call !== undefined && { call }), answers } }]

/** Messages before their first send. */
export function guardUnsent(
  unsent: readonly Unsent[],
  sources: Sources,
): { readonly unsent: readonly Unsent[]; readonly facts: readonly Fact[] } {
  const view = viewOf(sources)
  const answers: GuardAnswer[] = []
  let placeholders: readonly Placeholder[] = view.placeholders
  const guarded = (content: Content): Content => {
    if (content.type !== 'text') return content
    const { value, answers: said } = guardPrompt(content.text, { ...view, placeholders })
    placeholders = [...placeholders, ...addedBy(said)]
    answers.push(...said)
    return { ...content, text: value }
  }
  const out = unsent.map((item) => {
    // What the app says itself is nothing new, but it may repeat what a person wrote.
    if (item.type !== 'message' || (!item.wakes && view.levels.input !== 'block')) return item
    return { ...item, content: item.content.map(guarded) }
  })
  return { unsent: out, facts: factOf('prompt', answers) }
}

/** A call before it is judged. `ended`: it does not come to that. */
export interface GuardedInput {
  readonly input: Json
  readonly facts: readonly Fact[]
  readonly isEnded: boolean
  /** A hook of the project wants a person to be asked. */
  readonly asks?: string | undefined
}

/** What looks at a call beside the guards. */
export interface CallSources extends Sources {
  readonly hooks: Pick<Hooks, 'onCall'>
  /** Fills in what a hook's new input left out. @throws FailureError `bad_input` for what does not fit */
  readonly prepare: (input: Json) => Json
}

/** What was said of this call already is said again, not asked again. */
export async function guardInput(call: CallRecord, input: Json, sources: CallSources): Promise<GuardedInput> {
  const { guarded } = call
  if (guarded) {
    const known = guarded.bytes === undefined ? input : parseStrict(guarded.bytes)
    return { input: known, facts: [], isEnded: false, asks: guarded.asks }
  }
  const { id, name } = call.content
  const before = callsBefore(call, sources.state)
  const guard = (value: Json): Guarded<Json> => guardCall({ tool: name, input: value, before }, viewOf(sources))
  const first = guard(input)
  if (blockOf(first.answers) !== undefined || !isJsonObject(first.value)) return guardedInput(call, first)
  const replies = (await sources.hooks.onCall(id, name, first.value)).map((reply) => preparedReply(reply, sources.prepare))
  const changed = replies.findLast(({ input: next }) => next)?.input
  const said = [...first.answers, ...replies.map(({ answer }) => answer)]
  if (changed === undefined || blockOf(said) !== undefined) return guardedInput(call, { value: first.value, answers: said })
  // A rewrite is a new call to the guards.
  const again = guard(changed)
  return guardedInput(call, { value: again.value, answers: [...said, ...again.answers] })
}

function callsBefore({ content: { id, name } }: CallRecord, { calls, callCounts }: SessionState): number {
  const inBatch = calls.slice(
    0,
    calls.findIndex((one) => one.content.id === id),
  )
  return (callCounts.get(name) ?? 0) + inBatch.filter((one) => one.content.name === name).length
}

/** A new input that the tool would not take is none. */
function preparedReply(reply: HookReply, prepare: (input: Json) => Json): HookReply {
  const { answer, input } = reply
  if (input === undefined || answer.type !== 'modify') return reply
  try {
    const next = prepare(input)
    return isJsonObject(next) ? { answer: { ...answer, bytes: JSON.stringify(next) }, input: next } : reply
  } catch (error) {
    const { message, code } = failureOf(error)
    if (code !== 'bad_input') throw error
    const hook = { ms: 0, ...answer.hook, failure: `its new input does not fit: ${message}` }
    return { answer: { type: 'pass', guard: answer.guard, hook } }
  }
}

function guardedInput(call: CallRecord, { value, answers }: Guarded<Json>): GuardedInput {
  const said = factOf('pre-tool', answers, call.content.id)
  const block = answers.find(({ type }) => type === 'block')
  if (block?.type !== 'block') {
    const asks = answers.flatMap(({ hook }) => hook?.asks ?? []).join(' ')
    return { input: value, facts: said, isEnded: false, ...(asks !== '' && { asks }) }
  }
  const who = block.hook ? `The project's hook ${block.guard}` : 'A guard'
  const text = `${who} did not let this call pass: ${block.reason} Do it another way, or ask the person.`
  const context = answers.flatMap(hookContext).join('\n')
  // Without a note: that is where a person's own words stand.
  const outcome = { type: 'denied', text: context === '' ? text : `${text}\n${context}` } as const
  return { input: value, facts: [...said, ended(call, outcome)], isEnded: true }
}

/** The text of a result before it is kept. @param said by hooks of the project, which looked at it first */
export function guardText(
  call: CallId,
  text: string,
  { said = [], ...sources }: Sources & { readonly said?: readonly GuardAnswer[] },
): { readonly text: string; readonly facts: readonly Fact[] } {
  const { value, answers } = guardResult(text, viewOf(sources))
  const notes = said.flatMap((answer) => [
    ...(answer.type === 'block' ? [`[The project's hook ${answer.guard} objects: ${answer.reason}]`] : []),
    ...hookContext(answer),
  ])
  return { text: [value, ...notes].join('\n'), facts: factOf('post-tool', [...said, ...answers], call) }
}

/** An answer that asks for no call. Once a turn it is sent back; after that it only is shown. */
export function guardFinal(content: readonly Content[], isThere: (path: string) => boolean, sources: Sources): readonly Fact[] {
  if (content.some(({ type }) => type === 'call')) return []
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
  const view = viewOf(sources)
  const levels = sources.state.isCorrected && view.levels.output === 'block' ? ({ ...view.levels, output: 'warn' } as const) : view.levels
  return factOf('answer', guardAnswer(text, isThere, { ...view, levels }).answers)
}

/** The model is asked to put its answer right. */
export interface Correction {
  readonly how: 'corrected'
  readonly objections: readonly string[]
}

/** What the model is told of an answer that does not pass. */
export function correctionWords({ objections }: Correction): string {
  return `Your answer was looked at before the person reads on: ${objections.join(' ')} Put it right and give the whole answer again.`
}
