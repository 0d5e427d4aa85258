import { quoted, quoteIfNeeded } from '../text/quotes'
import { permissions, type Look } from './look'
import type { LsHow, LsQuoting } from './ls-options'

const NAMED: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
}
const ODD = /[\u0000-\u001f\u007f\uDC80-\uDCFF]/g

function octal(letter: string): string {
  const code = letter.charCodeAt(0)
  return NAMED[letter] ?? `\\${(code > 0xdc00 ? code - 0xdc00 : code).toString(8).padStart(3, '0')}`
}

/** A name in a style of quoting. */
export function quotedAs(name: string, style: LsQuoting, hidesControls: boolean): string {
  const plain = hidesControls ? name.replace(ODD, '?') : name
  switch (style) {
    case 'literal':
      return plain
    case 'escape':
      return name.replace(/[\\ ]/g, '\\$&').replace(ODD, octal)
    case 'c':
      return `"${name.replace(/[\\"]/g, '\\$&').replace(ODD, octal)}"`
    case 'locale':
      return `‘${name.replace(/[\\’]/g, '\\$&').replace(ODD, octal)}’`
    case 'shell':
      return /^[\w@%+=:,./-]+$/.test(plain) ? plain : quoteIfNeeded(plain)
    case 'shell-always':
      return quoted(plain)
    case 'shell-escape-always':
      return quoted(name)
    default:
      return quoteIfNeeded(name)
  }
}

/** The sign behind a name for what it is. */
export function indicatorFor(look: Pick<Look, 'type' | 'mode'>, style: LsHow['indicator']): string {
  if (style === 'none') return ''
  if (look.type === 'folder') return '/'
  if (style === 'slash') return ''
  if (look.type === 'link') return '@'
  if (look.type === 'pipe') return '|'
  return style === 'classify' && look.type === 'file' && (look.mode & 0o111) !== 0 ? '*' : ''
}

const DEFAULTS: Readonly<Record<string, string>> = { di: '01;34', ln: '01;36', pi: '33', cd: '01;33', bd: '01;33', so: '01;35', su: '37;41', sg: '30;43', st: '37;44', ow: '34;42', tw: '30;42', ex: '01;32' } // prettier-ignore

/** Colours by kind and by the end of a name, from LS_COLORS. */
export class LsColors {
  readonly #kinds = new Map<string, string>(Object.entries(DEFAULTS))
  readonly #endings: (readonly [string, string])[] = []

  constructor(text: string | undefined) {
    for (const part of (text ?? '').split(':')) {
      const at = part.indexOf('=')
      if (at < 0) continue
      const [key, code] = [part.slice(0, at), part.slice(at + 1)]
      if (key.startsWith('*')) this.#endings.unshift([key.slice(1), code])
      else this.#kinds.set(key, code)
    }
  }

  /** Undefined: it is shown plainly. */
  of(name: string, look: Pick<Look, 'type' | 'mode'>, isOrphan: boolean): string | undefined {
    const code = this.#kinds.get(this.#kind(look, isOrphan)) ?? this.#ending(name, look)
    return code === undefined || code === '' || code === '0' || code === '00' ? undefined : code
  }

  #kind({ type, mode }: Pick<Look, 'type' | 'mode'>, isOrphan: boolean): string {
    switch (type) {
      case 'link':
        return isOrphan && this.#kinds.has('or') ? 'or' : 'ln'
      case 'folder':
        return (mode & 0o1002) === 0o1002 ? 'tw' : (mode & 0o002) !== 0 ? 'ow' : (mode & 0o1000) !== 0 ? 'st' : 'di'
      case 'device':
        return 'cd'
      case 'pipe':
        return 'pi'
      default:
        return (mode & 0o4000) !== 0 ? 'su' : (mode & 0o2000) !== 0 ? 'sg' : permissions(mode).includes('x') ? 'ex' : 'plain'
    }
  }

  #ending(name: string, { type }: Pick<Look, 'type'>): string | undefined {
    if (type !== 'file') return undefined
    const lower = name.toLowerCase()
    return (
      this.#endings.find(([ending]) => name.endsWith(ending))?.[1] ??
      this.#endings.find(([ending]) => lower.endsWith(ending.toLowerCase()))?.[1]
    )
  }
}
