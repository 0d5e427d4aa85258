import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { mask, unmask } from './frame-mask'

/** As RFC 6455 has it. */
const byBytes = (bytes: Uint8Array, key: Uint8Array): number[] => [...bytes].map((byte, at) => byte ^ (key[at & 3] ?? 0))

it('takes the mask off and puts it on as byte by byte, wherever the bytes begin and however many there are', () => {
  const all = randomBytes(1200)
  for (const length of [0, 1, 3, 4, 5, 255, 256, 257, 258, 259, 1000, 1183]) {
    for (let from = 0; from < 9; from++) {
      const [key, given] = [randomBytes(4), all.subarray(from, from + length)]
      const expected = byBytes(given, key)
      const held = Buffer.concat([Buffer.alloc(from), given])
      const bytes = held.subarray(from)
      unmask(bytes, key)
      expect([...bytes]).toEqual(expected)
      const output = Buffer.alloc(from + length + 2)
      mask(given, key, output, from, length)
      expect([...output]).toEqual([...Array.from({ length: from }, () => 0), ...expected, 0, 0])
    }
  }
})
