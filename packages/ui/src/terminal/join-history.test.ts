import { expect, test } from 'vitest'
import { unseen } from './join-history'

test('live text that history holds already is not shown twice', () => {
  expect(unseen('one\ntwo\n', 'two\n')).toBe('')
  expect(unseen('one\ntwo\n', 'two\nthree\n')).toBe('three\n')
  expect(unseen('one\ntwo\n', 'three\n')).toBe('three\n')
  expect(unseen('', 'one\n')).toBe('one\n')
  expect(unseen('one\n', '')).toBe('')
})

test('the longest overlap counts, also where the text repeats itself', () => {
  expect(unseen('xabab', 'ababab')).toBe('ab')
  expect(unseen('aaa', 'aaaa')).toBe('a')
})
