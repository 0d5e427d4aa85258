import { textOf } from '../../text'
import { momentOfMs, strftime } from '../dates/strftime'
import type { Zone } from '../dates/zones'

/** What bytes that are no text are. */
export interface BinaryKind {
  readonly name: string
  readonly mime: string
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
const ascii = (bytes: Uint8Array, from: number, to: number): string => textOf(bytes.subarray(from, to))
const kind = (name: string, mime: string): BinaryKind => ({ name, mime })

function startsWith(bytes: Uint8Array, magic: string, at = 0): boolean {
  for (let i = 0; i < magic.length; i++) if (bytes[at + i] !== magic.charCodeAt(i)) return false
  return true
}

const SYSTEMS: Readonly<Record<number, string>> = {
  0: 'FAT filesystem (MS-DOS, OS/2, NT)',
  3: 'Unix',
  7: 'MacOS',
  11: 'NTFS filesystem (NT)',
}

function gzip(bytes: Uint8Array, { zone, size }: Sight): BinaryKind {
  const view = viewOf(bytes)
  const flags = bytes[3] ?? 0
  let name = 'gzip compressed data'
  const named = (flags & 8) === 0 ? undefined : ascii(bytes, 10, bytes.indexOf(0, 10))
  if (named !== undefined) name += `, was "${named}"`
  const seconds = view.getUint32(4, true)
  if (seconds > 0) name += `, last modified: ${strftime('%a %b %e %H:%M:%S %Y', momentOfMs(seconds * 1000), zone)}`
  if (bytes[8] === 2) name += ', max compression'
  if (bytes[8] === 4) name += ', max speed'
  const system = SYSTEMS[bytes[9] ?? 255]
  if (system !== undefined) name += `, from ${system}`
  const end = size.end
  if (end.length >= 4) name += `, original size modulo 2^32 ${viewOf(end).getUint32(end.length - 4, true)}`
  return kind(name, 'application/gzip')
}

const ZIP_METHODS: Readonly<Record<number, string>> = { 0: 'store', 8: 'deflate', 9: 'deflate64', 12: 'bzip2', 14: 'lzma' }

function zip(bytes: Uint8Array): BinaryKind {
  const view = viewOf(bytes)
  const version = view.getUint16(4, true) & 0xff
  const method = ZIP_METHODS[view.getUint16(8, true)]
  const first = ascii(bytes, 30, 30 + view.getUint16(26, true))
  if (first === 'META-INF/' || first === 'META-INF/MANIFEST.MF') return kind('Java archive data (JAR)', 'application/java-archive')
  const words = method === undefined ? '' : `, compression method=${method}`
  return kind(`Zip archive data, at least v${Math.floor(version / 10)}.${version % 10} to extract${words}`, 'application/zip')
}

const COLOURS: Readonly<Record<number, string>> = { 0: 'grayscale', 2: 'RGB', 3: 'colormap', 4: 'gray+alpha', 6: 'RGBA' }

function png(bytes: Uint8Array): BinaryKind | undefined {
  if (bytes.length < 29 || !startsWith(bytes, 'IHDR', 12)) return undefined
  const view = viewOf(bytes)
  const depth = `${bytes[24] ?? 0}-bit${bytes[25] === 6 || bytes[25] === 2 ? '/color' : ''}`
  const colour = COLOURS[bytes[25] ?? 255] ?? ''
  return kind(
    `PNG image data, ${view.getUint32(16)} x ${view.getUint32(20)}, ${depth} ${colour}, ${bytes[28] === 1 ? 'interlaced' : 'non-interlaced'}`,
    'image/png',
  )
}

const UNITS = ['aspect ratio', 'resolution (DPI)', 'resolution (DPCM)'] as const

function jpeg(bytes: Uint8Array): BinaryKind {
  let name = 'JPEG image data'
  const view = viewOf(bytes)
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff;) {
    const mark = bytes[at + 1] ?? 0
    const length = view.getUint16(at + 2)
    if (mark === 0xe0 && startsWith(bytes, 'JFIF', at + 4)) {
      const version = `${bytes[at + 9] ?? 0}.${`${bytes[at + 10] ?? 0}`.padStart(2, '0')}`
      const unit = UNITS[bytes[at + 11] ?? 0] ?? 'aspect ratio'
      name += `, JFIF standard ${version}, ${unit}, density ${view.getUint16(at + 12)}x${view.getUint16(at + 14)}, segment length ${length}`
    }
    if (mark >= 0xc0 && mark <= 0xc2) {
      const how = mark === 0xc2 ? 'progressive' : mark === 0xc0 ? 'baseline' : 'extended sequential'
      return kind(
        `${name}, ${how}, precision ${bytes[at + 4] ?? 0}, ${view.getUint16(at + 7)}x${view.getUint16(at + 5)}, components ${bytes[at + 9] ?? 0}`,
        'image/jpeg',
      )
    }
    at += 2 + length
  }
  return kind(name, 'image/jpeg')
}

