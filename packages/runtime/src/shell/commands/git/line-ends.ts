import type { AttributeMap } from './attributes'
import type { Config } from './config'

/** How the ends of lines of a file are kept. */
interface LineEnds {
  /** `auto`: only where the contents look like text. */
  readonly kind: 'text' | 'auto' | 'as-is'
  /** Whether the working tree gets CRLF. */
  readonly isCrlf: boolean
}

/** What attributes and settings say. */
export function lineEnds(attributes: AttributeMap, config: Config): LineEnds {
  const text = attributes.get('text') ?? attributes.get('crlf')
  const eol = attributes.get('eol')
  const auto = config.get('core.autocrlf')?.toLowerCase()
  const isAuto = auto === 'input' || config.bool('core.autocrlf') === true
  const usual = auto === 'input' ? false : isAuto || config.get('core.eol') === 'crlf'
  const isCrlf = eol === 'crlf' || (eol !== 'lf' && text !== 'input' && usual)
  if (text === false) return { kind: 'as-is', isCrlf: false }
  if (text === 'auto') return { kind: 'auto', isCrlf }
  if (text === true || text === 'input' || eol === 'crlf' || eol === 'lf') return { kind: 'text', isCrlf }
  return { kind: isAuto ? 'auto' : 'as-is', isCrlf }
}

interface Counts {
  readonly crlf: number
  readonly loneLf: number
  readonly isBinary: boolean
}

/** How many lines end in which way. */
export function endsOf(bytes: Uint8Array): Pick<Counts, 'crlf' | 'loneLf'> {
  return counted(bytes)
}

function counted(bytes: Uint8Array): Counts {
  let [nul, loneCr, loneLf, crlf, printable, other] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (byte === 13) {
      if (bytes[i + 1] === 10) {
        crlf += 1
        i += 1
      } else loneCr += 1
    } else if (byte === 10) loneLf += 1
    else if (byte === 127) other += 1
    else if (byte < 32) {
      if (byte === 0) nul += 1
      if (byte === 8 || byte === 9 || byte === 27 || byte === 12) printable += 1
      else other += 1
    } else printable += 1
  }
  // A control-Z at the end is how some systems end a text.
  if (bytes.at(-1) === 26) other -= 1
  return { crlf, loneLf, isBinary: loneCr > 0 || nul > 0 || printable >> 7 < other }
}

/** CRLF become LF where the file is text. @param wasCrlf whether the index has the file with CRLF, asked only where it matters */
export function toRepository(bytes: Uint8Array, ends: LineEnds, wasCrlf: () => boolean): Uint8Array {
  if (ends.kind === 'as-is' || !bytes.includes(13)) return bytes
  const counts = counted(bytes)
  if (counts.crlf === 0 || (ends.kind === 'auto' && (counts.isBinary || wasCrlf()))) return bytes
  return bytes.filter((byte, i) => byte !== 13 || bytes[i + 1] !== 10)
}

/** Lone LF become CRLF where the working tree is to have them. */
export function toWork(bytes: Uint8Array, ends: LineEnds): Uint8Array {
  if (ends.kind === 'as-is' || !ends.isCrlf || !bytes.includes(10)) return bytes
  const counts = counted(bytes)
  if (counts.loneLf === 0 || (ends.kind === 'auto' && (counts.isBinary || counts.crlf > 0))) return bytes
  const out = new Uint8Array(bytes.length + counts.loneLf)
  let at = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (byte === 10 && bytes[i - 1] !== 13) out[at++] = 13
    out[at++] = byte
  }
  return out
}

/** Whether text that was converted by the rules of `auto` has CRLF already. */
export function hasCrlf(bytes: Uint8Array): boolean {
  const counts = counted(bytes)
  return !counts.isBinary && counts.crlf > 0
}

/** How the lines of a file end, in git's words. */
export function endsName(bytes: Uint8Array): string {
  const { crlf, loneLf, isBinary } = counted(bytes)
  if (isBinary) return '-text'
  if (crlf > 0 && loneLf > 0) return 'mixed'
  return crlf > 0 ? 'crlf' : loneLf > 0 ? 'lf' : 'none'
}

/** What attributes say of the ends of lines, in git's words. */
export function endsAttribute(attributes: AttributeMap): string {
  const text = attributes.get('text') ?? attributes.get('crlf')
  if (text === false) return '-text'
  const eol = attributes.get('eol')
  const end = text === 'input' ? ' eol=lf' : eol === 'lf' || eol === 'crlf' ? ` eol=${eol}` : ''
  if (text === 'auto') return `text=auto${end}`
  return text === undefined && end === '' ? '' : `text${end}`
}
