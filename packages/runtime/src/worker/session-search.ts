import type { FoundSession, SessionId } from '@tabwright/protocol'
import { hiddenBy, isHidden } from '../core/history/branch'
import type { ImageStore } from '../io/image-store'
import type { SessionRecord } from '../io/session-record'

/** Finds sessions by what was said in them. */
export interface SessionSearch {
  /** Sessions whose title and messages hold every word of the query, whatever the case; none for a query without words. */
  find(query: string): Promise<readonly FoundSession[]>
}

/** What was said in a session, as far as it was read. */
interface Read {
  head: number
  pieces: Piece[]
  length: number
}

interface Piece {
  readonly seq: number
  readonly text: string
  /** As it is searched in. */
  readonly lower: string
}

/** Characters that are kept of a session: the newest. A longer one is found by its end and its title. */
const MOST = 500_000
/** Characters before and behind the first word that are shown: a row is narrow, and the word must be in it. */
const BEFORE = 16
const BEHIND = 90

/**
 * An index in memory, of messages of persons and agents alone: tool output would drown them. The first search reads every session, those that come after it read
 * what is new.
 */
export function createSessionSearch(images: () => Promise<Pick<ImageStore, 'list' | 'facts'>>): SessionSearch {
  const known = new Map<SessionId, Read>()
  let reading: Promise<readonly SessionRecord[]> = Promise.resolve([])
  const readOn = async (): Promise<readonly SessionRecord[]> => {
    const store = await images()
    const records = (await store.list()).filter(({ deletedAt }) => deletedAt === undefined)
    for (const record of records) await readNew(store, record, known)
    const ids = new Set(records.map(({ id }) => id))
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
    return records
  }
  return {
    async find(query) {
      const words = wordsOf(query)
      if (words.length === 0) return []
      // One after the other: two readers at once would read everything twice.
      const now = reading.then(readOn, readOn)
      reading = now
      return (await now).flatMap((record) => foundIn(record, known.get(record.id)?.pieces ?? [], words))
    },
  }
}

function wordsOf(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}

async function readNew(store: Pick<ImageStore, 'facts'>, { id, head }: SessionRecord, known: Map<SessionId, Read>): Promise<void> {
  const before = known.get(id)
  if (before?.head === head) return
  // A session that was brought back from the mirror may have another past.
  const read = before && before.head < head ? before : { head: 0, pieces: [], length: 0 }
  let seq = read.head
  for await (const fact of store.facts(id, head, read.head + 1)) {
    seq += 1
    const text = saidIn(fact)
    if (text === undefined) continue
    read.pieces.push({ seq, text, lower: text.toLowerCase() })
    read.length += text.length
  }
  while (read.length > MOST && read.pieces.length > 1) read.length -= read.pieces.shift()?.text.length ?? 0
  known.set(id, { ...read, head })
}

/** What a person or the agent said. Read by hand and not by its schema: a damaged fact is one that is not found, and there are many. */
function saidIn(fact: unknown): string | undefined {
  const { type, data } = isObject(fact) ? fact : {}
  if ((type !== 'message.user' && type !== 'message.assistant') || !isObject(data)) return undefined
  if (type === 'message.user' && data['from'] === 'app') return undefined
  const { content } = data
  if (!Array.isArray(content)) return undefined
  const text = content.flatMap((block: unknown) => (isObject(block) && block['type'] === 'text' ? [block['text']] : []))
  const said = text.filter((one) => typeof one === 'string').join('\n')
  return said === '' ? undefined : said
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null
}

function foundIn(record: SessionRecord, pieces: readonly Piece[], words: readonly string[]): readonly FoundSession[] {
  const title = record.title.toLowerCase()
  const hidden = hiddenBy(record.rewinds ?? [])
  const shown = hidden.length === 0 ? pieces : pieces.filter(({ seq }) => !isHidden(hidden, seq))
  const missing = words.filter((word) => !title.includes(word))
  if (!missing.every((word) => shown.some(({ lower }) => lower.includes(word)))) return []
  // The newest message that holds most of them says best why it was found.
  const best = shown.reduce<{ readonly piece: Piece; readonly held: number } | undefined>((held, piece) => {
    const here = words.filter((word) => piece.lower.includes(word)).length
    return here > 0 && here >= (held?.held ?? 0) ? { piece, held: here } : held
  }, undefined)
  return [{ session: record.id, ...(best && { words: excerpt(best.piece, words) }) }]
}

/** A line around the first of the words. */
function excerpt({ text, lower }: Piece, words: readonly string[]): string {
  const at = Math.min(...words.map((word) => lower.indexOf(word)).filter((index) => index >= 0))
  const [from, to] = [Math.max(0, at - BEFORE), Math.min(text.length, at + BEHIND)]
  const line = text
    .slice(from, to)
    .replaceAll(/\s+/g, ' ')
    .replace(/^[\uDC00-\uDFFF]/, '')
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim()
  return `${from > 0 ? '…' : ''}${line}${to < text.length ? '…' : ''}`
}
