import { exactOf } from '../../exact-number'
import { formatFloat, formatInteger, padded, type Conversion } from '../../format-printf'
import { CommandError } from '../command'
import { unescapedC } from './hexdump-escapes'

/** A piece of a unit: text, or a conversion of so many bytes. */
interface Piece {
  readonly conversion: Conversion | undefined
  readonly text: string
  readonly bytes: number
  /** What the conversion is of: `_a`, `_c`, `_p`, `_u`, or the letter itself. */
  readonly kind: string
  /** Base of an address. */
  readonly base: string
}

interface Unit {
  readonly times: number
  readonly hasTimes: boolean
  readonly pieces: readonly Piece[]
  readonly bytes: number
}

/** One `-e`: units that each block goes through from its start. */
export interface DumpFormat {
  readonly units: readonly Unit[]
  readonly bytes: number
}

const UNIT = /\s*(?:(\d*)(?:\/(\d*))?\s*)?"((?:[^"\\]|\\[^])*)"/y
const CONVERSION = /%([-+ #0]*)(\d*)(?:\.(\d*))?(?:_([acpuA])([dox]?)|([a-zA-Z%]))/y
const NAMES = ['nul', 'soh', 'stx', 'etx', 'eot', 'enq', 'ack', 'bel', 'bs', 'ht', 'lf', 'vt', 'ff', 'cr', 'so', 'si', 'dle', 'dc1', 'dc2', 'dc3', 'dc4', 'nak', 'syn', 'etb', 'can', 'em', 'sub', 'esc', 'fs', 'gs', 'rs', 'us'] // prettier-ignore
const SHOWN: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' }

/** @throws CommandError worded as hexdump words it */
export function dumpFormat(source: string): DumpFormat {
  const units: Unit[] = []
  let at = 0
  while (source.slice(at).trim() !== '') {
    UNIT.lastIndex = at
    const match = UNIT.exec(source)
    if (match === null) throw new CommandError(`bad format {${source}}`)
    at += match[0].length
    const [, times, bytes, text = ''] = match
    const hasTimes = times !== undefined && times !== ''
    // A number alone is how often; behind a slash stands how many bytes.
    units.push(unitOf(unescapedC(text), { times: hasTimes ? Number(times) : 1, hasTimes, bytes: bytes ? Number(bytes) : undefined }))
  }
  return { units, bytes: units.reduce((sum, unit) => sum + unit.times * unit.bytes, 0) }
}

interface Head {
  readonly times: number
  readonly hasTimes: boolean
  readonly bytes: number | undefined
}

function unitOf(format: string, { times, hasTimes, bytes }: Head): Unit {
  const pieces: Piece[] = []
  let text = ''
  for (let at = 0; at < format.length;) {
    CONVERSION.lastIndex = at
    const match = format.charAt(at) === '%' ? CONVERSION.exec(format) : null
    if (match === null) {
      text += format.charAt(at)
      at += 1
      continue
    }
    at += match[0].length
    pieces.push(pieceOf(match, text, bytes))
    text = ''
  }
  if (text !== '') pieces.push({ conversion: undefined, text, bytes: 0, kind: 'text', base: '' })
  const taking = pieces.filter((piece) => piece.bytes > 0)
  if (bytes !== undefined && taking.length > 1) throw new CommandError('byte count with multiple conversion characters')
  return { times, hasTimes, pieces, bytes: bytes ?? taking.reduce((sum, piece) => sum + piece.bytes, 0) }
}

const SIZES: Readonly<Record<string, readonly number[]>> = { c: [1], _c: [1], _p: [1], _u: [1], d: [4, 1, 2, 8], i: [4, 1, 2, 8], o: [4, 1, 2, 8], u: [4, 1, 2, 8], x: [4, 1, 2, 8], X: [4, 1, 2, 8], e: [8, 4], E: [8, 4], f: [8, 4], G: [8, 4], g: [8, 4] } // prettier-ignore

function pieceOf(match: RegExpExecArray, text: string, wanted: number | undefined): Piece {
  const [all, flags = '', width = '', precision, special, base = '', plain = ''] = match
  const kind = special === undefined ? plain : `_${special}`
  const conversion: Conversion = {
    type: 'conversion',
    minus: flags.includes('-'),
    plus: flags.includes('+'),
    space: flags.includes(' '),
    zero: flags.includes('0'),
    hash: flags.includes('#'),
    quote: false,
    width: width === '' ? undefined : Number(width),
    precision: precision === undefined ? undefined : Number(precision || '0'),
    position: undefined,
    letter: special === undefined ? plain : base === '' ? 'd' : base,
    inside: undefined,
    text: all,
  }
  if (kind === '_a' || kind === '_A') {
    if (base === '') throw new CommandError(`bad conversion character ${all}`)
    return { conversion, text, bytes: 0, kind, base }
  }
  if (kind === 's') {
    if (precision === undefined && wanted === undefined) throw new CommandError('%s requires a precision or a byte count')
    return { conversion, text, bytes: wanted ?? Number(precision), kind, base }
  }
  const sizes = SIZES[kind]
  if (sizes === undefined) throw new CommandError(`bad conversion character ${all}`)
  if (wanted !== undefined && !sizes.includes(wanted)) throw new CommandError(`bad byte count for conversion character ${kind}`)
  return { conversion, text, bytes: wanted ?? sizes[0] ?? 1, kind, base }
}

/** The last unit of a format that is shorter than the block goes on to its end. */
export function stretched({ units, bytes }: DumpFormat, size: number): DumpFormat {
  const last = units.at(-1)
  const taking = units.findLastIndex((unit) => unit.bytes > 0)
  const unit = units[taking]
  if (bytes >= size || last === undefined || unit === undefined || unit !== last || unit.hasTimes) return { units, bytes }
  const times = unit.times + Math.floor((size - bytes) / unit.bytes)
  return { units: [...units.slice(0, taking), { ...unit, times }], bytes: size }
}

/** A block of bytes, where it stands, and how much of it there is; the rest is nothing. */
export interface DumpBlock {
  readonly bytes: Uint8Array
  readonly at: number
  readonly filled: number
}

/** What a format makes of a block. */
export function dumped({ units }: DumpFormat, block: DumpBlock): string {
  let out = ''
  let at = 0
  for (const { times, pieces } of units) {
    // What tells the last address waits for the end, and so does all that follows it.
    if (pieces.some(({ kind }) => kind === '_A')) return out
    for (let left = times; left > 0; left--) {
      for (const [i, piece] of pieces.entries()) {
        // Behind the last time no blank is left over.
        const isLast = left === 1 && times > 1 && i === pieces.length - 1
        const text = piece.kind === 'text' && isLast ? piece.text.replace(/\s$/, '') : piece.text
        const isOver = at >= block.filled && block.filled < block.bytes.length
        out += text + (piece.conversion === undefined ? '' : isOver ? blank(piece.conversion) : shown(piece, block, at))
        at += piece.bytes
      }
    }
  }
  return out
}

/** What stands behind everything: units with the last address. */
export function afterAll({ units }: DumpFormat, at: number): string {
  const unit = units.findLast(({ pieces }) => pieces.some(({ kind }) => kind === '_A'))
  const pieces = unit?.pieces ?? []
  return pieces.map(({ conversion, text }) => text + (conversion === undefined ? '' : formatInteger(conversion, BigInt(at)))).join('')
}

function blank(conversion: Conversion): string {
  return padded({ ...conversion, zero: false }, '')
}

function shown({ conversion, bytes, kind }: Piece, block: DumpBlock, at: number): string {
  if (conversion === undefined) return ''
  const view = new DataView(block.bytes.buffer, block.bytes.byteOffset)
  const byte = block.bytes[at] ?? 0
  const letter = String.fromCharCode(byte)
  const isPlain = byte >= 32 && byte < 127
  switch (kind) {
    case '_a':
      return formatInteger(conversion, BigInt(block.at + at))
    case '_p':
      return padded(conversion, isPlain ? letter : '.')
    case '_c':
      return padded({ ...conversion, zero: false }, SHOWN[byte] ?? (isPlain ? letter : byte.toString(8).padStart(3, '0')))
    case '_u':
      return padded(
        { ...conversion, zero: false },
        NAMES[byte] ?? (byte === 127 ? 'del' : isPlain ? letter : byte.toString(16).padStart(2, '0')),
      )
    case 'c':
      return padded(conversion, letter)
    case 's': {
      const text = String.fromCharCode(...block.bytes.subarray(at, at + bytes))
      const end = text.indexOf('\0')
      return padded(
        conversion,
        (end < 0 ? text : text.slice(0, end)).slice(0, conversion.precision === '*' ? undefined : conversion.precision),
      )
    }
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      return formatInteger(conversion, integerAt(view, { at, bytes, isSigned: kind === 'd' || kind === 'i' }))
    default:
      return formatFloat(conversion, exactOf(bytes === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true)))
  }
}

function integerAt(
  view: DataView,
  { at, bytes, isSigned }: { readonly at: number; readonly bytes: number; readonly isSigned: boolean },
): bigint {
  let value = 0n
  for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(at + i))
  return isSigned ? BigInt.asIntN(8 * bytes, value) : value
}
