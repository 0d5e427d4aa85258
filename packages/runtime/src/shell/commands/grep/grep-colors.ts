import { NotImplemented } from '../command'

/** Codes of colours; empty: none. */
export interface GrepColors {
  /** What matches in a line that was selected, and in one around it. */
  readonly match: string
  readonly context: string
  readonly name: string
  readonly number: string
  readonly offset: string
  readonly separator: string
  /** The rest of the line is cleared after each colour. */
  readonly clears: boolean
}

const KEYS: Readonly<Record<string, readonly (keyof GrepColors)[]>> = {
  mt: ['match', 'context'],
  ms: ['match'],
  mc: ['context'],
  fn: ['name'],
  ln: ['number'],
  bn: ['offset'],
  se: ['separator'],
}

const OWN: GrepColors = { match: '01;31', context: '01;31', name: '35', number: '32', offset: '32', separator: '36', clears: true }

/** The colours of `GREP_COLORS`; what it does not name has its own. Nothing is read behind what is no colour. */
export function grepColors(env: ReadonlyMap<string, string>): GrepColors {
  const colors: { -readonly [Key in keyof GrepColors]: GrepColors[Key] } = { ...OWN }
  const old = env.get('GREP_COLOR') ?? ''
  if (old !== '') [colors.match, colors.context] = [old, old]
  for (const word of (env.get('GREP_COLORS') ?? '').split(':')) {
    const [key = '', code] = word.split('=')
    if (key === 'ne') colors.clears = false
    if ((key === 'sl' || key === 'cx') && code) throw new NotImplemented(`${key} in GREP_COLORS`)
    if (key === 'rv') throw new NotImplemented('rv in GREP_COLORS')
    if (code === undefined) continue
    if (/[^\d;]/.test(code)) break
    for (const part of KEYS[key] ?? []) if (part !== 'clears') colors[part] = code
  }
  return colors
}
