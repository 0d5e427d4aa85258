import {
  isJsonObject,
  type GuardAnswer,
  type GuardLevel,
  type GuardLevels,
  type GuardPoint,
  type Json,
  type Placeholder,
} from '@tabwright/protocol'
import { citationsGone, isFenceOpen } from './answers'
import { findOrders, findPersonal, findSecrets, type Finding } from './detect'
import { mask, unmask } from './placeholders'
import { mixedWord, scriptOf, type ScriptName } from './script'
import { destructive } from './sensitive'

/** What guards know beside what they look at. */
export interface GuardView {
  readonly levels: GuardLevels
  /** Names that the model knows texts by. */
  readonly placeholders: readonly Placeholder[]
  /** What the person wrote in last. */
  readonly script?: ScriptName | undefined
}

/** What guards said of one thing, in their order, and what became of it. */
export interface Guarded<T> {
  readonly value: T
  /** Nothing at all where every guard let it pass. */
  readonly answers: readonly GuardAnswer[]
}

/** Calls of one tool in one turn. Source: harness.md F46. */
export const MOST_CALLS = 50

const kept = <T>(value: T, answers: readonly GuardAnswer[]): Guarded<T> => ({
  value,
  // What passes everywhere follows from the log and the levels alone: it is not worth a fact.
  answers: answers.every(({ type }) => type === 'pass') ? [] : answers,
})

/** The reason why something does not pass. */
export function blockOf(answers: readonly GuardAnswer[]): string | undefined {
  const block = answers.find((answer) => answer.type === 'block')
  return block?.type === 'block' ? block.reason : undefined
}

/** What a person wrote, before it is sent for the first time. `block` hides what was found behind names. */
export function guardPrompt(text: string, { levels, placeholders }: GuardView): Guarded<string> {
  if (levels.input === 'off') return kept(text, [])
  const secrets = hide('secrets', { text, findings: findSecrets(text), known: placeholders }, levels.input)
  const personal = hide(
    'personal data',
    { text: secrets.value, findings: findPersonal(secrets.value), known: [...placeholders, ...addedBy(secrets.answers)] },
    levels.input,
  )
  const long = guardLength(personal.value, levels.input)
  return kept(long.value, [...secrets.answers, ...personal.answers, ...long.answers, guardLetters(text)])
}

/** A message of so many characters fills much of a window, and is paid for again with every request. */
export const LONG_PROMPT = 50_000
/** What is left of one that is cut: its beginning, which says what is wanted, and its end. */
const KEPT_OF_LONG = { head: 30_000, tail: 15_000 }

function guardLength(text: string, level: GuardLevel): Guarded<string> {
  const guard = 'length'
  if (text.length <= LONG_PROMPT) return { value: text, answers: [{ type: 'pass', guard }] }
  const what = `It has ${text.length.toLocaleString('en')} characters`
  if (level === 'warn')
    return { value: text, answers: [{ type: 'warn', guard, reason: `${what}; all of them are sent with every request.` }] }
  const { head, tail } = KEPT_OF_LONG
  const cut = text.length - head - tail
  const value = `${text.slice(0, head)}\n[${cut} characters of this message were left out here; ask for them where they matter]\n${text.slice(-tail)}`
  return { value, answers: [{ type: 'modify', guard, reason: `${what}: the model reads its beginning and its end.`, placeholders: [] }] }
}

/** A word that is not what it seems to be can be shown, not mended. */
function guardLetters(text: string): GuardAnswer {
  const word = mixedWord(text)
  if (word === undefined) return { type: 'pass', guard: 'language' }
  return { type: 'warn', guard: 'language', reason: `The word ${JSON.stringify(word)} has letters of two alphabets that look alike.` }
}

interface Hiding {
  readonly text: string
  readonly findings: readonly Finding[]
  readonly known: readonly Placeholder[]
}

function hide(guard: string, { text, findings, known }: Hiding, level: GuardLevel): Guarded<string> {
  const isKnown = level === 'block' && known.some((one) => text.includes(one.text))
  if (findings.length === 0 && !isKnown) return { value: text, answers: [{ type: 'pass', guard }] }
  const kinds = [...new Set(findings.map(({ kind }) => kind))].join(', ') || 'what is hidden elsewhere'
  if (level === 'warn')
    return { value: text, answers: [{ type: 'warn', guard, reason: `It holds what looks like: ${kinds}. The model reads it.` }] }
  const { text: value, added } = mask(text, findings, known)
  const reason = `The model reads a placeholder instead of: ${kinds}.`
  return { value, answers: [{ type: 'modify', guard, reason, placeholders: added }] }
}

/** Names that answers brought. */
export function addedBy(answers: readonly GuardAnswer[]): readonly Placeholder[] {
  return answers.flatMap((answer) => (answer.type === 'modify' ? answer.placeholders : []))
}

/** A call that a model wants to make. */
export interface GuardedCall {
  readonly tool: string
  readonly input: Json
  /** Calls of this tool that began earlier in the turn. */
  readonly before: number
}

