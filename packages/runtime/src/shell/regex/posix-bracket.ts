import { complementOf, foldedOf, rangeOf, unionOf, type CharSet } from './char-set'
import { POSIX_CLASSES } from './posix-class'
import { RegexError } from './regex-node'

/** How a bracket expression is read. */
export interface BracketStyle {
  readonly ignoreCase: boolean
  /** The C library's own: it has no order for characters beyond ASCII in C.UTF-8, so refuses them in ranges. */
  readonly isLibrary: boolean
  /** What a backslash makes of what follows, for dialects where it means something in brackets. */
  readonly escape?: ((at: number) => { readonly code: number; readonly end: number } | undefined) | undefined
}

const UNMATCHED = 'Unmatched [, [^, [:, [., or [='

type Item = { readonly type: 'char'; readonly code: number } | { readonly type: 'class'; readonly set: CharSet }

/** Reads `[…]` of POSIX, from behind its `[`. @throws RegexError */
export function readBracket(source: string, from: number, style: BracketStyle): { readonly set: CharSet; readonly end: number } {
  return new Bracket(source, from, style).read()
}

class Bracket {
  readonly #source: string
  readonly #style: BracketStyle
  #at: number

  constructor(source: string, from: number, style: BracketStyle) {
    this.#source = source
    this.#at = from
    this.#style = style
  }

  read(): { readonly set: CharSet; readonly end: number } {
    const isNegated = this.#source.charAt(this.#at) === '^'
    if (isNegated) this.#at += 1
    const start = this.#at
    const sets: CharSet[] = []
    while (this.#source.charAt(this.#at) !== ']' || this.#at === start) sets.push(this.#element(this.#at === start))
    this.#at += 1
    this.#refuseBareClass(start - 1)
    const all = unionOf(sets)
    const set = this.#style.ignoreCase ? foldedOf(all) : all
    return { set: isNegated ? complementOf(set) : set, end: this.#at }
  }

  /** `[:space:]` alone is a mistake that GNU tools refuse. */
  #refuseBareClass(open: number): void {
    const body = this.#source.slice(open + 1, this.#at - 1)
    if (body.length > 1 && body.startsWith(':') && body.endsWith(':')) {
      throw new RegexError('character class syntax is [[:space:]], not [:space:]')
    }
  }

  #element(isFirst: boolean): CharSet {
    // A hyphen that is no range stands first or last, or ends a range.
    const isStray = !isFirst && this.#source.charAt(this.#at) === '-' && this.#source.charAt(this.#at + 1) !== ']'
    if (isStray && this.#at + 1 < this.#source.length) throw new RegexError('Invalid range end')
    const first = this.#item()
    const isRange = this.#source.charAt(this.#at) === '-' && this.#source.charAt(this.#at + 1) !== ']'
    if (!isRange) return first.type === 'class' ? first.set : rangeOf(first.code)
    this.#at += 1
    if (this.#at >= this.#source.length) throw new RegexError(UNMATCHED)
    const last = this.#item()
    this.#refuseWide(first)
    this.#refuseWide(last)
    if (first.type === 'class' || last.type === 'class' || last.code < first.code) throw new RegexError('Invalid range end')
    return rangeOf(first.code, last.code)
  }

  #refuseWide(item: Item): void {
    if (this.#style.isLibrary && item.type === 'char' && item.code > 127) throw new RegexError('Invalid collation character')
  }

  #item(): Item {
    const code = this.#source.codePointAt(this.#at)
    if (code === undefined) throw new RegexError(UNMATCHED)
    const kind = this.#source.charAt(this.#at + 1)
    if (code === 0x5b && (kind === ':' || kind === '=' || kind === '.')) return this.#named(kind)
    if (code === 0x5c) {
      const escape = this.#style.escape?.(this.#at)
      if (escape !== undefined) {
        this.#at = escape.end
        return { type: 'char', code: escape.code }
      }
    }
    this.#at += code > 0xffff ? 2 : 1
    return { type: 'char', code }
  }

  #named(kind: string): Item {
    const end = this.#source.indexOf(`${kind}]`, this.#at + 2)
    if (end < 0) throw new RegexError(UNMATCHED)
    const name = this.#source.slice(this.#at + 2, end)
    this.#at = end + 2
    if (kind === ':') {
      const known = POSIX_CLASSES.get(name)
      if (known === undefined) throw new RegexError('Invalid character class name')
      return { type: 'class', set: known }
    }
    const code = name.codePointAt(0)
    if (code === undefined || [...name].length > 1) throw new RegexError('Invalid collation character')
    this.#refuseWide({ type: 'char', code })
    return kind === '=' ? { type: 'class', set: rangeOf(code) } : { type: 'char', code }
  }
}
