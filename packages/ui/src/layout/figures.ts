import type { LimitUnit } from '@tabwright/protocol'
import { locale, plural, t } from '../language'

/** How numbers are written on screen: short, with a narrow space before the unit, never more digits than mean something. */

/** `0.8 s`, `14 s`, `2 min 05 s`, `1 h 12 min`. @param ms milliseconds */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 9.95) return t('{s} s', { s: seconds.toFixed(1) })
  if (seconds < 60) return t('{s} s', { s: Math.round(seconds) })
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return t('{m} min {s} s', { m: minutes, s: twoDigits(seconds % 60) })
  return t('{h} h {m} min', { h: Math.floor(minutes / 60), m: twoDigits(minutes % 60) })
}

const twoDigits = (n: number): string => String(Math.floor(n)).padStart(2, '0')

/** Whole seconds only, for a clock that ticks: `14 s`, `2 min 05 s`. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return seconds < 60 ? t('{s} s', { s: seconds }) : duration(seconds * 1000)
}

/** `950`, `8.1k`, `212k`, `1.2M` */
export function count(n: number): string {
  if (n < 1000) return String(n)
  if (n < 9950) return `${(n / 1000).toFixed(1)}k`
  if (n < 999_500) return `${Math.round(n / 1000)}k`
  return `${(n / 1e6).toFixed(1)}M`
}

/** `12 B`, `4.2 KB`, `52 MB`, `1.3 GB`; 1 KB is 1000 bytes, as in the file managers of the systems we run on. */
export function bytes(n: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = n
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`
}

/** `4.9 of 5.0 GB`: a part and its whole, the unit said once where it is the same. */
export function sizes(part: number, whole: number): string {
  const [size = '', unit] = bytes(part).split(' ')
  return t('{part} of {whole}', { part: unit === bytes(whole).split(' ')[1] ? size : bytes(part), whole: bytes(whole) })
}

/** `12 Nov` */
export function dayOf(at: number): string {
  return new Date(at).toLocaleDateString(locale(), { day: 'numeric', month: 'short' })
}

/** `now`, `4 min`, `3 h`, `yesterday`, `12 Nov`: how long ago, in a width that fits a list. */
export function ago(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return t('now')
  if (minutes < 60) return t('{m} min', { m: minutes })
  if (minutes < 24 * 60) return t('{h} h', { h: Math.floor(minutes / 60) })
  if (minutes < 48 * 60) return t('yesterday')
  return dayOf(at)
}

/** `$0.00`, `<$0.01`, `$0.42`, `$12.30`, `$1,240`: US dollars. */
export function dollars(n: number): string {
  if (n > 0 && n < 0.01) return '<$0.01'
  return n < 1000 ? `$${n.toFixed(2)}` : `$${Math.round(n).toLocaleString('en-US')}`
}

const AMOUNTS = {
  tokens: ['token', '{n} tokens'],
  steps: ['step', '{n} steps'],
  minutes: ['minute', '{n} minutes'],
} as const

/** What a limit allows: `500,000 tokens`, `1 step`, `$5.00`. */
export function amount(unit: LimitUnit, n: number): string {
  if (unit === 'dollars') return `$${n.toFixed(2)}`
  const shown = unit === 'minutes' ? Math.round(n * 10) / 10 : n
  const [one, many] = AMOUNTS[unit]
  return shown === 1 ? plural(1, one) : t(many, { n: shown.toLocaleString(locale()) })
}

/** `14:02`, `yesterday 14:02`, `12 Nov 14:02`: when it was, by the clock on the wall. */
export function clock(at: number, now: number): string {
  const time = new Date(at).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' })
  const day = (ms: number): string => new Date(ms).toDateString()
  if (day(at) === day(now)) return time
  if (day(at) === day(now - 86_400_000)) return t('yesterday {time}', { time })
  return `${dayOf(at)} ${time}`
}
