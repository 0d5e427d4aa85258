import { ANYTHING, foldedOf, rangeOf, type CharSet } from './char-set'
import { readBracket } from './posix-bracket'
import { gnuEscape, POSIX_WORD } from './posix-class'
import { escapeOf, type EscapeStyle } from './posix-escape'
import { EMPTY, RegexError, type Assertion, type Regex, type RegexNode } from './regex-node'

/** `bre`, `ere`: regcomp's (sed, expr, `[[ =~ ]]`); `grep`, `egrep`: grep's, laxer; `emacs`: find's own. */
export type PosixDialect = 'bre' | 'ere' | 'grep' | 'egrep' | 'awk' | 'emacs'

/** What an expression of POSIX is read with. */
export interface PosixStyle {
  readonly dialect: PosixDialect
  readonly ignoreCase: boolean
  /** Escapes of the tool's own, `\n` and `\t` of sed and awk. */
  readonly escapes?: EscapeStyle | undefined
  /** `^` and `$` at every line of the text (sed's M). */
  readonly isMultiline: boolean
  /** See `PatternStyle`. */
  readonly dropsOperators?: boolean
}

/** @throws RegexError in the words of the C library */
export function parsePosix(source: string, style: PosixStyle): Regex {
  return new PosixParser(source, style).parse()
}

type Token =
  | { readonly type: 'char'; readonly code: number }
  | { readonly type: 'set'; readonly set: CharSet }
  | { readonly type: 'assert'; readonly what: Assertion }
  | { readonly type: 'back'; readonly index: number }
  | { readonly type: 'star' | 'plus' | 'question' | 'brace' | 'open' | 'close' | 'or' | 'bracket' | 'end' }

const OPERATORS = new Map<string, Token['type'] & ('star' | 'plus' | 'question' | 'brace' | 'open' | 'close' | 'or')>([
  ['*', 'star'],
  ['+', 'plus'],
  ['?', 'question'],
  ['{', 'brace'],
  ['(', 'open'],
  [')', 'close'],
  ['|', 'or'],
])
const BARE: Readonly<Record<PosixDialect, string>> = {
  bre: '*',
  grep: '*',
  emacs: '*+?',
  ere: '*+?{()|',
  egrep: '*+?{()|',
  awk: '*+?{()|',
}
const ESCAPED: Readonly<Record<PosixDialect, string>> = { bre: '+?{()|', grep: '+?{()|', emacs: '()|', ere: '', egrep: '', awk: '' }
const PLACES: ReadonlyMap<string, Assertion> = new Map([
  ['<', 'wordStart'],
  ['>', 'wordEnd'],
  ['b', 'word'],
  ['B', 'notWord'],
  ['`', 'textStart'],
  ["'", 'textEnd'],
])
const MAX_REPEAT = 0x7fff
/** What grep takes for a mistake and not for a plain brace. */
const BAD_INTERVAL = /^(?:\}|\d*,\d*,)/

class PosixParser {
  readonly #source: string
  readonly #style: PosixStyle
  readonly #warnings: string[] = []
  readonly #closed = new Set<number>()
  readonly #isBasic: boolean
  #at = 0
  #groups = 0
  #depth = 0
  /** Nothing stands before here in this branch that an operator could repeat. */
  #isStart = true
  /** A basic expression takes `^` for an anchor. */
  #isBranchStart = true

  constructor(source: string, style: PosixStyle) {
    this.#source = source
    this.#style = style
    this.#isBasic = ['bre', 'grep', 'emacs'].includes(style.dialect)
  }

