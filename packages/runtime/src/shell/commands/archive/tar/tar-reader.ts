import { textOf } from '../../../text'
import type { ByteReader } from '../byte-reader'
import { BLOCK_BYTES, rawNumber, readHeader, type TarHeader } from './tar-header'

/** One member of an archive, its extended headers taken in. */
export interface TarMember extends TarHeader {
  /** Bytes of data in the archive; of a sparse member fewer than its size. */
  readonly stored: number
  /** Where its data belong, where there are holes. */
  readonly pieces: readonly Piece[] | undefined
}

/** A stretch of a sparse member that has data. */
export interface Piece {
  readonly at: number
  readonly length: number
}

/** Something of an archive that is told. */
export interface ReaderEvents {
  /** @param isTrouble whether it is an error, not a warning */
  told(message: string, isTrouble: boolean): Promise<void>
}

/** The archive ends in the middle. */
export class CutArchive extends Error {}

/** What is behind a name or path that an extended header sets. */
interface Extended {
  readonly values: ReadonlyMap<string, string>
  /** Of the forms of sparse members before 1.0. */
  readonly map: readonly Piece[]
}

const NOTHING: Extended = { values: new Map(), map: [] }
/** An extended header that is longer is none. */
const MOST_EXTENDED = 16 * 1024 * 1024

/** Reads an archive member by member. Data that nobody took are passed over. */
export class TarReader {
  readonly #reader: ByteReader
  readonly #events: ReaderEvents
  readonly #ignoresZeros: boolean
  #global: ReadonlyMap<string, string> = new Map()
  #left = 0
  #padding = 0
  #blocks = 0
  #count = 0
  /** Where the last member ended, in bytes: what is written behind the archive begins there. */
  end = 0

  constructor(reader: ByteReader, events: ReaderEvents, ignoresZeros: boolean) {
    this.#reader = reader
    this.#events = events
    this.#ignoresZeros = ignoresZeros
  }

