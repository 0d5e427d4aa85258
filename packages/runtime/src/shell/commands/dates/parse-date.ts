import { NotImplemented } from '../command'
import { curly } from '../text/quotes'
import { dateTokens, type DateToken, type DateUnit } from './date-words'
import type { Moment } from './strftime'
import { fixedZone, momentOf, zoneOf, type Zone } from './zones'

/** What a date is relative to. */
export interface DateBase {
  readonly now: Moment
  readonly zone: Zone
}

/** Reads a date as GNU tools take it (`date -d`, `touch -d`, `find -newermt`); undefined: it is none. */
export function parseDate(text: string, base: DateBase): Moment | undefined {
  const moment = momentIn(text, base)
  // As far as a year fits into the C library's number.
  if (moment === undefined || Math.abs(moment.seconds) > MOST_SECONDS) return undefined
  // A date of the language ends there, and what is counted from one is no number then.
  if (!(Math.abs(moment.seconds) <= MOST_SHOWN)) throw new NotImplemented(`a date beyond the year 275760 (${curly(text)})`)
  return moment
}

const MOST_SECONDS = 67_768_036_191_676_800
const MOST_SHOWN = 8_640_000_000_000

function momentIn(text: string, base: DateBase): Moment | undefined {
  const zoned = /^\s*TZ="((?:[^"\\]|\\["\\])*)"/.exec(text)
  const zone = zoned?.[1] === undefined ? base.zone : zoneOf(zoned[1].replace(/\\(.)/g, '$1'))
  const tokens = dateTokens(zoned === null ? text : text.slice(zoned[0].length))
  if (tokens === undefined) return undefined
  const [at, count] = tokens
  if (at?.type === 'mark' && at.mark === '@') {
    if (count?.type !== 'number' || tokens.length !== 2) return undefined
    return signed(count)
  }
  const reader = new DateReader(tokens)
  return reader.read() ? reader.moment({ now: base.now, zone }) : undefined
}

type NumberToken = Extract<DateToken, { type: 'number' }>

function signed({ value, sign, nanos = 0 }: NumberToken): Moment {
  if (sign !== '-') return { seconds: value, nanos }
  return nanos === 0 ? { seconds: -value, nanos: 0 } : { seconds: -value - 1, nanos: 1e9 - nanos }
}

