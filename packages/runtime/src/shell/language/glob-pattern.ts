/** One part of a parsed glob. */
export type GlobNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'any' }
  | { readonly type: 'star' }
  | { readonly type: 'set'; readonly has: (character: string) => boolean }
  | { readonly type: 'group'; readonly kind: GroupKind; readonly options: readonly (readonly GlobNode[])[] }

export type GroupKind = '?' | '*' | '+' | '@' | '!'

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[\p{L}\p{N}]/u,
  alpha: /\p{L}/u,
  ascii: /[\0-\x7F]/,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[^\s\p{Cc}\p{Cs}]/u,
  lower: /\p{Ll}/u,
  print: /[^\p{Cc}\p{Cs}]/u,
  punct: /[!-/:-@[-`{-~]|[\p{P}\p{S}]/u,
  space: /\s/,
  upper: /\p{Lu}/u,
  word: /[\p{L}\p{N}_]/u,
  xdigit: /[0-9A-Fa-f]/,
}

/** The character at a place, a pair of surrogates taken as one. */
export function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}

interface Reading {
  readonly source: string
  readonly extglob: boolean
  readonly nocase: boolean
  at: number
}

/** Reads a glob; a backslash takes its next character as it is. */
export function parseGlob(source: string, how: { readonly extglob: boolean; readonly nocase: boolean }): readonly GlobNode[] {
  return sequence({ source, ...how, at: 0 }, '')
}

/** Reads up to one of `stops`, which is left for the caller. */
function sequence(reading: Reading, stops: string): GlobNode[] {
  const nodes: GlobNode[] = []
  let text = ''
  const flush = (): void => {
    if (text !== '') nodes.push({ type: 'text', text })
    text = ''
  }
  while (reading.at < reading.source.length) {
    const character = reading.source.charAt(reading.at)
    if (stops.includes(character) && stops !== '') break
    const special = specialAt(reading)
    if (special !== undefined) {
      flush()
      if (special.type !== 'star' || nodes.at(-1)?.type !== 'star') nodes.push(special)
    } else if (character === '\\' && reading.at + 1 < reading.source.length) {
      const escaped = characterAt(reading.source, reading.at + 1)
      text += escaped
      reading.at += 1 + escaped.length
    } else {
      text += character
      reading.at += 1
    }
  }
  flush()
  return nodes
}

function specialAt(reading: Reading): GlobNode | undefined {
  const { source, at } = reading
  const character = source.charAt(at)
  if (reading.extglob && '?*+@!'.includes(character) && source.charAt(at + 1) === '(') {
    const group = groupAt(reading)
    if (group !== undefined) return group
  }
  if (character === '*') {
    reading.at += 1
    return { type: 'star' }
  }
  if (character === '?') {
    reading.at += 1
    return { type: 'any' }
  }
  return character === '[' ? setAt(reading) : undefined
}

function isKind(text: string): text is GroupKind {
  return text === '?' || text === '*' || text === '+' || text === '@' || text === '!'
}

/** `+(a|b)`; without its closing parenthesis it is text. */
function groupAt(reading: Reading): GlobNode | undefined {
  const start = reading.at
  const kind = reading.source.charAt(start)
  if (!isKind(kind)) return undefined
  const options: GlobNode[][] = []
  reading.at += 2
  for (;;) {
    options.push(sequence(reading, '|)'))
    const end = reading.source.charAt(reading.at)
    reading.at += 1
    if (end === ')') return { type: 'group', kind, options }
    if (end === '') {
      reading.at = start
      return undefined
    }
  }
}

/** A bracket expression; without its closing bracket it is text. */
function setAt(reading: Reading): GlobNode | undefined {
  const { source } = reading
  let at = reading.at + 1
  const isNegated = source.charAt(at) === '!' || source.charAt(at) === '^'
  if (isNegated) at += 1
  const tests: ((character: string) => boolean)[] = []
  for (let first = true; ; first = false) {
    if (at >= source.length) return undefined
    if (source.charAt(at) === ']' && !first) break
    const item = itemAt(source, at)
    at = item.next
    tests.push(item.test)
  }
  reading.at = at + 1
  const direct = (character: string): boolean => tests.some((test) => test(character))
  const has = reading.nocase ? (character: string): boolean => direct(character.toLowerCase()) || direct(character.toUpperCase()) : direct
  return { type: 'set', has: isNegated ? (character): boolean => !has(character) : has }
}

interface SetItem {
  readonly next: number
  readonly test: (character: string) => boolean
}

function itemAt(source: string, at: number): SetItem {
  const named = /^\[:(\w+):\]/.exec(source.slice(at, at + 12))
  const expression = named?.[1] === undefined ? undefined : CLASSES[named[1]]
  if (named !== null && expression !== undefined) return { next: at + named[0].length, test: (character) => expression.test(character) }
  if (named !== null) return { next: at + named[0].length, test: () => false }
  const low = memberAt(source, at)
  if (source.charAt(low.next) !== '-' || source.charAt(low.next + 1) === ']' || low.next + 1 >= source.length)
    return { next: low.next, test: (character) => character === low.character }
  const high = memberAt(source, low.next + 1)
  const from = low.character.codePointAt(0) ?? 0
  const to = high.character.codePointAt(0) ?? 0
  return {
    next: high.next,
    test: (character) => {
      const code = character.codePointAt(0) ?? -1
      return code >= from && code <= to
    },
  }
}

function memberAt(source: string, at: number): { readonly character: string; readonly next: number } {
  const collating = /^\[([.=])(.+?)\1\]/su.exec(source.slice(at, at + 16))
  if (collating?.[2] !== undefined) return { character: collating[2], next: at + collating[0].length }
  const from = source.charAt(at) === '\\' && at + 1 < source.length ? at + 1 : at
  const character = characterAt(source, from)
  return { character, next: from + character.length }
}
