import { CommandError } from '../command'
import { curly } from './quotes'

export type Scale = 'none' | 'auto' | 'si' | 'iec' | 'iec-i'
export type Rounding = 'up' | 'down' | 'from-zero' | 'towards-zero' | 'nearest'

const POWERS = 'KMGTPEZY'
/** More digits than a long double keeps. */
const MOST_DIGITS = 18

/** A number that was read: its value and how many digits it had behind the point. */
export interface Scanned {
  readonly value: number
  readonly places: number
}

/** @throws CommandError in the words of numfmt */
export function scanNumber(text: string, scale: Scale): Scanned {
  const [all, digits = '', suffix = ''] = /^(-?(?:\d+(?:\.\d+)?|\.\d+))([\s\S]*)$/.exec(text) ?? []
  if (all === undefined || suffix.startsWith('.')) throw new CommandError(`invalid number: ${curly(text)}`, 2)
  const places = digits.includes('.') ? digits.length - digits.indexOf('.') - 1 : 0
  if (suffix === '') return { value: Number(digits), places }
  const power = POWERS.indexOf(suffix.charAt(0)) + 1
  if (power === 0) throw new CommandError(`invalid suffix in input: ${curly(text)}`, 2)
  if (scale === 'none') throw new CommandError(`rejecting suffix in input: ${curly(text)} (consider using --from)`, 2)
  const hasI = suffix.charAt(1) === 'i' && (scale === 'auto' || scale === 'iec-i')
  if (scale === 'iec-i' && !hasI) throw new CommandError(`missing 'i' suffix in input: ${curly(text)} (e.g Ki/Mi/Gi)`, 2)
  const rest = suffix.slice(hasI ? 2 : 1)
  if (rest !== '') throw new CommandError(`invalid suffix in input ${curly(text)}: ${curly(rest)}`, 2)
  const base = scale === 'si' || (scale === 'auto' && !hasI) ? 1000 : 1024
  return { value: Number(digits) * base ** power, places: 0 }
}

/** A number without the digits behind the point that were not asked for. */
export function rounded(value: number, how: Rounding): number {
  switch (how) {
    case 'up':
      return Math.ceil(value)
    case 'down':
      return Math.floor(value)
    case 'from-zero':
      return value < 0 ? Math.floor(value) : Math.ceil(value)
    case 'towards-zero':
      return Math.trunc(value)
    default:
      return value < 0 ? -Math.round(-value) : Math.round(value)
  }
}

/** What a number is shown with. */
export interface ShowHow {
  readonly to: Scale
  readonly rounding: Rounding
  /** Digits behind the point where told. */
  readonly precision: number | undefined
}

/** Rounds at a number of digits behind the point; what binary fractions add at the far end is no digit. */
function roundedAt(value: number, places: number, how: Rounding): number {
  const factor = 10 ** places
  const moved = Number((value * factor).toPrecision(MOST_DIGITS - 3))
  return rounded(moved, how) / factor
}

/** @throws CommandError for what has no room without a unit */
export function showNumber({ value, places }: Scanned, { to, rounding, precision }: ShowHow): string {
  if (to === 'none' || to === 'auto') {
    const shown = precision ?? places
    if (Math.abs(value) >= 10 ** (MOST_DIGITS - shown) * 10)
      throw new CommandError(
        `value too large to be printed: '${Number(value.toPrecision(6))
          .toExponential()
          .replace(/e\+(\d)$/, 'e+0$1')}' (consider using --to)`,
        2,
      )
    return fixed(roundedAt(value, shown, rounding), shown)
  }
  const base = to === 'si' ? 1000 : 1024
  let power = 0
  let scaled = value
  while (Math.abs(scaled) >= base && power < POWERS.length) {
    scaled /= base
    power += 1
  }
  const digits = precision ?? (Math.abs(scaled) < 10 ? 1 : 0)
  scaled = roundedAt(scaled, digits, rounding)
  if (Math.abs(scaled) >= base && power < POWERS.length) {
    scaled /= base
    power += 1
  }
  const shown = precision ?? (power > 0 && scaled !== 0 && Math.abs(scaled) < 10 ? 1 : 0)
  const unit = power === 0 ? '' : POWERS.charAt(power - 1) + (to === 'iec-i' ? 'i' : '')
  // Below the first unit there is no point: what it would stand before goes to the nearest even number.
  return fixed(shown === 0 && precision === undefined ? halfEven(scaled) : scaled, shown) + unit
}

function halfEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

function fixed(value: number, places: number): string {
  if (Number.isInteger(value) && Math.abs(value) >= 1e15) return BigInt(value).toString() + (places > 0 ? `.${'0'.repeat(places)}` : '')
  return value.toFixed(Math.min(places, 100))
}
