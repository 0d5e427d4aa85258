import { NotImplemented } from '../command'
import { momentOfMs, strftime } from '../dates/strftime'
import { diskBytes, lastName, lookFor, modeText, USER } from '../files/look'
import { escapeName } from './find-names'
import type { FindRun, Item } from './find-item'

type Piece = (item: Item) => string

const ESCAPES: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }
const TYPES = { file: 'f', folder: 'd', link: 'l', device: 'c', pipe: 'p' } as const
const STAMPS = { A: 'atime', C: 'ctime', T: 'mtime' } as const

const SPEC = /%([-+ #0]*)(\d*)(?:\.(\d+))?([ACT]?)(.)|%$|\\([0-7]{1,3}|.)/gsu

/** A format, ready to be filled in for each item. */
export interface Format {
  fill(item: Item): string
}

/** Reads the format of -printf. @throws NotImplemented */
export function compileFormat(format: string, run: FindRun): Format {
  const pieces: Piece[] = []
  let at = 0
  for (const match of format.matchAll(SPEC)) {
    const [all, flags = '', width = '', precision, kind = '', letter = '', escape] = match
    const before = format.slice(at, match.index)
    pieces.push(() => before)
    at = match.index + all.length
    if (escape === 'c') return joinedFormat(pieces)
    if (escape !== undefined) {
      const text = /^[0-7]/.test(escape) ? byteText(Number.parseInt(escape, 8)) : (ESCAPES[escape] ?? `\\${escape}`)
      pieces.push(() => text)
    } else if (letter === '%') pieces.push(() => '%')
    else
      pieces.push(
        padded(kind === '' ? pieceOf(letter, run, all) : datePiece(kind, letter, run), { flags, width: Number(width), precision }),
      )
  }
  const rest = format.slice(at)
  pieces.push(() => rest)
  return joinedFormat(pieces)
}

function joinedFormat(pieces: readonly Piece[]): Format {
  return { fill: (item) => pieces.map((piece) => piece(item)).join('') }
}

function byteText(byte: number): string {
  const code = byte & 0xff
  return String.fromCharCode(code < 0x80 ? code : 0xdc00 + code)
}

interface Padding {
  readonly flags: string
  readonly width: number
  readonly precision: string | undefined
}

function padded(piece: Piece, { flags, width, precision }: Padding): Piece {
  if (width === 0 && precision === undefined) return piece
  return (item) => {
    const whole = piece(item)
    const text = precision === undefined ? whole : whole.slice(0, Number(precision))
    if (flags.includes('-')) return text.padEnd(width)
    return text.padStart(width)
  }
}

function datePiece(kind: string, letter: string, run: FindRun): Piece {
  const stamp = kind === 'A' ? STAMPS.A : kind === 'C' ? STAMPS.C : STAMPS.T
  return ({ look }) => timeText(letter, look[stamp], run)
}

/** Seconds have ten digits behind the point, the last of which is always zero. */
function timeText(letter: string, ms: number, run: FindRun): string {
  const moment = momentOfMs(ms)
  const fraction = `.${String(moment.nanos).padStart(9, '0')}0`
  const show = (format: string): string => strftime(format, moment, run.zone)
  switch (letter) {
    case '@':
      return `${moment.seconds}${fraction}`
    case '+':
      return show(`%Y-%m-%d+%H:%M:%S${fraction}`)
    case 'S':
    case 'T':
    case 'X':
      return show(`%${letter}`) + fraction
    case 'r':
      return show('%I:%M:%S %p')
    default:
      return /[A-Za-z]/.test(letter) ? show(`%${letter}`) : letter
  }
}

function longTime(ms: number, run: FindRun): string {
  const moment = momentOfMs(ms)
  return strftime(`%a %b %e %H:%M:%S.${String(moment.nanos).padStart(9, '0')}0 %Y`, moment, run.zone)
}

function pieceOf(letter: string, run: FindRun, all: string): Piece {
  switch (letter) {
    case 'p':
      return ({ path }) => path
    case 'P':
      return ({ path, start }) => path.slice(start.length).replace(/^\/+/, '')
    case 'H':
      return ({ start }) => start
    case 'f':
      return ({ path }) => lastName(path) + (/[^/]\/+$/.test(path) ? '/' : '')
    case 'h':
      return ({ path }) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.')
    case 'd':
      return ({ depth }) => String(depth)
    case 'l':
      return ({ look }) => look.target ?? ''
    default:
      return statPiece(letter, run) ?? unknownPiece(letter, all)
  }
}

function unknownPiece(letter: string, all: string): Piece {
  if (/[DFSZ]/.test(letter)) throw new NotImplemented(`the directive %${letter} of -printf`)
  return () => all
}

function statPiece(letter: string, run: FindRun): Piece | undefined {
  switch (letter) {
    case 's':
      return ({ look }) => String(look.size)
    case 'k':
      return ({ look }) => String(diskBytes(look) / 1024)
    case 'b':
      return ({ look }) => String(diskBytes(look) / 512)
    case 'm':
      return ({ look }) => look.mode.toString(8)
    case 'M':
      return ({ look }) => modeText(look)
    case 'n':
      return ({ look }) => String(look.nlink)
    case 'i':
      return ({ look }) => String(look.ino)
    case 'u':
    case 'g':
      return () => USER.name
    case 'U':
    case 'G':
      return () => String(USER.id)
    case 'y':
      return ({ look }) => TYPES[look.type]
    case 'Y':
      return (item) => behindLetter(item, run)
    case 'a':
    case 'c':
    case 't':
      return ({ look }) => longTime(look[letter === 'a' ? 'atime' : letter === 'c' ? 'ctime' : 'mtime'], run)
    default:
      return undefined
  }
}

function behindLetter({ look, path }: Item, { call }: FindRun): string {
  if (look.type !== 'link') return TYPES[look.type]
  const behind = lookFor(call, path)
  return behind === undefined ? 'N' : TYPES[behind.type]
}

const HALF_YEAR = 31_556_952_000 / 2

/** The line of -ls. */
export function listLine({ path, look }: Item, run: FindRun): string {
  const now = run.call.system.clock.now()
  const format = look.mtime > now - HALF_YEAR && look.mtime <= now + 1000 ? '%b %e %H:%M' : '%b %e  %Y'
  const date = strftime(format, momentOfMs(look.mtime), run.zone)
  const blocks = String(diskBytes(look) / 1024)
  const name = USER.name.padEnd(8)
  const link = look.target === undefined ? '' : ` -> ${escapeName(look.target)}`
  return `${String(look.ino).padStart(9)} ${blocks.padStart(6)} ${modeText(look)} ${String(look.nlink).padStart(3)} ${name} ${name} ${String(look.size).padStart(8)} ${date} ${escapeName(path)}${link}\n`
}
