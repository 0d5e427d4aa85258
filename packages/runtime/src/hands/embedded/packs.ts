import type { FileEntry } from '@tabwright/protocol'
import type { Carried } from './messages'

/** What is said of a file beside its bytes. */
export interface CarriedFile {
  readonly path: string
  readonly mode: FileEntry['mode']
  readonly mtime: number
  readonly permissions?: number | undefined
}

/** Files ready to cross: the packs are handed over, not copied. */
export interface Packed {
  readonly files: Carried[]
  readonly packs: ArrayBuffer[]
}

// Small files share a pack, so that 5,000 of them are one buffer to hand over. Whoever keeps one of them keeps its pack.
const PACK_BYTES = 4_000_000

/** Where the bytes of something lie. */
export interface Place {
  readonly pack: number
  readonly at: number
  readonly size: number
}

/** Puts files together for the other side. Their bytes are copied once, here: who gives them keeps them. */
export function packed(files: readonly { readonly file: CarriedFile; readonly bytes: Uint8Array }[]): Packed {
  const { places, packs } = packBytes(files.map(({ bytes }) => bytes))
  return { files: files.flatMap(({ file }, index) => (places[index] === undefined ? [] : [{ ...file, ...places[index] }])), packs }
}

/** Contents one behind the other in as few buffers as they need, and where each of them is. */
export function packBytes(contents: readonly Uint8Array[]): { readonly places: Place[]; readonly packs: ArrayBuffer[] } {
  const places: Place[] = []
  const packs: ArrayBuffer[] = []
  for (let from = 0; from < contents.length;) {
    let size = 0
    let to = from
    // One that is larger than a pack has its own.
    for (let next = contents[to]; next !== undefined && (to === from || size + next.length <= PACK_BYTES); next = contents[++to])
      size += next.length
    const room = new Uint8Array(size)
    let at = 0
    for (const bytes of contents.slice(from, to)) {
      room.set(bytes, at)
      places.push({ pack: packs.length, at, size: bytes.length })
      at += bytes.length
    }
    packs.push(room.buffer)
    from = to
  }
  return { places, packs }
}

/** The bytes of a file that came, or undefined where they are not in any pack. */
export function bytesIn<Buffer extends ArrayBuffer | SharedArrayBuffer>(
  packs: readonly Buffer[],
  { pack, at, size }: Place,
): Uint8Array<Buffer> | undefined {
  const buffer = packs[pack]
  const isInside = buffer !== undefined && [at, size].every((n) => Number.isInteger(n) && n >= 0) && at + size <= buffer.byteLength
  return isInside ? new Uint8Array<Buffer>(buffer, at, size) : undefined
}
