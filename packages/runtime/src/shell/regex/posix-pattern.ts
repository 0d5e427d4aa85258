import { jsSource } from './js-source'
import type { Pattern, PatternMatch } from './pattern'
import type { PatternStyle } from './pattern-source'
import { spansOf, type Spans } from './regex-backtrack'
import { growthOf, isGreedyLongest, keepsGroups, literalOf, nodesOf } from './regex-facts'
import { simulate, type Machine } from './regex-machine'
import type { Regex } from './regex-node'
import { programOf } from './regex-program'

const BEYOND_ASCII = /[^\0-\x7f]/
/** Steps that a backtracking search may be thought to need before the linear machine is taken instead. */
const MAX_WORK = 20_000_000

interface Finders {
  readonly plain: RegExp
  readonly grouped: RegExp
}

/**
 * Leftmost and longest. JS finds where the leftmost match begins, which is the same in every dialect; where its end or its groups
 * may differ, machines of our own tell them, and where JS might not end in time they do everything.
 */
export class PosixPattern implements Pattern {
  readonly groups: number
  readonly names: ReadonlyMap<string, number> = new Map()
  readonly warnings: readonly string[]
  readonly literal: string
  readonly #regex: Regex
  readonly #tick: () => void
  readonly #hasBack: boolean
  readonly #isLongest: boolean
  readonly #keepsGroups: boolean
  readonly #growth: number
  readonly #scanners = new Map<boolean, RegExp>()
  #ascii: Finders | undefined
  #wide: Finders | undefined
  #made: Machine | undefined

  constructor(regex: Regex, style: PatternStyle) {
    this.#regex = regex
    this.groups = regex.groups
    this.warnings = regex.warnings
    this.literal = literalOf(regex.root)
    this.#tick = style.tick ?? (() => undefined)
    this.#hasBack = [...nodesOf(regex.root)].some(({ type }) => type === 'back')
    this.#isLongest = style.dialect === 'fixed' || isGreedyLongest(regex.root)
    this.#keepsGroups = keepsGroups(regex.root)
    this.#growth = growthOf(regex.root)
  }

  test(text: string): boolean {
    if (this.#hasBack) return this.exec(text) !== undefined
    if (!this.#isQuick(text.length)) return simulate(this.#machine(), text, { from: 0, isAnchored: false }) !== undefined
    const { plain } = this.#finders(!BEYOND_ASCII.test(text))
    plain.lastIndex = 0
    return plain.test(text)
  }

  exec(text: string, from = 0): PatternMatch | undefined {
    if (from > text.length) return undefined
    if (this.#hasBack) return this.#execBack(text, from)
    if (!this.#isQuick(text.length - from)) {
      const found = simulate(this.#machine(), text, { from, isAnchored: false })
      return found && new SpanMatch(text, { ...found, find: () => this.#spans(text, found.start, found.end) })
    }
    const finders = this.#finders(!BEYOND_ASCII.test(text))
    const finder = this.groups > 0 && this.#keepsGroups ? finders.grouped : finders.plain
    finder.lastIndex = from
    const found = finder.exec(text)
    if (found === null) return undefined
    const start = found.index
    const greedy = start + found[0].length
    const end = this.#isLongest || greedy === text.length ? greedy : this.#longest(text, start, greedy)
    const told = this.#keepsGroups && end === greedy ? found : undefined
    return new SpanMatch(text, { start, end, told, find: () => this.#spans(text, start, end) })
  }

  scanner(isAscii: boolean): RegExp | undefined {
    if (this.#hasBack || this.#growth > 3) return undefined
    const known = this.#scanners.get(isAscii)
    if (known !== undefined) return known
    const source = jsSource(this.#regex.root, { isAscii, isScan: true, groups: 'none', word: this.#regex.word })
    const made = new RegExp(source, isAscii ? 'g' : 'gv')
    this.#scanners.set(isAscii, made)
    return made
  }

  #isQuick(length: number): boolean {
    return this.#growth <= 1 || Math.max(length, 2) ** this.#growth < MAX_WORK
  }

  #longest(text: string, start: number, greedy: number): number {
    return simulate(this.#machine(), text, { from: start, isAnchored: true })?.end ?? greedy
  }

  #spans(text: string, start: number, end: number): Spans | undefined {
    return spansOf(this.#machine(), text, { start, end })
  }

  #execBack(text: string, from: number): PatternMatch | undefined {
    const machine = this.#machine()
    for (let start = from; start <= text.length; start++) {
      const unit = text.charCodeAt(start)
      if (start > 0 && unit >= 0xdc00 && unit < 0xe000 && (text.charCodeAt(start - 1) & 0xfc00) === 0xd800) continue
      this.#tick()
      const spans = spansOf(machine, text, { start })
      if (spans !== undefined) return new SpanMatch(text, { start, end: spans[1] ?? start, find: () => spans })
    }
    return undefined
  }

  #machine(): Machine {
    const { root, word, groups, ignoreCase } = this.#regex
    this.#made ??= { steps: programOf(root), word, groups, ignoreCase, tick: this.#tick }
    return this.#made
  }

  #finders(isAscii: boolean): Finders {
    const known = isAscii ? this.#ascii : this.#wide
    if (known !== undefined) return known
    const { root, word } = this.#regex
    const flags = isAscii ? 'g' : 'gv'
    const style = { isAscii, isScan: false, word }
    const plain = new RegExp(jsSource(root, { ...style, groups: 'none' }), flags)
    const grouped = this.groups === 0 ? plain : new RegExp(jsSource(root, { ...style, groups: 'numbers' }), flags)
    const made = { plain, grouped }
    if (isAscii) this.#ascii = made
    else this.#wide = made
    return made
  }
}

interface MatchParts {
  readonly start: number
  readonly end: number
  readonly find: () => Spans | undefined
  /** JS's own match, where its groups are right. */
  readonly told?: RegExpExecArray | undefined
}

/** A match whose groups are worked out when they are asked for. */
class SpanMatch implements PatternMatch {
  readonly start: number
  readonly end: number
  readonly #text: string
  readonly #find: () => Spans | undefined
  readonly #told: RegExpExecArray | undefined
  #spans: Spans | undefined

  constructor(text: string, { start, end, find, told }: MatchParts) {
    this.#text = text
    this.start = start
    this.end = end
    this.#find = find
    this.#told = told
  }

  group(index: number): string | undefined {
    if (index === 0) return this.#text.slice(this.start, this.end)
    if (this.#told !== undefined) return this.#told[index]
    const span = this.span(index)
    return span && this.#text.slice(span[0], span[1])
  }

  span(index: number): readonly [start: number, end: number] | undefined {
    if (index === 0) return [this.start, this.end]
    this.#spans ??= this.#find()
    const start = this.#spans?.[index * 2] ?? -1
    const end = this.#spans?.[index * 2 + 1] ?? -1
    return end < 0 ? undefined : [start, end]
  }
}