/** Reads the words one by one. Where the real grammar is greedy, so is this: `10:00 +2 hours` has a zone of two hours. */
class DateReader {
  readonly #tokens: readonly DateToken[]
  #at = 0
  #date: { year?: number; month: number; day: number } | undefined
  #time: { hours: number; minutes: number; seconds: number; nanos: number } | undefined
  #day: { weekday: number; ordinal: number } | undefined
  #offset: number | undefined
  readonly #relative: Record<DateUnit, number> & { nanos: number } = {
    year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, nanos: 0,
  } // prettier-ignore
  #isRelative = false
  readonly #seen = { date: 0, time: 0, day: 0, zone: 0 }

  constructor(tokens: readonly DateToken[]) {
    this.#tokens = tokens
  }

  read(): boolean {
    while (this.#at < this.#tokens.length) if (!this.#item()) return false
    return Object.values(this.#seen).every((count) => count <= 1)
  }

  #peek(ahead = 0): DateToken | undefined {
    return this.#tokens[this.#at + ahead]
  }

  #number(ahead = 0, sign?: 'signed' | 'plain'): NumberToken | undefined {
    const token = this.#peek(ahead)
    if (token?.type !== 'number') return undefined
    return sign === undefined || (sign === 'plain') === (token.sign === '') ? token : undefined
  }

  #isMark(ahead: number, mark: string): boolean {
    const token = this.#peek(ahead)
    return token?.type === 'mark' && token.mark === mark
  }

  #item(): boolean {
    const token = this.#peek()
    switch (token?.type) {
      case 'number':
        return token.sign === '' ? this.#plainNumber(token) : this.#unitAfter(token)
      case 'unit':
        this.#at += 1
        this.#add(token, 1)
        return true
      case 'shift':
        this.#at += 1
        this.#isRelative = true
        this.#relative.day += token.value
        return true
      case 'ordinal':
        return this.#ordinal(token.value)
      case 'day':
        this.#at += this.#isMark(1, ',') ? 2 : 1
        return this.#setDay(token.value, 0)
      case 'month':
        return this.#monthFirst(token.value)
      case 'zone':
        return this.#zone(token.offset, token.isSummer)
      case 'T':
        return this.#zone(-7 * 3600, false)
      default:
        return false
    }
  }

  /** A count and its unit, then maybe `ago`. */
  #unitAfter(count: NumberToken): boolean {
    const unit = this.#peek(1)
    if (unit?.type !== 'unit') return false
    this.#at += 2
    if (count.nanos !== undefined && unit.unit !== 'second') return false
    this.#add(unit, count.sign === '-' ? -count.value : count.value, (count.sign === '-' ? -1 : 1) * (count.nanos ?? 0))
    return true
  }

  #add(unit: Extract<DateToken, { type: 'unit' }>, count: number, nanos = 0): void {
    const isAgo = this.#peek()?.type === 'ago'
    if (isAgo) this.#at += 1
    this.#relative[unit.unit] += count * unit.factor * (isAgo ? -1 : 1)
    this.#relative.nanos += isAgo ? -nanos : nanos
    this.#isRelative = true
  }

  #ordinal(value: number): boolean {
    const next = this.#peek(1)
    this.#at += 2
    if (next?.type === 'day') return this.#setDay(next.value, value)
    if (next?.type !== 'unit') return false
    this.#add(next, value)
    return true
  }

  #setDay(weekday: number, ordinal: number): boolean {
    this.#seen.day += 1
    this.#day = { weekday, ordinal }
    return true
  }

  #setDate(year: NumberToken | undefined, month: number, day: number): boolean {
    this.#seen.date += 1
    this.#date = { month, day, ...(year === undefined ? {} : { year: yearOf(year) }) }
    return true
  }

  #plainNumber(number: NumberToken): boolean {
    const next = this.#peek(1)
    if (next?.type === 'unit') return this.#unitAfter(number)
    if (number.nanos !== undefined) return false
    if (next?.type === 'meridian' || this.#isMark(1, ':')) return this.#clock()
    if (this.#isMark(1, '/')) return this.#slashes(number)
    if (next?.type === 'month') return this.#dayMonth(number, next.value)
    if (next?.type === 'day') {
      this.#at += 2
      return this.#setDay(next.value, number.value)
    }
    const second = this.#number(1, 'signed')
    const third = this.#number(2, 'signed')
    if (second !== undefined && third !== undefined) return this.#isoDate(number, second, third)
    if (second !== undefined && this.#peek(2)?.type !== 'unit') return third === undefined ? this.#clock() : false
    this.#at += 1
    return this.#bareNumber(number)
  }

  #isoDate(year: NumberToken, month: NumberToken, day: NumberToken): boolean {
    if (month.sign !== '-' || day.sign !== '-') return false
    this.#at += 3
    // `T` joins a date to its time.
    if (this.#peek()?.type === 'T' && this.#number(1, 'plain') !== undefined) {
      this.#at += 1
      if (!this.#clock()) return false
    }
    return this.#setDate(year, month.value, day.value)
  }

  #slashes(first: NumberToken): boolean {
    const second = this.#number(2, 'plain')
    if (second === undefined) return false
    const third = this.#isMark(3, '/') ? this.#number(4, 'plain') : undefined
    this.#at += this.#isMark(3, '/') ? 5 : 3
    if (third === undefined) return this.#setDate(undefined, first.value, second.value)
    return first.digits >= 4 ? this.#setDate(first, second.value, third.value) : this.#setDate(third, first.value, second.value)
  }

  /** `17 June 1992`, `17-JUN-1992`, `17 June`. */
  #dayMonth(day: NumberToken, month: number): boolean {
    const year = this.#number(2)
    const isYear = year !== undefined && this.#peek(3)?.type !== 'unit' && !this.#startsTime(2) && year.sign !== '+'
    this.#at += isYear ? 3 : 2
    return this.#setDate(isYear ? year : undefined, month, day.value)
  }

  #startsTime(ahead: number): boolean {
    return this.#isMark(ahead + 1, ':') || this.#peek(ahead + 1)?.type === 'meridian'
  }

  /** `June 17, 1992`, `JUN-17-1992`, `June 17`. */
  #monthFirst(month: number): boolean {
    const day = this.#number(1)
    if (day === undefined) return false
    const hasComma = this.#isMark(2, ',')
    const year = this.#number(hasComma ? 3 : 2)
    const isYear = year !== undefined && (hasComma || (day.sign === '-' && year.sign === '-'))
    this.#at += isYear ? (hasComma ? 4 : 3) : 2
    return this.#setDate(isYear ? year : undefined, month, day.value)
  }

  /** `10pm`, `10:30`, `10:30:15.5 PM`, `10:30+02:00`. */
  #clock(): boolean {
    const hours = this.#number(0, 'plain')
    if (hours === undefined) return false
    this.#at += 1
    const minutes = this.#colonNumber()
    const seconds = minutes === undefined ? undefined : this.#colonNumber()
    const meridian = this.#peek()
    let hour = hours.value
    if (meridian?.type === 'meridian') {
      this.#at += 1
      if (hour < 1 || hour > 12) return false
      hour = (hour % 12) + (meridian.value === 'pm' ? 12 : 0)
    } else if (this.#number(0, 'signed') !== undefined) this.#readOffset(0)
    if (minutes?.nanos !== undefined) return false
    this.#seen.time += 1
    this.#time = { hours: hour, minutes: minutes?.value ?? 0, seconds: seconds?.value ?? 0, nanos: seconds?.nanos ?? 0 }
    return true
  }

  #colonNumber(): NumberToken | undefined {
    const number = this.#isMark(0, ':') ? this.#number(1, 'plain') : undefined
    if (number !== undefined) this.#at += 2
    return number
  }

  /** `+2`, `+0200`, `+02:00` behind a time or a zone. */
  #readOffset(base: number): void {
    const number = this.#number(0, 'signed')
    if (number === undefined) return
    this.#at += 1
    const minutes = this.#colonNumber()
    const { value } = number
    const whole =
      minutes === undefined && number.digits > 2 ? Math.floor(value / 100) * 60 + (value % 100) : value * 60 + (minutes?.value ?? 0)
    this.#seen.zone += 1
    this.#offset = base + (number.sign === '-' ? -whole : whole) * 60
  }

  #zone(offset: number, isSummer: boolean): boolean {
    this.#at += 1
    if (!isSummer && this.#number(0, 'signed') !== undefined && this.#peek(1)?.type !== 'unit') {
      this.#readOffset(offset)
      return true
    }
    const isShifted = !isSummer && this.#peek()?.type === 'dst'
    if (isShifted) this.#at += 1
    this.#seen.zone += 1
    this.#offset = offset + (isShifted ? 3600 : 0)
    return true
  }

  /** Digits alone are a year, a date or a time, by what was said before and how many they are. */
  #bareNumber(number: NumberToken): boolean {
    const { value, digits } = number
    if (this.#date !== undefined && this.#date.year === undefined && !this.#isRelative && (this.#time !== undefined || digits > 2)) {
      this.#date.year = yearOf(number)
      return true
    }
    if (digits > 4)
      return this.#setDate({ ...number, value: Math.floor(value / 10_000), digits: digits - 4 }, Math.floor(value / 100) % 100, value % 100)
    this.#seen.time += 1
    const [hours, minutes] = digits <= 2 ? [value, 0] : [Math.floor(value / 100), value % 100]
    this.#time = { hours, minutes, seconds: 0, nanos: 0 }
    return true
  }

  /** Where all that was said leads; undefined where no calendar or clock shows it. */
  moment({ now, zone: local }: DateBase): Moment | undefined {
    const zone = this.#offset === undefined ? local : fixedZone(this.#offset, '')
    // The day that is not said is that of here, whatever zone the time is of.
    const today = new Date((now.seconds + local.offsetAt(now.seconds)) * 1000)
    const date = this.#date ?? { month: today.getUTCMonth() + 1, day: today.getUTCDate() }
    const keepsTime = this.#time === undefined && this.#isRelative && this.#date === undefined && this.#day === undefined
    const time = keepsTime ? clockOf(today, now.nanos) : (this.#time ?? { hours: 0, minutes: 0, seconds: 0, nanos: 0 })
    const wanted = { year: date.year ?? today.getUTCFullYear(), month: date.month, day: date.day, ...time }
    const said = civil(wanted)
    if (!isShown(said, wanted)) return undefined
    const start = momentOf(said.getTime() / 1000, zone)
    if (start + zone.offsetAt(start) !== said.getTime() / 1000) return undefined
    const moved = this.#moved(said, wanted)
    const { hour, minute, second } = this.#relative
    const nanos = time.nanos + this.#relative.nanos
    const carry = Math.floor(nanos / 1e9)
    // A moment that is not moved is kept as it is: its local time may happen twice.
    const isHere = keepsTime && this.#offset === undefined
    const base = isHere && moved.getTime() === said.getTime() ? now.seconds : momentOf(moved.getTime() / 1000, zone)
    return { seconds: base + hour * 3600 + minute * 60 + second + carry, nanos: nanos - carry * 1e9 }
  }

  #moved(said: Date, wanted: Civil): Date {
    const { year, month, day } = this.#relative
    let days = wanted.day
    if (this.#day !== undefined && this.#date === undefined) {
      const { weekday, ordinal } = this.#day
      const today = said.getUTCDay()
      days += ((weekday - today + 7) % 7) + 7 * (ordinal - (ordinal > 0 && today !== weekday ? 1 : 0))
    }
    return civil({ ...wanted, year: wanted.year + year, month: wanted.month + month, day: days + day })
  }
}

interface Civil {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
}

function clockOf(date: Date, nanos: number): Pick<Civil, 'hours' | 'minutes' | 'seconds'> & { readonly nanos: number } {
  return { hours: date.getUTCHours(), minutes: date.getUTCMinutes(), seconds: date.getUTCSeconds(), nanos }
}

function civil({ year, month, day, hours, minutes, seconds }: Civil): Date {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hours, minutes, seconds)
  return date
}

function isShown(date: Date, { month, day, hours, minutes, seconds }: Civil): boolean {
  const isDay = date.getUTCMonth() + 1 === month && date.getUTCDate() === day
  return isDay && date.getUTCHours() === hours && date.getUTCMinutes() === minutes && date.getUTCSeconds() === seconds
}

/** Two digits mean a year near to ours. */
function yearOf({ value, digits }: NumberToken): number {
  if (digits > 2) return value
  return value + (value < 69 ? 2000 : 1900)
}
