import { expect, test } from 'vitest'
import { mayNotify } from './notify'

test('[F69] a person is told where they want it, where the browser lets us, and while they look elsewhere', () => {
  expect(mayNotify('on', 'granted', true)).toBe(true)
  expect(mayNotify('on', 'granted', false)).toBe(false)
  expect(mayNotify('on', 'denied', true)).toBe(false)
  expect(mayNotify('on', undefined, true)).toBe(false)
  expect(mayNotify(null, 'granted', true)).toBe(false)
})
