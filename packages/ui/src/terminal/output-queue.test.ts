import { expect, test } from 'vitest'
import { NO_OUTPUT, pushed, taken } from './output-queue'

test('text comes out in pieces and in order', () => {
  const text = 'line\r\n'.repeat(20_000)
  let queue = pushed(NO_OUTPUT, text)
  let seen = ''
  while (queue.text !== '') {
    const [piece, rest] = taken(queue)
    expect(piece.length).toBeLessThanOrEqual(64_000)
    seen += piece
    queue = rest
  }
  expect(seen).toBe(text)
})

test('a flood loses its oldest text at a line break and says how much', () => {
  const queue = pushed(pushed(NO_OUTPUT, 'old\n'.repeat(400_000)), 'new\n'.repeat(400_000))
  expect(queue.text.startsWith('new\n')).toBe(true)
  const [piece, rest] = taken(queue)
  expect(piece).toContain(`[${queue.lost} characters came too fast to be shown]`)
  expect(rest.lost).toBe(0)
})

test('a piece never ends inside a surrogate pair', () => {
  const [piece, rest] = taken(pushed(NO_OUTPUT, `${'a'.repeat(63_999)}😀b`))
  expect(piece).toHaveLength(63_999)
  expect(rest.text).toBe('😀b')
})