  /** The next member; undefined at the end. @throws CutArchive */
  async next(): Promise<TarMember | undefined> {
    await this.skip()
    this.end = this.#reader.taken
    let [longName, longLink]: (string | undefined)[] = []
    let extended = NOTHING
    for (;;) {
      const header = await this.#header()
      if (header === undefined) return undefined
      if (header.kind === 'L') longName = cut(textOf(await this.#extra(header.size)))
      else if (header.kind === 'K') longLink = cut(textOf(await this.#extra(header.size)))
      else if (header.kind === 'x') extended = extendedOf(await this.#extra(header.size))
      else if (header.kind === 'g') this.#global = new Map([...this.#global, ...extendedOf(await this.#extra(header.size)).values])
      else {
        this.#count += 1
        return this.#member({ ...header, name: longName ?? header.name, link: longLink ?? header.link }, extended)
      }
    }
  }

  /** The next bytes of the member's data as they are stored; empty at their end. @throws CutArchive */
  async data(): Promise<Uint8Array> {
    if (this.#left === 0) return new Uint8Array()
    const part = await this.#reader.some(Math.min(this.#left, 1 << 20))
    if (part.length === 0) throw new CutArchive()
    this.#left -= part.length
    return part
  }

  /** Passes over what is left of the member. @throws CutArchive */
  async skip(): Promise<void> {
    const left = this.#left + this.#padding
    this.#left = 0
    this.#padding = 0
    if (!(await this.#reader.skip(left))) throw new CutArchive()
  }

  async #header(): Promise<TarHeader | undefined> {
    let isLost = false
    for (;;) {
      const block = await this.#reader.bytes(BLOCK_BYTES)
      this.#blocks = Math.floor(this.#reader.taken / BLOCK_BYTES)
      if (block.length < BLOCK_BYTES) return this.#short(block.length)
      const header = readHeader(block)
      if (header === 'end') {
        if (this.#ignoresZeros) continue
        await this.#ending()
        return undefined
      }
      if (header !== undefined) {
        if (header.kind === 'S') return this.#oldSparse(header, block)
        return header
      }
      if (!isLost) {
        if (this.#count === 0) await this.#events.told('This does not look like a tar archive', true)
        await this.#events.told('Skipping to next header', true)
      }
      isLost = true
    }
  }

  async #short(length: number): Promise<undefined> {
    if (length > 0 || this.#reader.taken > 0) {
      if (length > 0) throw new CutArchive()
      return undefined
    }
    return undefined
  }

  async #ending(): Promise<void> {
    const place = this.#blocks
    const second = await this.#reader.bytes(BLOCK_BYTES)
    if (second.length < BLOCK_BYTES || readHeader(second) !== 'end') await this.#events.told(`A lone zero block at ${place}`, false)
  }

  async #extra(size: number): Promise<Uint8Array> {
    if (size > MOST_EXTENDED) throw new CutArchive()
    const bytes = await this.#reader.bytes(size)
    const padding = (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES
    if (bytes.length < size) throw new CutArchive()
    const kept = bytes.slice()
    if (!(await this.#reader.skip(padding))) throw new CutArchive()
    return kept
  }

  #oldPieces: readonly Piece[] | undefined

  async #oldSparse(header: TarHeader, block: Uint8Array): Promise<TarHeader> {
    const pieces: Piece[] = []
    const take = (from: Uint8Array, at: number, count: number): void => {
      for (let i = 0; i < count; i++) {
        const place = at + i * 24
        if (from[place] === 0) return
        pieces.push({ at: rawNumber(from, place), length: rawNumber(from, place + 12) })
      }
    }
    take(block, 386, 4)
    const size = rawNumber(block, 483)
    for (let isMore = block[482] === 1; isMore;) {
      const next = await this.#reader.bytes(BLOCK_BYTES)
      if (next.length < BLOCK_BYTES) throw new CutArchive()
      take(next, 0, 21)
      isMore = next[504] === 1
    }
    this.#oldPieces = pieces
    return { ...header, kind: 'S', major: size }
  }

  async #member(header: TarHeader, { values, map }: Extended): Promise<TarMember> {
    const value = (key: string): string | undefined => values.get(key) ?? this.#global.get(key)
    const number = (key: string, usual: number): number => Number(value(key) ?? usual)
    const stored = number('size', header.size)
    const hasData = !/^[1-6]$/.test(header.kind) && !(header.kind === '0' && header.name.endsWith('/'))
    this.#left = hasData ? stored : 0
    this.#padding = (BLOCK_BYTES - (this.#left % BLOCK_BYTES)) % BLOCK_BYTES
    const member: TarMember = {
      ...header,
      kind: header.kind === '7' ? '0' : header.kind,
      name: value('GNU.sparse.name') ?? value('path') ?? header.name,
      link: value('linkpath') ?? header.link,
      size: number('GNU.sparse.realsize', number('GNU.sparse.size', stored)),
      mtime: number('mtime', header.mtime),
      uid: number('uid', header.uid),
      gid: number('gid', header.gid),
      user: value('uname') ?? header.user,
      group: value('gname') ?? header.group,
      stored,
      pieces: map.length > 0 ? map : undefined,
    }
    if (header.kind === 'S') {
      const pieces = this.#oldPieces ?? []
      return { ...member, kind: '0', size: header.major, major: 0, pieces }
    }
    if (value('GNU.sparse.major') === '1') return { ...member, pieces: await this.#sparseMap() }
    const text = value('GNU.sparse.map')
    return text === undefined ? member : { ...member, pieces: piecesOf(text.split(',').map(Number)) }
  }

  /** The map that stands before the data, as lines of numbers. */
  async #sparseMap(): Promise<readonly Piece[]> {
    const numbers: number[] = []
    let text = ''
    for (let wanted = 1; numbers.length < wanted;) {
      const block = await this.#reader.bytes(Math.min(BLOCK_BYTES, this.#left))
      if (block.length < BLOCK_BYTES) throw new CutArchive()
      this.#left -= block.length
      text += textOf(block)
      const found = text.split('\n')
      text = found.pop() ?? ''
      numbers.push(...found.map(Number))
      wanted = 1 + 2 * (numbers[0] ?? 0)
    }
    return piecesOf(numbers.slice(1, 1 + 2 * (numbers[0] ?? 0)))
  }
}

function cut(text: string): string {
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

function piecesOf(numbers: readonly number[]): readonly Piece[] {
  const pieces: Piece[] = []
  for (let i = 0; i + 1 < numbers.length; i += 2) pieces.push({ at: numbers[i] ?? 0, length: numbers[i + 1] ?? 0 })
  return pieces
}

/** Records of `length key=value`. */
function extendedOf(bytes: Uint8Array): Extended {
  const values = new Map<string, string>()
  const map: Piece[] = []
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at)
    const length = Number(textOf(bytes.subarray(at, space)))
    if (space < 0 || !(length > 0)) break
    const text = textOf(bytes.subarray(space + 1, at + length - 1))
    const equals = text.indexOf('=')
    const [key, value] = [text.slice(0, equals), text.slice(equals + 1)]
    values.set(key, value)
    if (key === 'GNU.sparse.numbytes') map.push({ at: Number(values.get('GNU.sparse.offset') ?? 0), length: Number(value) })
    at += length
  }
  return { values, map }
}
