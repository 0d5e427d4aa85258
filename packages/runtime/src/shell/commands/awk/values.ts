import { bytesOf } from '../../text'
import { CommandError } from '../command'

/** A failure while a program runs; told with the place in the program. */
export class Fatal extends CommandError {
  constructor(message: string) {
    super(message, 2)
  }
}

/** What cannot be computed whatever the input is; found before anything runs. */
export class ConstantFault extends Fatal {}

const NUMERIC = /^[ \t\n\r\f\v]*[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[ \t\n\r\f\v]*$/
const SPECIAL = /^[ \t\n\r\f\v]*([+-])(inf|nan)[ \t\n\r\f\v]*$/i
const PREFIX = /^[ \t\n\r\f\v]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)/
const SHORT_INTEGER = /^[0-9]{1,15}$/

/** Text that came from outside: a number too when it looks like one. */
export class InputText {
  readonly text: string
  #number: number | undefined
  #looks: boolean | undefined

  constructor(text: string) {
    this.text = text
  }

  /** Does it count as a number where it is compared? */
  get isNumber(): boolean {
    this.#looks ??= SHORT_INTEGER.test(this.text) || NUMERIC.test(this.text) || SPECIAL.test(this.text)
    return this.#looks
  }

  get number(): number {
    this.#number ??= numberOf(this.text)
    return this.#number
  }
}

/** A field that is not there: empty text where it is compared, unlike a variable that is not set. */
export const NO_FIELD = new InputText('')

/** A value made of `@/…/`. */
export class RegexValue {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

/** What a variable holds that is no array. Undefined: nothing was assigned. */
export type Scalar = string | number | InputText | RegexValue | undefined

/** The number that a text begins with, else 0. */
export function numberOf(text: string): number {
  if (text === '') return 0
  if (SHORT_INTEGER.test(text)) return Number(text)
  const prefix = PREFIX.exec(text)?.[1]
  if (prefix !== undefined) return Number(prefix)
  const special = SPECIAL.exec(text)
  if (special === null) return 0
  const size = special[2]?.toLowerCase() === 'inf' ? Infinity : NaN
  return special[1] === '-' ? -size : size
}

/** A value as a number. */
export function toNumber(value: Scalar): number {
  if (typeof value === 'number') return value
  if (value === undefined) return 0
  if (typeof value === 'string') return numberOf(value)
  return value instanceof InputText ? value.number : numberOf(value.source)
}

/** A value as a condition. */
export function toTruth(value: Scalar): boolean {
  if (typeof value === 'number') return value !== 0
  if (value === undefined) return false
  if (typeof value === 'string') return value !== ''
  if (value instanceof InputText) return value.isNumber ? value.number !== 0 : value.text !== ''
  return value.source !== ''
}

/** Does it take part in comparisons as a number? */
export function isNumeric(value: Scalar): value is number | InputText | undefined {
  if (typeof value === 'number' || value === undefined) return true
  return value instanceof InputText && value.isNumber
}

/** A whole number in all its digits; `+inf`, `-nan` and the like. Undefined: it has a fraction. */
export function integerText(value: number): string | undefined {
  if (Number.isInteger(value)) return Math.abs(value) < 1e15 ? String(value === 0 ? 0 : value) : BigInt(value).toString()
  if (Number.isFinite(value)) return undefined
  return notFinite(value)
}

/** awk's words for what is not finite. The sign of a NaN is not kept by JavaScript: operations make it negative, as processors do. */
export function notFinite(value: number): string {
  return Number.isNaN(value) ? '-nan' : value > 0 ? '+inf' : '-inf'
}

const HIGH = /[\uD800-\uFFFF]/

/** Order of bytes, which is the order of code points. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0
  if (!HIGH.test(left) && !HIGH.test(right)) return left < right ? -1 : 1
  const [a, b] = [bytesOf(left), bytesOf(right)]
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const WIDE = /[\uD800-\uDBFF][\uDC00-\uDFFF]/

/** Number of characters; one beyond the first plane counts once. */
export function lengthOf(text: string): number {
  if (!WIDE.test(text)) return text.length
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** Where in a text's units a character stands. */
export function unitAt(text: string, character: number): number {
  if (!WIDE.test(text)) return Math.min(character, text.length)
  let unit = 0
  for (let i = 0; i < character && unit < text.length; i++) unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1
  return unit
}

/** Which character stands at a unit of a text. */
export function characterAt(text: string, unit: number): number {
  return WIDE.test(text) ? lengthOf(text.slice(0, unit)) : unit
}

/** What `typeof` says. */
export function typeName(value: Scalar): string {
  if (value === undefined || value === NO_FIELD) return 'unassigned'
  if (typeof value === 'number') return 'number'
  if (value instanceof RegexValue) return 'regexp'
  return value instanceof InputText && value.isNumber ? 'strnum' : 'string'
}
