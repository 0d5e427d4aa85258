import { expect, test } from 'vitest'
import { mirrorAge } from './mirror-age'

test('the age of the mirror is told to the second, and that there is none yet', () => {
  expect(mirrorAge(100_000, 112_400)).toBe('mirrored 12 s ago')
  expect(mirrorAge(0, 125_000)).toBe('mirrored 2 min 05 s ago')
  expect(mirrorAge(undefined, 0)).toBe('not mirrored yet')
})
