/** The checksum of bzip2: that of zip with its bits the other way round. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1
  return value >>> 0
})

/** Where a checksum begins. */
export const CRC_START = 0xffffffff

/** A checksum with one more byte, so many times. */
export function crcWith(crc: number, byte: number, times = 1): number {
  let value = crc
  for (let i = 0; i < times; i++) value = ((value << 8) ^ (TABLE[(value >>> 24) ^ byte] ?? 0)) >>> 0
  return value
}

/** The checksum of a stream with that of one more block. */
export function combined(stream: number, block: number): number {
  return (((stream << 1) | (stream >>> 31)) ^ block) >>> 0
}
