import { momentOfMs, strftime, type Moment } from '../dates/strftime'
import type { Zone } from '../dates/zones'
import { CommandError } from '../command'
import { quoted, curly } from '../text/quotes'
import { BLOCK, diskBytes, modeText, typeWords, USER, type Look } from './look'

/** Numbers of the one file system, as its files tell them. */
export const DEVICE = { major: 0, minor: 1 } as const

/** What a format is filled with. */
export interface StatSubject {
  readonly path: string
  readonly look: Look
  readonly zone: Zone
  /** Major and minor number of a device. */
  readonly device: readonly [number, number]
}

/** A value before its width: words, a number with the flags that fit it, a time. */
type Field =
  | { readonly type: 'words'; readonly text: string }
  | { readonly type: 'number'; readonly value: number; readonly base: 8 | 10 | 16; readonly isSigned?: true }
  | { readonly type: 'seconds'; readonly moment: Moment }

/** Gives the field of a directive; undefined: there is none of that name. */
export type FieldOf<Subject> = (letter: string, subject: Subject) => Field | undefined

const words = (text: string): Field => ({ type: 'words', text })
const number = (value: number, base: 8 | 10 | 16 = 10): Field => ({ type: 'number', value, base })

const RAW: Readonly<Record<Look['type'], number>> = { file: 0o100000, folder: 0o040000, link: 0o120000, device: 0o020000, pipe: 0o010000 }
const TIMES = { x: 'atime', y: 'mtime', z: 'ctime', X: 'atime', Y: 'mtime', Z: 'ctime' } as const

function timeField(letter: keyof typeof TIMES, { look, zone }: StatSubject): Field {
  const moment = momentOfMs(look[TIMES[letter]])
  if (letter === letter.toUpperCase()) return { type: 'seconds', moment }
  return words(strftime('%Y-%m-%d %H:%M:%S.%N %z', moment, zone))
}

function isTime(letter: string): letter is keyof typeof TIMES {
  return Object.hasOwn(TIMES, letter)
}

/** What `stat` tells of a file. */
export const fileField: FieldOf<StatSubject> = (letter, subject) => {
  const { look, path, device } = subject
  if (isTime(letter)) return timeField(letter, subject)
  switch (letter) {
    case 'n':
      return words(path)
    case 'N':
      return words(quoted(path) + (look.target === undefined ? '' : ` -> ${quoted(look.target)}`))
    case 'F':
      return words(typeWords(look))
    case 'A':
      return words(modeText(look))
    case 'a':
      return number(look.mode, 8)
    case 'f':
      return number(RAW[look.type] | look.mode, 16)
    case 's':
      return { type: 'number', value: look.size, base: 10, isSigned: true }
    case 'b':
      return number(diskBytes(look) / 512)
    case 'B':
      return number(512)
    case 'o':
      return number(BLOCK)
    case 'h':
      return number(look.nlink)
    case 'i':
      return number(look.ino)
    case 'm':
      return words('/')
    case 'w':
      return words('-')
    case 'W':
      return number(0)
    default:
      return ownerField(letter) ?? deviceField(letter, device)
  }
}

function ownerField(letter: string): Field | undefined {
  switch (letter) {
    case 'u':
    case 'g':
      return number(USER.id)
    case 'U':
    case 'G':
      return words(USER.name)
    case 'C':
      return words('?')
    default:
      return undefined
  }
}

function deviceField(letter: string, [major, minor]: readonly [number, number]): Field | undefined {
  const own = DEVICE.major * 256 + DEVICE.minor
  switch (letter) {
    case 'd':
      return number(own)
    case 'D':
      return number(own, 16)
    case 'Hd':
      return number(DEVICE.major)
    case 'Ld':
      return number(DEVICE.minor)
    case 't':
      return number(major, 16)
    case 'T':
      return number(minor, 16)
    case 'r':
      return number(major * 256 + minor)
    case 'R':
      return number(major * 256 + minor, 16)
    case 'Hr':
      return number(major)
    case 'Lr':
      return number(minor)
    default:
      return undefined
  }
}

