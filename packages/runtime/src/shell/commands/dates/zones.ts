/** A time zone: how far its clocks are ahead of UTC, and what they call themselves. */
export interface Zone {
  /** Seconds ahead of UTC at a moment, in seconds since 1970. */
  offsetAt(seconds: number): number
  /** `UTC`, `CEST`, `+03`. */
  nameAt(seconds: number): string
}

/** The zone of a shell that names none. */
export const UTC: Zone = { offsetAt: () => 0, nameAt: () => 'UTC' }

/** A zone of one offset. */
export function fixedZone(offset: number, name: string): Zone {
  return { offsetAt: () => offset, nameAt: () => name }
}

const cache = new Map<string, Zone>()

/** The zone that a TZ variable names. One that nobody knows is UTC under its own name, as in the C library. */
export function zoneOf(tz: string | undefined): Zone {
  const name = (tz ?? '').replace(/^:/, '')
  if (name === '' || /^(Etc\/)?(UTC|UCT|Universal|Zulu)$/.test(name)) return UTC
  const known = cache.get(name)
  if (known !== undefined) return known
  const made = zoneInfo(name) ?? posixZone(name) ?? fixedZone(0, /^[A-Za-z]{3,}/.exec(name)?.[0] ?? 'UTC')
  cache.set(name, made)
  return made
}

/** Abbreviations that Intl does not tell: standard time, then summer time. */
const ABBREVIATIONS: Readonly<Record<string, readonly [string, string?]>> = {
  'Europe/London': ['GMT', 'BST'],
  'Europe/Belfast': ['GMT', 'BST'],
  GB: ['GMT', 'BST'],
  'Europe/Dublin': ['GMT', 'IST'],
  'Europe/Moscow': ['MSK'],
  'Europe/Simferopol': ['MSK'],
  'Asia/Tokyo': ['JST'],
  Japan: ['JST'],
  'Asia/Seoul': ['KST'],
  'Asia/Shanghai': ['CST'],
  'Asia/Taipei': ['CST'],
  'Asia/Macau': ['CST'],
  PRC: ['CST'],
  'Asia/Hong_Kong': ['HKT'],
  'Asia/Kolkata': ['IST'],
  'Asia/Calcutta': ['IST'],
  'Asia/Karachi': ['PKT'],
  'Asia/Manila': ['PST'],
  'Asia/Jakarta': ['WIB'],
  'Asia/Jerusalem': ['IST', 'IDT'],
  'Asia/Tel_Aviv': ['IST', 'IDT'],
  'Asia/Beirut': ['EET', 'EEST'],
  'Asia/Nicosia': ['EET', 'EEST'],
  'Australia/Sydney': ['AEST', 'AEDT'],
  'Australia/Melbourne': ['AEST', 'AEDT'],
  'Australia/Hobart': ['AEST', 'AEDT'],
  'Australia/Canberra': ['AEST', 'AEDT'],
  'Australia/Brisbane': ['AEST'],
  'Australia/Adelaide': ['ACST', 'ACDT'],
  'Australia/Darwin': ['ACST'],
  'Australia/Perth': ['AWST'],
  'Pacific/Auckland': ['NZST', 'NZDT'],
  NZ: ['NZST', 'NZDT'],
  'Pacific/Guam': ['ChST'],
  'Pacific/Pago_Pago': ['SST'],
  'Africa/Johannesburg': ['SAST'],
  'Africa/Lagos': ['WAT'],
  'Africa/Nairobi': ['EAT'],
  'Africa/Cairo': ['EET', 'EEST'],
  'Africa/Tripoli': ['EET'],
  'Africa/Algiers': ['CET'],
  'Africa/Tunis': ['CET'],
  'Africa/Khartoum': ['CAT'],
  'Africa/Harare': ['CAT'],
  'Africa/Maputo': ['CAT'],
  'Africa/Abidjan': ['GMT'],
  'Africa/Accra': ['GMT'],
  'Atlantic/Reykjavik': ['GMT'],
  'America/Havana': ['CST', 'CDT'],
  CET: ['CET', 'CEST'],
  MET: ['MET', 'MEST'],
  EET: ['EET', 'EEST'],
  WET: ['WET', 'WEST'],
}

/** Zones of Europe are named for their offset, but for these, which have numbers. */
const NUMBERED = /^Europe\/(Istanbul|Minsk|Samara|Saratov|Astrakhan|Ulyanovsk|Kirov|Volgograd)$/
const EUROPE: readonly (readonly [string, string])[] = [
  ['WET', 'WEST'],
  ['CET', 'CEST'],
  ['EET', 'EEST'],
]