/** A call before it is judged: what the gate judges and shows is what comes out of here. */
export function guardCall({ tool, input, before }: GuardedCall, { levels, placeholders }: GuardView): Guarded<Json> {
  // Not switched off with the set: the model was given these names.
  const restored = restore(input, placeholders)
  const isRestored = JSON.stringify(restored) !== JSON.stringify(input)
  const reason = 'Placeholders stand again for what they hide.'
  const back: GuardAnswer[] = isRestored
    ? [{ type: 'modify', guard: 'placeholders', reason, placeholders: [], bytes: JSON.stringify(restored) }]
    : []
  if (levels.tool === 'off') return kept(restored, back)
  const level = levels.tool
  const rate: GuardAnswer =
    before < MOST_CALLS
      ? { type: 'pass', guard: 'rate' }
      : { type: level, guard: 'rate', reason: `${tool} was called ${before} times in this turn; ${MOST_CALLS} is the limit.` }
  const what = destructive(tool, restored)
  const acts: GuardAnswer =
    what === undefined ? { type: 'pass', guard: 'sensitive acts' } : { type: level, guard: 'sensitive acts', reason: what }
  return kept(restored, [...back, rate, acts])
}

function restore(value: Json, known: readonly Placeholder[]): Json {
  if (typeof value === 'string') return unmask(value, known)
  if (Array.isArray(value)) return value.map((one: Json) => restore(one, known))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, restore(one, known)]))
}

/** What a tool brought, before it is kept and sent. */
export function guardResult(text: string, { levels, placeholders }: GuardView): Guarded<string> {
  if (levels.input === 'off') return kept(text, [])
  const orders = findOrders(text)
  // A text cannot be kept from a model by its words alone; what it then wants to do is judged like everything.
  const badge: GuardAnswer =
    orders === undefined
      ? { type: 'pass', guard: 'orders' }
      : { type: 'warn', guard: 'orders', reason: `The result holds ${orders}. Look closely at what the agent does next.` }
  // What has a name keeps it, wherever it comes up again. Secrets are taken out of results before this, whatever the level.
  const named = hide('personal data', { text, findings: [], known: placeholders }, levels.input)
  return kept(named.value, [badge, ...named.answers])
}

/** An answer that ends a turn. `block` asks the model once to put it right. */
export function guardAnswer(text: string, isThere: (path: string) => boolean, { levels, script }: GuardView): Guarded<string> {
  if (levels.output === 'off') return kept(text, [])
  const type = levels.output
  const gone = citationsGone(text, isThere)
  const cited: GuardAnswer =
    gone.length === 0
      ? { type: 'pass', guard: 'citations' }
      : { type, guard: 'citations', reason: `The answer names files that are not there: ${gone.slice(0, 5).join(', ')}.` }
  const format: GuardAnswer = isFenceOpen(text)
    ? { type, guard: 'format', reason: 'The answer opens a block of code and does not close it.' }
    : { type: 'pass', guard: 'format' }
  return kept(text, [cited, format, guardLanguage(text, script, type)])
}

/** By script alone: of two languages with the same letters nothing is said. */
function guardLanguage(text: string, script: ScriptName | undefined, type: 'warn' | 'block'): GuardAnswer {
  const now = scriptOf(text)
  if (script === undefined || now === undefined || now === script) return { type: 'pass', guard: 'language' }
  return { type, guard: 'language', reason: `The answer is written in ${now}, the person wrote in ${script}.` }
}

/** What a person reads of it; undefined where there is nothing to read. */
export function guardWords(point: GuardPoint, answers: readonly GuardAnswer[]): string | undefined {
  const said = answers.flatMap((answer) =>
    answer.hook || answer.type === 'pass' || answer.guard === 'placeholders' ? [] : [answer.reason],
  )
  const hooks = answers.flatMap((answer) => hookWords(answer))
  const guards = said.length === 0 ? [] : [`Guard on ${PLACES[point]}: ${said.join(' ')}`]
  const all = [...guards, ...hooks.map((words) => `Hook on ${PLACES[point]}: ${words}`)]
  return all.length === 0 ? undefined : all.join('\n')
}

function hookWords(answer: GuardAnswer): readonly string[] {
  const { guard, hook } = answer
  if (!hook) return []
  const said = answer.type === 'pass' ? [] : [answer.reason]
  const failed = hook.failure === undefined || answer.type === 'block' ? [] : [`gave no answer (${hook.failure}).`]
  const words = [...said, ...failed, ...(hook.asks === undefined ? [] : [`asks: ${hook.asks}`])]
  return words.length === 0 ? [] : [`${guard} ${answer.type === 'block' ? 'blocks' : 'says'}: ${words.join(' ')}`]
}

const PLACES: Readonly<Record<GuardPoint, string>> = {
  'session-start': 'the beginning',
  prompt: 'your message',
  'pre-tool': 'a call',
  'post-tool': 'a result',
  'pre-compact': 'a summary',
  answer: 'the answer',
  stop: 'the end of the turn',
  'session-end': 'the end of a session',
}
