/**
 * A set of characters: the ASCII part exactly, the rest as ranges and classes of Unicode, or as all but those. Bytes that are no
 * UTF-8 (U+DC80–U+DCFF, see `text.ts`) are in no set, as in the C library.
 */
export interface CharSet {
  /** Four words of 32 bits. */
  readonly ascii: readonly [number, number, number, number]
  /** Beyond ASCII, inclusive. */
  readonly ranges: readonly (readonly [low: number, high: number])[]
  /** Beyond ASCII, as JS writes them: `\p{L}`. */
  readonly classes: readonly string[]
  /** Beyond ASCII it has everything that `ranges` and `classes` have not. */
  readonly isOpen: boolean
}

type Ascii = CharSet['ascii']

const NONE: Ascii = [0, 0, 0, 0]
/** The empty set. */
export const NOTHING: CharSet = { ascii: NONE, ranges: [], classes: [], isOpen: false }
/** Every character. */
export const ANYTHING: CharSet = { ascii: [-1, -1, -1, -1], ranges: [], classes: [], isOpen: true }

function bits(has: (code: number) => boolean): Ascii {
  const words: [number, number, number, number] = [0, 0, 0, 0]
  for (let code = 0; code < 128; code++) {
    const word = code >> 5
    if (has(code)) words[word] = (words[word] ?? 0) | (1 << (code & 31))
  }
  return words
}

function hasAscii(ascii: Ascii, code: number): boolean {
  return (((ascii[code >> 5] ?? 0) >>> (code & 31)) & 1) === 1
}

/** Characters from `low` to `high`. */
export function rangeOf(low: number, high = low): CharSet {
  const ascii = low < 128 ? bits((code) => code >= low && code <= high) : NONE
  return { ...NOTHING, ascii, ranges: high > 127 ? [[Math.max(low, 128), high]] : [] }
}

/** @param ascii characters as in a JS class, `a-z0-9`; @param classes beyond ASCII, `\p{L}` */
export function classOf(ascii: string, classes: readonly string[] = []): CharSet {
  const member = new RegExp(`[${ascii}]`)
  return { ...NOTHING, ascii: bits((code) => member.test(String.fromCharCode(code))), classes }
}

/** All but these. */
export function complementOf(set: CharSet): CharSet {
  const [a, b, c, d] = set.ascii
  return { ...set, ascii: [~a, ~b, ~c, ~d], isOpen: !set.isOpen }
}

/** What is in any of them. Of sets that are open beyond ASCII only one may come together with others that have anything there. */
export function unionOf(sets: readonly CharSet[]): CharSet {
  const ascii = bits((code) => sets.some((set) => hasAscii(set.ascii, code)))
  const open = sets.filter((set) => set.isOpen)
  const closed = sets.filter((set) => !set.isOpen)
  const ranges = closed.flatMap((set) => set.ranges)
  const classes = [...new Set(closed.flatMap((set) => set.classes))]
  if (open.length === 0) return { ascii, ranges, classes, isOpen: false }
  return { ascii, ...highUnion(open, { ranges, classes }), isOpen: true }
}

type High = Pick<CharSet, 'ranges' | 'classes'>

/** What an open union leaves out: exactly what every open set leaves out and no closed one has. */
function highUnion(open: readonly CharSet[], closed: High): High {
  const [first, ...others] = open
  if (first === undefined) return closed
  const isIn = (set: High, code: number): boolean => set.ranges.some(([low, high]) => code >= low && code <= high)
  // A class is left out only where all leave it out; a range that others may cover is kept out only where it is the same.
  const classes = first.classes.filter((name) => others.every((set) => set.classes.includes(name)) && !closed.classes.includes(name))
  const ranges = first.ranges.filter(
    ([low, high]) => others.every((set) => isIn(set, low) && isIn(set, high)) && !isIn(closed, low) && !isIn(closed, high),
  )
  return { ranges, classes }
}

/** What is in both; undefined where that cannot be written down. */
export function intersectionOf(one: CharSet, two: CharSet): CharSet | undefined {
  const ascii = bits((code) => hasAscii(one.ascii, code) && hasAscii(two.ascii, code))
  if (isAsciiOnly(one) || isAsciiOnly(two)) return { ...NOTHING, ascii }
  if (isAll(one)) return { ...two, ascii }
  if (isAll(two)) return { ...one, ascii }
  if (one.isOpen && two.isOpen) {
    return { ascii, ranges: [...one.ranges, ...two.ranges], classes: [...one.classes, ...two.classes], isOpen: true }
  }
  return undefined
}

function isAll(set: CharSet): boolean {
  return set.isOpen && set.ranges.length === 0 && set.classes.length === 0
}

/** Has nothing beyond ASCII. */
function isAsciiOnly(set: CharSet): boolean {
  return !set.isOpen && set.ranges.length === 0 && set.classes.length === 0
}

/** Without one character. */
export function without(set: CharSet, code: number): CharSet {
  return { ...set, ascii: bits((each) => each !== code && hasAscii(set.ascii, each)) }
}

