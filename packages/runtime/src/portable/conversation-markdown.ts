import {
  functionCallOf,
  isJsonObject,
  parseJson,
  type BlobHash,
  type CallContent,
  type CallId,
  type FileChange,
  type Outcome,
  type SessionEvent,
} from '@tabwright/protocol'
import { hiddenRanges, isHidden } from '../core/history/branch'
import { textOf as decoded } from '../workspace/bytes'
import { unifiedHunks } from '../workspace/unified-hunks'
import type { SessionImage } from './session-image'
import { fenced, line, noteCalls, stamp, textOf } from './transcript-markdown'

/** Lines of one diff; the others are counted. */
const MOST_LINES = 400
/** Characters of what a call was given. */
const MOST_INPUT = 160

/**
 * The conversation as a page to hand on: what was said, each call as one line, what agents changed as diffs. Everything that was written by anybody
 * stands in fences or code, so that nothing of it becomes a link, a picture or markup of the page. The same session gives the same text.
 */
export function conversationMarkdown({ title, events, contents }: Pick<SessionImage, 'title' | 'events' | 'contents'>): string {
  const hidden = hiddenRanges(events)
  const calls = new Map<CallId, CallContent>()
  const parts = [`# ${line(title)}`]
  let isList = false
  for (const event of events) {
    if (isHidden(hidden, event.seq)) continue
    if (event.type === 'message.assistant') noteCalls(calls, event.data.content)
    const part = partOf(event, { calls, contents })
    if (part === undefined) continue
    const isLine = part.startsWith('- ')
    parts.push(`${isList && isLine ? '' : '\n'}${part}`)
    isList = isLine
  }
  return `${parts.join('\n')}\n`
}

interface Known {
  readonly calls: ReadonlyMap<CallId, CallContent>
  readonly contents: ReadonlyMap<BlobHash, Uint8Array>
}

function partOf(event: SessionEvent, { calls, contents }: Known): string | undefined {
  switch (event.type) {
    case 'message.user': {
      const { from, by = 'a worker', content } = event.data
      // What the app told the agent in the person's place is no part of what was said.
      if (from === 'app') return undefined
      const who = from === 'worker' ? `The worker ${line(by)}` : 'You'
      return `## ${who} — ${stamp(event.at)}\n\n${fenced(textOf(content))}`
    }
    case 'message.assistant': {
      const text = textOf(event.data.content)
      return text === '' ? undefined : `## Agent — ${stamp(event.at)}\n\n${fenced(text)}`
    }
    case 'call.ended': {
      const call = calls.get(event.data.call)
      return call && `- ${callLine(call, event.data.outcome)}`
    }
    case 'workspace.changed':
      return event.data.by === 'agent' ? diffs(event.data.changes, contents) : undefined
    case 'compaction.ended':
      return event.data.result.type === 'done' ? `> ${event.data.result.dropped} messages became a summary for the model.` : undefined
    case 'turn.ended':
      return event.data.failure && `> ${line(event.data.failure.message)}`
    default:
      return undefined
  }
}

/** `**shell** \`npm test\` — done, exit 0`. */
function callLine(call: CallContent, outcome: Outcome): string {
  const { function: name, input } = functionCallOf(call) ?? { function: call.name, input: call.input }
  const detail = 'detail' in outcome ? outcome.detail : undefined
  const notes = [
    outcome.type,
    ...(detail?.exitCode === undefined ? [] : [`exit ${detail.exitCode}`]),
    ...(detail?.summary === undefined ? [] : [line(detail.summary)]),
    ...(outcome.type === 'failed' ? [line(outcome.failure.message)] : []),
  ]
  const subject = subjectOf(input)
  return `**${line(name)}**${subject === '' ? '' : ` ${inCode(subject)}`} — ${notes.join(', ')}`
}

/** What a call is about: its command, path or words; else all that it was given. */
function subjectOf(input: string): string {
  const value = parseJson(input)
  const named = isJsonObject(value)
    ? (value['command'] ?? value['path'] ?? value['pattern'] ?? value['url'] ?? value['title'] ?? value['query'])
    : undefined
  const text = (typeof named === 'string' ? named : input === '{}' ? '' : input).replaceAll(/\s+/g, ' ').trim()
  return text.length <= MOST_INPUT ? text : `${text.slice(0, MOST_INPUT).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function diffs(changes: readonly FileChange[], contents: Known['contents']): string | undefined {
  const parts = changes.filter(({ before, after }) => before !== after).map((change) => diffOf(change, contents))
  return parts.length === 0 ? undefined : parts.join('\n\n')
}

function diffOf({ path, before, after, added, removed }: FileChange, contents: Known['contents']): string {
  const what = before === null ? 'new' : after === null ? 'deleted' : 'changed'
  const head = `${inCode(path)} ${what}, +${added} −${removed}`
  const [old, now] = [sideOf(before, contents), sideOf(after, contents)]
  if (old === undefined || now === undefined) return `${head} (no text, or not in this browser any more)`
  const lines = unifiedHunks(old, now).trimEnd().split('\n')
  const shown = lines.slice(0, MOST_LINES)
  const more = lines.length > shown.length ? [`[… ${lines.length - shown.length} lines more]`] : []
  return `${head}\n\n${fenced([...shown, ...more].join('\n'), 'diff')}`
}

function sideOf(hash: BlobHash | null, contents: Known['contents']): string | undefined {
  if (hash === null) return ''
  const bytes = contents.get(hash)
  return bytes && decoded(bytes)
}

const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))

/** On one line, as code: more backticks around it than are in it. */
function inCode(text: string): string {
  const ticks = '`'.repeat(longestRun(text) + 1)
  const flat = text.replaceAll(/\s+/g, ' ')
  return flat.includes('`') ? `${ticks} ${flat} ${ticks}` : `${ticks}${flat}${ticks}`
}
