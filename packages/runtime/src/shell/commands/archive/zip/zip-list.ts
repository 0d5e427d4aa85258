import { momentOfMs, strftime } from '../../dates/strftime'
import type { Zone } from '../../dates/zones'
import { permissions } from '../../files/look'
import { unixMode, type ZipEntry } from './zip-format'

/** Saved bytes in tenths of a percent. */
export function ratio(size: number, packed: number): number {
  if (size === 0) return 0
  const half = Math.floor(size / 2)
  return size >= packed ? Math.floor((1000 * (size - packed) + half) / size) : -Math.floor((1000 * (packed - size) + half) / size)
}

function percent(size: number, packed: number): string {
  const tenths = ratio(size, packed)
  return `${Math.trunc((tenths + (tenths < 0 ? -5 : 5)) / 10)}%`
}

const METHODS: Readonly<Record<number, string>> = {
  0: 'Stored', 1: 'Shrunk', 6: 'Implode', 8: 'Defl:', 9: 'Def64#', 12: 'BZip2', 14: 'LZMA', 98: 'PPMd',
} // prettier-ignore
const DEFLATED = ['N', 'X', 'F', 'S'] as const

function deflateLetter({ flags }: ZipEntry): string {
  return DEFLATED[(flags >> 1) & 3] ?? 'N'
}

const packedOf = ({ packed, flags }: ZipEntry): number => ((flags & 1) === 0 ? packed : packed - 12)

/** The table of `unzip -l`, or of `-v`. */
export function listing(
  entries: readonly ZipEntry[],
  how: { readonly zone: Zone; readonly isLong: boolean; readonly quiet: number },
): string {
  const { zone, isLong, quiet } = how
  const files = (count: number): string => `${count} file${count === 1 ? '' : 's'}`
  const total = entries.reduce((sum, { size }) => sum + size, 0)
  const lines = entries.map((entry) => {
    const moment = momentOfMs(entry.mtime)
    const date = strftime('%Y-%m-%d %H:%M', moment, zone)
    if (!isLong) return `${`${entry.size}`.padStart(9)}  ${date}   ${entry.name}\n`
    const method =
      entry.method === 8 ? `Defl:${deflateLetter(entry)}` : (METHODS[entry.method] ?? `Unk:${entry.method.toString().padStart(3, '0')}`)
    const size = packedOf(entry)
    return `${`${entry.size}`.padStart(8)}  ${method.padEnd(6)}${`${entry.packed}`.padStart(9)} ${percent(entry.size, size).padStart(4)} ${date} ${hex(entry.crc)}  ${entry.name}\n`
  })
  if (isLong) {
    const packed = entries.reduce((sum, entry) => sum + entry.packed, 0)
    const counted = entries.reduce((sum, entry) => sum + packedOf(entry), 0)
    const head =
      ' Length   Method    Size  Cmpr    Date    Time   CRC-32   Name\n--------  ------  ------- ---- ---------- ----- --------  ----\n'
    const foot = `--------          -------  ---                            -------\n${`${total}`.padStart(8)}  ${`${packed}`.padStart(15)} ${percent(total, counted).padStart(4)}                            ${files(entries.length)}\n`
    return (quiet > 1 ? '' : head) + lines.join('') + (quiet > 1 ? '' : foot)
  }
  const head = '  Length      Date    Time    Name\n---------  ---------- -----   ----\n'
  const foot = `---------                     -------\n${`${total}`.padStart(9)}                     ${files(entries.length)}\n`
  return (quiet > 1 ? '' : head) + lines.join('') + (quiet > 1 ? '' : foot)
}

/** Eight digits. */
export function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}

const SYSTEMS: Readonly<Record<number, string>> = { 0: 'fat', 1: 'ami', 3: 'unx', 6: 'hpf', 7: 'mac', 10: 'ntf', 11: 'ntf', 19: 'osx' }
const SHORT: Readonly<Record<number, string>> = { 0: 'stor', 1: 'shrk', 6: 'impl', 8: 'def', 9: 'd64', 12: 'bzp2', 14: 'lzma', 98: 'ppmd' }

/** One line of `zipinfo`. `packed`: with the size in the archive, or its share. */
export function infoLine(entry: ZipEntry, zone: Zone, packed?: 'size' | 'share'): string {
  const system = entry.madeBy >> 8
  const version = entry.madeBy & 0xff
  const { mode, kind } = unixMode(entry)
  const letter = kind === 'link' ? 'l' : kind === 'folder' ? 'd' : '-'
  const isUnix = system === 3 || system === 19
  const rights = isUnix ? letter + permissions(mode) : fatRights(entry)
  const isCoded = (entry.flags & 1) !== 0
  const text = (entry.internal & 1) === 1 ? 't' : 'b'
  const type = isCoded ? text.toUpperCase() : text
  const isLate = (entry.flags & 8) !== 0
  const extra = entry.hasExtra ? (isLate ? 'X' : 'x') : isLate ? 'l' : '-'
  const method = entry.method === 8 ? `def${deflateLetter(entry)}` : (SHORT[entry.method] ?? `u${entry.method.toString().padStart(3, '0')}`)
  const date = strftime('%y-%b-%d %H:%M', momentOfMs(entry.mtime), zone)
  const share =
    packed === undefined
      ? ''
      : packed === 'size'
        ? `${`${packedOf(entry)}`.padStart(8)} `
        : `${percent(entry.size, packedOf(entry)).padStart(3)} `
  return `${rights}  ${Math.floor(version / 10)}.${version % 10} ${SYSTEMS[system] ?? '???'} ${`${entry.size}`.padStart(8)} ${type}${extra} ${share}${method} ${date} ${entry.name}\n`
}

function fatRights({ external, name }: ZipEntry): string {
  const isFolder = (external & 0x10) !== 0 || name.endsWith('/')
  const bit = (mask: number, letter: string): string => ((external & mask) === 0 ? '-' : letter)
  const isProgram = /\.(exe|com|bat|btm|cmd)$/i.test(name) || isFolder
  return `${isFolder ? 'd' : '-'}r${(external & 1) === 0 ? 'w' : '-'}${isProgram ? 'x' : '-'}${bit(0x20, 'a')}${bit(2, 'h')}${bit(4, 's')}   `
}

/** The last line of `zipinfo`. */
export function infoTotals(entries: readonly ZipEntry[]): string {
  const size = entries.reduce((sum, entry) => sum + entry.size, 0)
  const packed = entries.reduce((sum, entry) => sum + packedOf(entry), 0)
  const tenths = ratio(size, packed)
  const share = `${tenths < 0 ? '-' : ''}${Math.floor(Math.abs(tenths) / 10)}.${Math.abs(tenths) % 10}%`
  return `${entries.length} file${entries.length === 1 ? '' : 's'}, ${size} bytes uncompressed, ${packed} bytes compressed:  ${share}\n`
}
