import type { BlobHash, Removal, SessionEvent, SessionEventType } from '@tabwright/protocol'
import { toldBy } from '../core/agents/told'
import type { SessionImage } from './session-image'

/** A session before and after, and what became of its contents. */
export interface Cleaned {
  readonly before: SessionImage
  readonly after: SessionImage
  /** Contents that are others now, by the name that they had. */
  readonly renamed: ReadonlyMap<string, BlobHash>
  /** Of those, pictures that lost what was written beside the image, by the name that they had. */
  readonly pictures: ReadonlySet<string>
  /** What may stand in the place of a value. */
  readonly marks: readonly string[]
}

/** So many characters on either side of a mark. */
const AROUND = 60
const WORDS: Readonly<Partial<Record<SessionEventType, string>>> = {
  'session.opened': 'the beginning',
  'agent.started': 'a task',
  'message.user': 'a message',
  'message.assistant': 'an answer',
  'call.judged': 'a request',
  'call.edited': 'a request',
  'call.ended': 'a result',
  'fetch.judged': 'a request to the network',
  'context.loaded': 'instructions',
  'compaction.ended': 'a summary',
  'guard.answered': 'what guards said',
  'question.asked': 'a question',
  'question.answered': 'your answer',
}

/** Every place from which something was taken, with the words around it; in the order of the session, then its files. */
export function removalsIn(cleaned: Cleaned): readonly Removal[] {
  const { before, after, marks } = cleaned
  const facts = before.facts.flatMap((line, n) => {
    const event = after.events[n]
    // Between quotation marks a mark is spelled as JSON spells it.
    return event ? differences(placeOf(event), { before: line, after: after.facts[n] ?? '' }, marks.map(inJson)) : []
  })
  const title = differences('the title', { before: before.title, after: after.title }, marks)
  return [...title, ...facts, ...fileRemovals(cleaned)]
}

function placeOf(event: SessionEvent): string {
  const { seq, type } = toldBy(event)
  return `fact ${seq}: ${event.type === 'agent.noted' ? 'of a sub-agent, ' : ''}${WORDS[type] ?? type}`
}

const inJson = (mark: string): string => JSON.stringify(mark).slice(1, -1)

function fileRemovals({ before, after, renamed, pictures, marks }: Cleaned): readonly Removal[] {
  const kept = new Set(after.files.map(({ path }) => path))
  const present = new Set(before.files.map((entry) => entry.hash))
  const removals: Removal[] = []
  for (const { path, hash } of before.files) {
    const now = renamed.get(hash)
    // Of a path that holds a secret its own words would tell it.
    if (!kept.has(path)) continue
    if (pictures.has(hash)) removals.push({ mark: '[left out: where and with what a picture was taken]', place: path, count: 1 })
    else if (now !== undefined) removals.push(...differences(path, textsOf({ before, after }, hash, now), marks))
    else if (before.contents.has(hash) && !after.contents.has(hash))
      removals.push({ mark: '[left out: no text, and it holds a secret]', place: path, count: 1 })
  }
  for (const [path, hash] of earlierContents(before)) {
    const now = renamed.get(hash)
    if (now !== undefined && !present.has(hash) && !pictures.has(hash))
      removals.push(
        ...differences(kept.has(path) ? `an earlier ${path}` : 'a file that is gone', textsOf({ before, after }, hash, now), marks),
      )
  }
  return removals
}

/** What files held once, each content with a path that it had. */
function earlierContents({ events }: SessionImage): ReadonlyMap<string, BlobHash> {
  const changes = events.flatMap((event) => (event.type === 'workspace.changed' ? event.data.changes : []))
  return new Map(changes.flatMap(({ path, before }): [string, BlobHash][] => (before === null ? [] : [[path, before]])))
}

function textsOf({ before, after }: Pick<Cleaned, 'before' | 'after'>, was: BlobHash, now: BlobHash): Texts {
  const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
  return { before: text(before.contents.get(was)), after: text(after.contents.get(now)) }
}

interface Texts {
  readonly before: string
  readonly after: string
}

/** Marks that are there now and were not before. */
function differences(place: string, { before, after }: Texts, marks: readonly string[]): readonly Removal[] {
  if (before === after) return []
  return marks.flatMap((mark): Removal[] => {
    const count = timesIn(after, mark) - timesIn(before, mark)
    return count > 0 ? [{ mark, place, count, sample: around(after, mark) }] : []
  })
}

const timesIn = (text: string, mark: string): number => text.split(mark).length - 1

/** From the clean text alone: nothing that was taken out can be in it. */
function around(text: string, mark: string): string {
  const at = text.indexOf(mark)
  const [from, to] = [Math.max(0, at - AROUND), Math.min(text.length, at + mark.length + AROUND)]
  // In a fact a line end and a quotation mark are spelled, once or twice.
  const words = text
    .slice(from, to)
    .replaceAll(/\\+[nrt]|\s+/g, ' ')
    .replaceAll(/\\+"/g, '"')
  return `${from > 0 ? '…' : ''}${words}${to < text.length ? '…' : ''}`
}
