import { libraryStrftime } from '../dates/strftime'
import { UTC, zoneOf } from '../dates/zones'
import { isArray, type Json } from './json'
import { JqError } from './paths'
import type { BuiltinList, OfValues } from './world'

/** Broken-down time as jq has it: year, month from 0, day, hours, minutes, seconds, weekday, day of the year. */
function broken(seconds: number, offset: number): Json {
  const date = new Date(Math.floor(seconds + offset) * 1000)
  const start = Date.UTC(date.getUTCFullYear(), 0, 1)
  const fraction = seconds - Math.floor(seconds)
  return [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds() + fraction,
    date.getUTCDay(),
    Math.floor((Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - start) / 86_400_000),
  ]
}

function secondsOf(value: Json, name: string): number {
  if (typeof value === 'number') return value
  if (!isArray(value) || value.length < 6) throw new JqError(`${name} requires parsed datetime inputs`)
  const parts = value.map((part) => (typeof part === 'number' ? part : Number.NaN))
  if (parts.some(Number.isNaN)) throw new JqError(`${name} requires parsed datetime inputs`)
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  date.setUTCHours(hours, minutes, Math.floor(seconds))
  return date.getTime() / 1000
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

interface Parsed {
  year: number
  month: number
  day: number
  hours: number
  minutes: number
  seconds: number
  epoch: number | undefined
}

const FIELDS: Readonly<Record<string, readonly [pattern: string, take: (into: Parsed, text: string) => void]>> = {
  Y: ['\\d{4}', (into, text) => void (into.year = Number(text))],
  m: ['\\d{1,2}', (into, text) => void (into.month = Number(text) - 1)],
  d: ['\\s?\\d{1,2}', (into, text) => void (into.day = Number(text))],
  e: ['\\s?\\d{1,2}', (into, text) => void (into.day = Number(text))],
  H: ['\\d{1,2}', (into, text) => void (into.hours = Number(text))],
  M: ['\\d{1,2}', (into, text) => void (into.minutes = Number(text))],
  S: ['\\d{1,2}', (into, text) => void (into.seconds = Number(text))],
  s: ['\\d+', (into, text) => void (into.epoch = Number(text))],
  Z: ['[A-Za-z]+', () => undefined],
  z: ['[+-]\\d{2}:?\\d{2}|Z', () => undefined],
  a: ['[A-Za-z]+', () => undefined],
  A: ['[A-Za-z]+', () => undefined],
  b: ['[A-Za-z]+', (into, text) => void (into.month = MONTHS.indexOf(text.slice(0, 3).toLowerCase()))],
  B: ['[A-Za-z]+', (into, text) => void (into.month = MONTHS.indexOf(text.slice(0, 3).toLowerCase()))],
}

function strptime(text: string, format: string): Json {
  const takes: ((into: Parsed, text: string) => void)[] = []
  const whole = format.replace(/%T/g, '%H:%M:%S').replace(/%F/g, '%Y-%m-%d').replace(/%R/g, '%H:%M')
  const pattern = whole.replace(/%([A-Za-z%])|([\\^$.*+?()[\]{}|])/g, (_, letter?: string, special?: string) => {
    if (letter === undefined) return `\\${special ?? ''}`
    if (letter === '%') return '%'
    const field = FIELDS[letter]
    if (field === undefined) throw new JqError(`strptime's %${letter} is not implemented in this sandbox`)
    takes.push(field[1])
    return `(${field[0]})`
  })
  const match = new RegExp(`^${pattern}$`).exec(text)
  if (match === null) throw new JqError(`date "${text}" does not match format "${format}"`)
  const into: Parsed = { year: 1900, month: 0, day: 0, hours: 0, minutes: 0, seconds: 0, epoch: undefined }
  takes.forEach((take, index) => take(into, match[index + 1] ?? ''))
  const { year, month, day, hours, minutes, seconds, epoch } = into
  return broken(epoch ?? secondsOf([year, month, day, hours, minutes, seconds], 'strptime'), 0)
}

function text(value: Json | undefined, name: string): string {
  if (typeof value === 'string') return value
  throw new JqError(`${name} requires a string format`)
}

/** Functions of time. */
export function timeBuiltins(of: OfValues): BuiltinList {
  const number = (value: Json, name: string): number => {
    if (typeof value === 'number') return value
    throw new JqError(`${name}() requires numeric inputs`)
  }
  return [
    ['now/0', of((_, __, { evaluator }) => evaluator.world.now())],
    ['gmtime/0', of((input) => broken(number(input, 'gmtime'), 0))],
    [
      'localtime/0',
      of((input, _, { evaluator: { world } }) =>
        broken(number(input, 'localtime'), zoneOf(world.zone).offsetAt(number(input, 'localtime'))),
      ),
    ],
    [
      'mktime/0',
      of((input) => {
        if (!isArray(input)) throw new JqError('mktime requires array inputs')
        return secondsOf(input, 'mktime')
      }),
    ],
    [
      'strftime/1',
      of((input, [format]) => {
        if (typeof input !== 'number' && !isArray(input)) throw new JqError('strftime/1 requires parsed datetime inputs')
        return libraryStrftime(text(format, 'strftime/1'), Math.floor(secondsOf(input, 'strftime/1')))
      }),
    ],
    [
      'strflocaltime/1',
      of((input, [format], { evaluator: { world } }) =>
        libraryStrftime(
          text(format, 'strflocaltime/1'),
          Math.floor(secondsOf(input, 'strflocaltime/1')),
          typeof input === 'number' ? zoneOf(world.zone) : UTC,
        ),
      ),
    ],
    [
      'strptime/1',
      of((input, [format]) => {
        if (typeof input !== 'string') throw new JqError(`strptime/1 requires string inputs and arguments`)
        return strptime(input, text(format, 'strptime/1'))
      }),
    ],
  ]
}
