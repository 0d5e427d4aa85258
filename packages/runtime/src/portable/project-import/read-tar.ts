import { createBreath } from '../breath'
import { createByteTake, type ByteTake } from './byte-take'
import { createEntryNames, shown, type EntryNames, type Refuse } from './entry-names'
import type { LeftOut, ProjectFile, ReadFiles } from './project-file'
import { isBomb } from './project-limits'
import type { ReadOptions } from './read-zip'

const BLOCK = 512
const GZIP_MAGIC = [0x1f, 0x8b]
/** A name or a set of attributes longer than this is no name. */
const MOST_EXTRA = 1024 * 1024

/** Whether a file begins as gzip does. */
export async function isGzip(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  return head[0] === GZIP_MAGIC[0] && head[1] === GZIP_MAGIC[1]
}

/** Whether a file begins with the header of a tar archive. */
export async function isTar(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, BLOCK).arrayBuffer())
  return head.length === BLOCK && sumOf(head) === octal(head.subarray(148, 156))
}

/** Reads a tar archive, packed with gzip or not, in one pass: ustar, GNU names and pax attributes. */
export async function readTar(file: Blob, options: ReadOptions): Promise<ReadFiles> {
  const { limits, refuse, progress } = options
  const packed = await isGzip(file)
  let read = 0
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform: (chunk, controller) => {
      read += chunk.length
      progress(read, file.size)
      controller.enqueue(chunk)
    },
  })
  const stream = file.stream().pipeThrough(counted)
  const take = createByteTake(packed ? stream.pipeThrough(new DecompressionStream('gzip')) : stream, {
    came: (taken) => {
      if (taken > limits.unpacked + limits.entries * BLOCK * 4)
        refuse(`it would grow to more than ${mebibytes(limits.unpacked)} when unpacked`)
      if (packed && isBomb(file.size, taken, limits)) refuse(`it would grow more than ${limits.ratio} times when unpacked`)
    },
    failed: (error) => {
      // What the file itself says is for whoever gave it; the rest is said of bytes that are no gzip.
      if (error instanceof DOMException) throw error
      return refuse('it is damaged or cut off')
    },
  })
  try {
    return await readEntries(take, options)
  } finally {
    await take.end()
  }
}

const mebibytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`

/** What an entry's own header, and those in front of it, say. */
interface Header {
  readonly name: string
  readonly size: number
  readonly type: string
  readonly isExecutable: boolean
  readonly mtime: number
}

async function readEntries(take: ByteTake, options: ReadOptions): Promise<ReadFiles> {
  const { limits, refuse } = options
  const names = createEntryNames(refuse)
  const files: ProjectFile[] = []
  const leftOut: LeftOut[] = []
  const breath = createBreath()
  let [said, always]: [Attributes, Attributes] = [{}, {}]
  for (let count = 0; ;) {
    const block = await take.bytes(BLOCK)
    if (block.every((byte) => byte === 0)) return { files, leftOut }
    const header = { ...headerOf(block, refuse) }
    if (header.type === 'g') always = { ...always, ...attributesIn(await extra(take, header.size, refuse), refuse) }
    else if (header.type === 'x') said = { ...said, ...attributesIn(await extra(take, header.size, refuse), refuse) }
    else if (header.type === 'L') said = { ...said, path: textOf(await extra(take, header.size, refuse), refuse) }
    else if (header.type === 'K') await extra(take, header.size, refuse)
    else {
      if (++count > limits.entries) return refuse(`it has more than ${limits.entries} entries`)
      const entry = withAttributes(header, { ...always, ...said })
      const file = await fileOf(take, entry, { names, leftOut, options })
      if (file !== undefined) files.push(file)
      said = {}
    }
    await breath()
  }
}

interface Into {
  readonly names: EntryNames
  readonly leftOut: LeftOut[]
  readonly options: ReadOptions
}

async function fileOf(take: ByteTake, entry: Header, { names, leftOut, options }: Into): Promise<ProjectFile | undefined> {
  const { limits, refuse } = options
  const { name, size, type, isExecutable, mtime } = entry
  if (type === '5' || (isPlain(type) && name.endsWith('/'))) return void names.folder(name)
  if (!isPlain(type)) return refuse(`${shown(name)} is a link or a device, and only files and folders are imported`)
  const path = names.file(name)
  const padding = (BLOCK - (size % BLOCK)) % BLOCK
  if (size > limits.file) {
    leftOut.push({ path, why: `is larger than ${limits.file / 1e6} MB` })
    if (!(await take.skip(size + padding))) return refuse(`${shown(path)} is cut off`)
    return undefined
  }
  const bytes = await take.bytes(size)
  if (bytes.length !== size || !(await take.skip(padding))) return refuse(`${shown(path)} is cut off`)
  return { path, bytes, mode: isExecutable ? 'executable' : 'file', mtime: mtime * 1000 }
}

const isPlain = (type: string): boolean => type === '0' || type === '\0' || type === '7'

function headerOf(block: Uint8Array, refuse: Refuse): Header {
  if (block.length < BLOCK) return refuse('it is cut off')
  if (sumOf(block) !== octal(block.subarray(148, 156))) return refuse('it is not a tar archive, or it is damaged')
  const prefix = String.fromCharCode(...block.subarray(257, 263)) === 'ustar\0' ? textOf(block.subarray(345, 500), refuse) : ''
  const name = textOf(block.subarray(0, 100), refuse)
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: numberOf(block.subarray(124, 136), refuse),
    type: String.fromCharCode(block[156] ?? 0),
    isExecutable: (octal(block.subarray(100, 108)) & 0o100) !== 0,
    mtime: numberOf(block.subarray(136, 148), refuse),
  }
}

/** The checksum counts itself as spaces. */
function sumOf(block: Uint8Array): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0)
}

function octal(field: Uint8Array): number {
  return Number.parseInt(String.fromCharCode(...field).replace(/[\0 ]+/g, ''), 8) || 0
}

/** Octal, or the GNU form for what that cannot hold. */
function numberOf(field: Uint8Array, refuse: Refuse): number {
  if (((field[0] ?? 0) & 0x80) === 0) return octal(field)
  const value = field.slice(1).reduce((sum, byte) => sum * 256 + byte, (field[0] ?? 0) & 0x7f)
  return Number.isSafeInteger(value) ? value : refuse('one of its entries has an impossible size')
}

function textOf(field: Uint8Array, refuse: Refuse): string {
  const end = field.indexOf(0)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(end === -1 ? field : field.subarray(0, end))
  } catch (error) {
    if (error instanceof TypeError) return refuse('one of its names is not UTF-8')
    throw error
  }
}

async function extra(take: ByteTake, size: number, refuse: Refuse): Promise<Uint8Array> {
  if (size > MOST_EXTRA) return refuse('one of its names is too long')
  const bytes = await take.bytes(size)
  if (bytes.length !== size || !(await take.skip((BLOCK - (size % BLOCK)) % BLOCK))) return refuse('it is cut off')
  return bytes
}

interface Attributes {
  readonly path?: string
  readonly size?: number
  readonly mtime?: number
}

/** Lines of `length key=value`, where the length counts itself. */
function attributesIn(bytes: Uint8Array, refuse: Refuse): Attributes {
  const found = new Map<string, string>()
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at)
    const length = space === -1 ? 0 : Number(textOf(bytes.subarray(at, space), refuse))
    const equals = bytes.indexOf(0x3d, space)
    if (!Number.isInteger(length) || length <= 0 || at + length > bytes.length || equals === -1 || equals >= at + length)
      return refuse('its attributes are damaged')
    found.set(textOf(bytes.subarray(space + 1, equals), refuse), textOf(bytes.subarray(equals + 1, at + length - 1), refuse))
    at += length
  }
  const [path, size, mtime] = [found.get('path'), Number(found.get('size')), Number(found.get('mtime'))]
  if (found.has('GNU.sparse.major') || found.has('GNU.sparse.map')) return refuse('it has a file with holes')
  return {
    ...(path !== undefined && { path }),
    ...(Number.isSafeInteger(size) && size >= 0 && { size }),
    ...(Number.isFinite(mtime) && { mtime: Math.floor(mtime) }),
  }
}

function withAttributes(header: Header, { path, size, mtime }: Attributes): Header {
  return { ...header, name: path ?? header.name, size: size ?? header.size, mtime: mtime ?? header.mtime }
}