function gif(bytes: Uint8Array): BinaryKind {
  const view = viewOf(bytes)
  const size = bytes.length < 10 ? ',' : `, ${view.getUint16(6, true)} x ${view.getUint16(8, true)}`
  return kind(`GIF image data, version ${ascii(bytes, 3, 6)}${size}`, 'image/gif')
}

const RIFF: Readonly<Record<string, readonly [string, string]>> = {
  WAVE: ['WAVE audio', 'audio/x-wav'],
  WEBP: ['Web/P image', 'image/webp'],
  'AVI ': ['AVI', 'video/x-msvideo'],
}

function riff(bytes: Uint8Array): BinaryKind {
  const [name, mime] = RIFF[ascii(bytes, 8, 12)] ?? []
  return kind(`RIFF (little-endian) data${name === undefined ? '' : `, ${name}`}`, mime ?? 'application/octet-stream')
}

function sqlite(bytes: Uint8Array): BinaryKind | undefined {
  if (bytes.length < 100) return undefined
  const view = viewOf(bytes)
  const coding = { 1: 'UTF-8', 2: 'UTF-16 little endian', 3: 'UTF-16 big endian' }[view.getUint32(56)]
  const version = view.getUint32(96)
  const parts = [
    version > 0 ? `last written using SQLite version ${version}` : '',
    `file counter ${view.getUint32(24)}`,
    `database pages ${view.getUint32(28)}`,
    `cookie 0x${view.getUint32(40).toString(16)}`,
    `schema ${view.getUint32(44)}`,
    coding ?? '',
    `version-valid-for ${view.getUint32(92)}`,
  ]
  return kind(`SQLite 3.x database, ${parts.filter((part) => part !== '').join(', ')}`, 'application/vnd.sqlite3')
}

const MACHINES: Readonly<Record<number, string>> = { 3: 'Intel 80386', 40: 'ARM', 62: 'x86-64', 183: 'ARM aarch64', 243: 'UCB RISC-V' }
const ELF_TYPES: Readonly<Record<number, readonly [string, string]>> = {
  1: ['relocatable', 'application/x-object'],
  2: ['executable', 'application/x-executable'],
  3: ['shared object', 'application/x-sharedlib'],
  4: ['core file', 'application/x-coredump'],
}

function elf(bytes: Uint8Array): BinaryKind {
  if (bytes.length < 24) return kind('ELF', 'application/octet-stream')
  const isLittle = bytes[5] === 1
  const view = viewOf(bytes)
  const [type, mime] = ELF_TYPES[view.getUint16(16, isLittle)] ?? ['unknown', 'application/octet-stream']
  const machine = MACHINES[view.getUint16(18, isLittle)] ?? 'unknown arch'
  return kind(`ELF ${bytes[4] === 2 ? '64' : '32'}-bit ${isLittle ? 'LSB' : 'MSB'} ${type}, ${machine}, version 1 (SYSV)`, mime)
}

/** What else is known of the file. */
export interface Sight {
  readonly zone: Zone
  readonly size: { readonly end: Uint8Array }
}

