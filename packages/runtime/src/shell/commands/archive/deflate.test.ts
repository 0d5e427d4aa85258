import { spawnSync } from 'node:child_process'
import { inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bytesOf } from '../../text'
import { Deflater, type Level } from './deflate'

function packed(bytes: Uint8Array, level: Level, step = 65_536): Uint8Array {
  const deflater = new Deflater(level)
  const parts: Uint8Array[] = []
  for (let at = 0; at === 0 || at < bytes.length; at += step)
    parts.push(deflater.push(bytes.subarray(at, at + step), at + step >= bytes.length))
  return Buffer.concat(parts)
}

function mixed(length: number, letters: number, seed: number): Uint8Array {
  let state = seed
  return Uint8Array.from({ length }, (_, i) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return i % 97 < 40 ? 97 + (i % 23) : 65 + ((state >>> 16) % letters)
  })
}

const TEXTS: Readonly<Record<string, Uint8Array>> = {
  empty: new Uint8Array(),
  letter: bytesOf('a'),
  hello: bytesOf('hello hello hello hello\n'),
  zeros: new Uint8Array(300_000),
  words: bytesOf(Array.from({ length: 20_000 }, (_, i) => `line ${i * 7919} of ${i % 13} things`).join('\n')),
  mixed: mixed(400_000, 26, 1),
  noise: mixed(100_000, 190, 7).map((byte, i) => byte ^ (i * 2_654_435_761)),
  few: mixed(50_000, 2, 3),
}

describe('packing', () => {
  for (const [name, bytes] of Object.entries(TEXTS))
    it(`can be undone: ${name}`, () => {
      for (const level of [1, 3, 4, 6, 9] as const) expect(Buffer.compare(inflateRawSync(packed(bytes, level)), bytes)).toBe(0)
    })

  for (const [name, bytes] of Object.entries(TEXTS))
    it(`gives the bytes that gzip gives: ${name}`, (context) => {
      for (const level of [1, 2, 3, 4, 5, 6, 7, 8, 9] as const) {
        const real = spawnSync('gzip', [`-${level}`, '-n', '-c'], { input: bytes, maxBuffer: 1 << 26 })
        if (real.error !== undefined) return context.skip('gzip is not installed here')
        expect(Buffer.compare(Buffer.from(packed(bytes, level)), real.stdout.subarray(10, -8)), `level ${level}`).toBe(0)
      }
      return undefined
    })

  it('gives the same in whatever pieces it comes', () => {
    for (const step of [1, 7, 1000, 40_000])
      expect(Buffer.compare(packed(TEXTS['few'] ?? new Uint8Array(), 6, step), packed(TEXTS['few'] ?? new Uint8Array(), 6))).toBe(0)
  })
})
