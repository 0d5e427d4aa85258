import { CommandError } from '../command'
import { curly } from '../text/quotes'
import { countOf } from '../text/counts'

/** Bytes as people read them: `4.0K`, rounded up. */
export function humanSize(bytes: number, base: 1000 | 1024 = 1024): string {
  const letters = base === 1024 ? 'KMGTPEZY' : 'kMGTPEZY'
  let power = 0
  let value = bytes
  while (value >= base && power < letters.length) {
    value /= base
    power += 1
  }
  if (power === 0) return String(bytes)
  const tenths = Math.ceil(value * 10 - 1e-9) / 10
  if (tenths < 10) return `${tenths.toFixed(1)}${letters.charAt(power - 1)}`
  const whole = Math.ceil(value - 1e-9)
  return whole >= base && power < letters.length ? `1.0${letters.charAt(power)}` : `${whole}${letters.charAt(power - 1)}`
}

/** How bytes are counted for people: `--block-size`, `-h`, `-k`. */
export interface SizeStyle {
  readonly unit: number
  /** Written behind the number. */
  readonly suffix: string
  readonly human?: 1000 | 1024
}

/** @throws CommandError for what is no size */
export function sizeStyle(text: string, option: string): SizeStyle {
  if (text === 'human-readable' || text === 'si') return { unit: 1, suffix: '', human: text === 'si' ? 1000 : 1024 }
  const bare = text.replace(/^'/, '')
  const alone = /^([KMGTPEZYk])(i?B)?$/.exec(bare)
  const unit = countOf(alone === null ? bare : `1${bare === 'k' ? 'K' : bare}`)
  if (unit === undefined || unit === 0) throw new CommandError(`invalid ${option} argument ${curly(text)}`)
  return { unit, suffix: alone === null ? '' : bare === 'k' ? 'K' : bare }
}

/** Bytes in a style, rounded up. */
export function styledSize(bytes: number, style: SizeStyle): string {
  return style.human === undefined ? `${Math.ceil(bytes / style.unit)}${style.suffix}` : humanSize(bytes, style.human)
}
