import { CommandError, NotImplemented, type Call, type Command } from '../command'
import { zoneOf } from './zones'

const MONTHS = 'January February March April May June July August September October November December'.split(' ')
const USAGE = `Usage: cal [general options] [-jy] [[month] year]
       cal [general options] [-j] [-m month] [year]
       ncal -C [general options] [-jy] [[month] year]
       ncal -C [general options] [-j] [-m month] [year]
       ncal [general options] [-bhJjpwySM] [-H yyyy-mm-dd] [-s country_code] [-W number of days] [[month] year]
       ncal [general options] [-Jeo] [year]
General options: [-31] [-A months] [-B months] [-d yyyy-mm]
`
const ROWS = 6
/** Eleven days are missing in September 1752, when the calendar was changed. */
const CHANGE = { year: 1752, month: 8, from: 3, to: 13 } as const

interface Month {
  readonly year: number
  /** From 0. */
  readonly month: number
}

function usage(): never {
  throw new UsageError()
}

class UsageError extends Error {}

/** Days since a Saturday long ago, by the calendar that held. */
function dayNumber(year: number, month: number, day: number): number {
  const isOld = year < CHANGE.year || (year === CHANGE.year && (month < CHANGE.month || (month === CHANGE.month && day < CHANGE.from)))
  const y = month < 2 ? year - 1 : year
  const m = ((month + 10) % 12) + 1
  const base = 365 * y + Math.floor(y / 4) + Math.floor((m * 13 - 1) / 5) + 28 * (m - 1) + day
  return isOld ? base : base - Math.floor(y / 100) + Math.floor(y / 400) + 2
}

/** The days of a month in the order that they came. */
function daysOf({ year, month }: Month): readonly number[] {
  const isOld = year < CHANGE.year || (year === CHANGE.year && month < CHANGE.month)
  const isLeap = year % 4 === 0 && (isOld || year % 100 !== 0 || year % 400 === 0)
  const length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] ?? 31
  const days = Array.from({ length }, (_, i) => i + 1)
  if (year !== CHANGE.year || month !== CHANGE.month) return days
  return days.filter((day) => day < CHANGE.from || day > CHANGE.to)
}

/** 0 is Sunday. */
function weekday(year: number, month: number, day: number): number {
  return (dayNumber(year, month, day) + 5) % 7
}

function yearDay({ year, month }: Month, day: number): number {
  return dayNumber(year, month, day) - dayNumber(year, 0, 1) + 1
}

interface Shape {
  readonly isJulian: boolean
  readonly hasYear: boolean
}

/** A month as lines of one width, two blanks behind each. */
function monthLines(which: Month, { isJulian, hasYear }: Shape): readonly string[] {
  const cell = isJulian ? 3 : 2
  const width = cell * 7 + 6
  const title = `${MONTHS[which.month] ?? ''}${hasYear ? ` ${which.year}` : ''}`
  const left = Math.floor((width - title.length) / 2)
  const head = (' '.repeat(Math.max(0, left)) + title).padEnd(width)
  const names = ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'].map((name) => name.padStart(cell)).join(' ')
  const weeks = Array.from({ length: ROWS }, () => Array.from({ length: 7 }, () => ' '.repeat(cell)))
  let row = 0
  const days = daysOf(which)
  const first = weekday(which.year, which.month, days[0] ?? 1)
  for (const [i, day] of days.entries()) {
    const column = (first + i) % 7
    if (i > 0 && column === 0) row += 1
    const week = weeks[row]
    if (week !== undefined) week[column] = String(isJulian ? yearDay(which, day) : day).padStart(cell)
  }
  return [head, names, ...weeks.map((week) => week.join(' '))].map((line) => `${line}  `)
}

function shifted({ year, month }: Month, by: number): Month {
  const all = year * 12 + month + by
  return { year: Math.floor(all / 12), month: all % 12 }
}

function sideBySide(months: readonly Month[], shape: Shape, columns: number): string {
  let out = ''
  for (let at = 0; at < months.length; at += columns) {
    const blocks = months.slice(at, at + columns).map((month) => monthLines(month, shape))
    const count = Math.max(...blocks.map((block) => block.length))
    for (let i = 0; i < count; i++) out += `${blocks.map((block) => block[i] ?? '').join('')}\n`
    if (at + columns < months.length) out += '\n'
  }
  return out
}

interface Asked {
  letters: Set<string>
  after: number
  before: number
  month: string | undefined
  start: string | undefined
  words: string[]
}

/** Letters of one word; the value of one of them may be the next word. */
function readCluster(asked: Asked, word: string, rest: string[]): void {
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i)
    if ('ABmd'.includes(letter)) return withValue(asked, letter, word.slice(i + 1) || rest.shift())
    if (!'13jyh'.includes(letter)) throw new CommandError(`invalid option -- '${letter}'\n${USAGE.trimEnd()}`, 64)
    asked.letters.add(letter)
  }
  return undefined
}

