/** One word or number of a date, as the grammar of GNU dates has them. */
export type DateToken =
  | { readonly type: 'number'; readonly value: number; readonly digits: number; readonly sign: '' | '+' | '-'; readonly nanos?: number }
  | { readonly type: 'unit'; readonly unit: DateUnit; readonly factor: number }
  | { readonly type: 'month' | 'day' | 'ordinal' | 'shift'; readonly value: number }
  | { readonly type: 'zone'; readonly offset: number; readonly isSummer: boolean }
  | { readonly type: 'meridian'; readonly value: 'am' | 'pm' }
  | { readonly type: 'ago' | 'dst' | 'T' }
  | { readonly type: 'mark'; readonly mark: string }

export type DateUnit = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'

const MONTHS = 'january february march april may june july august september october november december'.split(' ')
const DAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ')
const SHORT_DAYS: Readonly<Record<string, number>> = { tues: 2, wednes: 3, thur: 4, thurs: 4 }
const ORDINALS: readonly string[] = ['this', 'first', '', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth'] // prettier-ignore
const UNITS: Readonly<Record<string, readonly [DateUnit, number]>> = {
  year: ['year', 1],
  month: ['month', 1],
  fortnight: ['day', 14],
  week: ['day', 7],
  day: ['day', 1],
  hour: ['hour', 1],
  minute: ['minute', 1],
  min: ['minute', 1],
  second: ['second', 1],
  sec: ['second', 1],
}
const SHIFTS: Readonly<Record<string, number>> = { tomorrow: 1, yesterday: -1, today: 0, now: 0 }

/** Hours ahead of UTC; those of summer time are told with their hour in. */
const ZONES: Readonly<Record<string, number>> = {
  gmt: 0, ut: 0, utc: 0, wet: 0, west: 1, bst: 1, art: -3, brt: -3, brst: -2, nst: -3.5, ndt: -2.5, ast: -4, adt: -3, clt: -4, clst: -3,
  est: -5, edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7, akst: -9, akdt: -8, hst: -10, hast: -10, hadt: -9, sst: -12,
  wat: 1, cet: 1, cest: 2, met: 1, mez: 1, mest: 2, mesz: 2, eet: 2, eest: 3, cat: 2, sast: 2, eat: 3, msk: 3, msd: 4, ist: 5.5, sgt: 8,
  kst: 9, jst: 9, gst: 10, nzst: 12, nzdt: 13,
} // prettier-ignore
const SUMMER = /^(west|bst|brst|ndt|adt|clst|[ecmp]dt|akdt|hadt|cest|mest|mesz|eest|msd|nzdt)$/
const MILITARY_EAST = 'abcdefghiklm'

function monthOrDay(word: string): DateToken | undefined {
  const stem = word.length === 4 && word.endsWith('.') ? word.slice(0, 3) : word
  const month = MONTHS.findIndex((name) => name === word || (stem.length === 3 && name.startsWith(stem)))
  if (month >= 0 || word === 'sept') return { type: 'month', value: word === 'sept' ? 9 : month + 1 }
  const day = SHORT_DAYS[word] ?? DAYS.findIndex((name) => name === word || (stem.length === 3 && name.startsWith(stem)))
  return day < 0 ? undefined : { type: 'day', value: day }
}

function military(word: string): DateToken | undefined {
  if (word.length !== 1) return undefined
  if (word === 't') return { type: 'T' }
  if (word === 'z') return { type: 'zone', offset: 0, isSummer: false }
  const east = MILITARY_EAST.indexOf(word)
  if (east >= 0) return { type: 'zone', offset: (east + 1) * 3600, isSummer: false }
  const west = 'nopqrs_uvwxy'.indexOf(word)
  return west < 0 ? undefined : { type: 'zone', offset: -(west + 1) * 3600, isSummer: false }
}

function unitOrShift(word: string): DateToken | undefined {
  const bare = Object.hasOwn(UNITS, word) ? word : word.replace(/s$/, '')
  const unit = Object.hasOwn(UNITS, bare) ? UNITS[bare] : undefined
  if (unit !== undefined) return { type: 'unit', unit: unit[0], factor: unit[1] }
  const shift = Object.hasOwn(SHIFTS, word) ? SHIFTS[word] : undefined
  return shift === undefined ? undefined : { type: 'shift', value: shift }
}

function wordToken(word: string): DateToken | undefined {
  if (/^[ap]\.?m\.?$/.test(word)) return { type: 'meridian', value: word.startsWith('a') ? 'am' : 'pm' }
  const named = monthOrDay(word)
  if (named !== undefined) return named
  const offset = Object.hasOwn(ZONES, word) ? ZONES[word] : undefined
  if (offset !== undefined) return { type: 'zone', offset: offset * 3600, isSummer: SUMMER.test(word) }
  if (word === 'dst') return { type: 'dst' }
  if (word === 'ago') return { type: 'ago' }
  if (word === 'last' || word === 'next') return { type: 'ordinal', value: word === 'last' ? -1 : 1 }
  const ordinal = ORDINALS.indexOf(word)
  if (ordinal >= 0) return { type: 'ordinal', value: ordinal }
  return unitOrShift(word) ?? military(word) ?? (word.includes('.') ? wordToken(word.replaceAll('.', '')) : undefined)
}

const PIECE = /^(?:([-+])\s*(?=\d))?(\d+)(?:[.,](\d+))?|^([A-Za-z][A-Za-z.]*)/

/** Cuts a date into words; undefined where one has no meaning. Remarks in parentheses are passed over. */
export function dateTokens(text: string): readonly DateToken[] | undefined {
  const tokens: DateToken[] = []
  let rest = text
  for (;;) {
    rest = rest.replace(/^(?:\s|-(?!\s*\d)|\([^()]*\))+/, '')
    if (rest === '') return tokens
    const [all, sign, digits, fraction, word] = PIECE.exec(rest) ?? []
    if (all === undefined) {
      const mark = rest.charAt(0)
      if (!':/,@'.includes(mark)) return undefined
      tokens.push({ type: 'mark', mark })
      rest = rest.slice(1)
      continue
    }
    rest = rest.slice(all.length)
    const token = word === undefined ? numberToken(sign, digits ?? '', fraction) : wordToken(word.toLowerCase())
    if (token === undefined) return undefined
    tokens.push(token)
  }
}

function numberToken(sign: string | undefined, digits: string, fraction: string | undefined): DateToken {
  const nanos = fraction === undefined ? {} : { nanos: Number(fraction.slice(0, 9).padEnd(9, '0')) }
  return { type: 'number', value: Number(digits), digits: digits.length, sign: sign === '+' || sign === '-' ? sign : '', ...nanos }
}
