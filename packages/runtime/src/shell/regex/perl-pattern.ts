import { jsSource } from './js-source'
import type { Pattern, PatternMatch } from './pattern'
import { literalOf, nodesOf } from './regex-facts'
import type { Regex } from './regex-node'

const BEYOND_ASCII = /[^\0-\x7f]/

/** Leftmost, then by preference, as Perl, Rust and JS do. */
export class PerlPattern implements Pattern {
  readonly groups: number
  readonly names: ReadonlyMap<string, number>
  readonly warnings: readonly string[]
  readonly literal: string
  readonly #regex: Regex
  readonly #hasKeep: boolean
  /** `\K` and atomic groups add groups of their own: then names, or the numbers would move. */
  readonly #hasNames: boolean
  readonly #made = new Map<string, RegExp>()
  readonly #scanners = new Map<boolean, RegExp>()

  constructor(regex: Regex) {
    this.#regex = regex
    this.groups = regex.groups
    this.names = regex.names
    this.warnings = regex.warnings
    this.literal = literalOf(regex.root)
    this.#hasKeep = [...nodesOf(regex.root)].some(({ type }) => type === 'keep')
    this.#hasNames = this.#hasKeep || [...nodesOf(regex.root)].some(({ type }) => type === 'atomic')
  }

  test(text: string): boolean {
    const finder = this.#finder(text, '')
    finder.lastIndex = 0
    return finder.test(text)
  }

  exec(text: string, from = 0): PatternMatch | undefined {
    const finder = this.#finder(text, this.#hasKeep ? 'd' : '')
    finder.lastIndex = from
    const found = finder.exec(text)
    if (found === null) return undefined
    const end = found.index + found[0].length
    const start = this.#hasKeep ? (found.indices?.groups?.['keep']?.[0] ?? found.index) : found.index
    const index = found.index
    return {
      start,
      end,
      group: (i) => (i === 0 ? text.slice(start, end) : this.#hasNames ? found.groups?.[`g${i}`] : found[i]),
      span: (i) => (i === 0 ? [start, end] : this.#span(text, index, i)),
    }
  }

  scanner(isAscii: boolean): RegExp | undefined {
    if (this.#hasKeep) return undefined
    const source = jsSource(this.#regex.root, {
      isAscii,
      isScan: true,
      groups: this.#hasNames ? 'names' : 'numbers',
      word: this.#regex.word,
    })
    const made = new RegExp(source, `${isAscii ? 'g' : 'gv'}${this.#caseFlag()}`)
    this.#scanners.set(isAscii, made)
    return made
  }

  #span(text: string, at: number, group: number): readonly [number, number] | undefined {
    const finder = this.#finder(text, 'd')
    finder.lastIndex = at
    const indices = finder.exec(text)?.indices
    return this.#hasNames ? indices?.groups?.[`g${group}`] : indices?.[group]
  }

  /** Classes hold both cases already; only back-references need the flag. */
  #caseFlag(): string {
    return this.#regex.ignoreCase && [...nodesOf(this.#regex.root)].some(({ type }) => type === 'back') ? 'i' : ''
  }

  #finder(text: string, extra: string): RegExp {
    const isAscii = !BEYOND_ASCII.test(text)
    const flags = `${isAscii ? 'g' : 'gv'}${extra}${this.#caseFlag()}`
    const known = this.#made.get(flags)
    if (known !== undefined) return known
    const { root, word } = this.#regex
    const made = new RegExp(jsSource(root, { isAscii, isScan: false, groups: this.#hasNames ? 'names' : 'numbers', word }), flags)
    this.#made.set(flags, made)
    return made
  }
}
