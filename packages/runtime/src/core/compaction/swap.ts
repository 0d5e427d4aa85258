import { isJsonObject, type Bill, type CompactionWay, type Json, type SessionEvent, type WireRow } from '@tabwright/protocol'
import type { Entry } from '../journal'
import type { Place } from '../places'
import type { SessionState } from '../session-state'
import { blocksOf } from './cut'
import { restated } from './restate'

/** A summary that came, and what it stands for. */
export interface Summary {
  readonly way: CompactionWay
  /** Messages of the wire that it replaces. */
  readonly messages: number
  readonly text: string
  /** The message with the API's own block, byte for byte. */
  readonly wire: string
  readonly bills: readonly Bill[]
}

export interface Swapping {
  readonly state: SessionState
  /** The present wire, header first. */
  readonly rows: readonly WireRow[]
  /** Everything of the conversation, in order. */
  readonly events: readonly SessionEvent[]
  /** Where commands run; undefined: in the sandbox of the tab. */
  readonly place?: Place | undefined
}

/**
 * The entry that puts a summary in the place of the messages it was made of: a new wire with the same header, the summary, and behind it
 * what was kept, byte for byte. What a summary cannot carry travels with the next message. The old wire stays: going back to a place
 * before it goes on with those rows.
 */
export function swapEntry(summary: Summary, { state, rows, events, place }: Swapping): Entry {
  const [header, ...messages] = rows
  if (!header) return { facts: [] }
  const kept = messages.slice(summary.messages)
  // Another row with the same bytes: what was joined for the old wire is known by its header.
  const first = { ...header }
  const wire: readonly WireRow[] =
    summary.way === 'block'
      ? [first, { role: 'assistant', text: summary.wire }, ...kept]
      : [first, { role: 'user', text: wordsMessage(summary.text, kept, state) }]
  const text = restated({ state, header, events, isWorking: state.turn !== undefined, place })
  return {
    facts: [
      {
        type: 'compaction.ended',
        data: { result: { type: 'done', summary: summary.text, dropped: summary.messages }, bills: summary.bills },
      },
      { type: 'message.user', data: { content: [{ type: 'text', text }], from: 'app' } },
    ],
    wire,
  }
}

/** How a wire begins whose summary is in words; nothing else begins like this. */
export const SUMMARY_MARK = '<summary-of-this-conversation>'

/** Thinking is bound to the messages before it, so nothing of the old wire may be sent again: what is kept is told in words. */
function wordsMessage(summary: string, kept: readonly WireRow[], state: SessionState): string {
  const results = state.unsent.flatMap((item) => (item.type === 'result' ? [`Result: ${item.outcome.text}`] : []))
  const tail = [...kept.flatMap(saidIn), ...results].join('\n\n')
  const parts = [`${SUMMARY_MARK}\n${summary}\n</summary-of-this-conversation>`]
  if (tail !== '') parts.push(`<what-came-after-it>\n${bounded(tail)}\n</what-came-after-it>`)
  return JSON.stringify({ role: 'user', content: parts.map((text) => ({ type: 'text', text })) })
}

function saidIn(row: WireRow): string[] {
  const who = row.role === 'assistant' ? 'You' : 'Person'
  return blocksOf(row).flatMap((block) => {
    switch (block['type']) {
      case 'text':
        return [`${who}: ${textOf(block['text'])}`]
      case 'tool_use':
        return [`You called ${textOf(block['name'])} with ${JSON.stringify(block['input'])}`]
      case 'tool_result':
        return [`Result: ${resultIn(block['content'])}`]
      case 'image':
      case 'document':
        return [`${who}: [a ${block['type'] === 'image' ? 'picture' : 'document'} that cannot be shown again here]`]
      default:
        return []
    }
  })
}

/** Of a result with pictures the words. */
function resultIn(content: Json | undefined): string {
  if (!Array.isArray(content)) return textOf(content)
  return content.flatMap((part) => (isJsonObject(part) && part['type'] === 'text' ? [textOf(part['text'])] : ['[a picture]'])).join('\n')
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

/** What came last counts most. */
const MAX_TAIL = 40_000

function bounded(text: string): string {
  if (text.length <= MAX_TAIL) return text
  return `[${text.length - MAX_TAIL} characters left out]\n${text.slice(-MAX_TAIL)}`
}
