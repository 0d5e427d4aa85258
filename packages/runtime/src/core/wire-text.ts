import { isJsonObject, type Json, type WireRow } from '@tabwright/protocol'
import { parseStrict } from './parse-strict'

/**
 * The messages of a request as one text that only grows at its end. What was joined once is not joined again: a session of ten
 * thousand facts would otherwise copy megabytes before each request. Cache markers are put in on the way out and are never part of a
 * stored message, so they can move while the content stays as it was sent.
 */
interface Growing {
  /** Stored messages joined by commas, header left out: the long past, and what came since. Cutting a piece out of one copies nothing. */
  past: string
  recent: string
  /** Index in both together behind each message. */
  readonly ends: number[]
  /** Index at which a marker for the project's part of the first message goes; undefined where there is none. */
  project: number | undefined
  readonly header: WireRow | undefined
  last: WireRow | undefined
}

/** By the array that holds the rows: it grows in place, or a new epoch begins in it with another header. */
const known = new WeakMap<readonly WireRow[], Growing>()
/** What came since becomes past once it is this long, and a quarter of it: each byte is moved a few times in a session's life. */
const RECENT_CHARS = 64_000

/** @param rows everything stored, header first */
function wireText(rows: readonly WireRow[]): Growing {
  const before = known.get(rows)
  const fits = before && before.header === rows[0] && before.ends.length < rows.length && before.last === rows[before.ends.length]
  const growing: Growing = fits ? before : { past: '', recent: '', ends: [], project: undefined, header: rows[0], last: rows[0] }
  for (let at = growing.ends.length + 1; at < rows.length; at++) append(growing, rows[at])
  if (growing.recent.length > Math.max(RECENT_CHARS, growing.past.length / 4)) {
    growing.past += growing.recent
    growing.recent = ''
  }
  known.set(rows, growing)
  return growing
}

function append(growing: Growing, row: WireRow | undefined): void {
  if (!row) return
  if (growing.ends.length === 0) growing.project = projectEnd(row)
  growing.recent += growing.ends.length === 0 ? row.text : `,${row.text}`
  growing.ends.push(growing.past.length + growing.recent.length)
  growing.last = row
}

function piece({ past, recent }: Growing, from: number, to: number): string {
  const border = past.length
  return past.slice(from, Math.min(to, border)) + recent.slice(Math.max(0, from - border), Math.max(0, to - border))
}

const FIRST_BLOCK = '{"role":"user","content":['
/** How a message about an instruction file begins. */
export const INSTRUCTIONS_MARK = '<workspace-instructions '

function isInstructions(block: Json): boolean {
  return isJsonObject(block) && typeof block['text'] === 'string' && block['text'].startsWith(INSTRUCTIONS_MARK)
}

/** Behind the last instruction file of the first message: the same in every session of this project, so its cache is shared. */
function projectEnd(row: WireRow): number | undefined {
  if (row.role !== 'user' || !row.text.startsWith(FIRST_BLOCK)) return undefined
  const message = parseStrict(row.text)
  const blocks = isJsonObject(message) && Array.isArray(message['content']) ? message['content'] : []
  const last = blocks.findLastIndex(isInstructions)
  const front =
    FIRST_BLOCK +
    blocks
      .slice(0, last + 1)
      .map((block) => JSON.stringify(block))
      .join(',')
  // Behind it there is more, or the marker of the tail could meet this one on the same block.
  return last >= 0 && last < blocks.length - 1 && row.text.startsWith(front) ? front.length - 1 : undefined
}

/** Places of a request that the provider should keep, beside those that the stored header names. */
export interface Marks {
  /** How many messages the request before this one had: its end was written to the cache. */
  readonly previousTail?: number | undefined
  /** Keep the conversation for an hour: its next request may come later than five minutes from now. */
  readonly hour?: boolean
}

const FIVE_MINUTES = '"cache_control":{"type":"ephemeral"}'
const HOUR = '"cache_control":{"type":"ephemeral","ttl":"1h"}'
/** Marks the end of the frozen part for an hour; part of the stored header, where it never moves. */
export const HEADER_MARK = { type: 'ephemeral', ttl: '1h' } as const

/**
 * The tail and the array of messages of a body, with at most two markers in the messages: with the header's and the automatic one there
 * are four, as many as the API takes.
 */
export function markedMessages(rows: readonly WireRow[], marks: Marks): string {
  const growing = wireText(rows)
  const { ends, project } = growing
  // Older sessions have a header that is kept for five minutes, and the API wants what lives longer to come first.
  const mayHour = rows[0]?.text.includes(HOUR) === true
  const tail = mayHour && marks.hour === true ? HOUR : FIVE_MINUTES
  const places: { readonly at: number; readonly mark: string }[] = []
  if (project !== undefined) places.push({ at: project, mark: mayHour ? HOUR : FIVE_MINUTES })
  const previous = endOfLastBlock(rows, ends, marks.previousTail)
  if (previous !== undefined && previous !== project) places.push({ at: previous, mark: tail })
  let marked = ''
  let from = 0
  for (const { at, mark } of places) {
    marked += `${piece(growing, from, at)},${mark}`
    from = at
  }
  return `${tail},${rows[0]?.text ?? ''},"messages":[${marked}${piece(growing, from, Infinity)}]`
}

/** Where a marker goes in the last block of a message that is not the newest; undefined where none may stand. */
function endOfLastBlock(rows: readonly WireRow[], ends: readonly number[], count: number | undefined): number | undefined {
  if (count === undefined || count >= ends.length) return undefined
  const row = rows[count]
  const end = ends[count - 1]
  // The model's own blocks can be of kinds that take no marker.
  if (!row || end === undefined || row.role === 'assistant' || !row.text.endsWith('}]}')) return undefined
  return end - 3
}
