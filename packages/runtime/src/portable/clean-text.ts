import { keysIn, looksRandom } from '../core/gate/key-shapes'
import type { Detector, Secret } from '../core/gate/secrets'
import { LEAST, spellingsOf } from '../core/gate/secret-forms'

/** A value that is taken out, and what stands in its place then. */
export interface Hidden {
  readonly value: string
  readonly mark: string
  /** Also coded, and parts of it: values that nobody writes by chance. */
  readonly isSecret: boolean
}

export const hiddenOf = ({ name, value }: Secret): Hidden => ({ value, mark: `[secret: ${name}]`, isSecret: true })

/** Takes values out of texts, alone and over the borders between them. */
export interface Cleaner {
  /** One text for itself. */
  clean(text: string): string
  /** Texts that were written one after another: also what begins in one and ends in another, or is broken by white space. */
  cleanAll(texts: readonly string[]): readonly string[]
  /** What was taken out until now, each once. */
  readonly found: ReadonlySet<string>
}

/** What became of a text before, with its marks: the same values and patterns make the same of it. */
export type CleanMemory = Map<string, { readonly clean: string; readonly marks: readonly string[] }>

/** Shorter texts are looked through as fast as they are found again. */
const LEAST_REMEMBERED = 200

/** What a cleaner may have beside the values. */
interface CleanerOptions {
  /** Parts of a text that go besides, by what they look like, with what stands there then. */
  readonly more?: Patterns | undefined
  /** Of a cleaner with the same values and patterns, and no other. */
  readonly memory?: CleanMemory | undefined
}

/** The text without what it looks for; its marks are added to `found`. */
export type Patterns = (text: string, found: Set<string>) => string

const NONE: Patterns = (text) => text

const HASH = /^[0-9a-f]{64}$/

/** Of a longer text only what is spelled as people and programs pass it on is looked for. */
const LONGEST_LOOKED_AT = 200_000

/**
 * Building costs what the values are many; cleaning costs what the text is long.
 * @param detector what it still finds in a text takes the whole text with it: hidden that well, it was meant to be
 */
export function createCleaner(hidden: readonly Hidden[], detector: Detector, { more = NONE, memory }: CleanerOptions = {}): Cleaner {
  const spellings = hidden
    .flatMap(({ value, mark, isSecret }) => [...(isSecret ? spellingsOf(value) : [value])].map((spelled) => ({ spelled, mark })))
    .filter(({ spelled }) => spelled !== '')
    .toSorted((a, b) => b.spelled.length - a.spelled.length)
  const grams = gramsOf(hidden)
  const plain = new Map(hidden.filter(({ value }) => value.length < LEAST).map(({ value, mark }) => [value, mark]))
  const found = new Set<string>()
  const look = (text: string, marks: Set<string>): string => {
    let left = text
    for (const { spelled, mark } of spellings) {
      if (!left.includes(spelled)) continue
      marks.add(mark)
      left = left.replaceAll(spelled, () => mark)
    }
    for (const { what, text: key } of keysIn(left)) {
      marks.add(`[secret: ${what}]`)
      left = left.replaceAll(key, () => `[secret: ${what}]`)
    }
    left = more(left, marks)
    const whole = withoutParts(left, grams, marks)
    const [kept] = whole.length > LONGEST_LOOKED_AT ? [] : detector.find(whole).filter(({ isSure }) => isSure)
    if (kept === undefined) return whole
    marks.add(`[text with a secret: ${kept.what}]`)
    return `[text with a secret: ${kept.what}]`
  }
  const clean = (text: string): string => {
    // Most strings of a fact are names and hashes.
    if (text.length < LEAST || HASH.test(text)) return plain.get(text) ?? text
    const known = memory?.get(text)
    const marks = new Set<string>(known?.marks)
    const cleaned = known?.clean ?? look(text, marks)
    if (!known && text.length >= LEAST_REMEMBERED) memory?.set(text, { clean: cleaned, marks: [...marks] })
    for (const mark of marks) found.add(mark)
    return cleaned
  }
  return {
    found,
    clean,
    cleanAll: (texts) => withoutSpread(texts, spellings, found).map(clean),
  }
}

