import { characterAt, parseGlob, type GlobNode } from './glob-pattern'

/** How a glob is read. */
export interface GlobHow {
  /** `+(a|b)` and the like. Default: on, as in `case` and `[[`. */
  readonly extglob?: boolean
  readonly nocase?: boolean
  /** A leading period must be matched by a period, as in file names. */
  readonly period?: boolean
}

/** A glob, ready to match. */
export interface GlobMatcher {
  matches(text: string): boolean
  /** Ends of all matches that start at `from`, ascending. */
  ends(text: string, from: number): readonly number[]
}

const cache = new Map<string, GlobMatcher>()
const CACHED = 500

/** Compiles a glob; a backslash takes its next character as it is. */
export function globMatcher(pattern: string, how: GlobHow = {}): GlobMatcher {
  const extglob = how.extglob ?? true
  const nocase = how.nocase ?? false
  const key = `${extglob ? 'e' : ''}${nocase ? 'n' : ''}${how.period ? 'p' : ''}:${pattern}`
  const known = cache.get(key)
  if (known !== undefined) return known
  if (cache.size >= CACHED) cache.clear()
  const made = new Compiled(parseGlob(pattern, { extglob, nocase }), { nocase, period: how.period ?? false })
  cache.set(key, made)
  return made
}

/** Whether a text would be taken as a glob in a word. */
export function isGlob(pattern: string, extglob = true): boolean {
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at)
    if (character === '\\') at += 1
    else if (character === '*' || character === '?') return true
    else if (character === '[' && pattern.includes(']', at + 1)) return true
    else if (extglob && '+@!'.includes(character) && pattern.charAt(at + 1) === '(') return true
  }
  return false
}

/** `text` as a glob that matches only itself. */
export function globQuoted(text: string): string {
  return /[\\*?[\]+@!()|^-]/.test(text) ? text.replace(/[\\*?[\]+@!()|^-]/g, '\\$&') : text
}

/** The text that a glob without special characters stands for. */
export function globUnquoted(pattern: string): string {
  return pattern.includes('\\') ? pattern.replace(/\\([\s\S])/g, '$1') : pattern
}

class Compiled implements GlobMatcher {
  readonly #nodes: readonly GlobNode[]
  readonly #nocase: boolean
  readonly #period: boolean

  constructor(nodes: readonly GlobNode[], how: { readonly nocase: boolean; readonly period: boolean }) {
    this.#nodes = nodes
    this.#nocase = how.nocase
    this.#period = how.period
  }

  matches(text: string): boolean {
    if (this.#period && text.startsWith('.') && !startsWithPeriod(this.#nodes)) return false
    const [first, second, third] = this.#nodes
    if (first === undefined) return text === ''
    if (!this.#nocase && third === undefined) {
      if (first.type === 'text' && second === undefined) return text === first.text
      if (first.type === 'star' && second === undefined) return true
      if (first.type === 'star' && second?.type === 'text') return text.endsWith(second.text)
      if (first.type === 'text' && second?.type === 'star') return text.startsWith(first.text)
    }
    return this.ends(text, 0).at(-1) === text.length
  }

  ends(text: string, from: number): readonly number[] {
    return this.#run(this.#nodes, text, [from])
  }

  #run(nodes: readonly GlobNode[], text: string, starts: readonly number[]): readonly number[] {
    let places = starts
    for (const node of nodes) {
      if (places.length === 0) return places
      places = this.#step(node, text, places)
    }
    return places
  }

  #step(node: GlobNode, text: string, places: readonly number[]): readonly number[] {
    switch (node.type) {
      case 'text':
        return places.flatMap((at) => (this.#isTextAt(text, at, node.text) ? [at + node.text.length] : []))
      case 'any':
        return places.flatMap((at) => (at < text.length ? [at + characterAt(text, at).length] : []))
      case 'set':
        return places.flatMap((at) => (at < text.length && node.has(characterAt(text, at)) ? [at + characterAt(text, at).length] : []))
      case 'star':
        return from(text, places[0] ?? text.length)
      default:
        return this.#group(node, text, places)
    }
  }

  #isTextAt(text: string, at: number, wanted: string): boolean {
    if (text.startsWith(wanted, at)) return true
    return this.#nocase && text.slice(at, at + wanted.length).toLowerCase() === wanted.toLowerCase()
  }

  #options(node: Extract<GlobNode, { type: 'group' }>, text: string, places: readonly number[]): readonly number[] {
    return merged(node.options.map((option) => this.#run(option, text, places)))
  }

  #group(node: Extract<GlobNode, { type: 'group' }>, text: string, places: readonly number[]): readonly number[] {
    if (node.kind === '!')
      return merged(
        places.map((at) => {
          const taken = new Set(this.#options(node, text, [at]))
          return from(text, at).filter((end) => !taken.has(end))
        }),
      )
    const once = this.#options(node, text, places)
    if (node.kind === '@') return once
    if (node.kind === '?') return merged([places, once])
    let all = node.kind === '*' ? merged([places, once]) : once
    for (let fresh = once; fresh.length > 0;) {
      const seen = new Set(all)
      fresh = this.#options(node, text, fresh).filter((end) => !seen.has(end))
      all = merged([all, fresh])
    }
    return all
  }
}

function startsWithPeriod(nodes: readonly GlobNode[]): boolean {
  const [first] = nodes
  if (first?.type === 'text') return first.text.startsWith('.')
  return first?.type === 'group' && first.kind !== '!' && first.options.some(startsWithPeriod)
}

/** Every boundary of characters from `at` to the end. */
function from(text: string, at: number): number[] {
  const places: number[] = []
  for (let place = at; place < text.length; place += characterAt(text, place).length) places.push(place)
  places.push(text.length)
  return places
}

function merged(lists: readonly (readonly number[])[]): readonly number[] {
  const [only] = lists
  if (lists.length === 1 && only !== undefined) return only
  return [...new Set(lists.flat())].toSorted((a, b) => a - b)
}
