import { sessionId, type BlobHash } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { contentIn, narrowed, packed, placesIn } from './content-packs'
import { hashBytes } from './hash-noble'

function contents(sizes: readonly number[]): ReadonlyMap<BlobHash, Uint8Array> {
  return new Map(
    sizes.map((size, i) => {
      const bytes = new Uint8Array(size).fill(i % 251)
      bytes.set(new TextEncoder().encode(String(i)).subarray(0, size))
      return [hashBytes(bytes), bytes]
    }),
  )
}

it('makes few records of many small contents, one of a large one, and gives each back to the byte', () => {
  const all = contents([...Array.from({ length: 1000 }, (_, i) => 4000 + (i % 90)), 300_000, 0, 255_999, 255_999])
  const packs = [...packed(all)]
  expect(packs.length).toBeLessThan(14)
  const large = [...all].find(([, bytes]) => bytes.byteLength === 300_000)
  expect(packs.find(({ hash }) => hash === large?.[0])?.bytes).toBe(large?.[1])
  const back = new Map(
    packs.flatMap((pack) => [...placesIn({ ...pack, session: SESSION })].map(([hash, place]) => [hash, contentIn(pack.bytes, place)])),
  )
  expect(back.size).toBe(all.size)
  for (const [hash, bytes] of all) expect(hashBytes(back.get(hash) ?? new Uint8Array(1))).toBe(hashBytes(bytes))
})

it('gives the same contents in the same order the same address', () => {
  const addresses = (sizes: readonly number[]): readonly string[] => [...packed(contents(sizes))].map(({ hash }) => hash)
  expect(addresses([10, 20, 30])).toEqual(addresses([10, 20, 30]))
  expect(addresses([10, 20, 30])).not.toEqual(addresses([10, 20]))
})

it('keeps of a reference what is named', () => {
  const [pack] = packed(contents([10, 20, 30]))
  const ref = { hash: pack?.hash ?? fail(), table: pack?.table ?? '', session: SESSION }
  const [, second] = [...placesIn(ref)]
  const hash = second?.[0] ?? fail()
  expect([...placesIn(narrowed(ref, new Set([hash])) ?? fail())]).toEqual([second])
  expect(narrowed(ref, new Set())).toBeUndefined()
  // As version 2 wrote them: the record is the content.
  expect(narrowed({ hash, session: SESSION }, new Set([hash]))).toEqual({ hash, session: SESSION })
  expect(narrowed({ hash, session: SESSION }, new Set())).toBeUndefined()
})

const SESSION = sessionId('packs')

function fail(): never {
  throw new Error('nothing was packed')
}
