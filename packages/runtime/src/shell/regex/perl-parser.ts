import { checkBackReferences } from './back-references'
import { ANYTHING, foldedOf, rangeOf, without, type CharSet } from './char-set'
import { charEscape, property, readClass, shorthand, wordOf, type PerlDialect } from './perl-class'
import { EMPTY, RegexError, RegexMissing, type Assertion, type Regex, type RegexNode } from './regex-node'

/** How an expression of Perl's or Rust's syntax is meant. */
export interface PerlStyle {
  readonly dialect: PerlDialect
  readonly ignoreCase: boolean
  readonly isMultiline: boolean
  readonly isDotAll: boolean
  readonly isUnicode: boolean
}

/** @throws RegexError; RegexMissing for what JS cannot match the same way */
export function parsePerl(source: string, style: PerlStyle): Regex {
  return new PerlParser(source, style).parse()
}

interface Flags {
  readonly i: boolean
  readonly m: boolean
  readonly s: boolean
  readonly x: boolean
  readonly U: boolean
}

const FLAG_LETTERS = ['i', 'm', 's', 'x', 'U'] as const
const NO_LOOKING = 'look-around, including look-ahead and look-behind, is not supported'

class PerlParser {
  readonly #source: string
  readonly #dialect: PerlDialect
  readonly #isUnicode: boolean
  readonly #names = new Map<string, number>()
  readonly #open = new Set<number>()
  #flags: Flags
  #at = 0
  #groups = 0
  #atoms = 0

  constructor(source: string, style: PerlStyle) {
    this.#source = source
    this.#dialect = style.dialect
    this.#isUnicode = style.isUnicode || style.dialect === 'rust'
    this.#flags = { i: style.ignoreCase, m: style.isMultiline, s: style.isDotAll, x: false, U: false }
  }

  parse(): Regex {
    const ignoreCase = this.#flags.i
    const root = this.#alternatives()
    if (this.#at < this.#source.length) throw this.#error('unmatched closing parenthesis', 'unopened group')
    checkBackReferences(root)
    return { root, groups: this.#groups, names: this.#names, warnings: [], ignoreCase, word: wordOf(this.#isUnicode) }
  }

  #error(perl: string, rust = perl): RegexError {
    return new RegexError(this.#dialect === 'perl' ? perl : rust, this.#at)
  }

  #is(text: string): boolean {
    return this.#source.startsWith(text, this.#at)
  }

  #eat(text: string): boolean {
    if (!this.#is(text)) return false
    this.#at += text.length
    return true
  }

  #alternatives(): RegexNode {
    const branches = [this.#branch()]
    while (this.#eat('|')) branches.push(this.#branch())
    const [only] = branches
    return branches.length === 1 && only !== undefined ? only : { type: 'either', branches }
  }

  #branch(): RegexNode {
    const items: RegexNode[] = []
    for (this.#skip(); this.#at < this.#source.length && !this.#is('|') && !this.#is(')'); this.#skip()) items.push(this.#piece())
    const [only] = items
    return items.length === 1 && only !== undefined ? only : { type: 'concat', items }
  }

  /** White space and comments where `x` is on. */
  #skip(): void {
    if (!this.#flags.x) return
    this.#at += /^(?:\s|#[^\n]*)*/.exec(this.#source.slice(this.#at))?.[0].length ?? 0
  }

  #piece(): RegexNode {
    let node = this.#atom()
    for (let count = 0; ; count++) {
      this.#skip()
      const match = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/.exec(this.#source.slice(this.#at, this.#at + 24))
      if (match === null) return node
      if (count > 0 && this.#dialect === 'perl') throw this.#error('quantifier does not follow a repeatable item')
      this.#at += match[0].length
      node = this.#repeated(node, match)
    }
  }

  #repeated(body: RegexNode, [operator, low, comma, high]: RegExpExecArray): RegexNode {
    const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] } as const
    const counted = [Number(low), comma === undefined ? Number(low) : high === '' ? Infinity : Number(high)] as const
    const [min, max] = operator === '*' || operator === '+' || operator === '?' ? simple[operator] : counted
    if (min > max) throw this.#error('numbers out of order in {} quantifier', 'invalid repetition count range')
    if (min > 65_535 || (max !== Infinity && max > 65_535))
      throw this.#error('number too big in {} quantifier', 'compiled regex exceeds size limit')
    if (this.#dialect === 'perl' && this.#eat('+')) return this.#atomic({ type: 'repeat', body, min, max })
    const isLazy = this.#eat('?') !== this.#flags.U
    return { type: 'repeat', body, min, max, isLazy }
  }

  #atomic(body: RegexNode): RegexNode {
    this.#atoms += 1
    return { type: 'atomic', index: this.#atoms, body }
  }

  #set(set: CharSet): RegexNode {
    return { type: 'set', set }
  }