/** A number that one file system tells of itself; for {@link fillFormat}. */
export function numberField(value: number, base: 8 | 10 | 16 = 10): Field {
  return number(value, base)
}

/** Words that one file system tells of itself; for {@link fillFormat}. */
export function wordsField(text: string): Field {
  return words(text)
}

interface Shape {
  readonly flags: string
  readonly width: number
  readonly precision: string | undefined
}

function shaped(field: Field, { flags, width, precision }: Shape): string {
  const pad = (text: string): string => (flags.includes('-') ? text.padEnd(width) : text.padStart(width))
  switch (field.type) {
    case 'words':
      return pad(precision === undefined ? field.text : field.text.slice(0, Number(precision)))
    case 'seconds':
      return pad(secondsText(field.moment, precision))
    default: {
      const mark = markOf(field, flags)
      const digits = field.value.toString(field.base).padStart(Number(precision ?? 0), '0')
      const isFilled = flags.includes('0') && !flags.includes('-') && precision === undefined
      const text = isFilled ? mark + digits.padStart(width - mark.length, '0') : mark + digits
      return pad(text)
    }
  }
}

/** What stands before the digits: a base with `#`, a sign where numbers have one. */
function markOf({ base, value, isSigned }: Extract<Field, { type: 'number' }>, flags: string): string {
  if (isSigned) return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  if (!flags.includes('#')) return ''
  return base === 8 && value !== 0 ? '0' : base === 16 ? '0x' : ''
}

function secondsText({ seconds, nanos }: Moment, precision: string | undefined): string {
  if (precision === undefined) return String(seconds)
  const places = precision === '' ? 9 : Number(precision)
  if (places === 0) return String(seconds)
  return `${seconds}.${String(nanos).padStart(9, '0').slice(0, places).padEnd(places, '0')}`
}

const SIGNS: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', e: '\u001b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"' } // prettier-ignore
const PIECE = /%([-'+ #0I]*)(\d*)(?:\.(\d*))?([HL](?=[dr]))?([\s\S])?|\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[\s\S])?/g

function byteText(byte: number): string {
  const code = byte & 0xff
  return String.fromCharCode(code < 0x80 ? code : 0xdc00 + code)
}

function escaped(seq: string | undefined, warn: (message: string) => void): string {
  if (seq === undefined) {
    warn('backslash at end of format')
    return '\\'
  }
  if (/^x./.test(seq)) return byteText(Number.parseInt(seq.slice(1), 16))
  if (/^[0-7]/.test(seq)) return byteText(Number.parseInt(seq, 8))
  const sign = SIGNS[seq]
  if (sign === undefined) warn(`unrecognized escape '\\${seq}'`)
  return sign ?? seq
}

/** How a format is read. */
export interface FormatHow<Subject> {
  readonly format: string
  readonly subject: Subject
  readonly fieldOf: FieldOf<Subject>
  /** `--printf`: with escapes. */
  readonly hasEscapes: boolean
  warn(message: string): void
}

/** Fills a format in. What names nothing is a question mark. @throws CommandError */
export function fillFormat<Subject>({ format, subject, fieldOf, hasEscapes, warn }: FormatHow<Subject>): string {
  return format.replace(PIECE, (all: string, ...found: (string | undefined)[]) => {
    const [flags = '', width = '', precision, half = '', letter, seq] = found
    if (all.startsWith('\\')) return hasEscapes ? escaped(seq, warn) : all
    if (letter === undefined || letter === '%') {
      if (all.length > (letter === undefined ? 1 : 2)) throw new CommandError(`${curly(all)}: invalid directive`)
      return '%'
    }
    const field = fieldOf(half + letter, subject)
    if (field === undefined) return '?'
    return shaped(field, { flags, width: Number(width), precision })
  })
}