/** Beginnings of all parts of values that are looked for in part. */
function gramsOf(hidden: readonly Hidden[]): ReadonlyMap<string, Hidden> {
  const grams = new Map<string, Hidden>()
  for (const one of hidden) {
    // Of a value that somebody thought up, parts are words like any others.
    if (!one.isSecret || !looksRandom(one.value)) continue
    for (let at = 0; at + LEAST <= one.value.length; at++) grams.set(one.value.slice(at, at + LEAST), one)
  }
  return grams
}

/** What was cut in pieces: each that is long enough to be known goes. */
function withoutParts(text: string, grams: ReadonlyMap<string, Hidden>, found: Set<string>): string {
  if (grams.size === 0) return text
  const kept: string[] = []
  let from = 0
  for (let at = 0; at + LEAST <= text.length; at++) {
    const hit = grams.get(text.slice(at, at + LEAST))
    if (hit === undefined) continue
    let end = at + LEAST
    while (end < text.length && hit.value.includes(text.slice(at, end + 1))) end += 1
    const mark = hit.mark.replace('[secret', '[part of a secret')
    found.add(mark)
    kept.push(text.slice(from, at), mark)
    from = end
    at = end - 1
  }
  return kept.length === 0 ? text : [...kept, text.slice(from)].join('')
}

interface Spelling {
  readonly spelled: string
  readonly mark: string
}

interface Span {
  readonly from: number
  readonly to: number
  readonly mark: string
}

const SPACE = /\s/

/** Looks through all that is not white space as one text; what is found is taken out of each text that has a piece of it. */
function withoutSpread(texts: readonly string[], spellings: readonly Spelling[], found: Set<string>): readonly string[] {
  const solid = texts.map((text) => text.replaceAll(/\s+/g, ''))
  const starts: number[] = []
  let size = 0
  for (const text of solid) {
    starts.push(size)
    size += text.length
  }
  const all = solid.join('')
  const spans = new Map<number, Span[]>()
  for (const { spelled, mark } of spellings) {
    const wanted = spelled.replaceAll(/\s+/g, '')
    if (wanted.length < LEAST) continue
    for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + wanted.length)) {
      found.add(mark)
      for (const [n, span] of piecesOf({ from: at, to: at + wanted.length, mark }, { starts, solid }))
        spans.set(n, [...(spans.get(n) ?? []), span])
    }
  }
  return texts.map((text, n) => replaced(text, spans.get(n) ?? []))
}

/** The part of a place in the whole that each text has. */
function piecesOf(
  { from, to, mark }: Span,
  { starts, solid }: { readonly starts: readonly number[]; readonly solid: readonly string[] },
): readonly (readonly [number, Span])[] {
  const pieces: [number, Span][] = []
  for (let n = textAt(starts, from); n < starts.length && (starts[n] ?? 0) < to; n++) {
    const start = starts[n] ?? 0
    const span = { from: Math.max(0, from - start), to: Math.min(solid[n]?.length ?? 0, to - start), mark }
    if (span.to > span.from) pieces.push([n, span])
  }
  return pieces
}

/** The last text that begins at or before a place. */
function textAt(starts: readonly number[], place: number): number {
  let low = 0
  let high = starts.length
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= place) low = middle
    else high = middle
  }
  return low
}

/** Spans count characters that are no white space. */
function replaced(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text
  const ordered = spans.toSorted((a, b) => a.from - b.from || b.to - a.to)
  let out = ''
  let solid = 0
  let next = 0
  let until = 0
  for (const char of unitsOf(text)) {
    const isSpace = SPACE.test(char)
    while (!isSpace && solid >= until && (ordered[next]?.from ?? Infinity) <= solid) {
      const span = ordered[next++]
      if (!span || span.to <= solid) continue
      until = span.to
      out += span.mark
    }
    if (solid >= until) out += char
    if (!isSpace) solid += 1
  }
  return out
}

function* unitsOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at++) yield text.charAt(at)
}
