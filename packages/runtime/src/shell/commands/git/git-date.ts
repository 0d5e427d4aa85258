const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['second', 1],
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
  ['week', 604_800],
]
const ZONES: Readonly<Record<string, string>> = {
  utc: '+0000',
  gmt: '+0000',
  z: '+0000',
  est: '-0500',
  edt: '-0400',
  pst: '-0800',
  pdt: '-0700',
  cet: '+0100',
  cest: '+0200',
}

/** A time with the zone that it was told in. */
export interface ZonedTime {
  readonly time: number
  readonly zone: string
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function zoneMinutes(zone: string): number {
  const value = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5))
  return zone.startsWith('-') ? -value : value
}

function zoneText(minutes: number): string {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`
}

/** What the clock on the wall differs from UTC by, in the zone that `TZ` names. */
export function localZone(time: number, tz: string): string {
  const name = tz === '' ? 'UTC' : tz.replace(/^:/, '')
  const posix = /^[A-Za-z]{3,}([+-]?\d{1,2})(?::(\d\d))?$/.exec(name)
  if (posix !== null) {
    const hours = Number(posix[1] ?? 0)
    return zoneText(-(hours * 60 + Math.sign(hours || 1) * Number(posix[2] ?? 0)))
  }
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
    const part = format.formatToParts(new Date(time * 1000)).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
    const match = /([+-])(\d\d):(\d\d)/.exec(part)
    return match === null ? '+0000' : `${match[1] ?? '+'}${match[2] ?? '00'}${match[3] ?? '00'}`
  } catch (thrown) {
    if (thrown instanceof RangeError) return '+0000'
    throw thrown
  }
}

/** How dates are shown. */
export interface DateStyle {
  /** `default`, `iso`, `iso-strict`, `rfc`, `short`, `raw`, `unix`, `relative`, `human`, `format:…`, any of them with `-local`. */
  readonly mode: string
  readonly now: number
  readonly tz: string
}

/** A time as `git log --date=…` shows it. */
export function formatDate({ time, zone }: ZonedTime, style: DateStyle): string {
  const isLocal = style.mode.endsWith('-local') || style.mode === 'local' || style.mode.startsWith('format-local:')
  const mode = style.mode === 'local' ? 'default' : style.mode.replace(/-local(?=:|$)/, '')
  const shown = isLocal ? localZone(time, style.tz) : zone
  const d = new Date((time + zoneMinutes(shown) * 60) * 1000)
  const day = `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`
  const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`
  const name = (DAYS[d.getUTCDay()] ?? '').slice(0, 3)
  const month = (MONTHS[d.getUTCMonth()] ?? '').slice(0, 3)
  switch (mode) {
    case 'relative':
      return relativeDate(time, style.now)
    case 'iso':
    case 'iso8601':
      return `${day} ${clock} ${shown}`
    case 'iso-strict':
    case 'iso8601-strict':
      return `${day}T${clock}${shown.slice(0, 3)}:${shown.slice(3)}`
    case 'rfc':
    case 'rfc2822':
      return `${name}, ${d.getUTCDate()} ${month} ${d.getUTCFullYear()} ${clock} ${shown}`
    case 'short':
      return day
    case 'raw':
      return `${time} ${shown}`
    case 'unix':
      return String(time)
    case 'human':
      return humanDate({ time, zone: shown }, style)
    default:
      if (mode.startsWith('format:')) return strftime(mode.slice(7), d, { zone: shown, time })
      return `${name} ${month} ${d.getUTCDate()} ${clock} ${d.getUTCFullYear()}${isLocal ? '' : ` ${shown}`}`
  }
}

function humanDate({ time, zone }: ZonedTime, style: DateStyle): string {
  const here = localZone(style.now, style.tz)
  const d = new Date((time + zoneMinutes(zone) * 60) * 1000)
  const n = new Date((style.now + zoneMinutes(here) * 60) * 1000)
  const days = Math.floor(n.getTime() / 86_400_000) - Math.floor(d.getTime() / 86_400_000)
  if (days === 0 && time <= style.now) return relativeDate(time, style.now)
  const isThisYear = n.getUTCFullYear() === d.getUTCFullYear()
  const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`
  const name = (DAYS[d.getUTCDay()] ?? '').slice(0, 3)
  const date = `${(MONTHS[d.getUTCMonth()] ?? '').slice(0, 3)} ${d.getUTCDate()}`
  const zoned = zone === here ? '' : ` ${zone}`
  if (isThisYear && days > 0 && days < 5) return `${name} ${clock}${zoned}`
  return isThisYear ? `${name} ${date} ${clock}${zoned}` : `${date} ${d.getUTCFullYear()}`
}

/** `3 days ago`. */
export function relativeDate(time: number, now: number): string {
  if (now < time) return 'in the future'
  const ago = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'} ago`
  let diff = now - time
  if (diff < 90) return ago(diff, 'second')
  diff = Math.floor((diff + 30) / 60)
  if (diff < 90) return ago(diff, 'minute')
  diff = Math.floor((diff + 30) / 60)
  if (diff < 36) return ago(diff, 'hour')
  diff = Math.floor((diff + 12) / 24)
  if (diff < 14) return ago(diff, 'day')
  if (diff < 70) return ago(Math.floor((diff + 3) / 7), 'week')
  if (diff < 365) return ago(Math.floor((diff + 15) / 30), 'month')
  if (diff < 1825) {
    const months = Math.floor((diff * 12 * 2 + 365) / (365 * 2))
    const years = Math.floor(months / 12)
    const rest = months % 12
    const plural = years === 1 ? 'year' : 'years'
    return rest === 0 ? ago(years, 'year') : `${years} ${plural}, ${ago(rest, 'month')}`
  }
  return ago(Math.floor((diff + 183) / 365), 'year')
}

