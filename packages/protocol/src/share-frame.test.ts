import { describe, expect, it } from 'vitest'
import { fromBase64Url, toBase64Url } from './base64url'
import { forkHash, readForkHash, readShareAddress, shareAddress } from './share'
import { frameShare, readShareFrame, SHARE_VERSION, type ShareFrame } from './share-frame'

const FRAME: ShareFrame = {
  created: 1_764_000_000_123,
  expires: 1_766_000_000_456,
  check: Uint8Array.from({ length: 16 }, (_, at) => at),
  iv: Uint8Array.from({ length: 12 }, (_, at) => 200 + at),
  sealed: Uint8Array.from({ length: 300 }, (_, at) => at % 256),
}

describe('[O37] the frame of a shared session', () => {
  const whole = frameShare(FRAME)

  it('comes back as it was', () => {
    expect(readShareFrame(whole)).toEqual(FRAME)
    expect(readShareFrame(frameShare({ ...FRAME, expires: 0, sealed: new Uint8Array() }))).toMatchObject({ expires: 0 })
  })

  it('is known to be cut off at every place, and to have something behind it', () => {
    for (let length = 0; length < whole.length; length++) expect(readShareFrame(whole.slice(0, length))).toBe('cut')
    expect(readShareFrame(Uint8Array.from([...whole, 0]))).toBe('cut')
  })

  it('tells another version and what is none at all', () => {
    const other = (at: number, byte: number): Uint8Array => whole.map((before, n) => (n === at ? byte : before))
    expect(readShareFrame(other(3, SHARE_VERSION + 1))).toBe('newer')
    expect(readShareFrame(other(3, 0))).toBe('other')
    expect(readShareFrame(new TextEncoder().encode('<!doctype html>'))).toBe('other')
  })
})

describe('the address of a shared session', () => {
  const [id, key] = ['a'.repeat(22), toBase64Url(new Uint8Array(32).fill(7))]

  it('has the key where no browser sends it, and comes apart again', () => {
    const url = new URL(shareAddress('http://share.localhost:7878', { id, key }))
    expect([url.pathname, url.search]).toEqual([`/s/${id}`, ''])
    expect(readShareAddress(url.pathname, url.hash)).toEqual({ id, key })
    expect(readForkHash(forkHash({ id, key }))).toEqual({ id, key })
  })

  it('is refused without a key, cut off, mistyped, and with more in it', () => {
    expect(readShareAddress(`/s/${id}`, '')).toBe('no-key')
    expect(readShareAddress(`/s/${id}`, '#')).toBe('no-key')
    for (const hash of [key.slice(1), `${key}A`, key.replace('B', '+'), `${key}&x=1`])
      expect(readShareAddress(`/s/${id}`, `#${hash}`)).toBe('cut')
    for (const path of [`/s/${id}/x`, `/s/${id.slice(1)}`, '/s/', '/']) expect(readShareAddress(path, `#${key}`)).toBe('cut')
    for (const hash of ['', '#share=', `#share=${id}`, `#share=${id}.${key}x`, `#relay=wss://evil`])
      expect(readForkHash(hash)).toBeUndefined()
  })

  it('spells bytes of every length in one way alone', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length) % 256)
      const text = toBase64Url(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64url'))
      expect(fromBase64Url(text)).toEqual(bytes)
    }
    for (const text of ['A', 'AB', 'AAB', '+A==', 'a b']) expect(fromBase64Url(text)).toBeUndefined()
  })
})
