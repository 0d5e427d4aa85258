import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import { parseStrict } from '../parse-strict'

/** The API takes 16,384 characters of instructions. */
const MAX_INSTRUCTIONS = 16_000

/**
 * The request that asks the API for a summary of its own: the bytes of an ordinary request, so that the provider's cache serves them, plus
 * the one parameter, less what the API does not accept beside it.
 * @param body an ordinary request with exactly the messages to summarise
 * @param wish what a person or the project asked to keep; without any the API's own prompt is used
 */
export function blockBody(body: string, wish: SummaryWish): string {
  // Instructions replace the API's prompt, they do not add to it.
  const isPlain = wish.instructions === undefined && wish.added === undefined
  const prompt = isPlain ? {} : { instructions: summaryPrompt(wish).slice(0, MAX_INSTRUCTIONS) }
  const kept = membersOf(body).flatMap(withoutRefused)
  return `{${[...kept, `"compaction":${JSON.stringify({ type: 'summarize', ...prompt })}`].join(',')}}`
}

/** What a summary is to keep in particular. */
export interface SummaryWish {
  /** Of the person. */
  readonly instructions?: string
  /** Of the project's hooks, each with its name. */
  readonly added?: string
}

/** What to write into a summary, for a server or a person that wants to say so. */
export function summaryPrompt({ instructions, added }: SummaryWish): string {
  const asked = [
    ...(instructions === undefined ? [] : ['', `The person asked in particular: ${instructions}`]),
    ...(added === undefined ? [] : ['', added]),
  ]
  return [
    'Write a summary of this conversation that will stand in its place. Whoever goes on has only the summary, the workspace and what you write here. Say, in this order:',
    '1. What the person wants, in their own words where it matters, with every limit and preference they named.',
    '2. What was done: files by path, commands, what was decided and why.',
    '3. What was learned: facts about the code, errors and what solved them, what was tried and did not work.',
    '4. What is in hand and what comes next, with what is still open.',
    'Keep names, paths, numbers and error texts exact. Leave out what the files themselves say. Call no tool; answer with the summary only.',
    ...asked,
  ].join('\n')
}

/** Not taken beside the parameter, or bent the answer away from a summary. Source: harness.md rule 100. */
const REFUSED: ReadonlySet<string> = new Set(['context_management', 'stop_sequences', 'output_format', 'compaction'])

function withoutRefused(member: string): string[] {
  const end = endOfString(member, 0)
  const key = member.slice(1, end - 1)
  if (REFUSED.has(key)) return []
  if (key !== 'tool_choice' && key !== 'output_config') return [member]
  const value = parseStrict(member.slice(end + 1))
  const kept = key === 'tool_choice' ? freeChoice(value) : freeOutput(value)
  return kept === undefined ? [] : [`"${key}":${JSON.stringify(kept)}`]
}

function freeChoice(value: Json): Json | undefined {
  const isForced = isJsonObject(value) && (value['type'] === 'any' || value['type'] === 'tool')
  return isForced ? undefined : value
}

function freeOutput(value: Json): Json | undefined {
  if (!isJsonObject(value)) return value
  const { format: _format, task_budget: budget, ...rest } = value
  const left: JsonObject = isJsonObject(budget) ? { ...rest, task_budget: withoutRemaining(budget) } : rest
  return Object.keys(left).length === 0 ? undefined : left
}

function withoutRemaining({ remaining: _remaining, ...budget }: JsonObject): JsonObject {
  return budget
}

/** The members of a JSON object as they stand in its text; `text` is one of our own bodies, without space between its parts. */
function membersOf(text: string): readonly string[] {
  const members: string[] = []
  let depth = 0
  let from = 1
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '"') at = endOfString(text, at) - 1
    else if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    if (depth === 0 || (char === ',' && depth === 1)) {
      members.push(text.slice(from, at))
      from = at + 1
    }
  }
  return members
}

/** Index behind the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}
