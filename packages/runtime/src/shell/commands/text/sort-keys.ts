import { CommandError } from '../command'
import { curly } from './quotes'

/** How a key is compared. */
export interface Ordering {
  readonly kind: 'text' | 'n' | 'g' | 'h' | 'M' | 'R' | 'V'
  readonly isReversed: boolean
  readonly isFolded: boolean
  /** `d`: only blanks, letters and digits count; `i`: only what is printable. */
  readonly only: 'd' | 'i' | undefined
}

/** A key: from a place in a line to another. Fields and characters count from 1; a last character of 0 is the field's end. */
export interface SortKey {
  readonly from: KeyPlace
  readonly to: KeyPlace | undefined
  readonly ordering: Ordering
}

interface KeyPlace {
  readonly field: number
  readonly letter: number
  readonly skipsBlanks: boolean
}

const PLACE = /^(\d+)(?:\.(\d+))?([bdfghiMnRrV]*)/

/** Orderings as letters; `b` is the keys' own affair. @throws CommandError for letters that contradict each other */
export function orderingOf(letters: string): Ordering {
  const kinds = [...'nghMRV'].filter((letter) => letters.includes(letter))
  const only = letters.includes('d') ? 'd' : letters.includes('i') ? 'i' : undefined
  const numeric = kinds.filter((kind) => kind !== 'R' && kind !== 'V')
  const clashes = kinds.length > 1 || (numeric.length > 0 && only !== undefined)
  if (clashes) {
    const shown = [...'dfgihMnRrV'].filter((letter) => 'dghiMnRV'.includes(letter) && letters.includes(letter)).join('')
    throw new CommandError(`options '-${shown}' are incompatible`, 2)
  }
  const [kind] = kinds
  return {
    kind: kind === 'n' || kind === 'g' || kind === 'h' || kind === 'M' || kind === 'R' || kind === 'V' ? kind : 'text',
    isReversed: letters.includes('r'),
    isFolded: letters.includes('f'),
    only,
  }
}

/** The value of `-k`. @param globals letters of options outside any key, used where the key has none of its own */
export function keyOf(text: string, globals: string): SortKey {
  const [start = '', ...ends] = text.split(',')
  const end = ends.length === 0 ? undefined : ends.join(',')
  const from = placeOf(text, start, 'start')
  const to = end === undefined ? undefined : placeOf(text, end, 'end')
  const own = from.letters + (to?.letters ?? '')
  const letters = own === '' ? globals : own
  const inherits = own === '' && globals.includes('b')
  return {
    from: { field: from.field, letter: from.letter ?? 1, skipsBlanks: from.letters.includes('b') || inherits },
    to: to && { field: to.field, letter: to.letter ?? 0, skipsBlanks: to.letters.includes('b') || inherits },
    ordering: orderingOf(letters),
  }
}

interface Parsed {
  readonly field: number
  readonly letter: number | undefined
  readonly letters: string
}

function placeOf(whole: string, text: string, which: 'start' | 'end'): Parsed {
  const match = PLACE.exec(text)
  const bad = (why: string, where = `field ${which}`): never => {
    throw new CommandError(`-: invalid ${where}: ${why}`.replace('-: ', ''), 2)
  }
  if (match === null) {
    if (which === 'start') return bad(`invalid count at start of ${curly(whole)}`, 'number at field start')
    return bad(`invalid count at start of ${curly(text)}`, "number after ','")
  }
  const [all, field = '', letter, letters = ''] = match
  const rest = text.slice(all.length)
  if (rest.startsWith('.') && letters === '') bad(`invalid count at start of ${curly(rest.slice(1))}`, "number after '.'")
  if (Number(field) === 0) fail(`field number is zero: invalid field specification ${curly(whole)}`)
  if (which === 'start' && letter !== undefined && Number(letter) === 0)
    fail(`character offset is zero: invalid field specification ${curly(whole)}`)
  if (rest !== '') fail(`stray character in field spec: invalid field specification ${curly(whole)}`)
  return { field: Number(field), letter: letter === undefined ? undefined : Number(letter), letters }
}

function fail(message: string): never {
  throw new CommandError(message, 2)
}

/** The one character that separates fields. @throws CommandError */
export function separatorOf(text: string): string {
  if (text === '') throw new CommandError('empty tab', 2)
  if (text === '\\0') return '\0'
  if (text.length > 1) throw new CommandError(`multi-character tab ${curly(text)}`, 2)
  return text
}

/** Cuts a key out of a line. */
export function keyCutter(key: SortKey, separator: string | undefined): (line: string) => string {
  const fieldStart = separator === undefined ? startByBlanks : (line: string, field: number) => startBySeparator(line, field, separator)
  const fieldEnd = separator === undefined ? endByBlanks : (line: string, field: number) => endBySeparator(line, field, separator)
  const begin = (line: string): number => {
    let at = fieldStart(line, key.from.field)
    if (key.from.skipsBlanks) at = pastBlanks(line, at)
    return Math.min(line.length, at + key.from.letter - 1)
  }
  const { to } = key
  if (to === undefined) return (line) => line.slice(begin(line))
  const end = (line: string): number => {
    if (to.letter === 0) return fieldEnd(line, to.field)
    let at = fieldStart(line, to.field)
    if (to.skipsBlanks) at = pastBlanks(line, at)
    return Math.min(line.length, at + to.letter)
  }
  return (line) => line.slice(begin(line), Math.max(0, end(line)))
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10
}

function pastBlanks(line: string, from: number): number {
  let at = from
  while (at < line.length && isBlank(line.charCodeAt(at))) at += 1
  return at
}

function pastFilled(line: string, from: number): number {
  let at = from
  while (at < line.length && !isBlank(line.charCodeAt(at))) at += 1
  return at
}

/** Without a separator a field begins with the blanks before it. */
function startByBlanks(line: string, field: number): number {
  let at = 0
  for (let skipped = 1; skipped < field && at < line.length; skipped++) at = pastFilled(line, pastBlanks(line, at))
  return at
}

function endByBlanks(line: string, field: number): number {
  return startByBlanks(line, field + 1)
}

function startBySeparator(line: string, field: number, separator: string): number {
  let at = 0
  for (let skipped = 1; skipped < field; skipped++) {
    const next = line.indexOf(separator, at)
    if (next < 0) return line.length
    at = next + 1
  }
  return at
}

function endBySeparator(line: string, field: number, separator: string): number {
  const next = line.indexOf(separator, startBySeparator(line, field, separator))
  return next < 0 ? line.length : next
}