type Reader = (bytes: Uint8Array, sight: Sight) => BinaryKind | undefined

const MAGIC: readonly (readonly [magic: string, Reader])[] = [
  ['\u001f\u008b', gzip],
  ['PK\u0003\u0004', zip],
  ['PK\u0005\u0006', () => kind('Zip archive data (empty)', 'application/zip')],
  ['BZh', (bytes) => kind(`bzip2 compressed data, block size = ${ascii(bytes, 3, 4)}00k`, 'application/x-bzip2')],
  ['\u00fd7zXZ\0', (bytes) => kind(`XZ compressed data${XZ[bytes[7] ?? 255] ?? ''}`, 'application/x-xz')],
  ['\u0028\u00b5\u002f\u00fd', () => kind('Zstandard compressed data (v0.8+), Dictionary ID: None', 'application/zstd')],
  [
    '7z\u00bc\u00af\u0027\u001c',
    (bytes) => kind(`7-zip archive data, version ${bytes[6] ?? 0}.${bytes[7] ?? 0}`, 'application/x-7z-compressed'),
  ],
  ['%PDF-', (bytes) => kind(`PDF document, version ${ascii(bytes, 5, 8)}`, 'application/pdf')],
  ['\u0089PNG\r\n\u001a\n', png],
  ['\u00ff\u00d8\u00ff', jpeg],
  ['GIF8', gif],
  ['RIFF', riff],
  ['SQLite format 3\0', sqlite],
  ['\u007fELF', elf],
  [
    '\0asm',
    (bytes) =>
      kind(`WebAssembly (wasm) binary module version 0x${viewOf(bytes).getUint32(4, true).toString(16)} (MVP)`, 'application/wasm'),
  ],
  [
    'DIRC',
    (bytes) => kind(`Git index, version ${viewOf(bytes).getUint32(4)}, ${viewOf(bytes).getUint32(8)} entries`, 'application/octet-stream'),
  ],
  [
    'PACK',
    (bytes) => kind(`Git pack, version ${viewOf(bytes).getUint32(4)}, ${viewOf(bytes).getUint32(8)} objects`, 'application/octet-stream'),
  ],
  ['OggS\0', () => kind('Ogg data', 'application/ogg')],
  ['wOFF', () => kind('Web Open Font Format', 'font/woff')],
  ['wOF2', () => kind('Web Open Font Format (Version 2)', 'font/woff2')],
]

const XZ: Readonly<Record<number, string>> = {
  0: ', checksum NONE',
  1: ', checksum CRC32',
  4: ', checksum CRC64',
  10: ', checksum SHA-256',
}

/** A block of an archive that tells its own sum. */
function tar(bytes: Uint8Array): BinaryKind | undefined {
  if (bytes.length < 512) return undefined
  const told = Number.parseInt(
    ascii(bytes, 148, 156)
      .replace(/[\0 ].*$/s, '')
      .trim() || ascii(bytes, 148, 156).trim(),
    8,
  )
  let sum = 0
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : (bytes[i] ?? 0)
  if (sum !== told || sum === 256) return undefined
  if (startsWith(bytes, 'ustar  \0', 257)) return kind('POSIX tar archive (GNU)', 'application/x-tar')
  return kind(startsWith(bytes, 'ustar\0', 257) ? 'POSIX tar archive' : 'tar archive', 'application/x-tar')
}

/** What bytes are by what they begin with; undefined: nothing that is known. */
export function binaryKindOf(bytes: Uint8Array, sight: Sight): BinaryKind | undefined {
  const found = MAGIC.find(([magic]) => startsWith(bytes, magic))?.[1](bytes, sight) ?? tar(bytes)
  if (found !== undefined) return found
  const head = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  const isZlib = bytes.length > 2 && (bytes[0] ?? 0) % 16 === 8 && bytes[0] === 0x78 && head % 31 === 0
  return isZlib ? kind('zlib compressed data', 'application/zlib') : undefined
}
