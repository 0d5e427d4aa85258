import { ANYTHING, classOf, complementOf, foldedOf, intersectionOf, NOTHING, rangeOf, unionOf, without, type CharSet } from './char-set'
import { RegexError, RegexMissing } from './regex-node'

/** Which of the two dialects with Perl's syntax. */
export type PerlDialect = 'perl' | 'rust'

const ASCII_WORD = classOf('0-9A-Za-z_')
const RUST_WORD = classOf('0-9A-Za-z_', ['\\p{Alphabetic}', '\\p{M}', '\\p{Nd}', '\\p{Pc}', '\\p{Join_Control}'])
const HORIZONTAL = unionOf([
  classOf('\\t '),
  ...[0xa0, 0x1680, 0x180e, 0x202f, 0x205f, 0x3000].map((c) => rangeOf(c)),
  rangeOf(0x2000, 0x200a),
])
const VERTICAL = unionOf([classOf('\\n-\\r'), rangeOf(0x85), rangeOf(0x2028, 0x2029)])

/** What `\w` and `\b` go by. PCRE without its Unicode properties, as grep uses it, knows ASCII only. */
export function wordOf(isUnicode: boolean): CharSet {
  return isUnicode ? RUST_WORD : ASCII_WORD
}

const POSIX = new Map([
  ['alpha', 'A-Za-z'],
  ['digit', '0-9'],
  ['alnum', '0-9A-Za-z'],
  ['upper', 'A-Z'],
  ['lower', 'a-z'],
  ['space', '\\t-\\r '],
  ['blank', '\\t '],
  ['punct', '!-/:-@[-`{-~'],
  ['print', ' -~'],
  ['graph', '!-~'],
  ['cntrl', '\\x00-\\x1f\\x7f'],
  ['xdigit', '0-9A-Fa-f'],
  ['word', '0-9A-Za-z_'],
  ['ascii', '\\x00-\\x7f'],
])

/** `\d` and its kind, undefined for other letters. */
export function shorthand(letter: string, style: Omit<ClassStyle, 'ignoreCase'>): CharSet | undefined {
  const isRust = style.dialect === 'rust'
  switch (letter.toLowerCase()) {
    case 'd':
      return signed(letter, classOf('0-9', style.isUnicode ? ['\\p{Nd}'] : []))
    case 'w':
      return signed(letter, wordOf(style.isUnicode))
    case 's':
      return signed(letter, classOf('\\t-\\r ', style.isUnicode ? ['\\p{White_Space}'] : []))
    case 'h':
      return isRust ? undefined : signed(letter, HORIZONTAL)
    case 'v':
      return isRust ? undefined : signed(letter, VERTICAL)
    case 'n':
      return letter === 'N' && !isRust ? without(ANYTHING, 10) : undefined
    default:
      return undefined
  }
}

function signed(letter: string, set: CharSet): CharSet {
  return letter === letter.toUpperCase() ? complementOf(set) : set
}

/** `\p{…}` and `\P{…}`, from behind the letter. */
export function property(source: string, from: number): { readonly set: CharSet; readonly end: number } {
  const match = /^(?:\{(\^?)([^}]*)\}|([A-Za-z]))/.exec(source.slice(from, from + 64))
  if (match === null) throw new RegexError('malformed \\P or \\p sequence')
  const name = match[2] ?? match[3] ?? ''
  const base = named(name)
  const isNegated = (source.charAt(from - 1) === 'P') !== (match[1] === '^')
  return { set: isNegated ? complementOf(base) : base, end: from + match[0].length }
}

function named(name: string): CharSet {
  if (name === 'Any' || name === 'any') return ANYTHING
  if (name === 'L&') return propertySet('\\p{Lu}\\p{Ll}\\p{Lt}')
  const capital = name.charAt(0).toUpperCase() + name.slice(1)
  for (const value of [name, capital, `Script=${name}`, `Script=${capital}`]) {
    if (isKnown(value)) return propertySet(`\\p{${value}}`)
  }
  throw new RegexError(`unknown property name after \\P or \\p: ${name}`)
}

function isKnown(value: string): boolean {
  if (!/^[A-Za-z_=]+$/.test(value)) return false
  try {
    return new RegExp(`\\p{${value}}`, 'v').source !== ''
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return false
    throw thrown
  }
}

function propertySet(source: string): CharSet {
  const member = new RegExp(`[${source}]`, 'v')
  const ascii = Array.from({ length: 128 }, (_, code) => (member.test(String.fromCharCode(code)) ? rangeOf(code) : NOTHING))
  return { ...unionOf(ascii), classes: [source] }
}