function strftime(format: string, d: Date, { zone, time }: ZonedTime): string {
  const year = d.getUTCFullYear()
  const start = Date.UTC(year, 0, 1)
  const dayOfYear = Math.floor((d.getTime() - start) / 86_400_000)
  const hour12 = d.getUTCHours() % 12 || 12
  const known: Readonly<Record<string, string>> = {
    Y: String(year),
    m: two(d.getUTCMonth() + 1),
    d: two(d.getUTCDate()),
    e: String(d.getUTCDate()).padStart(2),
    H: two(d.getUTCHours()),
    M: two(d.getUTCMinutes()),
    S: two(d.getUTCSeconds()),
    I: two(hour12),
    p: d.getUTCHours() < 12 ? 'AM' : 'PM',
    y: two(year % 100),
    C: two(Math.floor(year / 100)),
    j: String(dayOfYear + 1).padStart(3, '0'),
    z: zone,
    Z: '',
    s: String(time),
    a: (DAYS[d.getUTCDay()] ?? '').slice(0, 3),
    A: DAYS[d.getUTCDay()] ?? '',
    u: String(d.getUTCDay() || 7),
    w: String(d.getUTCDay()),
    b: (MONTHS[d.getUTCMonth()] ?? '').slice(0, 3),
    h: (MONTHS[d.getUTCMonth()] ?? '').slice(0, 3),
    B: MONTHS[d.getUTCMonth()] ?? '',
    n: '\n',
    t: '\t',
    '%': '%',
    k: String(d.getUTCHours()).padStart(2),
    l: String(hour12).padStart(2),
    U: two(Math.floor((dayOfYear + 7 - d.getUTCDay()) / 7)),
    W: two(Math.floor((dayOfYear + 7 - ((d.getUTCDay() + 6) % 7)) / 7)),
  }
  const wide: Readonly<Record<string, string>> = {
    F: '%Y-%m-%d',
    T: '%H:%M:%S',
    R: '%H:%M',
    D: '%m/%d/%y',
    c: '%a %b %e %H:%M:%S %Y',
    x: '%m/%d/%y',
    X: '%H:%M:%S',
    r: '%I:%M:%S %p',
  }
  const whole = format.replace(/%([FTRDcxXr])/g, (_, letter: string) => wide[letter] ?? '')
  return whole.replace(/%(.)/gs, (all, letter: string) => known[letter] ?? all)
}

/** A date in one of the formats that name a moment. */
export function parseDate(text: string, now: number, tz: string): ZonedTime | undefined {
  const raw = /^@?(\d{1,})(?:\s+([+-]\d{4}))?$/.exec(text.trim())
  if (raw !== null && (text.trim().startsWith('@') || (raw[1] ?? '').length > 8 || raw[2] !== undefined)) {
    return { time: Number(raw[1]), zone: raw[2] ?? localZone(Number(raw[1]), tz) }
  }
  const fields = fieldsOf(text)
  if (fields === undefined) return undefined
  const today = new Date((now + zoneMinutes(localZone(now, tz)) * 60) * 1000)
  const [h, m, s] = fields.clock ?? [today.getUTCHours(), today.getUTCMinutes(), today.getUTCSeconds()]
  const wall = Date.UTC(fields.year ?? today.getUTCFullYear(), fields.month, fields.day, h, m, s) / 1000
  const zone = fields.zone ?? localZone(wall, tz)
  return { time: wall - zoneMinutes(zone) * 60, zone }
}

interface Fields {
  readonly year: number | undefined
  readonly month: number
  readonly day: number
  readonly clock: readonly [number, number, number] | undefined
  readonly zone: string | undefined
}