  #char(code: number): RegexNode {
    return this.#set(this.#flags.i ? foldedOf(rangeOf(code)) : rangeOf(code))
  }

  #place(what: Assertion): RegexNode {
    return { type: 'assert', what }
  }

  #atom(): RegexNode {
    const code = this.#source.codePointAt(this.#at) ?? 0
    switch (String.fromCodePoint(code)) {
      case '\\':
        return this.#escape()
      case '(':
        return this.#group()
      case '[': {
        const { set, end } = readClass(this.#source, this.#at + 1, {
          dialect: this.#dialect,
          ignoreCase: this.#flags.i,
          isUnicode: this.#isUnicode,
        })
        this.#at = end
        return this.#set(set)
      }
      case '*':
      case '+':
      case '?':
        throw this.#error('quantifier does not follow a repeatable item', 'repetition operator missing expression')
      case '{':
        if (this.#dialect === 'rust') throw this.#error('', 'repetition operator missing expression')
        break
      default:
    }
    this.#at += code > 0xffff ? 2 : 1
    const { m, s } = this.#flags
    if (code === 0x2e) return this.#set(s ? ANYTHING : without(ANYTHING, 10))
    if (code === 0x5e) return this.#place(m ? 'lineStart' : 'textStart')
    if (code === 0x24) return this.#place(m ? 'lineEnd' : this.#dialect === 'perl' ? 'textEndNewline' : 'textEnd')
    return this.#char(code)
  }

  #escape(): RegexNode {
    const at = this.#at
    const letter = this.#source.charAt(at + 1)
    if (letter === '') throw this.#error('\\ at end of pattern', 'incomplete escape sequence, reached end of pattern prematurely')
    if (letter === 'p' || letter === 'P') {
      const { set, end } = property(this.#source, at + 2)
      this.#at = end
      return this.#set(this.#flags.i ? foldedOf(set) : set)
    }
    const place = this.#placeEscape(letter)
    if (place !== undefined) {
      this.#at += 2
      return place
    }
    if (letter === 'Q' && this.#dialect === 'perl') return this.#quoted()
    const back = this.#back()
    if (back !== undefined) return back
    const number = charEscape(this.#source, at, this.#dialect)
    if (number !== undefined) {
      this.#at = number.end
      return this.#char(number.code)
    }
    const set = shorthand(letter, { dialect: this.#dialect, isUnicode: this.#isUnicode })
    if (set !== undefined) {
      this.#at += 2
      return this.#set(set)
    }
    if (letter === 'R' || letter === 'X' || letter === 'C') throw new RegexMissing(`\\${letter}`)
    if (/[0-9A-Za-z]/.test(letter)) throw this.#error('unrecognized character follows \\', 'unrecognized escape sequence')
    const code = this.#source.codePointAt(at + 1) ?? 0
    this.#at += 1 + (code > 0xffff ? 2 : 1)
    return this.#char(code)
  }

  #placeEscape(letter: string): RegexNode | undefined {
    const isPerl = this.#dialect === 'perl'
    switch (letter) {
      case 'b':
        return this.#place('word')
      case 'B':
        return this.#place('notWord')
      case 'A':
        return this.#place('textStart')
      case 'z':
        return this.#place('textEnd')
      case 'Z':
        return isPerl ? this.#place('textEndNewline') : undefined
      case 'K':
        return isPerl ? { type: 'keep' } : undefined
      case 'E':
        return isPerl ? EMPTY : undefined
      case 'G':
        if (isPerl) throw new RegexMissing('\\G')
        return undefined
      default:
        return undefined
    }
  }

  #quoted(): RegexNode {
    const end = this.#source.indexOf('\\E', this.#at)
    const text = this.#source.slice(this.#at + 2, end < 0 ? undefined : end)
    this.#at = end < 0 ? this.#source.length : end + 2
    return { type: 'concat', items: [...text].map((char) => this.#char(char.codePointAt(0) ?? 0)) }
  }

  #back(): RegexNode | undefined {
    const match = /^\\(?:([1-9]\d?)|g(\d)|g\{(-?\d+)\}|(?:k|g)(?:<(\w+)>|\{(\w+)\}|'(\w+)'))/.exec(
      this.#source.slice(this.#at, this.#at + 80),
    )
    if (match === null) return undefined
    if (this.#dialect === 'rust') throw this.#error('', 'backreferences are not supported')
    this.#at += match[0].length
    const name = match[4] ?? match[5] ?? match[6]
    const number = Number(match[1] ?? match[2] ?? match[3])
    return this.#backTo(name === undefined ? (number < 0 ? this.#groups + 1 + number : number) : this.#names.get(name))
  }

  #backTo(index: number | undefined): RegexNode {
    if (index === undefined || index < 1 || index > this.#groups) throw this.#error('reference to non-existent subpattern')
    if (this.#open.has(index)) throw new RegexMissing('a back-reference inside its own group')
    return { type: 'back', index }
  }

  #group(): RegexNode {
    this.#at += 1
    if (this.#is('*')) throw new RegexMissing('a (*VERB)')
    if (!this.#eat('?')) return this.#captured(undefined)
    const name = /^(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(this.#source.slice(this.#at, this.#at + 80))
    if (name !== null) {
      this.#at += name[0].length
      return this.#captured(name[1] ?? name[2])
    }
    if (this.#eat(':')) return this.#inside()
    if (this.#eat('#')) {
      this.#at = Math.max(this.#source.indexOf(')', this.#at), this.#at) + 1
      return EMPTY
    }
    return this.#looking() ?? this.#special() ?? this.#flagged()
  }

  #looking(): RegexNode | undefined {
    const match = /^<?[=!]/.exec(this.#source.slice(this.#at, this.#at + 2))
    if (match === null) return undefined
    if (this.#dialect === 'rust') throw this.#error('', NO_LOOKING)
    this.#at += match[0].length
    return { type: 'look', isAhead: !match[0].startsWith('<'), isNegative: match[0].endsWith('!'), body: this.#inside() }
  }

  #special(): RegexNode | undefined {
    if (this.#dialect === 'perl' && this.#eat('>')) return this.#atomic(this.#inside())
    const match = /^(?:P=(\w+)\)|R\)|[+-]?\d+\)|&|P>|\||\(|C)/.exec(this.#source.slice(this.#at, this.#at + 80))
    if (match === null) return undefined
    if (this.#dialect === 'rust') throw this.#error('', 'unrecognized flag')
    if (match[1] !== undefined) {
      this.#at += match[0].length
      return this.#backTo(this.#names.get(match[1]))
    }
    const kinds = new Map([
      ['|', 'a group with reset of numbers (?|'],
      ['(', 'a conditional group (?('],
      ['C', 'a callout (?C'],
    ])
    throw new RegexMissing(kinds.get(match[0]) ?? 'recursion in an expression')
  }

  #flagged(): RegexNode {
    const match = /^([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/.exec(this.#source.slice(this.#at, this.#at + 24))
    if (match === null) throw this.#error('unrecognized character after (? or (?-', 'unrecognized flag')
    const [whole, on = '', off = '', end] = match
    const before = this.#flags
    const next = { ...before }
    for (const letter of on + off) {
      const flag = FLAG_LETTERS.find((each) => each === letter)
      if (flag === undefined && letter !== 'u') throw new RegexMissing(`the flag (?${letter})`)
      if (letter === 'u' && off.includes('u')) throw new RegexMissing('the flag (?-u)')
      if (flag !== undefined) next[flag] = !off.includes(letter)
    }
    this.#at += whole.length
    this.#flags = next
    if (end === ')') return EMPTY
    const body = this.#inside()
    this.#flags = before
    return body
  }

  #captured(name: string | undefined): RegexNode {
    this.#groups += 1
    const index = this.#groups
    if (name !== undefined) this.#names.set(name, index)
    this.#open.add(index)
    const body = this.#inside()
    this.#open.delete(index)
    return { type: 'group', index, body }
  }

  /** What stands in a group up to its `)`; flags that are set inside end there. */
  #inside(): RegexNode {
    const flags = this.#flags
    const body = this.#alternatives()
    if (!this.#eat(')')) throw this.#error('missing closing parenthesis', 'unclosed group')
    this.#flags = flags
    return body
  }
}
