import type { CallRow, CallState, JsonObject } from '@tabwright/protocol'
import { doneOf, isJsonObject, parseJson, TODO_TOOL, todosIn } from '@tabwright/protocol'
import { plural, t, type Phrase } from '../language'
import { count, duration } from '../layout/figures'

/** One folded line of a tool card: `Read` `src/a.ts` `lines 1–80`. */
export interface ToolLine {
  readonly verb: string
  /** The path, pattern or command; shown in mono. */
  readonly subject: string
  readonly notes: readonly string[]
  readonly added?: number
  readonly removed?: number
}

/** The note of a denial: a person's words, or the reason of a rule or mode. */
export function noteText({ verdict }: Pick<CallRow, 'verdict'>, note: string): string {
  return verdict?.type === 'deny' ? t('Not allowed: {note}', { note }) : t('Your note: {note}', { note })
}

/** The input once it is whole JSON, else undefined: a call that is still being written, or broken. */
export function parseInput(input: string): JsonObject | undefined {
  const value = parseJson(input)
  return isJsonObject(value) ? value : undefined
}

/** A string field of the input; while the input is still being written, as much of it as is there. */
export function textField(input: string, name: string): string | undefined {
  const parsed = parseInput(input)
  const value = parsed?.[name]
  if (parsed !== undefined) return typeof value === 'string' ? value : undefined
  const open = new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)`).exec(input.slice(0, 4096))?.[1]
  if (open === undefined) return undefined
  const whole = parseInput(`{"x":"${open}"}`)?.['x']
  return typeof whole === 'string' ? whole : open
}

const VERBS: Readonly<Record<string, readonly [now: Phrase, past: Phrase]>> = {
  read_file: ['Reading', 'Read'],
  read_session: ['Looking back', 'Looked back'],
  search_tools: ['Looking for functions', 'Looked for functions'],
  ask_person: ['Asking', 'Asked'],
  todo: ['Tasks', 'Tasks'],
  list_files: ['Listing', 'Listed'],
  glob: ['Looking for', 'Looked for'],
  grep: ['Searching', 'Searched'],
  diagnostics: ['Checking', 'Checked'],
  preview: ['Looking at', 'Looked at'],
  edit_file: ['Editing', 'Edited'],
  write_file: ['Writing', 'Wrote'],
  web_fetch: ['Reading', 'Read'],
  web_search: ['Searching the web for', 'Searched the web for'],
}

const ENDED = new Set<CallState>(['done'])

function subjectOf(row: CallRow): string {
  const { name, input } = row
  if (name === 'shell') return firstLine(textField(input, 'command') ?? '')
  if (name === 'ask_person') return firstLine(textField(input, 'question') ?? '')
  if (name === TODO_TOOL) return todoText(input)
  if (name === 'grep') return `"${textField(input, 'pattern') ?? ''}"`
  if (name === 'glob') return textField(input, 'pattern') ?? ''
  if (name === 'search_tools') return textField(input, 'query') ?? ''
  if (name === 'web_search') return `"${textField(input, 'query') ?? ''}"`
  if (name === 'web_fetch') return textField(input, 'url') ?? ''
  if (name === 'preview') return t('the preview')
  if (name === 'list_files' || name === 'diagnostics') return textField(input, 'path') ?? t('all files')
  return textField(input, 'path') ?? ''
}

function todoText(input: string): string {
  const todos = todosIn(input)
  return todos === undefined ? '' : t('{done} of {all} done', { done: doneOf(todos), all: todos.length })
}

function firstLine(text: string): string {
  const end = text.indexOf('\n')
  return end < 0 ? text : `${text.slice(0, end)} …`
}

/** A sub-agent: what it is about, how many calls it made and what it took; and that it waits for the person, who may not look into the card. */
function taskLine({ input, task, ms }: CallRow): ToolLine {
  const waits = task?.rows.some((row) => row.type === 'call' && (row.state === 'needs approval' || row.state === 'unknown'))
  const notes = [
    ...(task ? [plural(task.tools, 'tool'), t('{n} tokens', { n: count(task.tokens) })] : []),
    ...(ms !== undefined && ms >= 1000 ? [duration(ms)] : []),
    ...(waits ? [t('waits for you')] : []),
  ]
  return { verb: t('Task:'), subject: task?.title ?? textField(input, 'title') ?? '', notes }
}

/** What the folded card says. Never more than the call itself knows. */
export function toolLine(row: CallRow): ToolLine {
  const verbs = VERBS[row.name]
  const said = verbs && t(verbs[ENDED.has(row.state) ? 1 : 0])
  const verb = row.name === 'shell' ? '$' : (said ?? row.name)
  if (row.name === 'task') return taskLine(row)
  const notes: string[] = []
  const detail = row.outcome !== undefined && 'detail' in row.outcome ? row.outcome.detail : undefined
  if (detail?.summary !== undefined) notes.push(detail.summary)
  else if (detail?.exitCode !== undefined) notes.push(t('exit {code}', { code: detail.exitCode }))
  if (row.ms !== undefined && row.ms >= 1000) notes.push(duration(row.ms))
  const files = detail?.files ?? []
  if (files.length === 0) return { verb, subject: subjectOf(row), notes }
  const added = files.reduce((sum, file) => sum + file.added, 0)
  const removed = files.reduce((sum, file) => sum + file.removed, 0)
  return { verb, subject: subjectOf(row), notes, added, removed }
}

// ESC sequences (CSI, OSC, two-character) and the carriage-return games of progress bars.
const ANSI = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g

/** The last lines of an output as plain text. A line redrawn with carriage returns shows its last drawing. */
export function outputTail(text: string, lines = 40): { readonly text: string; readonly hidden: number } {
  const plain = text.replaceAll(ANSI, '').replaceAll('\r\n', '\n').replace(/\n+$/, '')
  const all = plain.split('\n')
  const shown = all.slice(-lines).map((line) => line.slice(line.lastIndexOf('\r') + 1))
  return { text: shown.join('\n'), hidden: all.length - shown.length }
}

/** The input as a person reads it: indented when it is whole JSON, else as it came. */
export function prettyInput(input: string): string {
  const parsed = parseInput(input)
  return parsed === undefined ? input : JSON.stringify(parsed, null, 2)
}