/** False only where no character is in both. */
export function mayOverlap(one: CharSet, two: CharSet): boolean {
  if (one.ascii.some((word, i) => (word & (two.ascii[i] ?? 0)) !== 0)) return true
  if (isAsciiOnly(one) || isAsciiOnly(two)) return false
  if (one.isOpen || two.isOpen || one.classes.length > 0 || two.classes.length > 0) return true
  return one.ranges.some(([low, high]) => two.ranges.some(([from, to]) => low <= to && from <= high))
}

/** The one character of a set, if it has just one. */
export function onlyChar(set: CharSet): string | undefined {
  if (set.isOpen || set.classes.length > 0) return undefined
  const count = set.ascii.reduce((sum, word) => sum + popCount(word), 0)
  const [range] = set.ranges
  if (count === 0 && set.ranges.length === 1 && range !== undefined && range[0] === range[1]) return String.fromCodePoint(range[0])
  if (count !== 1 || set.ranges.length > 0) return undefined
  for (let code = 0; code < 128; code++) if (hasAscii(set.ascii, code)) return String.fromCharCode(code)
  return undefined
}

function popCount(word: number): number {
  let count = 0
  for (let rest = word >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++
  return count
}

const SMALL_RANGE = 3000

/** With the other case of every character. */
export function foldedOf(set: CharSet): CharSet {
  const folded = bits((code) => hasAscii(set.ascii, code) || hasAscii(set.ascii, swapped(code)))
  const ranges: [number, number][] = []
  // Long s and the Kelvin sign fold to ASCII letters, dotless and dotted i do not.
  if (hasAscii(folded, 0x73)) ranges.push([0x17f, 0x17f])
  if (hasAscii(folded, 0x6b)) ranges.push([0x212a, 0x212a])
  const others: CharSet[] = []
  for (const [low, high] of set.ranges) {
    for (let code = low; code <= high && high - low < SMALL_RANGE; code++) {
      for (const other of otherCases(code)) others.push(rangeOf(other))
    }
  }
  const classes = set.classes.map((name) => (name === '\\p{Lu}' || name === '\\p{Ll}' ? '[\\p{Lu}\\p{Ll}\\p{Lt}]' : name))
  const base = { ...set, ascii: folded, classes }
  if (set.isOpen) return { ...base, ranges: [...set.ranges, ...others.flatMap((other) => other.ranges)] }
  return unionOf([base, { ...NOTHING, ranges }, ...others])
}

function swapped(code: number): number {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a ? code ^ 0x20 : code
}

function otherCases(code: number): readonly number[] {
  const char = String.fromCodePoint(code)
  const cases = [char.toLowerCase(), char.toUpperCase(), char.toUpperCase().toLowerCase(), char.toLowerCase().toUpperCase()]
  return cases.filter((other) => other !== char && [...other].length === 1).map((other) => other.codePointAt(0) ?? 0)
}

const TESTERS = new WeakMap<CharSet, RegExp>()

/** Whether a character is in a set. */
export function hasChar(set: CharSet, code: number): boolean {
  if (code < 128) return (((set.ascii[code >> 5] ?? 0) >>> (code & 31)) & 1) === 1
  if (code >= 0xd800 && code < 0xe000) return false
  if (set.ranges.some(([low, high]) => code >= low && code <= high)) return !set.isOpen
  if (set.classes.length === 0) return set.isOpen
  const known = TESTERS.get(set) ?? new RegExp(`[${set.classes.join('')}]`, 'v')
  TESTERS.set(set, known)
  return known.test(String.fromCodePoint(code)) !== set.isOpen
}

function escaped(code: number): string {
  if (code < 128)
    return /[0-9A-Za-z]/.test(String.fromCharCode(code)) ? String.fromCharCode(code) : `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}

function spanned(low: number, high: number): string {
  if (low === high) return escaped(low)
  return high === low + 1 ? escaped(low) + escaped(high) : `${escaped(low)}-${escaped(high)}`
}

function asciiSource(ascii: Ascii): string {
  let out = ''
  for (let code = 0; code < 128; code++) {
    if (!hasAscii(ascii, code)) continue
    const low = code
    while (code < 127 && hasAscii(ascii, code + 1)) code++
    out += spanned(low, code)
  }
  return out
}

/** JS source that matches one character of the set, for text that is all ASCII (no flag) or any text (flag `v`). */
export function setSource(set: CharSet, isAscii: boolean): string {
  const only = onlyChar(set)
  if (only !== undefined && (!isAscii || only.charCodeAt(0) < 128)) return escaped(only.codePointAt(0) ?? 0)
  if (isAscii || isAsciiOnly(set)) return `[${asciiSource(set.ascii)}]`
  const high = set.ranges.map(([low, top]) => spanned(low, top)).join('') + set.classes.join('')
  if (!set.isOpen) return `[${asciiSource(set.ascii)}${high}]`
  const [a, b, c, d] = set.ascii
  return `[^${asciiSource([~a, ~b, ~c, ~d])}${high}\\uD800-\\uDFFF]`
}
