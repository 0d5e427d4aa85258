import { CommandError } from '../command'
import { curly } from './quotes'

const POWERS = 'KMGTPEZY'
const COUNT = /^\+?(\d+)([a-zA-Z]*)$/

/** Factor of a size suffix such as `k`, `MB`, `KiB`; undefined for none. */
function factorOf(suffix: string): number | undefined {
  if (suffix === '') return 1
  if (suffix === 'b') return 512
  const power = POWERS.indexOf(suffix.charAt(0).toUpperCase()) + 1
  if (power === 0 || (suffix.charAt(0) !== suffix.charAt(0).toUpperCase() && !'km'.includes(suffix.charAt(0)))) return undefined
  switch (suffix.slice(1)) {
    case '':
    case 'iB':
      return 1024 ** power
    case 'B':
      return 1000 ** power
    default:
      return undefined
  }
}

/** A count with GNU's suffixes; more than a number can hold is as good as endless. Undefined: it is none. */
export function countOf(text: string): number | undefined {
  const [, digits, suffix = ''] = COUNT.exec(text) ?? []
  const factor = factorOf(suffix)
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor
}

/** A whole number without suffix, at least `least`. @throws CommandError `what: 'text'` */
export function numberOrFail(text: string, what: string, least = 0): number {
  const isNumber = /^\s*\+?\d+$/.test(text)
  if (!isNumber || Number(text) < least) throw new CommandError(`${what}: ${curly(text)}`)
  return Number(text)
}
