import { deflateRawSync, constants } from 'node:zlib'
import { expect, it } from 'vitest'
import type { Input } from '../../streams/stream'
import { joined } from '../../text'
import { ByteReader } from './byte-reader'
import { BadData, inflate } from './inflate'

/** The bytes in chunks of this size, as a slow pipe gives them. */
function inChunks(bytes: Uint8Array, size: number): Input {
  let at = 0
  return {
    read: () => {
      const part = bytes.subarray(at, at + size)
      at += part.length
      return Promise.resolve(part.length === 0 ? undefined : part)
    },
    close: () => undefined,
  }
}

async function unpacked(bytes: Uint8Array, size: number): Promise<{ readonly out: Uint8Array; readonly rest: Uint8Array }> {
  const reader = new ByteReader(inChunks(bytes, size), () => undefined)
  const out: Uint8Array[] = []
  await inflate(reader, async (part) => void out.push(part))
  return { out: joined(out), rest: await reader.bytes(100) }
}

const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (Math.imul(index + 1, 2654435761) ^ (index * 7)) >>> 23)
const text = (length: number): Uint8Array =>
  new TextEncoder().encode('a line of words and words\n'.repeat(Math.ceil(length / 26)).slice(0, length))
const mixed = joined([text(50_000), noise(70_000), new Uint8Array(90_000), text(300)])

const KINDS = [
  ['usual', {}],
  ['stored', { level: 0 }],
  ['fast', { level: 1 }],
  ['fixed codes', { strategy: constants.Z_FIXED }],
  ['only codes', { strategy: constants.Z_HUFFMAN_ONLY }],
  ['best', { level: 9, memLevel: 1 }],
] as const

it.each(KINDS)('unpacks what is packed the %s way, however it comes, and takes not a byte more', async (_, options) => {
  for (const content of [new Uint8Array(), text(1), noise(300), mixed]) {
    const packed = new Uint8Array(deflateRawSync(content, options))
    const tail = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)
    for (const size of content.length > 1000 ? [4093, 65_536] : [1, 7, 65_536]) {
      const { out, rest } = await unpacked(joined([packed, tail]), size)
      expect(Buffer.compare(out, content)).toBe(0)
      expect(rest).toEqual(tail)
    }
  }
})

it('tells data that is cut off wherever it is cut', async () => {
  const packed = new Uint8Array(deflateRawSync(joined([text(2000), noise(500)])))
  for (let length = 0; length < packed.length; length += 13) {
    const failed = await unpacked(packed.subarray(0, length), 65_536).catch((thrown: unknown) => thrown)
    expect(failed).toBeInstanceOf(BadData)
    expect(failed).toMatchObject({ why: 'end' })
  }
})
