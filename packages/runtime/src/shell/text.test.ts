import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, textOf } from './text'

describe('text of a shell', () => {
  it('gives back the bytes it was made of, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([...bytesOf(textOf(bytes))]).toEqual([...bytes])
      }),
    )
  })

  it('reads UTF-8 as it is and keeps a byte order mark', () => {
    expect(textOf(new TextEncoder().encode('\uFEFFé€😀'))).toBe('\uFEFFé€😀')
  })

  it('keeps a byte that is no UTF-8 between those that are', () => {
    expect(textOf(Uint8Array.of(0x61, 0xff, 0xc3, 0xa9))).toBe('a\uDCFFé')
  })
})