function withValue(asked: Asked, letter: string, value: string | undefined): void {
  if (value === undefined) throw new CommandError(`option requires an argument -- '${letter}'\n${USAGE.trimEnd()}`, 64)
  if (letter === 'm') asked.month = value
  else if (letter === 'd') asked.start = value
  else if (!/^\d+$/.test(value)) throw new CommandError(`Argument to -${letter} must be positive`, 64)
  else if (letter === 'A') asked.after = Number(value)
  else asked.before = Number(value)
}

function readArgs(args: readonly string[]): Asked {
  const asked: Asked = { letters: new Set(), after: 0, before: 0, month: undefined, start: undefined, words: [] }
  const rest = [...args]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!/^-./.test(word) || word === '--') {
      asked.words.push(...(word === '--' ? [] : [word]))
      continue
    }
    readCluster(asked, word, rest)
  }
  return asked
}

function monthNamed(word: string): number {
  if (/^\d+$/.test(word) && Number(word) >= 1 && Number(word) <= 12) return Number(word) - 1
  const lower = word.toLowerCase()
  const found = MONTHS.findIndex((name) => name.toLowerCase() === lower || name.slice(0, 3).toLowerCase() === lower)
  if (found < 0) throw new CommandError(`${word} is neither a month number (1..12) nor a name`, 64)
  return found
}

function yearNamed(word: string): number {
  if (!/^\d/.test(word)) throw new CommandError(`not a valid year ${word}`, 64)
  if (!/^\d+$/.test(word) || Number(word) < 1 || Number(word) > 9999) throw new CommandError(`year \`${word}' not in range 1..9999`, 64)
  return Number(word)
}

function today(call: Call): Month {
  const seconds = Math.floor(call.system.clock.now() / 1000)
  const date = new Date((seconds + zoneOf(call.env.get('TZ')).offsetAt(seconds)) * 1000)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() }
}

function calendar(call: Call): string {
  const asked = readArgs(call.args)
  const { words, letters } = asked
  if (words.length > 2) usage()
  let now = today(call)
  if (asked.start !== undefined) {
    const [, year, month] = /^(\d+)-(\d+)$/.exec(asked.start) ?? usage()
    now = { year: yearNamed(year ?? ''), month: monthNamed(month ?? '') }
  }
  const [first, second] = words
  const lone = asked.month ?? (second === undefined ? undefined : first)
  const yearWord = second ?? first
  const year = yearWord === undefined ? now.year : yearNamed(yearWord)
  const isJulian = letters.has('j')
  const isYear = letters.has('y') || (lone === undefined && yearWord !== undefined)
  if (isYear && !letters.has('3') && !letters.has('1')) {
    const width = isJulian ? 54 : 60
    const title = String(year)
    const months = Array.from({ length: 12 }, (_, month) => ({ year, month }))
    const left = Math.floor((width - title.length) / 2)
    return `${' '.repeat(left)}${title}\n${sideBySide(months, { isJulian, hasYear: false }, isJulian ? 2 : 3)}`
  }
  const at = { year, month: lone === undefined ? now.month : monthNamed(lone) }
  const before = asked.before + (letters.has('3') ? 1 : 0)
  const after = asked.after + (letters.has('3') ? 1 : 0)
  const months = Array.from({ length: before + after + 1 }, (_, i) => shifted(at, i - before))
  if (isJulian && months.length > 1) throw new NotImplemented('-j with several months')
  return sideBySide(months, { isJulian, hasYear: true }, isJulian ? 2 : 3)
}

/** A month with its weeks as columns. */
function weeksAcross(which: Month): string {
  const days = daysOf(which)
  const first = weekday(which.year, which.month, days[0] ?? 1)
  const title = `    ${MONTHS[which.month] ?? ''} ${which.year}`.padEnd(22)
  const rows = ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'].map((name, row) => {
    const cells = Array.from({ length: ROWS }, (_, week) => days[week * 7 + row - first])
    return name + cells.map((day) => (day === undefined ? '   ' : ` ${String(day).padStart(2)}`)).join('')
  })
  return `${[title, ...rows].join('\n')}\n`
}

/** The same with weeks as columns; one month at a time. */
export const ncalCommand: Command = {
  name: 'ncal',
  summary: 'prints a calendar of a month, weeks as columns',
  run: async (call) => {
    const [first, second, extra] = call.args
    if (first?.startsWith('-')) throw new NotImplemented(`option ${first}`)
    if (extra !== undefined || (first !== undefined && second === undefined)) throw new NotImplemented('more than one month')
    const which = second === undefined || first === undefined ? today(call) : { year: yearNamed(second), month: monthNamed(first) }
    await call.stdout.write(weeksAcross(which))
    return 0
  },
}

/** Months as a page of a calendar; today is not marked, as where nobody looks at a terminal. */
export const calCommand: Command = {
  name: 'cal',
  summary: 'prints a calendar of a month or a year',
  run: async (call) => {
    try {
      await call.stdout.write(calendar(call))
      return 0
    } catch (thrown) {
      if (!(thrown instanceof UsageError)) throw thrown
      await call.stderr.write(USAGE)
      return 64
    }
  },
}