function fieldsOf(text: string): Fields | undefined {
  let rest = ` ${text.trim()} `
  const cut = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(rest)
    if (match === null) return undefined
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`
    return match
  }
  const clock = cut(/(?<=[T\s])(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*([ap]m)?/i)
  const compact = cut(/\s(\d{4})(\d\d)(\d\d)(?=[T\s])/)
  const iso = compact ?? cut(/\s(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?=[T\s])/)
  const european = iso === undefined ? cut(/\s(\d{1,2})\.(\d{1,2})\.(\d{4})(?=\s)/) : undefined
  const american = iso === undefined && european === undefined ? cut(/\s(\d{1,2})\/(\d{1,2})\/(\d{4})(?=\s)/) : undefined
  const offset = cut(/\s([+-]\d\d):?(\d\d)(?=\s)/)
  const named = offset === undefined ? cut(/(?<=[\s\d])(UTC|GMT|Z|EST|EDT|PST|PDT|CET|CEST)(?=\s)/i) : undefined
  const zone = offset === undefined ? ZONES[named?.[1]?.toLowerCase() ?? ''] : `${offset[1] ?? ''}${offset[2] ?? ''}`
  const time = clock === undefined ? undefined : clockOf(clock)
  if (iso !== undefined) return { year: Number(iso[1]), month: Number(iso[2]) - 1, day: Number(iso[3]), clock: time, zone }
  if (european !== undefined)
    return { year: Number(european[3]), month: Number(european[2]) - 1, day: Number(european[1]), clock: time, zone }
  if (american !== undefined)
    return { year: Number(american[3]), month: Number(american[1]) - 1, day: Number(american[2]), clock: time, zone }
  const month = cut(/\s(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?(?=[\s\d])/i)
  if (month === undefined) return undefined
  const year = cut(/\s(\d{4})(?=\s)/)
  const day = cut(/\s(\d{1,2})(?:st|nd|rd|th)?,?(?=\s)/)
  const index = MONTHS.findIndex((one) => one.toLowerCase().startsWith((month[1] ?? '').toLowerCase()))
  if (day === undefined) return undefined
  return { year: year === undefined ? undefined : Number(year[1]), month: index, day: Number(day[1]), clock: time, zone }
}

function clockOf(match: RegExpExecArray): readonly [number, number, number] {
  const half = match[4]?.toLowerCase()
  const hour = Number(match[1])
  const shifted = half === 'pm' && hour < 12 ? hour + 12 : half === 'am' && hour === 12 ? 0 : hour
  return [shifted, Number(match[2]), Number(match[3] ?? 0)]
}

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

/** A date as people say it: `2 weeks ago`, `yesterday noon`, `last friday`. What says nothing is now. */
export function approximateDate(text: string, now: number, tz: string): number {
  const exact = parseDate(text, now, tz)
  if (exact !== undefined) return exact.time
  const zone = zoneMinutes(localZone(now, tz)) * 60
  let wall = now + zone
  const words = text
    .toLowerCase()
    .replace(/[._,/-]+/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
  let count: number | undefined
  for (const word of words) {
    const step = stepOf(word, count, wall)
    if (step === undefined) {
      const value = /^\d+$/.test(word) ? Number(word) : word === 'last' || word === 'a' || word === 'an' ? 1 : NUMBERS.indexOf(word)
      if (value >= 0) count = value
    } else {
      wall = step
      count = undefined
    }
  }
  const clock = /(\d{1,2}):(\d\d)(?::(\d\d))?\s*([ap]m)?/i.exec(text)
  if (clock !== null) {
    const [h, m, s] = clockOf(clock)
    wall = Math.floor(wall / 86_400) * 86_400 + h * 3600 + m * 60 + s
  }
  return wall - zone
}

function stepOf(word: string, count: number | undefined, wall: number): number | undefined {
  const midnight = Math.floor(wall / 86_400) * 86_400
  if (word === 'now' || word === 'today') return wall
  if (word === 'yesterday') return wall - 86_400
  if (word === 'midnight') return midnight
  const hour = { noon: 12, tea: 17 }[word]
  if (hour !== undefined) return midnight + hour * 3600 > wall ? midnight + hour * 3600 - 86_400 : midnight + hour * 3600
  if (word === 'never') return 0
  const unit = UNITS.find(([name]) => word === name || word === `${name}s`)
  if (unit !== undefined) return wall - (count ?? 1) * unit[1]
  const d = new Date(wall * 1000)
  if (/^months?$/.test(word)) return d.setUTCMonth(d.getUTCMonth() - (count ?? 1)) / 1000
  if (/^years?$/.test(word)) return d.setUTCFullYear(d.getUTCFullYear() - (count ?? 1)) / 1000
  const day = word.length < 3 ? -1 : DAYS.findIndex((name) => name.toLowerCase().startsWith(word.replace(/s$/, '')))
  if (day < 0) return undefined
  const back = (d.getUTCDay() - day + 7) % 7
  return wall - (back + 7 * Math.max(0, (count ?? 1) - 1) || 7) * 86_400
}
