import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { HeldParts } from './held-parts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** As large as a part may be for these tests; never written to. */
const LARGE = Buffer.alloc(25_000_000)
const FIRST = { isFirst: true, shown: '/workspace/a' }
const NEXT = { isFirst: false, shown: '/workspace/a' }

it('parts are given once, in their order, and go a minute after the last of them', () => {
  const held = new HeldParts()
  held.add('a', Buffer.from('1'), FIRST)
  vi.advanceTimersByTime(59_000)
  held.add('a', Buffer.from('2'), NEXT)
  vi.advanceTimersByTime(59_000)
  expect(String(Buffer.concat([...(held.take('a') ?? [])]))).toBe('12')
  expect(held.take('a')).toBeUndefined()
  held.add('a', Buffer.from('1'), FIRST)
  vi.advanceTimersByTime(60_000)
  expect(() => held.add('a', Buffer.from('2'), NEXT), 'no file without its beginning').toThrow('/workspace/a did not come whole')
  expect(held.take('a')).toBeUndefined()
})

it('one file and all together have a bound, and what is let go makes room', () => {
  const held = new HeldParts()
  const twice = (key: string): void => {
    held.add(key, LARGE, FIRST)
    held.add(key, LARGE, NEXT)
  }
  twice('a')
  expect(() => held.add('a', LARGE, NEXT)).toThrow('/workspace/a is too large.')
  expect(held.take('a'), 'nor a file without its middle').toBeUndefined()
  twice('a')
  twice('b')
  expect(() => held.add('c', LARGE, FIRST)).toThrow('too many large files come at once')
  held.take('b')
  twice('c')
  vi.advanceTimersByTime(60_000)
  twice('d')
  twice('e')
})
