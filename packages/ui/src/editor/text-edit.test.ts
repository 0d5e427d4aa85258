import { expect, test } from 'vitest'
import { smallestEdit } from './text-edit'

const apply = (before: string, after: string): string => {
  const edit = smallestEdit(before, after)
  return before.slice(0, edit.from) + edit.text + before.slice(edit.to)
}

test('an edit replaces only what differs', () => {
  expect(smallestEdit('const a = 1;', 'const a = 22;')).toEqual({ from: 10, to: 11, text: '22' })
  expect(smallestEdit('same', 'same')).toEqual({ from: 4, to: 4, text: '' })
})

test('repeated text at the seam is not counted twice', () => {
  expect(apply('aa', 'aaa')).toBe('aaa')
  expect(apply('aaa', 'aa')).toBe('aa')
  expect(apply('abab', 'ab')).toBe('ab')
  expect(apply('', 'x')).toBe('x')
  expect(apply('x', '')).toBe('')
})

test('a pair of surrogates and a CRLF stay whole', () => {
  expect(smallestEdit('\u{1f600}', '\u{1f601}')).toEqual({ from: 0, to: 2, text: '\u{1f601}' })
  expect(apply('a\r\nb', 'a\nb')).toBe('a\nb')
  expect(smallestEdit('a\r\nb', 'a\nb')).toEqual({ from: 1, to: 3, text: '\n' })
})
