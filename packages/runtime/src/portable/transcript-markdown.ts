import type { CallContent, CallId, Content, SessionEvent } from '@tabwright/protocol'
import { hiddenRanges, isHidden } from '../core/history/branch'
import { isAttachedText, nameOfBlock } from '../core/attached'

/** What one call may take of the page. The whole is among the events. */
const MOST_OUTPUT = 4_000

/** The conversation as a page for people. The same facts give the same text. */
export function transcriptMarkdown(title: string, events: readonly SessionEvent[]): string {
  const hidden = hiddenRanges(events)
  const calls = new Map<CallId, CallContent>()
  const parts = [`# ${title.replaceAll(/[\\`*_[\]<>#]/g, (char) => `\\${char}`)}`]
  for (const event of events) {
    if (isHidden(hidden, event.seq)) continue
    if (event.type === 'message.assistant') noteCalls(calls, event.data.content)
    const part = partOf(event, calls)
    if (part !== undefined) parts.push(part)
  }
  return `${parts.join('\n\n')}\n`
}

/** Keeps the calls of an answer by their ids. */
export function noteCalls(calls: Map<CallId, CallContent>, content: readonly Content[]): void {
  for (const block of content) if (block.type === 'call') calls.set(block.id, block)
}

function partOf(event: SessionEvent, calls: ReadonlyMap<CallId, CallContent>): string | undefined {
  switch (event.type) {
    case 'message.user': {
      const { from, by = 'a worker' } = event.data
      const who = from === 'user' ? 'You' : from === 'worker' ? `The worker ${line(by)}` : 'Tabwright'
      return `## ${who} — ${stamp(event.at)}\n\n${fenced(textOf(event.data.content))}`
    }
    case 'message.assistant': {
      const text = textOf(event.data.content)
      return text === '' ? undefined : `## Agent — ${stamp(event.at)}\n\n${fenced(text)}`
    }
    case 'call.ended': {
      const call = calls.get(event.data.call)
      const { outcome } = event.data
      return `### ${call?.name ?? 'call'} — ${outcome.type}\n\n${fenced(call?.input ?? '')}\n\n${fenced(shortened(outcome.text))}`
    }
    case 'model.failed':
      return `> ${line(event.data.failure.message)}`
    case 'turn.ended':
      return event.data.failure ? `> ${line(event.data.failure.message)}` : undefined
    case 'compaction.ended':
      return event.data.result.type === 'done' ? `### Summary\n\n${fenced(event.data.result.summary)}` : undefined
    case 'checkpoint.made':
      return `> Checkpoint: ${line(event.data.name)}`
    default:
      return undefined
  }
}

/** UTC: the page is the same in every time zone. */
export function stamp(at: number): string {
  // A clock can say what no calendar has.
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString().replace('T', ' ').slice(0, 19) : String(at)
}

/** What was said, as text. */
export function textOf(content: readonly Content[]): string {
  return content
    .flatMap((block) => {
      if (isAttachedText(block)) return [`${nameOfBlock(block)}\n${block.text}`]
      return block.type === 'text' ? [block.text] : block.type === 'image' || block.type === 'document' ? [nameOfBlock(block)] : []
    })
    .join('\n\n')
}

function shortened(text: string): string {
  return text.length <= MOST_OUTPUT
    ? text
    : `${text.slice(0, MOST_OUTPUT).replace(/[\uD800-\uDBFF]$/, '')}\n[… ${text.length} characters in all]`
}

/** Fenced: what was written stays text and cannot become a link, a picture or markup of the page. */
export function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}\n${fence}`
}

/** On one line, without markup. */
export function line(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>#]/g, (char) => `\\${char}`)
}