/** A character by number: `\n`, `\x41`, `\x{1F600}`, `\cA`, `\e`, `\0`; undefined for what is none. */
export function charEscape(source: string, at: number, dialect: PerlDialect): { readonly code: number; readonly end: number } | undefined {
  const simple = { n: 10, t: 9, r: 13, f: 12, a: 7, ...(dialect === 'perl' ? { e: 27 } : { v: 11 }) }
  const letter = source.charAt(at + 1)
  const known = new Map(Object.entries(simple)).get(letter)
  if (known !== undefined) return { code: known, end: at + 2 }
  const rest = source.slice(at + 1, at + 16)
  const match = /^(?:x|u|U)\{([0-9A-Fa-f]+)\}/.exec(rest) ?? /^x([0-9A-Fa-f]{1,2})/.exec(rest) ?? /^u([0-9A-Fa-f]{4})/.exec(rest)
  if (match !== null) return { code: Number.parseInt(match[1] ?? '0', 16), end: at + 1 + match[0].length }
  const octal = dialect === 'perl' ? (/^o\{([0-7]+)\}/.exec(rest) ?? /^(0[0-7]{0,2})/.exec(rest)) : null
  if (octal !== null) return { code: Number.parseInt(octal[1] ?? '0', 8), end: at + 1 + octal[0].length }
  if (letter === 'c' && dialect === 'perl')
    return {
      code:
        source
          .charAt(at + 2)
          .toUpperCase()
          .charCodeAt(0) ^ 0x40,
      end: at + 3,
    }
  return undefined
}

/** Reads `[…]`, from behind its `[`. @throws RegexError */
export function readClass(source: string, from: number, style: ClassStyle): { readonly set: CharSet; readonly end: number } {
  return new ClassReader(source, from, style).read()
}

/** How a class is read. */
export interface ClassStyle {
  readonly dialect: PerlDialect
  readonly ignoreCase: boolean
  readonly isUnicode: boolean
}

class ClassReader {
  readonly #source: string
  readonly #style: ClassStyle
  #at: number

  constructor(source: string, from: number, style: ClassStyle) {
    this.#source = source
    this.#at = from
    this.#style = style
  }

  read(): { readonly set: CharSet; readonly end: number } {
    const isNegated = this.#source.charAt(this.#at) === '^'
    if (isNegated) this.#at += 1
    const start = this.#at
    let sets: CharSet[] = []
    let left: CharSet | undefined
    while (this.#source.charAt(this.#at) !== ']' || this.#at === start) {
      if (this.#style.dialect === 'rust' && this.#source.startsWith('&&', this.#at)) {
        this.#at += 2
        left = this.#both(left, unionOf(sets))
        sets = []
      } else sets.push(this.#element())
    }
    const all = this.#both(left, unionOf(sets))
    const set = this.#style.ignoreCase ? foldedOf(all) : all
    return { set: isNegated ? complementOf(set) : set, end: this.#at + 1 }
  }

  #both(left: CharSet | undefined, right: CharSet): CharSet {
    const set = left === undefined ? right : intersectionOf(left, right)
    if (set === undefined) throw new RegexMissing('this intersection of classes')
    return set
  }

  #element(): CharSet {
    const { dialect } = this.#style
    if (dialect === 'rust' && /^(?:--|~~)/.test(this.#source.slice(this.#at, this.#at + 2))) {
      throw new RegexMissing('difference of classes')
    }
    const first = this.#item()
    const isRange = typeof first === 'number' && this.#source.charAt(this.#at) === '-' && !/[\]]/.test(this.#source.charAt(this.#at + 1))
    if (!isRange) return typeof first === 'number' ? rangeOf(first) : first
    const back = this.#at
    this.#at += 1
    const last = this.#item()
    if (typeof last !== 'number') {
      this.#at = back + 1
      return unionOf([rangeOf(first), rangeOf(0x2d)])
    }
    if (last < first) throw new RegexError('range out of order in character class', this.#at)
    return rangeOf(first, last)
  }

  #item(): number | CharSet {
    const { dialect } = this.#style
    const code = this.#source.codePointAt(this.#at)
    if (code === undefined)
      throw new RegexError(dialect === 'perl' ? 'missing terminating ] for character class' : 'unclosed character class')
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.#source.slice(this.#at, this.#at + 16))
    if (posix !== null) {
      this.#at += posix[0].length
      const members = POSIX.get(posix[2] ?? '')
      if (members === undefined) throw new RegexError('unknown POSIX class name')
      return posix[1] === '^' ? complementOf(classOf(members)) : classOf(members)
    }
    if (code === 0x5b && dialect === 'rust') {
      const inner = new ClassReader(this.#source, this.#at + 1, this.#style).read()
      this.#at = inner.end
      return inner.set
    }
    if (code === 0x5c) return this.#escape()
    this.#at += code > 0xffff ? 2 : 1
    return code
  }

  #escape(): number | CharSet {
    const { dialect } = this.#style
    const at = this.#at
    const letter = this.#source.charAt(at + 1)
    if (letter === 'p' || letter === 'P') {
      const { set, end } = property(this.#source, at + 2)
      this.#at = end
      return set
    }
    if (letter === 'b' && dialect === 'perl') {
      this.#at += 2
      return 8
    }
    const number = charEscape(this.#source, at, dialect)
    if (number !== undefined) {
      this.#at = number.end
      return number.code
    }
    const set = letter === 'N' ? undefined : shorthand(letter, this.#style)
    if (set === undefined && /[0-9A-Za-z]/.test(letter)) throw new RegexError(`unrecognized escape sequence \\${letter} in a class`, at)
    const code = this.#source.codePointAt(at + 1)
    if (code === undefined) throw new RegexError('\\ at end of pattern')
    this.#at += 1 + (code > 0xffff ? 2 : 1)
    return set ?? code
  }
}