function zoneInfo(name: string): Zone | undefined {
  if (!/^[A-Za-z]/.test(name) || (/^[A-Z]{3,4}\d/.test(name) && !/^[A-Z]{3}\d[A-Z]{3}$/.test(name))) return undefined
  const clock = clockOf(name)
  if (clock === undefined) return undefined
  const short = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'short' })
  const offsetAt = (seconds: number): number => {
    const parts = clock.formatToParts(new Date(Math.floor(seconds) * 1000))
    const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0)
    const date = new Date(0)
    date.setUTCFullYear(of('year'), of('month') - 1, of('day'))
    date.setUTCHours(of('hour'), of('minute'), of('second'))
    return date.getTime() / 1000 - Math.floor(seconds)
  }
  const nameAt = (seconds: number): string => {
    const offset = offsetAt(seconds)
    const isSummer = offset > standardOffset(offsetAt, seconds)
    const [standard, summer] = ABBREVIATIONS[name] ?? europe(name, standardOffset(offsetAt, seconds)) ?? []
    if (standard !== undefined) return isSummer ? (summer ?? standard) : standard
    const told = short.formatToParts(new Date(seconds * 1000)).find((part) => part.type === 'timeZoneName')?.value ?? name
    return /^(GMT|UTC)[-+]/.test(told) ? numericName(offset) : told
  }
  return { offsetAt, nameAt }
}

function clockOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}

function europe(name: string, standard: number): readonly [string, string] | undefined {
  return name.startsWith('Europe/') && !NUMBERED.test(name) ? EUROPE[standard / 3600] : undefined
}

/** The lesser offset of half a year ago and now: summer time is ahead. */
function standardOffset(offsetAt: (seconds: number) => number, seconds: number): number {
  const half = 182 * 86_400
  return Math.min(offsetAt(seconds), offsetAt(seconds - half), offsetAt(seconds + half))
}

function numericName(offset: number): string {
  const minutes = Math.abs(offset) / 60
  const rest = minutes % 60
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(minutes / 60)}${rest === 0 ? '' : two(rest)}`
}

const POSIX =
  /^([A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)([-+]?\d{1,3}(?::\d\d?){0,2})(?:([A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)([-+]?\d{1,3}(?::\d\d?){0,2})?(?:,(.*))?)?$/

/** `EST5EDT,M3.2.0,M11.1.0` and the like. */
function posixZone(text: string): Zone | undefined {
  const [, name, behind, summer, summerBehind, rules] = POSIX.exec(text) ?? []
  if (name === undefined || behind === undefined) return undefined
  const bare = (word: string): string => word.replace(/[<>]/g, '')
  const standard = -hoursOf(behind)
  if (summer === undefined) return fixedZone(standard, bare(name))
  const ahead = summerBehind === undefined ? standard + 3600 : -hoursOf(summerBehind)
  const [start, end] = (rules ?? 'M3.2.0,M11.1.0').split(',').map(ruleOf)
  if (start === undefined || end === undefined) return undefined
  const isSummer = (seconds: number): boolean => {
    const year = new Date((seconds + standard) * 1000).getUTCFullYear()
    const from = start(year) - standard
    const to = end(year) - ahead
    return from < to ? seconds >= from && seconds < to : seconds >= from || seconds < to
  }
  return {
    offsetAt: (seconds) => (isSummer(seconds) ? ahead : standard),
    nameAt: (seconds) => bare(isSummer(seconds) ? summer : name),
  }
}

function hoursOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[-+]/, '').split(':').map(Number)
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds)
}

/** `M3.2.0/2`: when a change happens in a year, by the clock before it. */
function ruleOf(text: string): ((year: number) => number) | undefined {
  const [, month, week, day, time] = /^M(\d+)\.(\d)\.(\d)(?:\/(.+))?$/.exec(text) ?? []
  if (month === undefined || week === undefined || day === undefined) return undefined
  return (year) => {
    const first = new Date(Date.UTC(year, Number(month) - 1, 1)).getUTCDay()
    const length = new Date(Date.UTC(year, Number(month), 0)).getUTCDate()
    let date = 1 + ((Number(day) - first + 7) % 7) + 7 * (Number(week) - 1)
    while (date > length) date -= 7
    return Date.UTC(year, Number(month) - 1, date) / 1000 + (time === undefined ? 7200 : hoursOf(time))
  }
}

/** The moment at which clocks of a zone show `local` (seconds, counted as if it were UTC); where it happens twice, the first. */
export function momentOf(local: number, zone: Zone): number {
  const before = zone.offsetAt(local - 86_400)
  const after = zone.offsetAt(local + 86_400)
  for (const offset of [before, after]) if (zone.offsetAt(local - offset) === offset) return local - offset
  // Clocks jump over this time: they show an hour more.
  return local - before
}
