import { expect, it } from 'vitest'
import { fromBase64, toBase64 } from './base64'

it('writes and reads bytes of every length as the platform does', () => {
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 151 + length * 7) & 255)
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
    expect(fromBase64(toBase64(bytes))).toEqual(bytes)
  }
})

it.each(['A', 'AA', 'AA=A', 'A===', '!AAA', 'AAA-'])('takes %s for no bytes', (text) => {
  expect(fromBase64(text)).toBeUndefined()
})
