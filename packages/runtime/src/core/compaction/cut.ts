import { isJsonObject, type Json, type WireRow } from '@tabwright/protocol'
import { lengthSaid } from '../attached'
import { parseStrict } from '../parse-strict'
import { CHARS_PER_TOKEN } from './policy'

/**
 * How many messages of the wire a summary may stand for: as many as there are up to the last place where every call has its result and
 * the message behind has another role. The API merges messages of one role, so a cut between two of them would be none; and what is
 * kept must follow what was summarised as it did before. 0: there is nothing to summarise.
 * @param rows header first
 * @param isPaused the newest answer is not finished: it belongs to what is kept
 */
export function cutPoint(rows: readonly WireRow[], isPaused = false): number {
  return lastCut(rows, (next) => !(isPaused && !next))
}

/** As {@link cutPoint}, but in front of an answer: the messages of a request that was answered before, so they are known to fit. */
export function cutThatFits(rows: readonly WireRow[]): number {
  return lastCut(rows, (next) => next?.role === 'assistant')
}

/** As {@link cutPoint}, of messages that are so many characters at most. 0 where not even the first such place is near enough. */
export function cutWithin(rows: readonly WireRow[], characters: number): number {
  let left = characters - (rows[0]?.text.length ?? 0)
  const over = rows.slice(1).findIndex(({ text }) => (left -= lengthSaid(text, CHARS_PER_TOKEN)) < 0)
  return lastCut(rows, (next) => next !== undefined, over === -1 ? rows.length : over)
}

function lastCut(rows: readonly WireRow[], mayEndBefore: (next: WireRow | undefined) => boolean, most = rows.length): number {
  const messages = rows.slice(1)
  // A summary alone is nothing to summarise.
  const least = messages[0] && isSummary(messages[0]) ? 2 : 1
  for (let count = Math.min(messages.length, most); count >= least; count--) {
    const last = messages[count - 1]
    const next = messages[count]
    if (last && mayEndBefore(next) && mayCut(last, next)) return count
  }
  return 0
}

function mayCut(last: WireRow, next: WireRow | undefined): boolean {
  if (next?.role === 'system' || next?.role === last.role) return false
  // Behind a person's words at the end the next message would be theirs too.
  if (last.role !== 'assistant') return next?.role === 'assistant'
  return !blocksOf(last).some((block) => block['type'] === 'tool_use')
}

/** Whether a message is the API's own summary of what came before it. */
export function isSummary(row: WireRow): boolean {
  return row.role === 'assistant' && row.text.includes('"compaction"') && blocksOf(row)[0]?.['type'] === 'compaction'
}

/** The content blocks of a stored message. */
export function blocksOf(row: WireRow): readonly { readonly [key: string]: Json }[] {
  const message = parseStrict(row.text)
  const content = isJsonObject(message) ? message['content'] : undefined
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return Array.isArray(content) ? content.filter(isJsonObject) : []
}
