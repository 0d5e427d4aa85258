import { expect, it } from 'vitest'
import { imageKind } from './image-kind'

it('knows pictures by the end of their name', () => {
  expect(imageKind('a/b.PNG')).toBe('image/png')
  expect(imageKind('b.jpeg')).toBe('image/jpeg')
  expect(imageKind('logo.svg')).toBe('image/svg+xml')
  expect(imageKind('a.b/png')).toBeUndefined()
  expect(imageKind('a.png.txt')).toBeUndefined()
  expect(imageKind('constructor')).toBeUndefined()
})
