import { describe, expect, it } from 'vitest'
import { toBase64Url } from './base64url'
import { LIVE_ENDS, liveAddress, liveEndOf, readLiveNote } from './live'
import { frameLive, LIVE_VERSION, readLiveFrame, type LiveFrame } from './live-frame'
import { readLiveAddress, readShareAddress } from './share'

const FRAME: LiveFrame = {
  epoch: 3,
  counter: 4_000_000_000,
  expires: 1_766_000_000_456,
  check: Uint8Array.from({ length: 16 }, (_, at) => at),
  sealed: Uint8Array.from({ length: 40 }, (_, at) => 255 - at),
}

describe('a frame of a session that is followed', () => {
  const whole = frameLive(FRAME)

  it('comes back as it was, is known to be cut off at every place, and to have something behind it', () => {
    expect(readLiveFrame(whole)).toEqual(FRAME)
    for (let length = 0; length < whole.length; length++) expect(readLiveFrame(whole.slice(0, length))).toBe('cut')
    expect(readLiveFrame(Uint8Array.from([...whole, 0]))).toBe('cut')
  })

  it('tells another version and what is none at all', () => {
    const other = (at: number, byte: number): Uint8Array => whole.map((before, n) => (n === at ? byte : before))
    expect(readLiveFrame(other(3, LIVE_VERSION + 1))).toBe('newer')
    expect(readLiveFrame(other(3, 0))).toBe('other')
    expect(readLiveFrame(other(2, 0x53)), 'a copy is none').toBe('other')
  })
})

it('the address of a live view is its own, and a copy’s is none', () => {
  const [id, key] = ['a'.repeat(22), toBase64Url(new Uint8Array(32).fill(7))]
  const url = new URL(liveAddress('http://share.localhost:7878', { id, key }))
  expect(readLiveAddress(url.pathname, url.hash)).toEqual({ id, key })
  expect(readLiveAddress(url.pathname, '')).toBe('no-key')
  expect(readLiveAddress(url.pathname.slice(0, -1), url.hash)).toBe('cut')
  expect(readLiveAddress(`/s/${id}`, url.hash)).toBeUndefined()
  expect(readShareAddress(url.pathname, url.hash)).toBe('cut')
})

it('what a relay tells beside the frames is read, and nothing else is taken for it', () => {
  for (const [name, code] of Object.entries(LIVE_ENDS)) expect(liveEndOf(code)).toBe(name)
  for (const code of [1000, 1006, 1012]) expect(liveEndOf(code)).toBeUndefined()
  const note = { viewers: 2, heard: null, isAway: true }
  expect(readLiveNote(JSON.stringify(note))).toEqual(note)
  for (const wrong of ['', '[]', '{"viewers":1}', '{"viewers":1,"heard":"x","isAway":false}']) expect(readLiveNote(wrong)).toBeUndefined()
})
