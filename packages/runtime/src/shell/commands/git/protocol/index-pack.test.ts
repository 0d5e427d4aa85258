import { deflateSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { bytesOf, joined } from '../../../text'
import { fromHex, oidOf, sha1Hex } from '../oid'
import { indexPack } from './index-pack'

const MEGA = 1_000_000

const sizeBytes = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...sizeBytes(value >> 7)])
const headBytes = (kind: number, length: number): Uint8Array =>
  Uint8Array.from(length < 16 ? [(kind << 4) | length] : [(kind << 4) | 128 | (length & 15), ...sizeBytes(length >> 4)])

/** What takes all of its base but the end, and puts another end there. */
function delta(size: number, end: number): Uint8Array {
  const copied = size - 9
  return Uint8Array.from([
    ...sizeBytes(size),
    ...sizeBytes(size),
    0xf0,
    copied & 255,
    (copied >> 8) & 255,
    copied >> 16,
    9,
    ...Array(9).fill(end),
  ])
}

/** A large object, and others that are told from one, each from the one before or all from the first. */
function packOf(base: Uint8Array, count: number, isChain: boolean): Uint8Array {
  const parts = [headBytes(3, base.length), deflateSync(base)]
  let last = base
  for (let i = 1; i <= count; i++) {
    // Of a chain each has a brother, so that none can be let go before all are made.
    for (const end of isChain ? [i + 100, i] : [i]) {
      const told = delta(base.length, end)
      parts.push(headBytes(7, told.length), fromHex(oidOf('blob', last)), deflateSync(told))
    }
    if (isChain) last = new Uint8Array(base.length).fill(i, base.length - 9)
  }
  const body = joined([bytesOf('PACK'), Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 1 + count * (isChain ? 2 : 1)), ...parts])
  return joined([body, fromHex(sha1Hex(body))])
}

it('makes large objects that are told from one when their turn comes, and lets others have theirs between', async () => {
  let steps = 0
  const indexed = await indexPack(packOf(new Uint8Array(2 * MEGA), 24, false), () => {
    steps += 1
    return Promise.resolve()
  })
  expect(indexed.oids).toHaveLength(25)
  expect(steps).toBeGreaterThan(3)
})

it('refuses a pack that needs more memory at once than there is, with words', async () => {
  const pack = packOf(new Uint8Array(MEGA), 9, true)
  await expect(indexPack(pack, () => Promise.resolve(), 8 * 1024 * 1024)).rejects.toThrow(
    'the differences of a pack need more than 8 MiB at once',
  )
})
