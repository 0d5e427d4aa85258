import { expect, it } from 'vitest'
import { frameMirrorHead, readMirrorFrame } from './mirror-frame'

const name = (digit: string): string => digit.repeat(64)

it('gives back the head and the parts that it names', () => {
  for (const parts of [[], [name('0')], [name('a'), name('f'), name('7')]]) {
    const head = new Uint8Array([1, 2, 255])
    expect(readMirrorFrame(frameMirrorHead({ parts, head }))).toEqual({ parts, head })
  }
})

it('takes nothing else for one', () => {
  const framed = frameMirrorHead({ parts: [name('b')], head: new Uint8Array([9]) })
  for (let length = 0; length < framed.length; length++) expect(readMirrorFrame(framed.subarray(0, length))).toBeUndefined()
  // As builds before this one sent it: form, number, ciphertext.
  expect(readMirrorFrame(new Uint8Array(4_096).fill(7, 1).fill(1, 0, 1))).toBeUndefined()
})
