import { UTC, type Zone } from './zones'

/** A point in time with the precision of file systems. */
export interface Moment {
  /** Since 1970, whole. */
  readonly seconds: number
  readonly nanos: number
}

/** A moment of milliseconds, which may have a fraction. */
export function momentOfMs(ms: number): Moment {
  const seconds = Math.floor(ms / 1000)
  return { seconds, nanos: Math.min(999_999_999, Math.round((ms - seconds * 1000) * 1e6)) }
}

/** Milliseconds since 1970. */
export function msOf({ seconds, nanos }: Moment): number {
  return seconds * 1000 + nanos / 1e6
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = 'January February March April May June July August September October November December'.split(' ')

/** A moment by the clocks of its zone. */
interface Local {
  readonly moment: Moment
  readonly zone: Zone
  /** Its UTC fields are those of the local clock. */
  readonly date: Date
}

/** What a conversion makes before flags: a number with its width and filler, or words. */
type Made = string | { readonly value: number; readonly digits: number; readonly pad: string; readonly sign?: boolean }

const DIRECTIVE = /%([-_0+^#]*)(\d*)(:{0,3})([EO]?)([A-Za-z%])/g

const COMPOUND: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
}

/** A time as text in the C locale, with all conversions and flags of GNU date. What is none is left as it stands. */
export function strftime(format: string, moment: Moment, zone: Zone = UTC): string {
  const local = { moment, zone, date: new Date((moment.seconds + zone.offsetAt(moment.seconds)) * 1000) }
  return format.replace(DIRECTIVE, (all, ...found: string[]) => {
    const [flags = '', width = '', colons = '', , letter = ''] = found
    return directive(local, { flags, width, colons, letter }) ?? all
  })
}

/** Those of GNU date that the C library does not have. */
const GNU_ONLY = /%(?=[-_0+^#]*\d*(?::+[A-Za-z]|[EO]?[Nq]))/g

/** The same as the C library has it, for awk, jq and the shell's `printf`: what only GNU date knows is left as it stands. */
export function libraryStrftime(format: string, seconds: number, zone: Zone = UTC): string {
  const isBehindSign = (at: number): boolean => (/%*$/.exec(format.slice(0, at))?.[0].length ?? 0) % 2 === 1
  const known = format.replace(GNU_ONLY, (sign, at: number) => (isBehindSign(at) ? sign : '%%'))
  return strftime(known, { seconds, nanos: 0 }, zone)
}

interface Directive {
  readonly flags: string
  readonly width: string
  readonly colons: string
  readonly letter: string
}

function directive(local: Local, how: Directive): string | undefined {
  const { flags, width, colons, letter } = how
  if ((colons !== '' && letter !== 'z') || (letter === '%' && flags + width !== '')) return undefined
  if (letter === 'z') return zoneDigits(local, how)
  if (letter === 'N') return nanoDigits(local, how)
  const inner = COMPOUND[letter]
  const made = inner === undefined ? (ofDate(letter, local) ?? ofTime(letter, local)) : strftime(inner, local.moment, local.zone)
  if (made === undefined) return undefined
  const pad = flags.match(/[-_0+](?=[^-_0+]*$)/)?.[0]
  if (typeof made !== 'string') return digitsOf(made, pad, width)
  const cased = flags.includes('^') ? made.toUpperCase() : flags.includes('#') ? swapped(letter, made) : made
  return pad === '-' ? cased : cased.padStart(Number(width), pad === '0' || pad === '+' ? '0' : ' ')
}

/** `#`: the opposite case, which for most names is capitals. */
function swapped(letter: string, text: string): string {
  return letter === 'p' || letter === 'Z' ? text.toLowerCase() : text.toUpperCase()
}

function digitsOf(made: Exclude<Made, string>, flag: string | undefined, width: string): string {
  const { value, digits, pad } = made
  if (flag === '-') return String(value)
  const fill = flag === '_' ? ' ' : flag === '0' || flag === '+' ? '0' : pad
  const room = width === '' ? digits : Number(width)
  const sign = value < 0 ? '-' : flag === '+' && made.sign && (room > digits || value > 9999) ? '+' : ''
  const text = String(Math.abs(value))
  return fill === '0' ? sign + text.padStart(room - sign.length, '0') : (sign + text).padStart(room, ' ')
}

function two(value: number, pad = '0'): Made {
  return { value, digits: 2, pad }
}

function zoneDigits({ moment, zone }: Local, { flags, width, colons }: Directive): string {
  const offset = zone.offsetAt(moment.seconds)
  const rest = Math.abs(offset)
  const parts = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map((part) => String(part).padStart(2, '0'))
  const [hours = '', minutes = '', seconds = ''] = parts
  const sign = offset < 0 ? '-' : '+'
  const forms = [`${hours}${minutes}`, `${hours}:${minutes}`, `${hours}:${minutes}:${seconds}`]
  const shortest = seconds === '00' ? (minutes === '00' ? hours : `${hours}:${minutes}`) : `${hours}:${minutes}:${seconds}`
  const digits = colons.length === 3 ? shortest : (forms[colons.length] ?? '')
  if (flags.includes('-')) return sign + digits.replace(/^0+(?=\d)/, '')
  const room = Number(width) - 1
  return flags.includes('_')
    ? (sign + digits.replace(/^0+(?=\d)/, '')).padStart(Math.max(room, digits.length) + 1)
    : sign + digits.padStart(room, '0')
}

/** Fractions are cut to the width, not filled. */
function nanoDigits({ moment }: Local, { flags, width }: Directive): string {
  const digits = String(moment.nanos).padStart(9, '0')
  const room = width === '' ? 9 : Number(width)
  const cut = digits.slice(0, room)
  if (flags.includes('-')) return width === '' ? cut : cut.replace(/(?<=.)0+$/, '')
  return flags.includes('_') ? cut.replace(/(?<=.)0+$/, '').padEnd(room) : cut.padEnd(room, '0')
}

function yearDay(date: Date): number {
  const start = new Date(0)
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1)
  return Math.floor((date.getTime() - start.getTime()) / 86_400_000)
}

/** Its week of ISO 8601 and the year that this belongs to. */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * 86_400_000)
  return { year: thursday.getUTCFullYear(), week: Math.floor(yearDay(thursday) / 7) + 1 }
}

function year(value: number): Made {
  return { value, digits: 4, pad: '0', sign: true }
}

const mod = (value: number, by: number): number => ((value % by) + by) % by

function ofDate(letter: string, { date }: Local): Made | undefined {
  const weekday = date.getUTCDay()
  switch (letter) {
    case 'Y':
      return year(date.getUTCFullYear())
    case 'y':
      return two(mod(date.getUTCFullYear(), 100))
    case 'C':
      return { value: Math.floor(date.getUTCFullYear() / 100), digits: 2, pad: '0', sign: true }
    case 'm':
      return two(date.getUTCMonth() + 1)
    case 'd':
      return two(date.getUTCDate())
    case 'e':
      return two(date.getUTCDate(), ' ')
    case 'A':
      return DAYS[weekday]
    case 'a':
      return DAYS[weekday]?.slice(0, 3)
    case 'B':
      return MONTHS[date.getUTCMonth()]
    case 'b':
    case 'h':
      return MONTHS[date.getUTCMonth()]?.slice(0, 3)
    case 'j':
      return { value: yearDay(date) + 1, digits: 3, pad: '0' }
    case 'q':
      return { value: Math.floor(date.getUTCMonth() / 3) + 1, digits: 1, pad: '0' }
    case 'u':
      return { value: weekday === 0 ? 7 : weekday, digits: 1, pad: '0' }
    case 'w':
      return { value: weekday, digits: 1, pad: '0' }
    case 'U':
      return two(Math.floor((yearDay(date) + 7 - weekday) / 7))
    case 'W':
      return two(Math.floor((yearDay(date) + 7 - ((weekday + 6) % 7)) / 7))
    case 'V':
      return two(isoWeek(date).week)
    case 'G':
      return year(isoWeek(date).year)
    case 'g':
      return two(mod(isoWeek(date).year, 100))
    default:
      return undefined
  }
}

function ofTime(letter: string, { date, moment, zone }: Local): Made | undefined {
  const hours = date.getUTCHours()
  switch (letter) {
    case 'H':
      return two(hours)
    case 'I':
      return two(hours % 12 === 0 ? 12 : hours % 12)
    case 'k':
      return two(hours, ' ')
    case 'l':
      return two(hours % 12 === 0 ? 12 : hours % 12, ' ')
    case 'M':
      return two(date.getUTCMinutes())
    case 'S':
      return two(date.getUTCSeconds())
    case 'p':
      return hours < 12 ? 'AM' : 'PM'
    case 'P':
      return hours < 12 ? 'am' : 'pm'
    case 's':
      return { value: moment.seconds, digits: 1, pad: '0' }
    case 'Z':
      return zone.nameAt(moment.seconds)
    case 'n':
      return '\n'
    case 't':
      return '\t'
    case '%':
      return '%'
    default:
      return undefined
  }
}
