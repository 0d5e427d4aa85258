import { expect, it } from 'vitest'
import { plain, printed } from './terminal-text'

const ODD = 'a\u001b]52;c;eA\u0007\u009b2J\u007f\u202eb\nü👍'

it('what somebody else says is one line without anything that a terminal obeys', () => {
  expect(plain(ODD)).toBe('a ]52;c;eA 2J b ü👍')
  expect(plain(7)).toBe('')
})

it.each([undefined, 2])('printed JSON has nothing that a terminal obeys, and is still the same value', (indent) => {
  const text = printed({ [ODD]: [ODD] }, indent)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
  expect(text).toContain('ü👍')
  expect(JSON.parse(text)).toEqual({ [ODD]: [ODD] })
})
