import { assertNever } from '@tabwright/protocol'
import { CommandError } from '../command'
import { curly } from './quotes'

/** A part of a set of `tr`. */
export type SetPart =
  | { readonly type: 'byte'; readonly byte: number }
  | { readonly type: 'range'; readonly from: number; readonly to: number }
  | { readonly type: 'class'; readonly name: string }
  | { readonly type: 'equal'; readonly byte: number }
  /** 0: as often as it takes. */
  | { readonly type: 'repeat'; readonly byte: number; readonly count: number }

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
}

interface Letter {
  readonly byte: number
  readonly isEscaped: boolean
}

const NAMED: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }

/** Bytes with backslashes read; which were escaped is kept, for `\[` opens nothing. */
function lettersOf(set: string): Letter[] {
  const out: Letter[] = []
  for (const [all, octal, named] of set.matchAll(/\\([0-7]{1,3})|\\([^])|[^]/g)) {
    if (octal !== undefined) {
      // `\400` is more than a byte holds: the last digit stands for itself.
      const isWide = Number.parseInt(octal, 8) > 255
      out.push({ byte: Number.parseInt(isWide ? octal.slice(0, 2) : octal, 8), isEscaped: true })
      if (isWide) out.push({ byte: octal.charCodeAt(2), isEscaped: false })
    } else if (named !== undefined) out.push({ byte: NAMED[named] ?? named.charCodeAt(0), isEscaped: true })
    else out.push({ byte: all.charCodeAt(0), isEscaped: false })
  }
  return out
}

/** Escapes that are more than a byte holds, without their backslash. */
export function ambiguousOctals(set: string): readonly string[] {
  return [...set.matchAll(/\\(?:([4-7][0-7]{2})|[^])/g)].flatMap(([, octal]) => (octal === undefined ? [] : [octal]))
}

/** @throws CommandError worded as tr words it */
export function partsOf(set: string): readonly SetPart[] {
  const letters = lettersOf(set)
  const text = letters.map(({ byte, isEscaped }) => (isEscaped ? '\u0100' : String.fromCharCode(byte))).join('')
  const parts: SetPart[] = []
  for (let at = 0; at < letters.length;) {
    const bracket = bracketAt(letters, text, at)
    if (bracket !== undefined) {
      parts.push(bracket.part)
      at += bracket.length
      continue
    }
    const from = letters[at]?.byte ?? 0
    const to = letters[at + 2]?.byte
    if (text.charAt(at + 1) === '-' && to !== undefined) {
      if (to < from) throw new CommandError(`range-endpoints of '${shown(from)}-${shown(to)}' are in reverse collating sequence order`)
      parts.push({ type: 'range', from, to })
      at += 3
    } else {
      parts.push({ type: 'byte', byte: from })
      at += 1
    }
  }
  return parts
}

function shown(byte: number): string {
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`
}

interface Bracket {
  readonly part: SetPart
  readonly length: number
}

/** `[:name:]`, `[=c=]` and `[c*n]`. */
function bracketAt(letters: readonly Letter[], text: string, at: number): Bracket | undefined {
  if (text.charAt(at) !== '[') return undefined
  const kind = text.charAt(at + 1)
  const named = kind === ':' || kind === '=' ? namedPart(letters, text, { at, kind }) : undefined
  if (named !== undefined) return named
  const repeat = /^\[[^]\*([0-9]*)\]/.exec(text.slice(at))
  if (repeat === null) return undefined
  const [all, digits = ''] = repeat
  const count = digits === '' ? 0 : Number.parseInt(digits, digits.startsWith('0') ? 8 : 10)
  return { part: { type: 'repeat', byte: letters[at + 1]?.byte ?? 0, count }, length: all.length }
}

interface Opening {
  readonly at: number
  readonly kind: ':' | '='
}

/** `[:name:]` and `[=c=]`; undefined for what only looks like one. */
function namedPart(letters: readonly Letter[], text: string, { at, kind }: Opening): Bracket | undefined {
  const end = text.indexOf(`${kind}]`, at + 2)
  const isRepeat = /^\[[:=]\*[0-9]*\]/.test(text.slice(at))
  if (end < 0 || isRepeat) return undefined
  const length = end + 2 - at
  const name = text.slice(at + 2, end)
  if (kind === ':') {
    if (CLASSES[name] !== undefined) return { part: { type: 'class', name }, length }
    throw new CommandError(name === '' ? "missing character class name '[::]'" : `invalid character class ${curly(name)}`)
  }
  const [only, ...others] = letters.slice(at + 2, end)
  if (only === undefined) throw new CommandError("missing equivalence class character '[==]'")
  if (others.length > 0) throw new CommandError(`${name}: equivalence class operand must be a single character`)
  return { part: { type: 'equal', byte: only.byte }, length }
}

/** Bytes of a class, in order. */
function classBytes(name: string): readonly number[] {
  const pattern = CLASSES[name]
  return pattern === undefined
    ? []
    : Array.from({ length: 128 }, (_, byte) => byte).filter((byte) => pattern.test(String.fromCharCode(byte)))
}

/** More than the other set can have, whose text is an argument: what lies behind is never looked at. */
const MOST_REPEATS = 131_072

/** All bytes of a set; `fill` tells how often a repeat without a count stands. */
export function bytesOfSet(parts: readonly SetPart[], fill = 0): number[] {
  return parts.flatMap((part): number[] => {
    switch (part.type) {
      case 'byte':
      case 'equal':
        return [part.byte]
      case 'range':
        return Array.from({ length: part.to - part.from + 1 }, (_, i) => part.from + i)
      case 'class':
        return [...classBytes(part.name)]
      case 'repeat':
        return Array.from({ length: Math.min(MOST_REPEATS, part.count === 0 ? fill : part.count) }, () => part.byte)
      default:
        return assertNever(part)
    }
  })
}
