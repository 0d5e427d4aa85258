import { joinBytes } from './join-bytes'

/** Whether these are the bytes of a picture that browsers show. */
export function isPicture(bytes: Uint8Array): boolean {
  return pictureType(bytes) !== undefined || /^....ftypavif/s.test(latin(bytes.subarray(0, 12)))
}

/** The kinds of pictures that a model can be shown. */
export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif'

/** What kind of picture these bytes are, whatever their name says. */
export function pictureType(bytes: Uint8Array): PictureType | undefined {
  const kind = kindOf(bytes)
  if (kind !== undefined) return `image/${kind}`
  return latin(bytes.subarray(0, 4)) === 'GIF8' ? 'image/gif' : undefined
}

/** Points across and down, as the file says it; undefined where it does not, or is none. */
export function pictureSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  switch (pictureType(bytes)) {
    case 'image/png':
      return bytes.length < 24 ? undefined : { width: view.getUint32(16), height: view.getUint32(20) }
    case 'image/gif':
      return bytes.length < 10 ? undefined : { width: view.getUint16(6, true), height: view.getUint16(8, true) }
    case 'image/webp':
      return webpSize(view)
    case 'image/jpeg':
      return jpegSize(view)
    default:
      return undefined
  }
}

/** The three forms of a WebP: lossy, lossless, and with a header of its own. */
function webpSize(view: DataView): { readonly width: number; readonly height: number } | undefined {
  if (view.byteLength < 30) return undefined
  const byte = (at: number): number => view.getUint8(at)
  switch (byte(15)) {
    case 0x20:
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    case 0x4c: {
      const bits = view.getUint32(21, true)
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
    }
    default:
      return { width: (view.getUint16(24, true) | (byte(26) << 16)) + 1, height: (view.getUint16(27, true) | (byte(29) << 16)) + 1 }
  }
}

/** Of the header of its frame. */
function jpegSize(view: DataView): { readonly width: number; readonly height: number } | undefined {
  let at = 2
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}

/** One character for each byte, of a few bytes. */
const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/**
 * The same picture without what cameras and programs write beside it: place, time, device, author, comments. The image itself, its colours
 * and how it is turned stay. The same bytes where there is nothing of that, or where they cannot be read as a picture.
 */
export function withoutMetadata(bytes: Uint8Array): Uint8Array {
  const kind = kindOf(bytes)
  const parts = kind === 'jpeg' ? jpegParts(bytes) : kind === 'png' ? pngParts(bytes) : kind === 'webp' ? webpParts(bytes) : undefined
  if (parts === undefined) return bytes
  const plain = joinBytes([...parts])
  return plain.length === bytes.length ? bytes : plain
}

function kindOf(bytes: Uint8Array): 'jpeg' | 'png' | 'webp' | undefined {
  const start = latin(bytes.subarray(0, 12))
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  return /^RIFF....WEBP$/s.test(start) ? 'webp' : undefined
}

const START_OF_SCAN = 0xda
/** Colours, and what Adobe says of them: without these the picture looks otherwise. */
const JPEG_KEPT = new Set([0xe0, 0xe2, 0xee])

function jpegParts(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const parts = [bytes.subarray(0, 2)]
  let turned = 1
  let at = 2
  while (at + 4 <= bytes.length) {
    const marker = view.getUint8(at + 1)
    if (view.getUint8(at) !== 0xff) return undefined
    if (marker === START_OF_SCAN) {
      const turn = turned === 1 ? [] : [orientation(turned)]
      // Behind the end of the image phones put a second one, with everything that the first had.
      return [bytes.subarray(0, 2), ...turn, ...parts.slice(1), bytes.subarray(at, endOfImage(bytes, at))]
    }
    const end = at + 2 + view.getUint16(at + 2)
    if (end > bytes.length) return undefined
    if (marker === 0xe1) turned = orientationIn(bytes.subarray(at + 4, end)) ?? turned
    const isExtra = (marker >= 0xe0 && marker <= 0xef && !JPEG_KEPT.has(marker)) || marker === 0xfe
    if (!isExtra) parts.push(bytes.subarray(at, end))
    at = end
  }
  return undefined
}

function endOfImage(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return at + 2
  return bytes.length
}

/** How the picture is turned, of an Exif block. */
function orientationIn(block: Uint8Array): number | undefined {
  if (!latin(block.subarray(0, 6)).startsWith('Exif')) return undefined
  const tiff = block.subarray(6)
  if (tiff.length < 10) return undefined
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length)
  const isLittle = view.getUint16(0) === 0x4949
  const first = view.getUint32(4, isLittle)
  if (first + 2 > tiff.length) return undefined
  const count = view.getUint16(first, isLittle)
  for (let n = 0; n < count; n++) {
    const entry = first + 2 + n * 12
    if (entry + 12 > tiff.length) return undefined
    if (view.getUint16(entry, isLittle) !== 0x0112) continue
    const value = view.getUint16(entry + 8, isLittle)
    return value >= 1 && value <= 8 ? value : undefined
  }
  return undefined
}

/** An Exif block that says nothing but how the picture is turned. */
function orientation(value: number): Uint8Array {
  const head = [0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0]
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0]
  return Uint8Array.from([...head, ...tiff])
}

const PNG_DROPPED = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME'])

function pngParts(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const parts = [bytes.subarray(0, 8)]
  let at = 8
  while (at + 12 <= bytes.length) {
    const end = at + 12 + view.getUint32(at)
    if (end > bytes.length) return undefined
    const type = latin(bytes.subarray(at + 4, at + 8))
    if (!PNG_DROPPED.has(type)) parts.push(bytes.subarray(at, end))
    at = end
    if (type === 'IEND') return parts
  }
  return undefined
}

/** Of the extended header: it says whether there is Exif and XMP. */
const WEBP_EXTRAS = 0b0000_1100

function webpParts(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const chunks: Uint8Array[] = []
  let at = 12
  while (at + 8 <= bytes.length) {
    const size = view.getUint32(at + 4, true)
    const end = at + 8 + size + (size % 2)
    if (end > bytes.length) return undefined
    const type = latin(bytes.subarray(at, at + 4))
    const chunk = bytes.slice(at, end)
    if (type === 'VP8X') chunk[8] = (chunk[8] ?? 0) & ~WEBP_EXTRAS
    if (type !== 'EXIF' && type !== 'XMP ') chunks.push(chunk)
    at = end
  }
  const head = bytes.slice(0, 12)
  new DataView(head.buffer).setUint32(4, 4 + chunks.reduce((sum, chunk) => sum + chunk.length, 0), true)
  return [head, ...chunks]
}
