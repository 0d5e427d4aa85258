import { expect, it } from 'vitest'
import { editedText, mergedText, mergeOf } from './merge-texts'

const never = (): string => {
  throw new Error('nothing is to be chosen')
}

it('takes what only one of two changed and asks about the rest', () => {
  const merge = mergeOf('1\n2\n3\n4\n5\n6\n', 'one\n2\n3\n4\nmine\n6\n', '1\n2\nTHREE\n4\ntheirs\n6\n')
  expect(merge.places.map(({ isConflict }) => isConflict)).toEqual([false, false, true])
  expect(merge.places[2]).toMatchObject({ base: '5\n', yours: 'mine\n', agents: 'theirs\n' })
  expect(mergedText(merge, () => 'both')).toBe('one\n2\nTHREE\n4\nboth\n6\n')
  expect(mergedText(merge, () => '')).toBe('one\n2\nTHREE\n4\n6\n')
})

it('asks nothing where both fit together, or did the same', () => {
  expect(mergedText(mergeOf('1\n2\n3\n', '1\n2\n3\n4\n', '0\n2\n3\n'), never)).toBe('0\n2\n3\n4\n')
  expect(mergedText(mergeOf('1\n2\n', '1\nx\n', '1\nx\n'), never)).toBe('1\nx\n')
  expect(mergedText(mergeOf('', '', 'a'), never)).toBe('a')
})

it('ends no file with a line end that nobody wrote', () => {
  expect(mergedText(mergeOf('1\n2', '1\nmine', '1\ntheirs'), () => 'x')).toBe('1\nx')
})

it('makes of the file what the edit says, in the line ends of the file, if it can be told where', () => {
  expect(editedText('a\nb\n', { before: null, after: 'c' })).toBe('c')
  expect(editedText('a\nb\n', { before: 'b', after: 'c' })).toBe('a\nc\n')
  expect(editedText('a\r\nb\r\n', { before: 'a\nb', after: 'c\nd' })).toBe('c\r\nd\r\n')
  expect(editedText('a\na\n', { before: 'a', after: 'c' })).toBeUndefined()
  expect(editedText('a\n', { before: 'z', after: 'c' })).toBeUndefined()
})
