import { joined } from '../../../text'
import { crc32 } from '../crc'
import { Deflater, type Level } from '../deflate'

/** Packed bytes and what has to be told of them. */
export interface PackedData {
  readonly method: 0 | 8
  readonly bytes: Uint8Array
  readonly crc: number
  readonly isText: boolean
}

const STEP = 1 << 18

/** Packs bytes, or leaves them as they are where that does not make them fewer. */
export function packData(bytes: Uint8Array, level: number, tick: () => void): PackedData {
  const crc = checksum(bytes, tick)
  const plain: PackedData = { method: 0, bytes, crc, isText: isText(bytes) }
  const known = LEVELS.find((one) => one === level)
  if (known === undefined || bytes.length === 0) return plain
  const parts: Uint8Array[] = []
  const deflater = new Deflater(known)
  for (let at = 0; at < bytes.length; at += STEP) {
    tick()
    parts.push(deflater.push(bytes.subarray(at, at + STEP), at + STEP >= bytes.length))
  }
  const packed = joined(parts)
  return packed.length < bytes.length ? { ...plain, method: 8, bytes: packed } : plain
}

const LEVELS: readonly Level[] = [1, 2, 3, 4, 5, 6, 7, 8, 9]

function checksum(bytes: Uint8Array, tick: () => void): number {
  let crc = 0
  for (let at = 0; at < bytes.length; at += STEP) {
    tick()
    crc = crc32(bytes.subarray(at, at + STEP), crc)
  }
  return crc
}

/** As zip guesses: few bytes that text does not have. */
function isText(bytes: Uint8Array): boolean {
  let odd = 0
  for (const byte of bytes) if (byte < 7 || byte > 127) odd += 1
  return bytes.length > 0 && odd <= (bytes.length - odd) >> 2
}
