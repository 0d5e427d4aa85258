import type { Json } from '@tabwright/protocol'
import { WIRE_LIMITS } from '@tabwright/protocol/relay'

/** A frame that was read, and where its payload stands in the text, so that it can be sent on without being written anew. */
export interface ReadFrame {
  readonly type: 'read'
  readonly value: Json
  /** Text of the field `data`, and of `result`, exactly as it came. */
  readonly data: string | undefined
  readonly result: string | undefined
}

export interface UnreadFrame {
  readonly type: 'unread'
  readonly message: string
}

/**
 * Reads a JSON text more strictly than `JSON.parse`: no key twice in an object (two readers would see two values), no number that is
 * none, no half characters, bounded depth and number of keys.
 */
export function readFrame(text: string): ReadFrame | UnreadFrame {
  const outline = outlineOf(text)
  if (typeof outline === 'string') return { type: 'unread', message: outline }
  let value: Json
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return { type: 'unread', message: 'The frame is not JSON.' }
    throw thrown
  }
  const counted: Counted = { keys: 0, problem: undefined, mayBeHalf: text.includes('\\u') }
  walk(value, counted)
  if (counted.problem !== undefined) return { type: 'unread', message: counted.problem }
  // JSON.parse keeps the last of equal keys, so there are fewer keys in the value than in the text.
  if (counted.keys !== outline.keys) return { type: 'unread', message: 'A key stands twice in one object of the frame.' }
  return { type: 'read', value, data: cut(text, outline.data), result: cut(text, outline.result) }
}

interface Span {
  from: number
  to: number
}

interface Outline {
  keys: number
  readonly data: Span
  readonly result: Span
}

function cut(text: string, { from, to }: Span): string | undefined {
  return from < 0 ? undefined : text.slice(from, to)
}

/** Keys, depth and the places of the payload, without building anything. What is not JSON may come out as anything: it is refused later. */
function outlineOf(text: string): Outline | string {
  const found: Outline = { keys: 0, data: { from: -1, to: -1 }, result: { from: -1, to: -1 } }
  let depth = 0
  let open: Span | undefined
  let lastFrom = 0
  let lastTo = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        lastFrom = at + 1
        lastTo = endOfString(text, lastFrom)
        at = lastTo
        break
      case 0x7b:
      case 0x5b:
        if (++depth > WIRE_LIMITS.depth) return `The frame is nested deeper than ${WIRE_LIMITS.depth} levels.`
        break
      case 0x3a:
        if (++found.keys > WIRE_LIMITS.keys) return `The frame has more than ${WIRE_LIMITS.keys} keys.`
        if (depth !== 1) break
        open = payloadAt(text, { from: lastFrom, to: lastTo }, found)
        if (open !== undefined) open.from = at + 1
        break
      case 0x7d:
      case 0x5d:
        if (--depth === 0 && open !== undefined) open.to = at
        break
      case 0x2c:
        if (depth === 1 && open !== undefined) open.to = at
        if (depth === 1) open = undefined
        break
    }
  }
  return found
}

function payloadAt(text: string, key: Span, found: Outline): Span | undefined {
  const length = key.to - key.from
  if (length === 4 && text.startsWith('data', key.from)) return found.data
  return length === 6 && text.startsWith('result', key.from) ? found.result : undefined
}

/** Where the closing quote of a string stands; the end of the text where there is none. */
export function endOfString(text: string, from: number): number {
  let at = text.indexOf('"', from)
  while (at > 0 && text.charCodeAt(at - 1) === 0x5c && isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at < 0 ? text.length : at
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0
  while (text.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++
  return slashes % 2 === 1
}

interface Counted {
  keys: number
  problem: string | undefined
  /** Half characters come in as escapes only. */
  readonly mayBeHalf: boolean
}

function walk(value: Json, counted: Counted): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) counted.problem = 'A number of the frame is larger than a number can be.'
  } else if (typeof value === 'string') {
    if (counted.mayBeHalf && !value.isWellFormed()) counted.problem = 'A text of the frame holds half a character.'
  } else if (Array.isArray(value)) {
    for (const item of value) walk(item, counted)
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) {
      counted.keys++
      walk(item, counted)
    }
    if (counted.mayBeHalf && !Object.keys(value).every((key) => key.isWellFormed()))
      counted.problem = 'A key of the frame holds half a character.'
  }
}
