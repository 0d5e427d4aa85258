import type { Row } from '@tabwright/protocol'
import { t } from '../language'

/** How far a screen reader was told of the newest message, and which states of calls it heard. */
export interface Heard {
  readonly message: string
  readonly length: number
  readonly states: ReadonlyMap<string, string>
}

const END_OF_SENTENCE = /[.!?:](?=\s|$)|\n/g
/** One announcement is a breath, not a lecture; what is longer can be read in the transcript. */
const LONGEST = 400

function lastSentenceEnd(text: string): number {
  let end = 0
  for (const match of text.matchAll(END_OF_SENTENCE)) end = match.index + match[0].length
  return end
}

/** Markdown as it is heard: the words without the signs around them. */
function spoken(markdown: string): string {
  return markdown
    .replace(/^ {0,3}(?:`{3,}|~{3,}).*$/gm, '')
    .replace(/^\s*(?:#{1,6}|>|[-*+](?= ))\s*/gm, '')
    .replace(/\[([^\]\n]*)\]\([^)\n]*\)/g, '$1')
    .replace(/\*{1,2}(?=\S)([^*\n]+)\*{1,2}/g, '$1')
    .replace(/`([^`\n]+)`/g, '$1')
    .trim()
}

/** Everything that is there already counts as heard: opening a session must not read it out. */
export function heardSoFar(rows: readonly Row[]): Heard {
  return announcement({ message: '', length: 0, states: new Map() }, rows).heard
}

/** The past of a session may come after its page: a conversation that began before `opened` counts as heard when its first rows are there. */
export function isPast(rows: readonly Row[], opened: number): boolean {
  return rows.some((row) => (row.type === 'user' || row.type === 'agent') && row.at < opened)
}

/** What to say since `before`: finished sentences of the newest message and calls whose state changed. Nothing new: `text` is empty. */
export function announcement(before: Heard, rows: readonly Row[]): { readonly text: string; readonly heard: Heard } {
  const parts: string[] = []
  const states = new Map<string, string>()
  const known = rows.findLastIndex((row) => before.states.has(row.key) || row.key === before.message)
  for (const [i, row] of rows.entries()) {
    if (row.type !== 'call') continue
    states.set(row.key, row.state)
    // What turns up above what was heard is the past, read in after it.
    if (i < known && !before.states.has(row.key)) continue
    if (before.states.get(row.key) !== row.state && row.state !== 'writing')
      parts.push(t('{tool}: {state}.', { tool: row.name, state: t(row.state) }))
  }
  const newest = rows.findLast((row) => row.type === 'agent')
  if (newest === undefined) return { text: parts.join(' '), heard: { message: '', length: 0, states } }
  const said = newest.blocks
    .filter((block) => block.type === 'text')
    .map((block) => block.text)
    .join('\n')
  const from = newest.key === before.message ? before.length : 0
  const to = newest.live ? Math.max(from, lastSentenceEnd(said)) : said.length
  const fresh = spoken(said.slice(from, to))
  if (fresh !== '') parts.push(fresh.length > LONGEST ? `${fresh.slice(0, LONGEST)} …` : fresh)
  return { text: parts.join(' '), heard: { message: newest.key, length: to, states } }
}