  parse(): Regex {
    const root = this.#alternatives()
    const { ignoreCase } = this.#style
    return { root, groups: this.#groups, names: new Map(), warnings: this.#warnings, ignoreCase, word: POSIX_WORD }
  }

  #alternatives(): RegexNode {
    const branches = [this.#branch()]
    while (this.#peek().token.type === 'or') {
      this.#take()
      branches.push(this.#branch())
    }
    const [only] = branches
    return branches.length === 1 && only !== undefined ? only : { type: 'either', branches }
  }

  #branch(): RegexNode {
    const items: RegexNode[] = []
    this.#isStart = true
    this.#isBranchStart = true
    for (;;) {
      const { type } = this.#peek().token
      const isClose = type === 'close' && (this.#depth > 0 || this.#style.dialect !== 'egrep')
      if (type === 'end' || type === 'or' || isClose) break
      items.push(this.#piece())
      this.#isBranchStart = false
    }
    if (this.#peek().token.type === 'close' && this.#depth === 0) throw new RegexError('Unmatched ) or \\)')
    const [only] = items
    return items.length === 1 && only !== undefined ? only : { type: 'concat', items }
  }

  #piece(): RegexNode {
    const atom = this.#atom()
    if (atom.type === 'assert' && (this.#style.dialect !== 'egrep' || this.#style.dropsOperators)) {
      this.#isStart = true
      return atom
    }
    this.#isStart = false
    let node = atom
    for (let count = 0; ; count++) {
      const bounds = this.#bounds(count)
      if (bounds === undefined) return node
      if (atom.type === 'assert') this.#warnings.push(`${this.#source.charAt(this.#at - 1)} at start of expression`)
      node = { type: 'repeat', body: node, min: bounds[0], max: bounds[1] }
    }
  }

  #atom(): RegexNode {
    const { token, end } = this.#peek()
    switch (token.type) {
      case 'char':
        return this.#char(token.code, end)
      case 'set':
        this.#at = end
        return { type: 'set', set: token.set }
      case 'assert':
        this.#at = end
        return token
      case 'back':
        if (!this.#closed.has(token.index)) throw new RegexError('Invalid back reference')
        this.#at = end
        return token
      case 'bracket':
        return this.#bracket(end)
      case 'open':
        return this.#group(end)
      case 'close':
        return this.#char(0x29, end)
      default:
        return this.#operatorAtStart()
    }
  }

  #char(code: number, end: number): RegexNode {
    this.#at = end
    const set = rangeOf(code)
    return { type: 'set', set: this.#style.ignoreCase ? foldedOf(set) : set }
  }

  #bracket(from: number): RegexNode {
    const { ignoreCase, escapes } = this.#style
    const escape = escapes && ((at: number) => escapeOf(this.#source, at, { style: escapes, isBracket: true }))
    const { set, end } = readBracket(this.#source, from, { ignoreCase, escape, isLibrary: this.#style.dialect !== 'awk' })
    this.#at = end
    return { type: 'set', set }
  }

  #group(from: number): RegexNode {
    this.#at = from
    this.#groups += 1
    const index = this.#groups
    this.#depth += 1
    const body = this.#alternatives()
    if (this.#peek().token.type !== 'close') throw new RegexError('Unmatched ( or \\(')
    this.#take()
    this.#depth -= 1
    this.#closed.add(index)
    return { type: 'group', index, body }
  }

  /** `*` and the like with nothing before them. */
  #operatorAtStart(): RegexNode {
    const { token, end } = this.#peek()
    const { dialect } = this.#style
    const char = this.#source.charAt(end - 1)
    if (dialect === 'ere' || (dialect === 'bre' && token.type === 'brace')) throw new RegexError('Invalid preceding regular expression')
    if (dialect !== 'egrep') return this.#char(char.charCodeAt(0), end)
    if (this.#style.dropsOperators) return this.#afterOperator(end)
    if (this.#bounds(0) === undefined) return this.#char(char.charCodeAt(0), end)
    this.#warnings.push(`${token.type === 'brace' ? '{...}' : char} at start of expression`)
    return EMPTY
  }

  /** The C library goes on behind the character, and takes a group that ends there for one that does not. */
  #afterOperator(end: number): RegexNode {
    this.#at = end
    const { type } = this.#peek().token
    if (type === 'end' || type === 'or') return EMPTY
    if (type === 'close' && this.#depth > 0) throw new RegexError('Unmatched ( or \\(')
    return this.#piece()
  }

  /** Bounds of the repetition that follows, if one does. */
  #bounds(before: number): readonly [min: number, max: number] | undefined {
    const { token, end } = this.#peek()
    if (!['star', 'plus', 'question', 'brace'].includes(token.type)) return undefined
    if (this.#style.dialect === 'bre' && before > 0 && (token.type === 'star' || token.type === 'brace')) {
      throw new RegexError('Invalid preceding regular expression')
    }
    if (token.type === 'brace') return this.#interval(end)
    this.#at = end
    if (token.type === 'star') return [0, Infinity]
    return token.type === 'plus' ? [1, Infinity] : [0, 1]
  }

  #interval(from: number): readonly [min: number, max: number] | undefined {
    const close = this.#isBasic ? '\\}' : '}'
    const stop = this.#source.indexOf(close, from)
    const isLax = this.#style.dialect === 'egrep' || this.#style.dialect === 'awk'
    const match = stop < 0 ? null : /^(\d*)(?:(,)(\d*))?$/.exec(this.#source.slice(from, stop))
    const [, low = '', comma, high = ''] = match ?? []
    if (match === null || (low === '' && comma === undefined)) {
      const isBad = this.#style.dialect === 'egrep' && BAD_INTERVAL.test(this.#source.slice(from))
      if (isLax && !isBad) return undefined
      throw new RegexError(stop < 0 ? 'Unmatched \\{' : 'Invalid content of \\{\\}')
    }
    const min = Number(low)
    const max = comma === undefined ? min : high === '' ? Infinity : Number(high)
    if (min > max) throw new RegexError('Invalid content of \\{\\}')
    if (min > MAX_REPEAT || (max !== Infinity && max > MAX_REPEAT)) throw new RegexError('Regular expression too big')
    this.#at = stop + close.length
    return [min, max]
  }

  #take(): void {
    this.#at = this.#peek().end
  }

  #peek(): { readonly token: Token; readonly end: number } {
    const at = this.#at
    const code = this.#source.codePointAt(at)
    if (code === undefined) return { token: { type: 'end' }, end: at }
    const char = this.#source.charAt(at)
    if (char === '\\') return this.#escape(at)
    const end = at + (code > 0xffff ? 2 : 1)
    if (char === '[') return { token: { type: 'bracket' }, end }
    if (char === '.') return { token: { type: 'set', set: ANYTHING }, end }
    if (char === '^' && this.#isCaret())
      return { token: { type: 'assert', what: this.#style.isMultiline ? 'lineStart' : 'textStart' }, end }
    if (char === '$' && this.#isDollar(end))
      return { token: { type: 'assert', what: this.#style.isMultiline ? 'lineEnd' : 'textEnd' }, end }
    return this.#operator(char, BARE[this.#style.dialect], end) ?? { token: { type: 'char', code }, end }
  }

  #operator(char: string, among: string, end: number): { readonly token: Token; readonly end: number } | undefined {
    const type = among.includes(char) ? OPERATORS.get(char) : undefined
    if (type === undefined) return undefined
    if (type === 'star' && this.#isBasic && this.#isStart) return undefined
    if ((type === 'plus' || type === 'question') && this.#isBasic && this.#isStart) return undefined
    if (type === 'brace' && this.#isLiteralBrace(end)) return undefined
    return { token: { type }, end }
  }

  /** Grep and awk take `{` for itself where no interval follows. */
  #isLiteralBrace(end: number): boolean {
    const { dialect, dropsOperators = false } = this.#style
    if (dropsOperators && this.#isStart) return false
    if (dialect === 'egrep' || dialect === 'awk') {
      const rest = this.#source.slice(end)
      return !/^(?:\d+(?:,\d*)?|,\d*)\}/.test(rest) && !(dialect === 'egrep' && BAD_INTERVAL.test(rest))
    }
    return dialect === 'grep' && this.#isStart
  }

  #isCaret(): boolean {
    return !this.#isBasic || (this.#isBranchStart && this.#isStart)
  }

  #isDollar(end: number): boolean {
    if (!this.#isBasic || end >= this.#source.length) return true
    return this.#source.startsWith('\\)', end) || this.#source.startsWith('\\|', end)
  }

  #escape(at: number): { readonly token: Token; readonly end: number } {
    const { dialect, escapes } = this.#style
    const own = escapes && escapeOf(this.#source, at, { style: escapes, isBracket: false })
    if (own !== undefined) return { token: { type: 'char', code: own.code }, end: own.end }
    const code = this.#source.codePointAt(at + 1)
    if (code === undefined) throw new RegexError('Trailing backslash')
    const char = String.fromCodePoint(code)
    const end = at + 1 + char.length
    const operator = this.#operator(char, ESCAPED[dialect], end)
    if (operator !== undefined) return operator
    const set = gnuEscape(char)
    if (set !== undefined) return { token: { type: 'set', set }, end }
    const what = dialect === 'awk' && char === 'y' ? 'word' : PLACES.get(char)
    if (what !== undefined) return { token: { type: 'assert', what }, end }
    if (/[1-9]/.test(char) && dialect !== 'awk') return { token: { type: 'back', index: Number(char) }, end }
    return { token: { type: 'char', code }, end }
  }
}
