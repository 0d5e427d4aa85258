/** What a new mode is made of. */
export interface ModeFrom {
  readonly mode: number
  readonly isFolder: boolean
  readonly umask: number
}

/** Makes a mode of the old one. */
export type ModeChange = (from: ModeFrom) => number

const CLAUSE = /^([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*|[0-7]+))+)$/
const ACTION = /([-+=])([ugo](?![rwxXst])|[0-7]+|[rwxXst]*)/g
const WHO: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 }

/** Reads `755`, `u+x,go-w`, `a=rX`; undefined: it is none. */
export function parseMode(text: string): ModeChange | undefined {
  if (/^[0-7]+$/.test(text)) {
    const value = Number.parseInt(text, 8)
    if (value > 0o7777) return undefined
    // Fewer than five digits leave setuid and setgid of folders alone.
    return ({ mode, isFolder }) => (isFolder && text.length < 5 ? value | (mode & 0o6000) : value)
  }
  const changes: ModeChange[] = []
  for (const clause of text.split(',')) {
    const [, who, actions] = CLAUSE.exec(clause) ?? []
    if (who === undefined || actions === undefined) return undefined
    for (const [, operator = '', what = ''] of actions.matchAll(ACTION)) changes.push(changeOf(who, operator, what))
  }
  return (from) => changes.reduce((mode, change) => change({ ...from, mode }), from.mode)
}

function changeOf(who: string, operator: string, what: string): ModeChange {
  const mask = who === '' ? 0o7777 : who.split('').reduce((bits, letter) => bits | (WHO[letter] ?? 0), 0)
  return (from) => {
    const { mode, isFolder, umask } = from
    const isOctal = /^[0-7]/.test(what)
    const reach = isOctal ? 0o7777 : who === '' ? mask & ~umask : mask
    const bits = (isOctal ? Number.parseInt(what, 8) : bitsOf(what, from)) & reach
    if (operator === '+') return mode | bits
    if (operator === '-') return mode & ~bits
    const kept = isFolder && !what.includes('s') && !isOctal ? 0o6000 : 0
    const cleared = isOctal ? 0o7777 : who === '' ? 0o7777 & ~(umask & 0o777) : mask
    return (mode & (~cleared | kept)) | bits
  }
}

function bitsOf(what: string, { mode, isFolder }: ModeFrom): number {
  if (/^[ugo]$/.test(what)) {
    const three = (mode >> (what === 'u' ? 6 : what === 'g' ? 3 : 0)) & 7
    return three * 0o111
  }
  let bits = 0
  for (const letter of what) {
    if (letter === 'r') bits |= 0o444
    if (letter === 'w') bits |= 0o222
    if (letter === 'x' || (letter === 'X' && (isFolder || (mode & 0o111) !== 0))) bits |= 0o111
    if (letter === 's') bits |= 0o6000
    if (letter === 't') bits |= 0o1000
  }
  return bits
}
