import type { Input } from '../../streams/stream'
import { bytesOf, textOf } from '../../text'
import type { ByteReader } from './byte-reader'
import { crc32 } from './crc'
import { Deflater, type Level } from './deflate'
import { BadData, inflate } from './inflate'

/** What stands in front of gzip data. */
export interface GzipHeader {
  readonly name: string | undefined
  /** Seconds since 1970, 0 for none. */
  readonly mtime: number
  readonly size: number
}

/** One unpacked member, and what it says of itself. */
export interface GzipMember {
  readonly header: GzipHeader
  readonly crc: number
  readonly packed: number
  readonly size: number
}

/** Why bytes are no gzip data. */
export type GzipFlaw = 'not gzip' | 'end' | 'format' | 'crc' | 'length' | 'method'

/** Thrown for it. */
export class BadGzip extends Error {
  readonly flaw: GzipFlaw

  constructor(flaw: GzipFlaw) {
    super(flaw)
    this.flaw = flaw
  }
}

/** What gzip says of it. */
export function flawWords({ flaw }: BadGzip, reader: ByteReader): string {
  if (flaw === 'not gzip') return reader.isEnded && reader.taken === 0 && reader.left < 2 ? 'unexpected end of file' : 'not in gzip format'
  if (flaw === 'end') return 'unexpected end of file'
  if (flaw === 'method') return 'unknown method -- not supported'
  return flaw === 'format' ? 'invalid compressed data--format violated' : `invalid compressed data--${flaw} error`
}

const MOST_HEADER = 65_536

/** Whether gzip data begins here. Takes nothing. */
export async function isGzipAhead(reader: ByteReader): Promise<boolean> {
  return (await reader.want(2)) && reader.chunk[reader.at] === 0x1f && reader.chunk[reader.at + 1] === 0x8b
}

/** Reads one member. @throws BadGzip */
export async function readMember(reader: ByteReader, write: (bytes: Uint8Array) => Promise<void>): Promise<GzipMember> {
  const start = reader.taken
  const header = await readHeader(reader, start)
  let [crc, size] = [0, 0]
  try {
    await inflate(reader, async (bytes) => {
      crc = crc32(bytes, crc)
      size += bytes.length
      await write(bytes)
    })
  } catch (thrown) {
    if (thrown instanceof BadData) throw new BadGzip(thrown.why)
    throw thrown
  }
  const trailer = await reader.bytes(8)
  if (trailer.length < 8) throw new BadGzip('end')
  const view = new DataView(trailer.buffer, trailer.byteOffset, 8)
  if (view.getUint32(0, true) !== crc) throw new BadGzip('crc')
  if (view.getUint32(4, true) !== size % 2 ** 32) throw new BadGzip('length')
  return { header, crc, packed: reader.taken - start, size }
}

async function readHeader(reader: ByteReader, start: number): Promise<GzipHeader> {
  if (!(await isGzipAhead(reader))) throw new BadGzip('not gzip')
  const fixed = await reader.bytes(10)
  if (fixed.length < 10) throw new BadGzip('end')
  const view = new DataView(fixed.buffer, fixed.byteOffset, 10)
  if (view.getUint8(2) !== 8) throw new BadGzip('method')
  const flags = view.getUint8(3)
  const mtime = view.getUint32(4, true)
  if ((flags & 4) !== 0) {
    const length = await reader.bytes(2)
    await reader.skip((length[0] ?? 0) + (length[1] ?? 0) * 256)
  }
  const name = (flags & 8) === 0 ? undefined : await textTo(reader)
  if ((flags & 16) !== 0) await textTo(reader)
  if ((flags & 2) !== 0) await reader.bytes(2)
  return { name, mtime, size: reader.taken - start }
}

async function textTo(reader: ByteReader): Promise<string> {
  for (let length = 0; length < MOST_HEADER; length++) {
    if (!(await reader.want(length + 1))) throw new BadGzip('end')
    if (reader.chunk[reader.at + length] === 0) return textOf((await reader.bytes(length + 1)).subarray(0, length))
  }
  throw new BadGzip('format')
}

export interface GzipOptions {
  readonly level: Level
  readonly name: string | undefined
  /** Seconds since 1970. */
  readonly mtime: number
}

/** What was packed. */
export interface Packed {
  readonly size: number
  readonly packed: number
  readonly header: number
}

/** Packs an input as one member. */
export async function writeMember(
  read: Input['read'],
  write: (bytes: Uint8Array) => Promise<void>,
  { level, name, mtime }: GzipOptions,
): Promise<Packed> {
  const title = name === undefined ? new Uint8Array() : bytesOf(`${name}\0`)
  const header = new Uint8Array(10 + title.length)
  const view = new DataView(header.buffer)
  header.set([0x1f, 0x8b, 8, name === undefined ? 0 : 8])
  view.setUint32(4, mtime >>> 0, true)
  header.set([level === 9 ? 2 : level === 1 ? 4 : 0, 3], 8)
  header.set(title, 10)
  await write(header)
  let [crc, size, packed] = [0, 0, 0]
  const body = await deflate(
    async () => {
      const part = await read()
      if (part !== undefined) {
        crc = crc32(part, crc)
        size += part.length
      }
      return part
    },
    write,
    level,
  )
  packed = body + header.length + 8
  const trailer = new Uint8Array(8)
  const end = new DataView(trailer.buffer)
  end.setUint32(0, crc, true)
  end.setUint32(4, size % 2 ** 32, true)
  await write(trailer)
  return { size, packed, header: header.length + 8 }
}

/** Packs an input without head and tail. Gives the number of packed bytes. */
export async function deflate(read: Input['read'], write: (bytes: Uint8Array) => Promise<void>, level: Level): Promise<number> {
  const deflater = new Deflater(level)
  let packed = 0
  const put = async (part: Uint8Array): Promise<void> => {
    packed += part.length
    if (part.length > 0) await write(part)
  }
  for (let part = await read(); part !== undefined; part = await read()) await put(deflater.push(part, false))
  await put(deflater.push(new Uint8Array(), true))
  return packed
}
