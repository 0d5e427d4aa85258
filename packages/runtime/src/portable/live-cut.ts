import { isJsonObject, type Json, type SessionEvent } from '@tabwright/protocol'
import { toldBy } from '../core/agents/told'
import type { SessionImage } from './session-image'

/**
 * What of a session that goes on can be looked through: all up to the last place where no call was under way. What a call writes may be the
 * first word of a secret, and only its end tells; so what it was given waits for that. Of the answer that began it the words are there at
 * once, and the rest takes its place later.
 */
export function settledImage(image: SessionImage): SettledImage {
  const settled = settledCount(image.events)
  const [facts, events] = [image.facts.slice(0, settled), image.events.slice(0, settled)]
  const began = image.events[settled]
  const words = began && wordsOf(image.facts[settled] ?? '', began)
  if (!words) return { ...image, facts, events, isOpen: false }
  return { ...image, facts: [...facts, words.fact], events: [...events, words.event], isOpen: true }
}

/** A session up to where it can be looked through. */
export interface SettledImage extends SessionImage {
  /** Its last fact is another one later. */
  readonly isOpen: boolean
}

function settledCount(events: readonly SessionEvent[]): number {
  const open = new Set<string>()
  let settled = 0
  for (const [n, event] of events.entries()) {
    follow(open, toldBy(event))
    if (open.size === 0) settled = n + 1
  }
  return settled
}

function follow(open: Set<string>, event: SessionEvent): void {
  if (event.type === 'message.assistant') for (const part of event.data.content) if (part.type === 'call') open.add(part.id)
  if (event.type === 'call.requested' || event.type === 'check.started') open.add(event.data.call)
  // A sub-agent's own calls are followed one by one.
  if (event.type === 'call.ended' || event.type === 'call.lost' || event.type === 'agent.started') open.delete(event.data.call)
  if (event.type === 'turn.ended') open.clear()
}

/** The same answer with its words alone; undefined where it has none. */
function wordsOf(line: string, event: SessionEvent): { readonly fact: string; readonly event: SessionEvent } | undefined {
  if (event.type !== 'message.assistant') return undefined
  const content = event.data.content.filter((part) => part.type === 'text')
  if (content.length === 0) return undefined
  const fact: Json = JSON.parse(line)
  if (!isJsonObject(fact) || !isJsonObject(fact['data'])) return undefined
  const isText = (part: Json): boolean => isJsonObject(part) && part['type'] === 'text'
  const parts = fact['data']['content']
  const data = { ...fact['data'], content: Array.isArray(parts) ? parts.filter(isText) : [] }
  return { fact: JSON.stringify({ ...fact, data }), event: { ...event, data: { ...event.data, content } } }
}
