import type { Pattern, PatternMatch } from '../../regex/pattern'
import { bytesOf, textOf } from '../../text'
import type { ReplacePart, Replacing } from './sed-script'

/** The text with what was asked for replaced; undefined where nothing was. */
export function substituted(text: string, pattern: Pattern, action: Replacing): string | undefined {
  let rest = text
  let out = ''
  let done = 0
  let at = 0
  let count = 0
  let last = -1
  while (at <= rest.length) {
    const match = pattern.exec(rest, at)
    if (match === undefined) break
    const isEmpty = match.end === match.start
    // An empty match right behind another one is none.
    if (!isEmpty || match.end !== last) {
      count += 1
      if (count >= action.from) {
        out += rest.slice(done, match.start) + filled(action.parts, match)
        done = match.end
      }
      if (count >= action.from && !action.isGlobal) break
    }
    last = match.end
    at = match.end
    if (!isEmpty) continue
    if (matchesInsideOf(pattern)) rest = splitAt(rest, at)
    at += 1
  }
  if (count < action.from || count === 0) return undefined
  const changed = out + rest.slice(done)
  return rest === text ? changed : textOf(bytesOf(changed))
}

/** Whether it matches nothing in the middle of a character. */
function matchesInsideOf(pattern: Pattern): boolean {
  const match = pattern.exec('\udcc3\udca9', 1)
  return match?.start === 1 && match.end === 1
}

/** GNU sed goes on by a byte behind an empty match: the character there falls apart. */
function splitAt(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0
  if (code < 128 || (code >= 0xdc00 && code < 0xe000)) return text
  const char = String.fromCodePoint(code)
  const bytes = Array.from(bytesOf(char), (byte) => String.fromCharCode(0xdc00 + byte)).join('')
  return text.slice(0, at) + bytes + text.slice(at + char.length)
}

/** Case as `\U`, `\L`, `\u`, `\l` and `\E` turn it while the parts go by. */
class CaseTurner {
  #all: 'U' | 'L' | undefined
  #one: 'u' | 'l' | undefined

  turn(how: 'U' | 'L' | 'u' | 'l' | 'E'): void {
    if (how === 'u' || how === 'l') this.#one = how
    else {
      this.#all = how === 'E' ? undefined : how
      this.#one = undefined
    }
  }

  apply(text: string): string {
    if (text === '') return ''
    const turned = this.#all === 'U' ? text.toUpperCase() : this.#all === 'L' ? text.toLowerCase() : text
    if (this.#one === undefined) return turned
    const [first = ''] = turned
    const head = this.#one === 'u' ? first.toUpperCase() : first.toLowerCase()
    this.#one = undefined
    return head + turned.slice(first.length)
  }
}

function filled(parts: readonly ReplacePart[], match: PatternMatch): string {
  const turner = new CaseTurner()
  let out = ''
  for (const part of parts) {
    if (part.type === 'case') turner.turn(part.how)
    else out += turner.apply(part.type === 'text' ? part.text : (match.group(part.index) ?? ''))
  }
  return out
}

const NAMED: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
  [92, '\\\\'],
])

/** A line as `l` shows it, in lines of `width`. */
export function shownLine(bytes: Uint8Array, width: number): string {
  let out = ''
  let column = 0
  for (const byte of bytes) {
    const isPlain = byte >= 32 && byte < 127
    const piece = NAMED.get(byte) ?? (isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`)
    if (width > 0 && column + piece.length > width - 1) {
      out += '\\\n'
      column = 0
    }
    out += piece
    column += piece.length
  }
  return `${out}$`
}
